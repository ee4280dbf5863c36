"use strict";

function supplierCell(data, row, hrefOf) {
  const { suppliers } = data;
  const sector = inWords(data, "sector", row);
  return element(
    "span",
    { class: "who" },
    element("a", { class: "who-name", href: hrefOf(row) }, isolated(suppliers.name[row])),
    element(
      "span",
      { class: "who-id" },
      isolated(suppliers.id[row]),
      sector ? ` · ${sector}` : "",
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
  const title = text.endsWith("=") ? tr("Tied: these suppliers have the same score") : null;
  return element(
    "span",
    { class: "rank", title },
    element("span", { class: data.ranksWithheld ? "rank-number rank-span" : "rank-number", text }),
    low[row] === null || data.ranksWithheld ? null : element("span", { class: "rank-range", text: rangeText(low[row], high[row]) }),
  );
}

function rangeText(low, high) {
  return low === high ? WHOLE_NUMBER.format(low) : `${WHOLE_NUMBER.format(low)}\u2013${WHOLE_NUMBER.format(high)}`;
}

/** Probability of a rank within the audit budget, with all sources of uncertainty varied jointly. */
function probabilityCell(probability, topK) {
  if (probability === null) {
    return element("span", { class: "muted", text: tr("not simulated") });
  }
  const words = probability >= 0.95 ? tr("in the top {number}", { number: topK }) : probability > 0.05 ? tr("borderline") : tr("outside");
  return element(
    "span",
    { class: "probability" },
    element("span", { class: "probability-number", text: formatPercent(probability) }),
    element("span", { class: "probability-word", text: words }),
  );
}

/** Change in rank since the previous run. */
function movedText(change) {
  if (change === null) {
    return "";
  }
  return change === 0 ? "=" : change < 0 ? `\u25b2 ${WHOLE_NUMBER.format(-change)}` : `\u25bc ${WHOLE_NUMBER.format(change)}`;
}

/**
 * Whether best and worst case are known. Where evidence is missing and both still meet, no peer
 * has a value for the missing signals, so neither case could be computed.
 */
function hasBounds(suppliers, row) {
  const best = suppliers.score_best_case[row];
  const worst = suppliers.score_worst_case[row];
  return best !== null && worst !== null && (worst > best || suppliers.evidence_coverage[row] === 1);
}

function boundsCell(suppliers, row) {
  return hasBounds(suppliers, row)
    ? boundsBar(suppliers.score_best_case[row], suppliers.score_worst_case[row], suppliers.score[row])
    : element("span", { class: "muted", text: tr("not known") });
}

function reasonText(data, row) {
  const { leading_pillar: leading, shared_reason: shared } = data.suppliers;
  if (row >= data.figuresFor) {
    const pillar = textAt(leading, row);
    return pillar === null ? tr("No pillar is above the peer median.") : tr("Leading pillar: {pillar}.", { pillar: tr(data.labels.pillar[pillar]) });
  }
  return topReason(data, row) ?? textAt(shared, row) ?? tr("No signal differs from the peer medians.");
}

function numberText(value) {
  return value === null ? "" : WHOLE_NUMBER.format(value);
}

function flagChips(data, row) {
  const kinds = [...new Set(flagsOf(data, row).map((flag) => flag.kind))];
  return element("span", {}, ...kinds.map((kind) => element("span", { class: "state state-off", text: kind, lang: languageOf(kind) })));
}

/** A phrase as a sentence: a capital first, a full stop last. */
function sentenceOf(phrase) {
  const text = (phrase ?? "").trim();
  return text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}

/** The data item that would reduce the uncertainty about a supplier most, and how to get it. */
function dataItemCell(find, position) {
  const gives = find.givesScore[position] === 1 ? " ".concat(tr("This item alone would enable a score.")) : "";
  return element(
    "span",
    { class: "clamp" },
    element("strong", { text: `${textAt(find.title, position)}. ` }),
    said(sentenceOf(textAt(find.how, position))),
    gives,
  );
}
