"use strict";

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
    return data.suppliers.rank_p05[row] === null ? "\u2013" : rangeText(data.suppliers.rank_p05[row], data.suppliers.rank_p95[row]);
  }
  const isTied = rank[row - 1] === rank[row] || rank[row + 1] === rank[row];
  return `${WHOLE_NUMBER.format(rank[row])}${isTied ? "=" : ""}`;
}

function rankCell(data, row) {
  const text = rankText(data, row);
  const { rank_p05: low, rank_p95: high } = data.suppliers;
  const title = text.endsWith("=") ? "tied: these suppliers are interchangeable" : null;
  return element(
    "span",
    { class: "place", title },
    element("span", { class: data.ranksWithheld ? "place-rank place-span" : "place-rank", text }),
    low[row] === null || data.ranksWithheld ? null : element("span", { class: "place-range", text: rangeText(low[row], high[row]) }),
  );
}

function rangeText(low, high) {
  return low === high ? WHOLE_NUMBER.format(low) : `${WHOLE_NUMBER.format(low)}\u2013${WHOLE_NUMBER.format(high)}`;
}

/** Probability of a place within the budget, in draws that vary everything doubtful at once. */
function chanceCell(chance) {
  if (chance === null) {
    return element("span", { class: "muted", text: "not drawn" });
  }
  const words = chance >= 0.95 ? "certain" : chance > 0.05 ? "interchangeable" : "outside";
  return element(
    "span",
    { class: "chance" },
    element("span", { class: "chance-number", text: formatPercentDown(chance) }),
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
  const best = suppliers.score_best_case[row];
  const worst = suppliers.score_worst_case[row];
  return best !== null && worst !== null && (worst > best || suppliers.evidence_coverage[row] === 1);
}

function boundsCell(suppliers, row) {
  return hasBounds(suppliers, row)
    ? boundsBar(suppliers.score_best_case[row], suppliers.score_worst_case[row], suppliers.score[row])
    : element("span", { class: "muted", text: "not known" });
}

function reasonText(data, row) {
  const { leading_pillar: leading, shared_reason: shared } = data.suppliers;
  if (row >= data.figuresFor) {
    const pillar = textAt(leading, row);
    return pillar === null ? "No pillar lifts it above its peers." : `Led by: ${data.labels.pillar[pillar]}.`;
  }
  return topReason(data, row) ?? textAt(shared, row) ?? "Nothing sets it apart from its peers.";
}

function numberText(value) {
  return value === null ? "" : WHOLE_NUMBER.format(value);
}

function flagChips(data, row) {
  const kinds = [...new Set(flagsOf(data, row).map((flag) => flag.kind))];
  return element("span", {}, ...kinds.map((kind) => element("span", { class: "state state-off", text: kind })));
}

/** A phrase as a sentence: a capital first, a full stop last. */
function sentenceOf(phrase) {
  const text = (phrase ?? "").trim();
  return text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}

/** The data item that would settle most about a supplier, and how to get it. */
function datumCell(find, place) {
  const gives = find.givesScore[place] === 1 ? " It alone would give a score." : "";
  return element(
    "span",
    { class: "clamp" },
    element("strong", { text: `${textAt(find.title, place)}. ` }),
    `${sentenceOf(textAt(find.how, place))}${gives}`,
  );
}
