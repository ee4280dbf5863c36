"use strict";

/** The panel about one supplier: why, how sure, what is unknown, what to do. */
function supplierPanel(data, row, closeHref) {
  const { suppliers, tiers } = data;
  const signals = signalsOf(data, row);
  const parts = [
    panelHead(data, row, closeHref),
    suppliers.score[row] === null ? noScore(data, row) : scoreSummary(data, row, tiers),
    nextStep(data, row),
    suppliers.score[row] === null ? null : reasons(data, row, signals),
    suppliers.score[row] === null ? observedWithoutScore(data, signals) : null,
    unknown(data, signals),
    context(data, row, signals),
    sitesOf(data, row),
    record(data, row),
  ];
  return parts.filter((part) => part !== null);
}

/** The signals of a supplier, most points first, then those without a value. */
function signalsOf(data, row) {
  const { contributions, signals } = data;
  const found = [];
  for (let i = contributions.start[row]; i < contributions.start[row + 1]; i += 1) {
    const status = textAt(contributions.status, i);
    found.push({
      place: i,
      card: signals[contributions.signal[i]],
      status,
      hasValue: status === "observed" || status === "contested",
      points: contributions.points[i],
    });
  }
  return found.sort((a, b) => b.points - a.points || a.place - b.place);
}

function block(title, ...children) {
  return element("section", { class: "block" }, element("h3", { text: title }), ...children);
}

function panelHead(data, row, closeHref) {
  const { suppliers } = data;
  const facts = [
    textAt(suppliers.country, row),
    textAt(suppliers.sector, row) && `sector ${textAt(suppliers.sector, row)}`,
    textAt(suppliers.workforce_band, row) && `${textAt(suppliers.workforce_band, row)} workers`,
  ].filter(Boolean);
  return element(
    "header",
    { class: "panel-head" },
    element("a", { class: "close", href: closeHref, "aria-label": "Close this supplier", text: "×" }),
    element("h2", { id: "panel-heading", tabindex: "-1" }, isolated(suppliers.name[row])),
    element("p", { class: "panel-facts" }, isolated(suppliers.id[row]), " · ", facts.join(" · ")),
  );
}

function scoreSummary(data, row, tiers) {
  const { suppliers } = data;
  const ranked = suppliers.rank.reduce((count, rank) => count + (rank === null ? 0 : 1), 0);
  const low = suppliers.rank_low[row];
  const high = suppliers.rank_high[row];
  const chance = suppliers.p_top_k[row];
  const firmness = [
    low !== null && high !== null ? `between ${low} and ${high} in nine of ten draws` : null,
    chance !== null ? `in the top ${data.topK} in ${formatPercent(chance)} of the draws` : null,
  ].filter(Boolean);
  const best = suppliers.score_if_best[row];
  const worst = suppliers.score_if_worst[row];
  return element(
    "section",
    { class: "summary" },
    element(
      "div",
      { class: "summary-figures" },
      figure("Rank", rankCell(suppliers, row).textContent, `of ${WHOLE_NUMBER.format(ranked)}`),
      figure("Score", ONE_DECIMAL.format(suppliers.score[row]), "of 100"),
      figure("Coverage", formatCoverage(suppliers.coverage[row]), "of the weight observed"),
    ),
    tierChip(tiers[suppliers.tier[row]]),
    firmness.length > 0 ? element("p", { class: "firmness", text: `Place: ${firmness.join("; ")}.` }) : null,
    hasBounds(suppliers, row)
      ? boundsFigure(best, worst, suppliers.score[row])
      : element("p", {
          class: "muted small",
          text: "No peer has a value for what is missing, so a best and a worst case cannot be worked out.",
        }),
    twoReadings(suppliers, row),
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
      ? "Nothing that counts is missing, so best and worst case are the same."
      : `If what is missing were as good as the best tenth of the peers, the score would be ` +
        `${ONE_DECIMAL.format(best)}; as bad as the worst tenth, ${ONE_DECIMAL.format(worst)}.`;
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

function twoReadings(suppliers, row) {
  const exposure = suppliers.absolute_exposure[row];
  const anomaly = suppliers.within_peer_anomaly[row];
  const level = textAt(suppliers.peer_level, row);
  const count = suppliers.peer_count[row];
  const peers = level === null ? "" : ` Peers: ${level}${count === null ? "" : ` (${WHOLE_NUMBER.format(count)})`}.`;
  if (exposure === null || anomaly === null) {
    return peers ? element("p", { class: "muted small", text: peers.trim() }) : null;
  }
  return element("p", {
    class: "muted small",
    text: `Absolute exposure ${ONE_DECIMAL.format(exposure)}, unusual among its peers ${ONE_DECIMAL.format(anomaly)}.${peers}`,
  });
}

function noScore(data, row) {
  const { suppliers, tiers } = data;
  return element(
    "section",
    { class: "summary" },
    tierChip(tiers[suppliers.tier[row]]),
    element("p", { text: textAt(suppliers.insufficient_reason, row) ?? "Too little is known to rank it." }),
    element("p", {
      class: "muted small",
      text: `Coverage ${formatCoverage(suppliers.coverage[row])} of the weight. No score, no rank: missing evidence is counted neither for nor against a supplier.`,
    }),
  );
}

function nextStep(data, row) {
  const { suppliers, ladder, labels } = data;
  const chosen = textAt(suppliers.next_step, row);
  const rungs = ladder.map((step) =>
    element("li", { "aria-current": step === chosen ? "step" : null, text: labels.step[step] }),
  );
  return element(
    "section",
    { class: "block next-step" },
    element("h3", { text: "Next step" }),
    element("p", { class: "next-step-label", text: labels.step[chosen] ?? chosen }),
    element("p", { text: textAt(suppliers.next_step_reason, row) ?? "" }),
    element(
      "details",
      {},
      element("summary", { text: "The whole ladder" }),
      element("ol", { class: "ladder" }, ...rungs),
      element("p", {
        class: "muted small",
        text: "A plan with dates and escalation follow only from the outcome of earlier steps, and people decide them.",
      }),
    ),
  );
}

function reasons(data, row, signals) {
  const counted = signals.filter((signal) => signal.hasValue && signal.card.pillar !== "context");
  const widest = Math.max(1, ...counted.map((signal) => Math.abs(signal.points)));
  const typical = data.suppliers.typical_peer_score[row];
  const items = counted.map((signal) => reasonItem(data, signal, widest));
  return block(
    "Why this place",
    typical === null
      ? null
      : element("p", {
          class: "sum",
          text: `A typical peer scores ${ONE_DECIMAL.format(typical)} on the same signals. The points below lead from there to ${ONE_DECIMAL.format(data.suppliers.score[row])}.`,
        }),
    topReason(data, row) === null
      ? element("p", {
          class: "sum",
          text: "Nothing sets this supplier apart from its peers; they share what the score rests on.",
        })
      : null,
    element("ul", { class: "reasons" }, ...items),
  );
}

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
    element("p", { class: "reason-sentence" }, isolated(textAt(data.contributions.sentence, signal.place) ?? "")),
    evidence(data, signal),
  );
}

/** The datum behind a signal: value, peers, period, source, licence, age, what it cannot tell. */
function evidence(data, signal) {
  const { contributions, labels } = data;
  const { card, place } = signal;
  const value = contributions.value[place];
  const peer = contributions.peer[place];
  const origin = textAt(contributions.origin, place);
  const named = textAt(contributions.sources, place);
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
    ["Value", value === null ? "not shown: the licence does not allow passing it on" : formatValue(value, card.unit)],
    ["Typical peer", peer === null ? null : formatValue(peer, card.unit)],
    ["Period", textAt(contributions.period, place)],
    ["Observed to", textAt(contributions.observedTo, place)],
    ["Status", signal.status === "observed" ? null : labels.status[signal.status]],
    ["Source", sources.length > 0 ? element("span", {}, ...sources) : null],
    ["Read from", origin === null ? null : outsideLink(origin, origin)],
    ["Pillar", labels.pillar[card.pillar]],
    ["Evidence grade", card.grade],
    ["Bears on", card.ilo.length > 0 ? card.ilo.join("; ") : null],
    ["Cannot tell", card.limits.join(" ")],
  ];
  return element(
    "details",
    { class: "evidence" },
    element("summary", { text: evidenceLine(data, signal, value, peer, ids) }),
    facts(rows),
  );
}

function evidenceLine(data, signal, value, peer, sourceIds) {
  const { contributions } = data;
  return [
    value === null ? "Value withheld" : formatValue(value, signal.card.unit),
    peer === null ? null : `peers ${formatValue(peer, signal.card.unit)}`,
    textAt(contributions.period, signal.place),
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
      element("p", { class: "reason-sentence" }, isolated(textAt(data.contributions.sentence, signal.place) ?? "")),
      evidence(data, signal),
    ),
  );
  return block("What is known so far", element("ul", { class: "reasons" }, ...items));
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
      element("p", { class: "small" }, isolated(textAt(data.contributions.sentence, signal.place) ?? "")),
    ),
  );
  return block(
    "What is not known",
    items.length > 0
      ? element("ul", { class: "unknown" }, ...items)
      : element("p", { text: "Every signal that applies has a value." }),
    element("p", {
      class: "muted small",
      text: `Never visible here: ${data.invisible.join(", ").toLowerCase()}. Their absence from this page is not evidence of their absence.`,
    }),
  );
}

function context(data, row, signals) {
  const prior = data.suppliers.prior[row];
  const items = signals
    .filter((signal) => signal.card.pillar === "context" && signal.hasValue)
    .map((signal) => element("li", {}, element("strong", { text: signal.card.title }), evidence(data, signal)));
  if (prior === null && items.length === 0) {
    return null;
  }
  return element(
    "section",
    { class: "block apart" },
    element("h3", { text: "Country context, shown apart" }),
    element("p", { class: "muted small", text: "A prior about the place, not evidence about this supplier. It is never part of the score." }),
    prior === null ? null : scoreBar(prior),
    items.length > 0 ? element("ul", { class: "unknown" }, ...items) : null,
  );
}

function sitesOf(data, row) {
  const { sites } = data;
  const items = [];
  for (let i = sites.start[row]; i < sites.start[row + 1]; i += 1) {
    items.push(siteItem(data, i));
  }
  if (items.length === 0) {
    return block("Sites", element("p", { text: "No site is on the list, so nothing that is seen from above can be measured." }));
  }
  return block("Sites", element("ul", { class: "unknown" }, ...items));
}

function siteItem(data, site) {
  const { sites, siteValues, signals } = data;
  const values = [];
  for (let i = siteValues.start[site]; i < siteValues.start[site + 1]; i += 1) {
    const card = signals[siteValues.signal[i]];
    values.push([card.title, formatValue(siteValues.value[i], card.unit)]);
  }
  const precision = textAt(sites.precision, site).replaceAll("_", " ");
  const latitude = sites.latitude[site];
  const where = latitude === null ? null : `about ${latitude.toFixed(2)}, ${sites.longitude[site].toFixed(2)}`;
  const state = sites.measurable[site] ? `located: ${precision}` : `not measured: ${precision}`;
  const area = [textAt(sites.area, site), where].filter(Boolean).join(" · ");
  const reason = textAt(sites.reason, site);
  return element(
    "li",
    {},
    element("strong", {}, isolated(sites.name[site] ?? sites.id[site])),
    element("span", { class: sites.measurable[site] ? "state" : "state state-off", text: state }),
    area ? element("p", { class: "small" }, isolated(area)) : null,
    reason === null ? null : element("p", { class: "small" }, isolated(reason)),
    values.length > 0 ? facts(values) : null,
  );
}

function record(data, row) {
  const { suppliers } = data;
  const ilo = suppliers.ilo_coverage[row];
  return block(
    "Record",
    facts([
      ["Supplier id", suppliers.id[row]],
      ["Parent", textAt(suppliers.parent, row)],
      ["As of", data.asOf],
      ["ILO indicators covered", ilo === null ? null : `${formatPercent(ilo)} of the strength that would see all eleven`],
    ]),
  );
}
