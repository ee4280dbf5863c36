"use strict";

/** The panel about one supplier: reasons, rank uncertainty, data gaps, next step. */
function supplierPanel(data, row, closeHref) {
  const { suppliers } = data;
  const signals = signalsOf(data, row);
  const parts = [
    panelHead(data, row, closeHref),
    suppliers.score[row] === null ? noScore(data, row) : scoreSummary(data, row),
    bandNote(data, row),
    journey(data, row, signals),
    nextStep(data, row),
    changed(data, row),
    otherRankings(data, row),
    buyerPractice(data, row),
    pillarPoints(data, row, signals),
    suppliers.score[row] === null ? null : reasons(data, row, signals),
    suppliers.score[row] === null ? observedWithoutScore(data, signals) : null,
    figuresOf(data, row),
    landFigures(data, row),
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
    inWords(data, "sector", row),
    inWords(data, "commodity", row),
    textAt(suppliers.workforce_band, row) && tr("{band} workers", { band: textAt(suppliers.workforce_band, row) }),
    spendText(suppliers, row),
  ].filter(Boolean);
  return element(
    "header",
    { class: "panel-head" },
    element("a", { class: "close", href: closeHref, "aria-label": tr("Close this supplier"), text: "×" }),
    element("h2", { id: "panel-heading", tabindex: "-1" }, isolated(suppliers.name[row])),
    element("p", { class: "panel-facts" }, isolated(suppliers.id[row]), " · ", facts.join(" · ")),
  );
}

/** Why the priority band is not the one of the score. */
function bandNote(data, row) {
  const text = textAt(data.suppliers.priority_band_note, row);
  return text === null ? null : block(tr("Why this priority band"), element("p", {}, said(text)));
}

const MOVEMENT_PARTS = {
  rank_change_from_own_data: tr("From supplier-specific data"),
  rank_change_from_coverage: tr("From evidence coverage"),
  rank_change_from_peers: tr("From other suppliers"),
  rank_change_from_method: tr("From the method"),
};

/** A part of a change in words: up is towards rank 1. */
function rankMove(ranks) {
  const size = Math.round(10 * Math.abs(ranks)) / 10;
  if (size === 0) {
    return tr("no change");
  }
  const shown = { count: UP_TO_ONE_DECIMAL.format(size) };
  return ranks < 0 ? trn("up {count} rank", "up {count} ranks", size, shown) : trn("down {count} rank", "down {count} ranks", size, shown);
}

/** What changed since the previous run; the parts sum exactly to the change in rank. */
function changed(data, row) {
  const { suppliers } = data;
  const change = suppliers.rank_change[row];
  const movement = textAt(suppliers.movement, row);
  const restated = textAt(suppliers.restated, row);
  if (change === null) {
    const texts = [movement, restated].filter(Boolean).map((text) => element("p", {}, said(text)));
    return texts.length > 0 ? block(tr("Since the previous run"), ...texts) : null;
  }
  const before = suppliers.rank_before[row];
  const size = Math.abs(change);
  const moved = change < 0 ? trn("Up {count} rank", "Up {count} ranks", size) : trn("Down {count} rank", "Down {count} ranks", size);
  const words = change === 0 ? tr("Rank unchanged") : moved;
  const from = before === null ? "" : tr("from {rank}", { rank: WHOLE_NUMBER.format(before) });
  const rows = Object.entries(MOVEMENT_PARTS).map(([part, label]) => {
    const ranks = suppliers[part][row];
    return [label, ranks === null ? null : element("bdi", { text: rankMove(ranks) })];
  });
  return block(
    tr("Since the previous run"),
    element("p", { text: `${words}${from === "" ? "" : `, ${from}`}.` }),
    facts(rows),
    restated === null ? null : element("p", { class: "small" }, said(restated)),
  );
}

/** What the buyer's own practice contributes at this supplier, and what the buyer can do. */
function buyerPractice(data, row) {
  const text = textAt(data.suppliers.own_practice, row);
  return text === null ? null : block(tr("Your purchasing practice"), element("p", {}, said(text)));
}

const PLAN_WORDS = {
  priority: tr("selected by priority"),
  random: tr("random sample (known probability), for validation"),
  cooling_off: tr("audited recently: cooling-off period"),
};

/** Other rankings of the same evidence: analysts' decisions, and CSDDD and LkSG. */
function otherRankings(data, row) {
  const { suppliers } = data;
  const decision = textAt(suppliers.override, row);
  const plan = PLAN_WORDS[textAt(suppliers.selection_method, row)];
  const rows = [
    [tr("Computed rank"), data.ranksWithheld ? null : numberText(suppliers.rank[row])],
    [tr("Rank with decisions"), numberText(suppliers.order_with_overrides[row])],
    [tr("Decision"), decision === null ? null : `${decision}: ${textAt(suppliers.override_reason, row) ?? ""}`],
    [tr("CSDDD rank"), numberText(suppliers.csddd_rank[row])],
    [tr("LkSG rank"), numberText(suppliers.lksg_rank[row])],
    [tr("Audit plan"), plan === undefined ? null : element("bdi", { text: plan })],
  ];
  if (rows.slice(1).every(([, text]) => text === null || text === "")) {
    return null;
  }
  return block(
    tr("Other rankings of the same evidence"),
    facts(rows),
    element("p", {
      class: "muted small",
      text: tr("The CSDDD ranking uses severity and likelihood, without influence. The LkSG ranking adds influence and contribution. A decision never changes the score."),
    }),
  );
}

function nextStep(data, row) {
  const { suppliers, ladder, labels } = data;
  const chosen = textAt(suppliers.next_step, row);
  const rungs = ladder.map((step) =>
    element("li", { "aria-current": step === chosen ? "step" : null, text: tr(labels.step[step]) }),
  );
  return element(
    "section",
    { class: "block next-step" },
    element("h3", { text: tr("Next step") }),
    element("p", { class: "next-step-label", text: tr(labels.step[chosen] ?? chosen) }),
    element("p", {}, said(textAt(suppliers.next_step_reason, row) ?? "")),
    element(
      "details",
      {},
      element("summary", { text: tr("All steps") }),
      element("ol", { class: "ladder" }, ...rungs),
      element("p", {
        class: "muted small",
        text: tr("A dated action plan and escalation follow only from the outcome of earlier steps. People decide them."),
      }),
    ),
  );
}

function record(data, row) {
  const { suppliers } = data;
  const ilo = suppliers.ilo_indicator_coverage[row];
  return block(
    tr("Record"),
    facts([
      [tr("Supplier id"), suppliers.id[row]],
      [tr("Parent"), textAt(suppliers.parent, row)],
      [tr("Sector"), inWords(data, "sector", row)],
      [tr("Goods"), inWords(data, "commodity", row)],
      [tr("Your spend"), spendText(suppliers, row)],
      [tr("As of"), data.asOf],
      [tr("ILO indicators covered"), ilo === null ? null : element("bdi", { text: tr("{share} of the signal strength that would cover all eleven", { share: formatPercent(ilo) }) })],
    ]),
  );
}
