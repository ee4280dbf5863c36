"use strict";

const WEIGHT_STEPS = 20;

/** The page with a slider per pillar: who enters and leaves the top, and the whole list again. */
class WhatIfView {
  constructor(data, hrefOf, onChange) {
    this.data = data;
    this.onChange = onChange;
    this.engine = new WhatIf(data);
    /** @type {{rows: number[], scores: (number | null)[], ranks: (number | null)[]}} */
    this.result = { rows: [], scores: [], ranks: [] };
    this.weights = {};
    this.sliders = new Map();
    this.changes = byId("whatif-changes");
    const sliders = byId("whatif-sliders");
    sliders.append(...this.engine.pillars.map((pillar) => this.slider(pillar)));
    byId("whatif-reset").addEventListener("click", () => onChange(""));
    byId("whatif-save").addEventListener("click", () => {
      saveFile("what-if.yaml", "text/yaml", this.engine.profile(this.weights));
    });
    this.hrefOf = hrefOf;
    this.table = new WindowedTable(byId("whatif-table"), {
      caption: tr("Suppliers under the weights tried"),
      columns: this.columns(),
      onSort: () => {},
      isSelected: () => false,
      isCut: (row) => row === this.cutRow,
    });
  }

  slider(pillar) {
    const base = this.engine.settings.pillars[pillar];
    const most = Math.max(3, Math.ceil(base * 2));
    const id = `weight-${pillar}`;
    const output = element("output", { for: id });
    const input = /** @type {HTMLInputElement} */ (element("input", { type: "range", id, min: "0", max: String(most), step: String(1 / WEIGHT_STEPS) }));
    input.addEventListener("input", () => {
      this.weights[pillar] = Number(input.value);
      output.textContent = input.value;
      this.onChange(this.asText());
    });
    this.sliders.set(pillar, { input, output, base });
    return element(
      "p",
      { class: "slider" },
      element("label", { for: id, text: tr(this.data.labels.pillar[pillar]) }),
      input,
      output,
    );
  }

  columns() {
    const { suppliers } = this.data;
    return [
      { key: "new", label: tr("New rank"), className: "c-rank", compare: null, cell: textCell((row) => numberText(this.result.ranks[row])) },
      { key: "was", label: tr("Published rank"), className: "c-rank", compare: null, cell: textCell((row) => (suppliers.rank[row] === null ? tr("none") : rankText(this.data, row))) },
      nameColumn(this.data, this.hrefOf, false),
      countryColumn(this.data, false),
      { key: "score", label: tr("New score"), className: "c-score", compare: null, cell: (row) => scoreBar(this.result.scores[row]) },
      { key: "priority_band", label: tr("Published priority band"), className: "c-band", compare: null, cell: (row) => bandChip(bandOf(this.data, row)) },
      { ...flagsColumn(this.data), compare: null },
    ].filter((column) => column.isKnown !== false);
  }

  /** Weights as the address keeps them: only those that differ from the published ones. */
  asText() {
    return [...this.sliders]
      .filter(([pillar, { base }]) => (this.weights[pillar] ?? base) !== base)
      .map(([pillar]) => `${pillar}:${this.weights[pillar]}`)
      .join(",");
  }

  /** Ranks under the weights of the address and shows what comes of it. */
  show(text) {
    this.weights = {};
    for (const part of keysOf(text)) {
      const [pillar, weight] = part.split(":");
      if (this.sliders.has(pillar) && Number.isFinite(Number(weight)) && Number(weight) >= 0) {
        this.weights[pillar] = Number(weight);
      }
    }
    for (const [pillar, { input, output, base }] of this.sliders) {
      input.value = String(this.weights[pillar] ?? base);
      output.textContent = String(this.weights[pillar] ?? base);
    }
    this.result = this.engine.order(this.weights);
    this.cutRow = this.result.rows.filter((row) => (this.result.ranks[row] ?? Infinity) <= this.data.topK).at(-1);
    this.showChanges();
    this.table.show(this.result.rows, "new", false, true);
  }

  showChanges() {
    const { enter, leave } = this.engine.changes(this.result.ranks);
    const { suppliers, topK } = this.data;
    const names = (rows, none, change) =>
      rows.length === 0
        ? element("p", { class: "muted", text: none })
        : element(
            "ul",
            { class: "plain-list" },
            ...rows.slice(0, 50).map((row) =>
              element("li", {}, element("a", { href: this.hrefOf(row) }, isolated(suppliers.name[row])), ` ${change(row)}`),
            ),
          );
    const none = tr("no rank");
    const move = (before, after) => tr("from {before} to {after}", { before: before ?? none, after: after ?? none });
    const scored = suppliers.rank.filter((rank) => rank !== null).length;
    const count = this.result.rows.length;
    const lost = scored - count;
    const size = Math.abs(lost);
    const loses = trn("{count} supplier loses its score.", "{count} suppliers lose their score.", size);
    const gains = trn("{count} supplier gains a score.", "{count} suppliers gain a score.", size);
    const ranked = trn("{count} supplier ranked.", "{count} suppliers ranked.", count);
    this.changes.replaceChildren(
      element(
        "div",
        {},
        element("h3", { text: tr("Enter the top {number}: {count}", { number: topK, count: enter.length }) }),
        names(enter, tr("No supplier enters."), (row) => move(suppliers.rank[row], this.result.ranks[row])),
      ),
      element(
        "div",
        {},
        element("h3", { text: tr("Leave the top {number}: {count}", { number: topK, count: leave.length }) }),
        names(leave, tr("No supplier leaves."), (row) => move(suppliers.rank[row], this.result.ranks[row])),
      ),
      element("p", { class: "muted small", text: [ranked, lost === 0 ? "" : lost > 0 ? loses : gains].join(" ").trim() }),
    );
  }
}
