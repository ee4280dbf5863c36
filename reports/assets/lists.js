"use strict";

/** Cells with the text that `read` gives for a row. */
function textCell(read) {
  return (row) => element("span", { text: read(row) ?? "" });
}

/** The column that names the supplier and leads to its page. */
function nameColumn(data, hrefOf, isSortable = true) {
  return {
    key: "name",
    label: "Supplier",
    className: "c-who",
    compare: isSortable ? byText(data.suppliers.name) : null,
    cell: (row) => supplierCell(data, row, hrefOf),
  };
}

function countryColumn(data, isSortable = true) {
  const { country } = data.suppliers;
  return {
    key: "country",
    label: "Country",
    className: "c-country",
    compare: isSortable ? byCode(country) : null,
    cell: textCell((row) => textAt(country, row)),
  };
}

function coverageColumn({ evidence_coverage: coverage }) {
  return {
    key: "coverage",
    label: "Coverage",
    className: "c-coverage",
    compare: byNumber(coverage),
    cell: textCell((row) => formatPercentDown(coverage[row])),
  };
}

/** A column of whole numbers, such as a place in another order; without any it is left out. */
function placeColumn(key, label, className, places, words = numberText) {
  return {
    key,
    label,
    className,
    isKnown: places.some((place) => place !== null),
    compare: byNumber(places),
    cell: textCell((row) => words(places[row])),
  };
}

function rankedColumns(data, hrefOf) {
  const { suppliers } = data;
  const plan = (row) => textAt(suppliers.arm, row);
  return [
    {
      key: "rank",
      label: data.ranksWithheld ? "Between" : "Rank",
      className: "c-rank",
      compare: byNumber(suppliers.rank),
      cell: (row) => rankCell(data, row),
    },
    nameColumn(data, hrefOf),
    countryColumn(data),
    {
      key: "score",
      label: "Score",
      className: "c-score",
      compare: byNumber(suppliers.score),
      cell: (row) => scoreBar(suppliers.score[row]),
    },
    {
      key: "priority_band",
      label: "Priority band",
      className: "c-band",
      compare: byNumber(suppliers.priority_band),
      cell: (row) => bandChip(bandOf(data, row)),
    },
    {
      key: "bounds",
      label: "Best to worst",
      className: "c-bounds",
      compare: byNumber(suppliers.score_worst_case),
      cell: (row) => boundsCell(suppliers, row),
    },
    coverageColumn(suppliers),
    {
      key: "chance",
      label: `In top ${data.topK}`,
      className: "c-chance",
      isKnown: suppliers.prob_top_k.some((chance) => chance !== null),
      compare: byNumber(suppliers.prob_top_k),
      cell: (row) => chanceCell(suppliers.prob_top_k[row]),
    },
    placeColumn("moved", "Moved", "c-moved", suppliers.rank_change, movedText),
    placeColumn("decided", "With decisions", "c-decided", suppliers.order_with_overrides),
    placeColumn("csddd", "CSDDD order", "c-view", suppliers.csddd_rank),
    placeColumn("lksg", "LkSG order", "c-view", suppliers.lksg_rank),
    {
      key: "plan",
      label: "Audit plan",
      className: "c-view",
      isKnown: suppliers.id.some((_, row) => plan(row) !== null),
      compare: byText(suppliers.id.map((_, row) => plan(row) ?? "~")),
      cell: textCell((row) => plan(row)?.replaceAll("_", " ")),
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
      cell: (row) => element("span", { class: "clamp", text: reasonText(data, row) }),
    },
  ].filter((column) => column.isKnown !== false);
}

function insufficientColumns(data, hrefOf) {
  const { suppliers } = data;
  const sentence = (key, label, className, column, instead) => ({
    key,
    label,
    className,
    compare: byCode(column),
    cell: (row) => element("span", { class: "clamp", text: textAt(column, row) ?? instead }),
  });
  return [
    nameColumn(data, hrefOf),
    countryColumn(data),
    coverageColumn(suppliers),
    sentence("why", "Why there is no score", "c-why", suppliers.insufficient_reason, "not stated"),
    sentence("datum", "Cheapest datum that would help", "c-datum", suppliers.lowest_cost_data_gap, "none named"),
  ];
}

function findColumns(data, hrefOf) {
  const { find } = data;
  const placeOf = new Map(find.rows.map((row, place) => [row, place]));
  const words = (read) => textCell((row) => read(placeOf.get(row)));
  return [
    { key: "rank", label: "Order", className: "c-rank", compare: null, cell: words((place) => numberText(place + 1)) },
    nameColumn(data, hrefOf, false),
    countryColumn(data, false),
    { key: "priority_band", label: "Priority band now", className: "c-band", compare: null, cell: (row) => bandChip(bandOf(data, row)) },
    {
      key: "chance",
      label: `Probability of top ${data.topK}`,
      className: "c-chance",
      compare: null,
      cell: words((place) => formatPercent(find.chance[place])),
    },
    {
      key: "datum",
      label: "Find this first",
      className: "c-datum",
      compare: null,
      cell: (row) => datumCell(find, placeOf.get(row)),
    },
  ];
}
