"use strict";

/** Cells with the text that `read` gives for a row. */
function textCell(read) {
  return (row) => element("span", { text: read(row) ?? "" });
}

/** What the columns mean, by key; the words stand below the filters and on the headers. */
const COLUMN_HELP = {
  rank: tr("1 is the highest priority. Below it the 90 % interval of the rank in the simulations; = marks a tie."),
  name: tr("The supplier of your list, with its id and sector. It opens the supplier's page."),
  country: tr("Country of the supplier in your list."),
  score: tr("Priority score from 0 to 100, from supplier-specific evidence alone. A higher score means a higher priority."),
  priority_band: tr("Bands of the score: first, second and third priority, and few signals visible to this tool."),
  bounds: tr("Score if every missing value were as good as the best tenth of the peers, or as bad as the worst tenth."),
  coverage: tr("Share of the evidence weight that is observed for this supplier."),
  probability: tr("Share of simulations in which the supplier is within the audit budget. From 95 % on it is in the top, between 5 and 95 % borderline."),
  moved: tr("Change of rank since the previous run; an arrow up is towards rank 1."),
  decided: tr("Rank with the decisions of people applied; the score never changes."),
  csddd: tr("Rank by likelihood and severity (CSDDD Article 9)."),
  lksg: tr("Rank that also weighs influence and contribution (LkSG section 3(2))."),
  plan: tr("How the supplier was selected for assessment within the audit budget."),
  flags: tr("Matches on public lists; not part of the score. Check a flag first, whatever the rank."),
  reason: tr("The signal that contributes most to the score."),
  context: tr("Position by country, sector and goods alone among the suppliers without a score; context, not evidence."),
  why: tr("What is missing for a score."),
  item: tr("The data item that would cost least to obtain, or reduce uncertainty most."),
  spend: tr("What you spend with the supplier in a year, from your list."),
};

/** The column that names the supplier and leads to its page. */
function nameColumn(data, hrefOf, isSortable = true) {
  return {
    key: "name",
    label: tr("Supplier"),
    className: "c-who",
    compare: isSortable ? byText(data.suppliers.name) : null,
    cell: (row) => supplierCell(data, row, hrefOf),
  };
}

function countryColumn(data, isSortable = true) {
  const { country } = data.suppliers;
  return {
    key: "country",
    label: tr("Country"),
    className: "c-country",
    compare: isSortable ? byCode(country) : null,
    cell: textCell((row) => textAt(country, row)),
  };
}

function coverageColumn({ evidence_coverage: coverage }) {
  return {
    key: "coverage",
    label: tr("Coverage"),
    className: "c-coverage",
    compare: byNumber(coverage),
    cell: textCell((row) => formatPercent(coverage[row])),
  };
}

/** A column of whole numbers, such as a rank in another ranking; without any it is left out. */
function rankColumn(key, label, className, ranks, words = numberText) {
  return {
    key,
    label,
    className,
    isKnown: ranks.some((rank) => rank !== null),
    compare: byNumber(ranks),
    cell: textCell((row) => words(ranks[row])),
  };
}

function rankedColumns(data, hrefOf) {
  const { suppliers } = data;
  const plan = (row) => textAt(suppliers.selection_method, row);
  return [
    {
      key: "rank",
      label: data.ranksWithheld ? tr("Interval") : tr("Rank"),
      className: "c-rank",
      compare: byNumber(suppliers.rank),
      cell: (row) => rankCell(data, row),
    },
    nameColumn(data, hrefOf),
    countryColumn(data),
    {
      key: "score",
      label: tr("Score"),
      className: "c-score",
      compare: byNumber(suppliers.score),
      cell: (row) => scoreBar(suppliers.score[row]),
    },
    {
      key: "priority_band",
      label: tr("Priority band"),
      className: "c-band",
      compare: byNumber(suppliers.priority_band),
      cell: (row) => bandChip(bandOf(data, row)),
    },
    {
      key: "bounds",
      label: tr("Best to worst"),
      className: "c-bounds",
      compare: byNumber(suppliers.score_worst_case),
      cell: (row) => boundsCell(suppliers, row),
    },
    coverageColumn(suppliers),
    {
      key: "probability",
      label: tr("In top {number}", { number: data.topK }),
      className: "c-probability",
      isKnown: suppliers.prob_top_k.some((probability) => probability !== null),
      compare: byNumber(suppliers.prob_top_k),
      cell: (row) => probabilityCell(suppliers.prob_top_k[row], data.topK),
    },
    rankColumn("moved", tr("Rank change"), "c-moved", suppliers.rank_change, movedText),
    rankColumn("decided", tr("Rank with decisions"), "c-decided", suppliers.order_with_overrides),
    rankColumn("csddd", tr("CSDDD rank"), "c-view", suppliers.csddd_rank),
    rankColumn("lksg", tr("LkSG rank"), "c-view", suppliers.lksg_rank),
    {
      key: "plan",
      label: tr("Audit plan"),
      className: "c-view",
      isKnown: suppliers.id.some((_, row) => plan(row) !== null),
      compare: byText(suppliers.id.map((_, row) => plan(row) ?? "~")),
      cell: textCell((row) => planWords(plan(row))),
    },
    spendColumn(data),
    flagsColumn(data),
    {
      key: "reason",
      label: tr("Top reason"),
      className: "c-reason",
      compare: null,
      cell: (row) => element("span", { class: "clamp", text: reasonText(data, row), lang: languageOf(reasonText(data, row)) }),
    },
  ].filter((column) => column.isKnown !== false);
}

/** What the buyer spends with each supplier in a year. */
function spendColumn({ suppliers }) {
  return {
    key: "spend",
    label: tr("Spend"),
    className: "c-spend",
    isKnown: suppliers.spend.some((spend) => spend !== null),
    compare: byNumber(suppliers.spend),
    cell: textCell((row) => spendAmount(suppliers, row)),
  };
}

/** A way of selection in words; nothing without one. */
function planWords(method) {
  const words = (method ?? "").replaceAll("_", " ");
  return words === "" ? words : tr(words);
}

/** Hits on public lists, which are not part of the score. */
function flagsColumn(data) {
  return {
    key: "flags",
    label: tr("Flags"),
    className: "c-flags",
    isKnown: Boolean(data.flags?.counts.some((count) => count > 0)),
    compare: byNumber(data.flags?.counts ?? []),
    cell: (row) => flagChips(data, row),
  };
}

/** The position by country, sector and goods with its interval; "unknown" without any context. */
function contextColumn({ context_position: position, context_position_p05: low, context_position_p95: high }) {
  const words = (row) => (position[row] === null ? tr("unknown") : `${numberText(position[row])} (${rangeText(low[row], high[row])})`);
  return {
    key: "context",
    label: tr("By context alone"),
    className: "c-interval",
    isKnown: position.some((one) => one !== null),
    compare: byNumber(position),
    cell: textCell(words),
  };
}

function insufficientColumns(data, hrefOf) {
  const { suppliers } = data;
  const sentence = (key, label, className, column, instead) => ({
    key,
    label,
    className,
    compare: byCode(column),
    cell: (row) => {
      const text = textAt(column, row);
      return element("span", { class: "clamp", text: text ?? instead, lang: text === null ? null : languageOf(text) });
    },
  });
  return [
    nameColumn(data, hrefOf),
    countryColumn(data),
    coverageColumn(suppliers),
    contextColumn(suppliers),
    flagsColumn(data),
    sentence("why", tr("Why there is no score"), "c-why", suppliers.insufficient_reason, tr("not stated")),
    sentence("item", tr("Lowest-cost data gap"), "c-item", suppliers.lowest_cost_data_gap, tr("none named")),
  ].filter((column) => column.isKnown !== false);
}

function findColumns(data, hrefOf) {
  const { find } = data;
  const positionOf = new Map(find.rows.map((row, position) => [row, position]));
  const words = (read) => textCell((row) => read(positionOf.get(row)));
  return [
    { key: "rank", label: tr("Priority"), className: "c-rank", compare: null, cell: words((position) => numberText(position + 1)) },
    nameColumn(data, hrefOf, false),
    countryColumn(data, false),
    { key: "priority_band", label: tr("Priority band now"), className: "c-band", compare: null, cell: (row) => bandChip(bandOf(data, row)) },
    { ...flagsColumn(data), compare: null },
    {
      key: "probability",
      label: tr("Probability of top {number}", { number: data.topK }),
      className: "c-probability",
      compare: null,
      cell: (row) => probabilityCell(data.suppliers.prob_top_k[row], data.topK),
    },
    {
      key: "item",
      label: tr("Data gap to close first"),
      className: "c-item",
      compare: null,
      cell: (row) => dataItemCell(find, positionOf.get(row)),
    },
  ].filter((column) => column.isKnown !== false);
}
