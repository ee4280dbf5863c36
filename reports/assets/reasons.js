"use strict";

/** The signals of a supplier, most points first, then those without a value. */
function signalsOf(data, row) {
  const found = [];
  data.signals.forEach((card, signal) => {
    const column = data.evidence[signal];
    const status = textAt(column.status, row);
    if (status !== null) {
      const hasValue = status === "observed" || status === "contested";
      found.push({ card, signal, column, row, status, hasValue, points: numberAt(column.points, row) ?? 0 });
    }
  });
  return found.sort((a, b) => b.points - a.points || a.signal - b.signal);
}

function reasons(data, row, signals) {
  if (row >= data.figuresFor) {
    return block(
      "Why this rank",
      element("p", { text: reasonText(data, row) }),
      element("p", { class: "muted small", text: FIGURES_ELSEWHERE }),
    );
  }
  const counted = signals.filter((signal) => signal.hasValue && signal.card.pillar !== "context");
  const widest = Math.max(1, ...counted.map((signal) => Math.abs(signal.points)));
  const median = data.suppliers.peer_median_score[row];
  const items = counted.map((signal) => reasonItem(data, signal, widest));
  return block(
    "Why this rank",
    median === null
      ? null
      : element("p", {
          class: "sum",
          text: `At the peer medians of the same signals the score would be ${ONE_DECIMAL.format(median)}. The points below sum from there to ${ONE_DECIMAL.format(data.suppliers.score[row])}.`,
        }),
    topReason(data, row) === null
      ? element("p", {
          class: "sum",
          text: "No signal differs from the peer medians; the score rests on conditions that the peers share.",
        })
      : null,
    element("ul", { class: "reasons" }, ...items),
  );
}

const FIGURES_ELSEWHERE =
  "The list is long, and this page holds details for its first suppliers only. Those of this supplier are in ranked.csv and contributions.parquet in the folder of this file.";

function reasonItem(data, signal, widest) {
  const share = (50 * Math.abs(signal.points)) / widest;
  const raises = signal.points > 0;
  const bar = element(
    "span",
    { class: "points-track", "aria-hidden": "true" },
    element("span", {
      class: raises ? "points-up" : "points-down",
      style: raises ? { left: "50%", width: `${share}%` } : { left: `${50 - share}%`, width: `${share}%` },
    }),
  );
  return element(
    "li",
    {},
    element(
      "div",
      { class: "reason-head" },
      element("span", { class: "reason-title", text: signal.card.title }),
      element("span", { class: "reason-points", text: `${formatPoints(signal.points)} points` }),
    ),
    bar,
    element("p", { class: "reason-sentence" }, isolated(sentenceAt(data, signal.signal, signal.row) ?? "")),
    evidence(data, signal),
  );
}

/** The data item behind a signal: value, peers, period, source, licence, age, limits. */
function evidence(data, signal) {
  const { labels } = data;
  const { card, column, row } = signal;
  const value = numberAt(column.value, row);
  const peer = numberAt(column.peer, row);
  const origin = textAt(column.origin, row);
  const named = textAt(column.sources, row);
  const ids = (named === null ? card.sources : named.split(/[^a-z0-9_]+/)).filter((id) => id in data.sources);
  const sources = ids.flatMap((id) => {
    const source = data.sources[id];
    return [
      element(
        "span",
        { class: "source" },
        outsideLink(source.url, source.title),
        ", licence ",
        outsideLink(source.licenceUrl, source.licence),
      ),
    ];
  });
  const rows = [
    ["Value", value === null ? "not shown: the licence does not allow redistribution" : formatValue(value, card.unit)],
    ["Peer median", peer === null ? null : formatValue(peer, card.unit)],
    ["Period", textAt(column.period, row)],
    ["Data through", textAt(column.observedTo, row)],
    ["Status", signal.status === "observed" ? null : labels.status[signal.status]],
    ["Source", sources.length > 0 ? element("span", {}, ...sources) : null],
    ["Source file", origin === null ? null : outsideLink(origin, origin)],
    ["Pillar", labels.pillar[card.pillar]],
    ["Evidence grade", card.grade],
    ["ILO indicators", card.ilo.length > 0 ? card.ilo.join("; ") : null],
    ["Limits", card.limits.join(" ")],
  ];
  return element(
    "details",
    { class: "evidence" },
    element("summary", { text: evidenceLine(data, signal, value, peer, ids) }),
    facts(rows),
  );
}

function evidenceLine(data, signal, value, peer, sourceIds) {
  return [
    value === null ? "Value withheld" : formatValue(value, signal.card.unit),
    peer === null ? null : `peer median ${formatValue(peer, signal.card.unit)}`,
    textAt(signal.column.period, signal.row),
    sourceIds.map((id) => data.sources[id].title).join(", ") || null,
  ]
    .filter(Boolean)
    .join(" · ");
}

function facts(rows) {
  const list = element("dl", { class: "facts" });
  for (const [term, description] of rows) {
    if (description !== null && description !== undefined && description !== "") {
      const content = typeof description === "string" ? isolated(description) : description;
      list.append(element("dt", { text: term }), element("dd", {}, content));
    }
  }
  return list;
}

function observedWithoutScore(data, signals) {
  const seen = signals.filter((signal) => signal.hasValue && signal.card.pillar !== "context");
  if (seen.length === 0) {
    return null;
  }
  const items = seen.map((signal) =>
    element(
      "li",
      {},
      element("div", { class: "reason-head" }, element("span", { class: "reason-title", text: signal.card.title })),
      element("p", { class: "reason-sentence" }, isolated(sentenceAt(data, signal.signal, signal.row) ?? "")),
      evidence(data, signal),
    ),
  );
  return block("Evidence so far", element("ul", { class: "reasons" }, ...items));
}

function unknown(data, signals) {
  const missing = signals.filter(
    (signal) => !signal.hasValue && signal.status !== "not_applicable" && signal.card.pillar !== "context",
  );
  const items = missing.map((signal) =>
    element(
      "li",
      {},
      element("strong", { text: signal.card.title }),
      element("span", { class: "state state-off", text: data.labels.status[signal.status] ?? signal.status }),
      element("p", { class: "small" }, isolated(sentenceAt(data, signal.signal, signal.row) ?? "")),
    ),
  );
  return block(
    "Data gaps",
    items.length > 0
      ? element("ul", { class: "unknown" }, ...items)
      : element("p", { text: "Every signal that applies has a value." }),
    element("p", {
      class: "muted small",
      text: `Never visible to this tool: ${data.invisible.join(", ").toLowerCase()}. Their absence from this page is not evidence of their absence.`,
    }),
  );
}

function context(data, row, signals) {
  const prior = data.suppliers.country_context_score[row];
  const items = signals
    .filter((signal) => signal.card.pillar === "context" && signal.hasValue)
    .map((signal) => element("li", {}, element("strong", { text: signal.card.title }), evidence(data, signal)));
  if (prior === null && items.length === 0) {
    return null;
  }
  return element(
    "section",
    { class: "block apart" },
    element("h3", { text: "Country and sector context (not part of the score)" }),
    element("p", { class: "muted small", text: "Risk context of the country and sector, not evidence about this supplier. It is never part of the score." }),
    prior === null ? null : scoreBar(prior),
    items.length > 0 ? element("ul", { class: "unknown" }, ...items) : null,
  );
}
