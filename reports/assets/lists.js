"use strict";

/** Orders numbers with the missing ones last whichever way the list is turned. */
function byNumber(column) {
  return (a, b, turned) => {
    const left = column[a];
    const right = column[b];
    if (left === null || right === null) {
      return left === right ? 0 : left === null ? 1 : -1;
    }
    return turned ? right - left : left - right;
  };
}

/** Orders texts by the reader's alphabet; each place is worked out once, on first use. */
function byText(texts) {
  let places = null;
  return (a, b, turned) => {
    if (places === null) {
      const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
      const order = Array.from(texts, (_, row) => row);
      order.sort((left, right) => collator.compare(texts[left] ?? "", texts[right] ?? ""));
      places = new Uint32Array(texts.length);
      order.forEach((row, place) => {
        places[row] = place;
      });
    }
    return turned ? places[b] - places[a] : places[a] - places[b];
  };
}

/** Orders texts that are stored once each in sorted order, so their codes order them. */
function byCode(column) {
  return (a, b, turned) =>
    turned ? codeAt(column, b) - codeAt(column, a) : codeAt(column, a) - codeAt(column, b);
}

function supplierCell(data, row, hrefOf) {
  const { suppliers } = data;
  const sector = textAt(suppliers.sector, row);
  return element(
    "span",
    { class: "who" },
    element("a", { class: "who-name", href: hrefOf(row) }, isolated(suppliers.name[row])),
    element(
      "span",
      { class: "who-id" },
      isolated(suppliers.id[row]),
      sector ? ` · sector ${sector}` : "",
    ),
  );
}

/** The rank, with an equals sign where it is shared with a neighbour in the list. */
function rankText(data, row) {
  const { rank } = data.suppliers;
  if (data.ranksWithheld) {
    return data.suppliers.rank_low[row] === null ? "\u2013" : rangeText(data.suppliers.rank_low[row], data.suppliers.rank_high[row]);
  }
  const isTied = rank[row - 1] === rank[row] || rank[row + 1] === rank[row];
  return `${WHOLE_NUMBER.format(rank[row])}${isTied ? "=" : ""}`;
}

function rankCell(data, row) {
  const text = rankText(data, row);
  const { rank_low: low, rank_high: high } = data.suppliers;
  const title = text.endsWith("=") ? "tied: these suppliers are interchangeable" : null;
  return element(
    "span",
    { class: "place", title },
    element("span", { class: "place-rank", text }),
    low[row] === null || data.ranksWithheld ? null : element("span", { class: "place-range", text: rangeText(low[row], high[row]) }),
  );
}

function rangeText(low, high) {
  return low === high ? WHOLE_NUMBER.format(low) : `${WHOLE_NUMBER.format(low)}\u2013${WHOLE_NUMBER.format(high)}`;
}

/** Chance of a place within the budget, in draws that vary everything doubtful at once. */
function chanceCell(chance) {
  if (chance === null) {
    return element("span", { class: "muted", text: "not drawn" });
  }
  const words = chance >= 0.95 ? "certain" : chance > 0.05 ? "interchangeable" : "outside";
  return element(
    "span",
    { class: "chance" },
    element("span", { class: "chance-number", text: formatPercent(chance) }),
    element("span", { class: "chance-word", text: words }),
  );
}

/** Places up or down since the run before. */
function movedText(change) {
  if (change === null) {
    return "";
  }
  return change === 0 ? "=" : change < 0 ? `\u25b2 ${WHOLE_NUMBER.format(-change)}` : `\u25bc ${WHOLE_NUMBER.format(change)}`;
}

/**
 * Whether best and worst case are known. Where evidence is missing and both still meet, no peer
 * has a value for what is missing, so neither case could be worked out.
 */
function hasBounds(suppliers, row) {
  const best = suppliers.score_if_best[row];
  const worst = suppliers.score_if_worst[row];
  return best !== null && worst !== null && (worst > best || suppliers.coverage[row] === 1);
}

function rankedColumns(data, hrefOf) {
  const { suppliers } = data;
  const text = (column) => (row) => element("span", { text: textAt(column, row) ?? "" });
  return [
    {
      key: "rank",
      label: "Rank",
      className: "c-rank",
      compare: byNumber(suppliers.rank),
      cell: (row) => rankCell(data, row),
    },
    {
      key: "name",
      label: "Supplier",
      className: "c-who",
      compare: byText(suppliers.name),
      cell: (row) => supplierCell(data, row, hrefOf),
    },
    {
      key: "country",
      label: "Country",
      className: "c-country",
      compare: byCode(suppliers.country),
      cell: text(suppliers.country),
    },
    {
      key: "score",
      label: "Score",
      className: "c-score",
      compare: byNumber(suppliers.score),
      cell: (row) => scoreBar(suppliers.score[row]),
    },
    {
      key: "tier",
      label: "Tier",
      className: "c-tier",
      compare: byNumber(suppliers.tier),
      cell: (row) => tierChip(tierOf(data, row)),
    },
    {
      key: "bounds",
      label: "Best to worst",
      className: "c-bounds",
      compare: byNumber(suppliers.score_if_worst),
      cell: (row) =>
        hasBounds(suppliers, row)
          ? boundsBar(suppliers.score_if_best[row], suppliers.score_if_worst[row], suppliers.score[row])
          : element("span", { class: "muted", text: "not known" }),
    },
    {
      key: "coverage",
      label: "Coverage",
      className: "c-coverage",
      compare: byNumber(suppliers.coverage),
      cell: (row) => element("span", { text: formatCoverage(suppliers.coverage[row]) }),
    },
    {
      key: "chance",
      label: `In top ${data.topK}`,
      className: "c-chance",
      isKnown: suppliers.p_top_k.some((chance) => chance !== null),
      compare: byNumber(suppliers.p_top_k),
      cell: (row) => chanceCell(suppliers.p_top_k[row]),
    },
    {
      key: "moved",
      label: "Moved",
      className: "c-moved",
      isKnown: suppliers.rank_change.some((change) => change !== null),
      compare: byNumber(suppliers.rank_change),
      cell: (row) => element("span", { text: movedText(suppliers.rank_change[row]) }),
    },
    {
      key: "decided",
      label: "With decisions",
      className: "c-decided",
      isKnown: suppliers.order_with_overrides.some((place) => place !== null),
      compare: byNumber(suppliers.order_with_overrides),
      cell: (row) => element("span", { text: numberText(suppliers.order_with_overrides[row]) }),
    },
    {
      key: "csddd",
      label: "CSDDD order",
      className: "c-view",
      isKnown: suppliers.csddd_rank.some((place) => place !== null),
      compare: byNumber(suppliers.csddd_rank),
      cell: (row) => element("span", { text: numberText(suppliers.csddd_rank[row]) }),
    },
    {
      key: "lksg",
      label: "LkSG order",
      className: "c-view",
      isKnown: suppliers.lksg_rank.some((place) => place !== null),
      compare: byNumber(suppliers.lksg_rank),
      cell: (row) => element("span", { text: numberText(suppliers.lksg_rank[row]) }),
    },
    {
      key: "plan",
      label: "Audit plan",
      className: "c-view",
      isKnown: suppliers.id.some((_, row) => textAt(suppliers.arm, row) !== null),
      compare: byText(suppliers.id.map((_, row) => textAt(suppliers.arm, row) ?? "~")),
      cell: (row) => element("span", { text: (textAt(suppliers.arm, row) ?? "").replaceAll("_", " ") }),
    },
    {
      key: "flags",
      label: "Flags",
      className: "c-flags",
      isKnown: Boolean(data.flags?.counts.some((count) => count > 0)),
      compare: byNumber(data.flags?.counts ?? []),
      cell: (row) => flagChips(data, row),
    },
    {
      key: "reason",
      label: "Top reason",
      className: "c-reason",
      compare: null,
      cell: (row) =>
        element("span", {
          class: "clamp",
          text: reasonText(data, row),
        }),
    },
  ].filter((column) => column.isKnown !== false);
}

function reasonText(data, row) {
  const { leading_pillar: leading, shared_reason: shared } = data.suppliers;
  if (row >= data.figuresFor) {
    const pillar = textAt(leading, row);
    return pillar === null ? "No pillar stands out." : `Led by: ${data.labels.pillar[pillar]}.`;
  }
  return topReason(data, row) ?? textAt(shared, row) ?? "No signal stands out.";
}

function numberText(value) {
  return value === null ? "" : WHOLE_NUMBER.format(value);
}

function flagChips(data, row) {
  const kinds = [...new Set(flagsOf(data, row).map((flag) => flag.kind))];
  return element("span", {}, ...kinds.map((kind) => element("span", { class: "state state-off", text: kind })));
}

function insufficientColumns(data, hrefOf) {
  const { suppliers } = data;
  const text = (column, instead) => (row) =>
    element("span", { class: "clamp", text: textAt(column, row) ?? instead });
  return [
    {
      key: "name",
      label: "Supplier",
      className: "c-who",
      compare: byText(suppliers.name),
      cell: (row) => supplierCell(data, row, hrefOf),
    },
    {
      key: "country",
      label: "Country",
      className: "c-country",
      compare: byCode(suppliers.country),
      cell: text(suppliers.country, ""),
    },
    {
      key: "coverage",
      label: "Coverage",
      className: "c-coverage",
      compare: byNumber(suppliers.coverage),
      cell: (row) => element("span", { text: formatCoverage(suppliers.coverage[row]) }),
    },
    {
      key: "why",
      label: "Why there is no score",
      className: "c-why",
      compare: byCode(suppliers.insufficient_reason),
      cell: text(suppliers.insufficient_reason, "not stated"),
    },
    {
      key: "datum",
      label: "Cheapest datum that would help",
      className: "c-datum",
      compare: byCode(suppliers.cheapest_datum),
      cell: text(suppliers.cheapest_datum, "none named"),
    },
  ];
}

/** A phrase as a sentence: a capital first, a full stop last. */
function sentenceOf(phrase) {
  const text = (phrase ?? "").trim();
  return text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}

function findColumns(data, hrefOf) {
  const { suppliers, find } = data;
  const placeOf = new Map(find.rows.map((row, place) => [row, place]));
  const words = (read) => (row) => element("span", { text: read(placeOf.get(row), row) });
  return [
    { key: "rank", label: "Order", className: "c-rank", compare: null, cell: words((place) => WHOLE_NUMBER.format(place + 1)) },
    { key: "name", label: "Supplier", className: "c-who", compare: null, cell: (row) => supplierCell(data, row, hrefOf) },
    { key: "country", label: "Country", className: "c-country", compare: null, cell: words((_, row) => textAt(suppliers.country, row) ?? "") },
    { key: "tier", label: "Tier now", className: "c-tier", compare: null, cell: (row) => tierChip(tierOf(data, row)) },
    {
      key: "chance",
      label: `Chance of top ${data.topK}`,
      className: "c-chance",
      compare: null,
      cell: words((place) => formatPercent(find.chance[place])),
    },
    {
      key: "datum",
      label: "Find this first",
      className: "c-datum",
      compare: null,
      cell: (row) => {
        const place = placeOf.get(row);
        const gives = find.givesScore[place] === 1 ? " It alone would give a score." : "";
        return element(
          "span",
          { class: "clamp" },
          element("strong", { text: `${textAt(find.title, place)}. ` }),
          `${sentenceOf(textAt(find.how, place))}${gives}`,
        );
      },
    },
  ];
}
