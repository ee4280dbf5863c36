"use strict";

/** Score, rank and coverage of a supplier, with their uncertainty. */
function scoreSummary(data, row) {
  const { suppliers } = data;
  const best = suppliers.score_best_case[row];
  const worst = suppliers.score_worst_case[row];
  return element(
    "section",
    { class: "summary" },
    element(
      "div",
      { class: "summary-figures" },
      rankFigure(data, row),
      figure(tr("Score"), ONE_DECIMAL.format(suppliers.score[row]), tr("of 100")),
      figure(tr("Evidence coverage"), formatPercent(suppliers.evidence_coverage[row]), tr("of the weight observed")),
    ),
    bandChip(bandOf(data, row)),
    ...flagsOf(data, row).map((flag) => flagLine(flag)),
    ...factsOf(data, row).map((fact) => factLine(fact)),
    rankUncertainty(data, row),
    hasBounds(suppliers, row)
      ? boundsFigure(best, worst, suppliers.score[row])
      : element("p", {
          class: "muted small",
          text: tr("No peer has a value for the missing signals, so a best and a worst case cannot be computed."),
        }),
    scaleScores(suppliers, row),
  );
}

function rankFigure(data, row) {
  const { suppliers } = data;
  const ranked = suppliers.rank.reduce((count, rank) => count + (rank === null ? 0 : 1), 0);
  const { rank_p05: low, rank_p95: high } = suppliers;
  if (data.ranksWithheld && low[row] !== null) {
    return figure(tr("Rank interval"), rangeText(low[row], high[row]), tr("of {number}", { number: WHOLE_NUMBER.format(ranked) }));
  }
  return figure(tr("Rank"), rankText(data, row), tr("of {number}", { number: WHOLE_NUMBER.format(ranked) }));
}

function flagLine(flag) {
  return listedLine(flag, "flag", tr("A flag is not part of the score."));
}

function factLine(fact) {
  return listedLine(fact, "fact", tr("It is not part of the score."));
}

function listedLine(listed, name, note) {
  return element(
    "p",
    { class: name },
    element("strong", { text: `${listed.kind}: `, lang: languageOf(listed.kind) }),
    listed.sentence === null ? null : said(listed.sentence),
    listed.link === null ? null : " ",
    listed.link === null ? null : outsideLink(listed.link, tr("Source")),
    ...stepLinks(listed.steps),
    element("span", { class: "muted small", text: ` ${note}` }),
  );
}

/** Where the relations of a path can be read, in the order of its steps. */
function stepLinks(steps) {
  return (steps ?? "")
    .split("\n")
    .filter((line) => line.includes("\t"))
    .flatMap((line) => [" ", outsideLink(line.slice(line.indexOf("\t") + 1), line.slice(0, line.indexOf("\t")))]);
}

/** Rank interval, probability of the top k and of the band, and the main source of uncertainty. */
function rankUncertainty(data, row) {
  const { suppliers } = data;
  const low = suppliers.rank_p05[row];
  const high = suppliers.rank_p95[row];
  const probability = suppliers.prob_top_k[row];
  const stability = suppliers.prob_same_band[row];
  const parts = [
    low === null ? null : tr("90 % interval {range}", { range: rangeText(low, high) }),
    countryRank(data, row),
    probability === null ? null : tr("in the top {number} in {share} of simulations", { number: data.topK, share: formatPercent(probability) }),
    stability === null ? null : tr("in this priority band in {share}", { share: formatPercent(stability) }),
  ].filter(Boolean);
  const sentences = [textAt(suppliers.main_uncertainty_source, row), textAt(suppliers.changes_to_leave_top_k, row)].filter(Boolean);
  const outside = outsideInterval(data, row);
  if (parts.length === 0 && sentences.length === 0 && outside === null) {
    return null;
  }
  return element(
    "div",
    { class: "rank-uncertainty" },
    parts.length > 0 ? element("p", { class: "rank-words", text: tr("Rank uncertainty: {parts}.", { parts: parts.join("; ") }) }) : null,
    low === null ? null : rangeFigure(data, row),
    outside === null ? null : element("p", { class: "small", text: tr(outside) }),
    ...sentences.map((text) => element("p", { class: "small" }, said(text))),
  );
}

/** Why a rank lies outside its own interval; null where it does not or ranks are withheld. */
function outsideInterval(data, row) {
  const { rank, rank_p05: low, rank_p95: high } = data.suppliers;
  if (data.ranksWithheld || rank[row] === null || low[row] === null) {
    return null;
  }
  if (rank[row] >= low[row] && rank[row] <= high[row]) {
    return null;
  }
  return rank[row] < low[row] ? data.labels.aboveInterval : data.labels.belowInterval;
}

/** The rank among the suppliers of its country, on which the risk of the country has no influence. */
function countryRank(data, row) {
  const { suppliers } = data;
  const rank = suppliers.rank_within_country[row];
  const country = textAt(suppliers.country, row);
  if (rank === null || country === null) {
    return null;
  }
  const ranked = suppliers.rank.filter((each, other) => each !== null && textAt(suppliers.country, other) === country);
  return tr("rank {rank} of {number} in {country}", { rank, number: ranked.length, country });
}

/** The rank interval on the whole list, rank 1 at the left. */
function rangeFigure(data, row) {
  const { suppliers } = data;
  const last = suppliers.rank.reduce((most, rank) => Math.max(most, rank ?? 0), 1);
  const position = (rank) => (100 * (rank - 1)) / Math.max(last - 1, 1);
  const from = position(suppliers.rank_p05[row]);
  const to = position(suppliers.rank_p95[row]);
  return element(
    "span",
    { class: "track range", "aria-hidden": "true" },
    element("span", { class: "track-span", style: { left: `${from}%`, width: `${Math.max(to - from, 1)}%` } }),
    data.ranksWithheld
      ? null
      : element("span", { class: "track-tick", style: { left: `${position(suppliers.rank[row])}%` } }),
  );
}

function figure(label, number, rest) {
  return element(
    "p",
    { class: "figure" },
    element("span", { class: "figure-label", text: label }),
    element("span", { class: "figure-number", text: number }),
    element("span", { class: "figure-rest", text: rest }),
  );
}

function boundsFigure(best, worst, score) {
  const words =
    worst - best < 0.1
      ? tr("No value with weight is missing, so best and worst case are equal.")
      : tr("Score if missing values were as good as the best tenth of the peers: {best}; as bad as the worst tenth: {worst}.", {
          best: ONE_DECIMAL.format(best),
          worst: ONE_DECIMAL.format(worst),
        });
  return element(
    "div",
    { class: "bounds-figure" },
    element(
      "div",
      { class: "scale", "aria-hidden": "true" },
      element("span", { class: "track-span", style: { left: `${best}%`, width: `${Math.max(worst - best, 1)}%` } }),
      element("span", { class: "track-tick", style: { left: `${score}%` } }),
      element("span", { class: "scale-end", text: "0" }),
      element("span", { class: "scale-end", text: "100" }),
    ),
    element("p", { text: words }),
  );
}

/** The score on the absolute scale and relative to the peers, with the peer group. */
function scaleScores(suppliers, row) {
  const exposure = suppliers.score_absolute_scale[row];
  const anomaly = suppliers.score_vs_peers[row];
  const level = textAt(suppliers.peer_group, row);
  const count = suppliers.peer_group_size[row];
  const peers = level === null ? "" : tr("Peers: {group}.", { group: `${level}${count === null ? "" : ` (${WHOLE_NUMBER.format(count)})`}` });
  if (exposure === null || anomaly === null) {
    return peers ? element("p", { class: "muted small", text: peers }) : null;
  }
  const shown = { absolute: ONE_DECIMAL.format(exposure), relative: ONE_DECIMAL.format(anomaly) };
  const scales = tr("Score on the absolute scale {absolute}, relative to peers {relative}.", shown);
  return element("p", {
    class: "muted small",
    text: `${scales} ${peers}`.trim(),
  });
}

/** Where country, sector and goods alone put a supplier without a score. */
function byContext(suppliers, row) {
  const position = suppliers.context_position[row];
  if (position === null) {
    return null;
  }
  const interval = rangeText(suppliers.context_position_p05[row], suppliers.context_position_p95[row]);
  return element("p", {
    text: tr("By country, sector and goods alone it is at position {position} of {number} suppliers without a score (interval {range}). This is context, not evidence about the supplier.", { position, number: textAt(suppliers.suppliers_by_context, row), range: interval }),
  });
}

function noScore(data, row) {
  const { suppliers } = data;
  return element(
    "section",
    { class: "summary" },
    bandChip(bandOf(data, row)),
    ...flagsOf(data, row).map((flag) => flagLine(flag)),
    ...factsOf(data, row).map((fact) => factLine(fact)),
    textAt(suppliers.insufficient_reason, row) === null
      ? element("p", { text: tr("There is too little evidence to rank it.") })
      : element("p", {}, said(textAt(suppliers.insufficient_reason, row))),
    byContext(suppliers, row),
    element("p", {
      class: "muted small",
      text: tr("Evidence coverage {share} of the weight. No score, no rank: missing evidence is counted neither for nor against a supplier.", { share: formatPercent(suppliers.evidence_coverage[row]) }),
    }),
  );
}
