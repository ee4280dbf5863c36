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
    turned ? column.codes[b] - column.codes[a] : column.codes[a] - column.codes[b];
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
function rankCell(suppliers, row) {
  const rank = suppliers.rank[row];
  const isTied = suppliers.rank[row - 1] === rank || suppliers.rank[row + 1] === rank;
  return element("span", {
    text: `${WHOLE_NUMBER.format(rank)}${isTied ? "=" : ""}`,
    title: isTied ? "tied: these suppliers are interchangeable" : null,
  });
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
  const { suppliers, tiers } = data;
  const text = (column) => (row) => element("span", { text: textAt(column, row) ?? "" });
  return [
    {
      key: "rank",
      label: "Rank",
      className: "c-rank",
      compare: byNumber(suppliers.rank),
      cell: (row) => rankCell(suppliers, row),
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
      cell: (row) => tierChip(tiers[suppliers.tier[row]]),
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
      key: "reason",
      label: "Top reason",
      className: "c-reason",
      compare: null,
      cell: (row) =>
        element("span", {
          class: "clamp",
          text: topReason(data, row) ?? textAt(suppliers.shared_reason, row) ?? "No signal stands out.",
        }),
    },
  ];
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

/** Fits search text and filters to rows; the text searched is prepared once. */
class Finder {
  constructor(data) {
    this.suppliers = data.suppliers;
    this.haystack = null;
  }

  find(rows, { query, country, tier }) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const { country: countries, tier: tiers } = this.suppliers;
    const countryCode = country === "" ? null : countries.texts.indexOf(country);
    const tierCode = tier === "" ? null : Number(tier);
    if (words.length > 0 && this.haystack === null) {
      this.haystack = this.suppliers.name.map((name, row) =>
        fold(`${name} ${this.suppliers.id[row]} ${textAt(countries, row)}`),
      );
    }
    return rows.filter(
      (row) =>
        (countryCode === null || countries.codes[row] === countryCode) &&
        (tierCode === null || tiers[row] === tierCode) &&
        words.every((word) => this.haystack[row].includes(word)),
    );
  }
}

/** Lower case without accents, so that "muller" finds "Müller". */
function fold(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}
