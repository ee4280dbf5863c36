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
      tr("Why this rank"),
      element("p", { text: reasonText(data, row) }),
      element("p", { class: "muted small", text: FIGURES_ELSEWHERE }),
    );
  }
  const counted = signals.filter((signal) => signal.hasValue && signal.card.pillar !== "context");
  const widest = Math.max(1, ...counted.map((signal) => Math.abs(signal.points)));
  const median = data.suppliers.peer_median_score[row];
  const items = counted.map((signal) => reasonItem(data, signal, widest));
  return block(
    tr("Why this rank"),
    median === null
      ? null
      : element("p", {
          class: "sum",
          text: tr("At the peer medians of the same signals the score would be {median}. The points below sum from there to {score}.", { median: ONE_DECIMAL.format(median), score: ONE_DECIMAL.format(data.suppliers.score[row]) }),
        }),
    topReason(data, row) === null
      ? element("p", {
          class: "sum",
          text: tr("No signal differs from the peer medians; the score rests on conditions that the peers share."),
        })
      : null,
    element("ul", { class: "reasons" }, ...items),
  );
}

/** Points of each pillar of a supplier, as bars from the peer median and as numbers. */
function pillarPoints(data, row, signals) {
  if (data.suppliers.score[row] === null || row >= data.figuresFor) {
    return null;
  }
  const sums = new Map();
  for (const { card, hasValue, points } of signals) {
    if (hasValue && card.pillar !== "context") {
      sums.set(card.pillar, (sums.get(card.pillar) ?? 0) + points);
    }
  }
  const widest = Math.max(1, ...[...sums.values()].map(Math.abs));
  const items = [...sums]
    .sort((a, b) => b[1] - a[1])
    .map(([pillar, points]) =>
      element(
        "li",
        {},
        element(
          "div",
          { class: "reason-head" },
          element("span", { class: "reason-title", text: tr(data.labels.pillar[pillar]) }),
          element("span", { class: "reason-points", text: tr("{points} points", { points: formatPoints(points) }) }),
        ),
        pointsBar(points, widest),
      ),
    );
  return items.length === 0 ? null : block(tr("By pillar"), element("ul", { class: "reasons" }, ...items));
}

const FIGURES_ELSEWHERE = tr("The list is long, and this page holds details for its first suppliers only. Those of this supplier are in ranked.csv and contributions.parquet in the folder of this file.");

/** A bar from the middle: to the right where points raise the score. */
function pointsBar(points, widest) {
  const share = (50 * Math.abs(points)) / widest;
  const raises = points > 0;
  return element(
    "span",
    { class: "points-track", "aria-hidden": "true" },
    element("span", {
      class: raises ? "points-up" : "points-down",
      style: raises ? { left: "50%", width: `${share}%` } : { left: `${50 - share}%`, width: `${share}%` },
    }),
  );
}

function reasonItem(data, signal, widest) {
  return element(
    "li",
    {},
    element(
      "div",
      { class: "reason-head" },
      element("span", { class: "reason-title", text: signal.card.title }),
      element("span", { class: "reason-points", text: tr("{points} points", { points: formatPoints(signal.points) }) }),
    ),
    pointsBar(signal.points, widest),
    element("p", { class: "reason-sentence" }, said(sentenceAt(data, signal.signal, signal.row) ?? "")),
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
        ", ",
        tr("licence"),
        " ",
        outsideLink(source.licenceUrl, source.licence),
      ),
    ];
  });
  const rows = [
    [tr("Value"), value === null ? element("bdi", { text: tr("not shown: the licence does not allow redistribution") }) : formatValue(value, card.unit)],
    [tr("Peer median"), peer === null ? null : formatValue(peer, card.unit)],
    [tr("Period"), textAt(column.period, row)],
    [tr("Data through"), textAt(column.observedTo, row)],
    [tr("Status"), signal.status === "observed" ? null : element("bdi", { text: tr(labels.status[signal.status]) })],
    [tr("Source"), sources.length > 0 ? element("span", {}, ...sources) : null],
    [tr("Source file"), origin === null ? null : outsideLink(origin, origin)],
    [tr("Pillar"), element("bdi", { text: tr(labels.pillar[card.pillar]) })],
    [tr("Evidence grade"), card.grade],
    [tr("ILO indicators"), card.ilo.length > 0 ? element("bdi", { text: card.ilo.map((label) => tr(label)).join("; ") }) : null],
    [tr("Limits"), element("span", {}, ...card.limits.flatMap((limit) => [said(limit), " "]))],
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
    value === null ? tr("Value withheld") : formatValue(value, signal.card.unit),
    peer === null ? null : tr("peer median {value}", { value: formatValue(peer, signal.card.unit) }),
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
      const content = typeof description === "string" ? said(description) : description;
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
      element("p", { class: "reason-sentence" }, said(sentenceAt(data, signal.signal, signal.row) ?? "")),
      evidence(data, signal),
    ),
  );
  return block(tr("Evidence so far"), element("ul", { class: "reasons" }, ...items));
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
      element("span", { class: "state state-off", text: tr(data.labels.status[signal.status] ?? signal.status) }),
      element("p", { class: "small" }, said(sentenceAt(data, signal.signal, signal.row) ?? "")),
    ),
  );
  return block(
    tr("Data gaps"),
    items.length > 0
      ? element("ul", { class: "unknown" }, ...items)
      : element("p", { text: tr("Every signal that applies has a value.") }),
    element("p", {
      class: "muted small",
      text: tr("Never visible to this tool: {indicators}. Their absence from this page is not evidence of their absence.", { indicators: invisibleNames(data) }),
    }),
  );
}

/** Names of the invisible indicators; nouns keep their capital where the language has one. */
function invisibleNames(data) {
  const names = data.invisible.map((label) => tr(label)).join(", ");
  return LANGUAGE === "en" ? names.toLowerCase() : names;
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
    element("h3", { text: tr("Country and sector context (not part of the score)") }),
    element("p", { class: "muted small", text: tr("Risk context of the country and sector, not evidence about this supplier. It is never part of the score.") }),
    prior === null ? null : scoreBar(prior),
    items.length > 0 ? element("ul", { class: "unknown" }, ...items) : null,
  );
}
