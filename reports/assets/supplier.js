"use strict";

/** The panel about one supplier: why, how sure, what is unknown, what to do. */
function supplierPanel(data, row, closeHref) {
  const { suppliers } = data;
  const signals = signalsOf(data, row);
  const parts = [
    panelHead(data, row, closeHref),
    suppliers.score[row] === null ? noScore(data, row) : scoreSummary(data, row),
    nextStep(data, row),
    changed(data, row),
    orders(data, row),
    ownPart(data, row),
    suppliers.score[row] === null ? null : reasons(data, row, signals),
    suppliers.score[row] === null ? observedWithoutScore(data, signals) : null,
    figuresOf(data, row),
    unknown(data, signals),
    context(data, row, signals),
    sitesOf(data, row),
    record(data, row),
  ];
  return parts.filter((part) => part !== null);
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

function scoreSummary(data, row) {
  const { suppliers } = data;
  const best = suppliers.score_if_best[row];
  const worst = suppliers.score_if_worst[row];
  return element(
    "section",
    { class: "summary" },
    element(
      "div",
      { class: "summary-figures" },
      rankFigure(data, row),
      figure("Score", ONE_DECIMAL.format(suppliers.score[row]), "of 100"),
      figure("Coverage", formatCoverage(suppliers.coverage[row]), "of the weight observed"),
    ),
    tierChip(tierOf(data, row)),
    ...flagsOf(data, row).map((flag) => flagLine(flag)),
    firmness(data, row),
    hasBounds(suppliers, row)
      ? boundsFigure(best, worst, suppliers.score[row])
      : element("p", {
          class: "muted small",
          text: "No peer has a value for what is missing, so a best and a worst case cannot be worked out.",
        }),
    twoReadings(suppliers, row),
  );
}

function rankFigure(data, row) {
  const { suppliers } = data;
  const ranked = suppliers.rank.reduce((count, rank) => count + (rank === null ? 0 : 1), 0);
  const { rank_low: low, rank_high: high } = suppliers;
  if (data.ranksWithheld && low[row] !== null) {
    return figure("Between", rangeText(low[row], high[row]), `of ${WHOLE_NUMBER.format(ranked)}`);
  }
  return figure("Rank", rankText(data, row), `of ${WHOLE_NUMBER.format(ranked)}`);
}

function flagLine(flag) {
  return element(
    "p",
    { class: "flag" },
    element("strong", { text: `${flag.kind}: ` }),
    flag.sentence === null ? null : isolated(flag.sentence),
    flag.link === null ? null : " ",
    flag.link === null ? null : outsideLink(flag.link, "Source"),
    element("span", { class: "muted small", text: " A flag stands beside the score and is no part of it." }),
  );
}

/** How firm the place is: interval, chance of the top, tier, and what it hangs on. */
function firmness(data, row) {
  const { suppliers } = data;
  const low = suppliers.rank_low[row];
  const high = suppliers.rank_high[row];
  const chance = suppliers.p_top_k[row];
  const stability = suppliers.tier_stability[row];
  const parts = [
    low === null ? null : low === high ? `rank ${low} in nine of ten draws` : `between ${low} and ${high} in nine of ten draws`,
    chance === null ? null : `in the top ${data.topK} in ${formatPercent(chance)} of the draws`,
    stability === null ? null : `in this tier in ${formatPercent(stability)}`,
  ].filter(Boolean);
  const sentences = [textAt(suppliers.depends_most_on, row), textAt(suppliers.counterfactual, row)].filter(Boolean);
  if (parts.length === 0 && sentences.length === 0) {
    return null;
  }
  return element(
    "div",
    { class: "firmness" },
    parts.length > 0 ? element("p", { class: "firm-place", text: `Place: ${parts.join("; ")}.` }) : null,
    low === null ? null : rangeFigure(data, row),
    ...sentences.map((text) => element("p", { class: "small" }, isolated(text))),
  );
}

/** The interval of the rank on the whole list, the top at the left. */
function rangeFigure(data, row) {
  const { suppliers } = data;
  const last = suppliers.rank.reduce((most, rank) => Math.max(most, rank ?? 0), 1);
  const place = (rank) => (100 * (rank - 1)) / Math.max(last - 1, 1);
  const from = place(suppliers.rank_low[row]);
  const to = place(suppliers.rank_high[row]);
  return element(
    "span",
    { class: "track range", "aria-hidden": "true" },
    element("span", { class: "track-span", style: { left: `${from}%`, width: `${Math.max(to - from, 1)}%` } }),
    data.ranksWithheld
      ? null
      : element("span", { class: "track-tick", style: { left: `${place(suppliers.rank[row])}%` } }),
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
  const { suppliers } = data;
  return element(
    "section",
    { class: "summary" },
    tierChip(tierOf(data, row)),
    element("p", { text: textAt(suppliers.insufficient_reason, row) ?? "Too little is known to rank it." }),
    element("p", {
      class: "muted small",
      text: `Coverage ${formatCoverage(suppliers.coverage[row])} of the weight. No score, no rank: missing evidence is counted neither for nor against a supplier.`,
    }),
  );
}

const MOVEMENT_PARTS = {
  own_data: "its own data",
  coverage: "evidence gained or lost",
  peers: "other suppliers",
  method: "the method",
};

/** What changed since the run before; the parts sum exactly to the change of place. */
function changed(data, row) {
  const { suppliers } = data;
  const change = suppliers.rank_change[row];
  const told = textAt(suppliers.movement, row);
  const restated = textAt(suppliers.restated, row);
  if (change === null) {
    const texts = [told, restated].filter(Boolean).map((text) => element("p", {}, isolated(text)));
    return texts.length > 0 ? block("Since the run before", ...texts) : null;
  }
  const before = suppliers.rank_before[row];
  const words = change === 0 ? "The place is the same" : `${change < 0 ? "Up" : "Down"} ${plural(Math.abs(change), "place")}`;
  const rows = Object.entries(MOVEMENT_PARTS).map(([part, label]) => {
    const places = suppliers[`moved_${part}`][row];
    return [`By ${label}`, places === null ? null : `${formatPoints(-places)} places`];
  });
  return block(
    "Since the run before",
    told === null ? null : element("p", {}, isolated(told)),
    element("p", { class: told === null ? null : "small muted", text: `${words}${before === null ? "" : `, from ${WHOLE_NUMBER.format(before)}`}. Plus is up the list.` }),
    facts(rows),
    restated === null ? null : element("p", { class: "small" }, isolated(restated)),
  );
}

/** What of the buyer's own practice weighs at this supplier, and what the buyer can do. */
function ownPart(data, row) {
  const text = textAt(data.suppliers.own_practice, row);
  return text === null ? null : block("Your own part", element("p", {}, isolated(text)));
}

const PLAN_WORDS = {
  priority: "chosen by priority",
  random: "drawn at random with a known probability, so that outcomes teach something",
  cooling_down: "looked at recently, left in peace for now",
};

/** The same evidence in other orders: people's decisions, and the laws' views. */
function orders(data, row) {
  const { suppliers } = data;
  const decision = textAt(suppliers.override, row);
  const rows = [
    ["Computed order", data.ranksWithheld ? null : numberText(suppliers.rank[row])],
    ["With decisions", numberText(suppliers.order_with_overrides[row])],
    ["Decision", decision === null ? null : `${decision.replaceAll("_", " ")}: ${textAt(suppliers.override_reason, row) ?? ""}`],
    ["CSDDD order", numberText(suppliers.csddd_rank[row])],
    ["LkSG order", numberText(suppliers.lksg_rank[row])],
    ["Audit plan", PLAN_WORDS[textAt(suppliers.arm, row)] ?? null],
  ];
  if (rows.slice(1).every(([, text]) => text === null || text === "")) {
    return null;
  }
  return block(
    "Other orders of the same evidence",
    facts(rows),
    element("p", {
      class: "muted small",
      text: "CSDDD orders by severity and likelihood, without influence; LkSG adds influence and contribution. A decision never changes the score.",
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
