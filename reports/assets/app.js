"use strict";

const TYPING_PAUSE_MS = 120;

/** The page: what the address says is what it shows. */
class ReportPage {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    STATE_FIELDS.hidden[1] = columnsHiddenAtFirst(data);
    STATE_FIELDS.view[1] = firstView(data.suppliers.score);
    this.state = readState();
    this.finder = new Finder(data);
    this.rowOfSupplier = new Map(data.suppliers.id.map((id, row) => [id, row]));
    const all = data.suppliers.id.map((_, row) => row);
    this.all = all;
    this.scored = all.filter((row) => data.suppliers.score[row] !== null);
    this.unscored = all.filter((row) => data.suppliers.score[row] === null);
    // Ties are never split: the line comes after the last supplier that ranks within the budget.
    this.withinBudget = this.scored.filter((row) => (data.suppliers.rank[row] ?? Infinity) <= data.topK);
    this.cutRow = this.withinBudget.at(-1);
    this.openedFrom = null;
    this.panel = byId("panel");
    this.tables = {
      ranked: this.makeTable("ranked", tr("Ranked suppliers"), rankedColumns),
      insufficient: this.makeTable("insufficient", tr("Suppliers with insufficient information"), insufficientColumns),
    };
    if (data.find) {
      this.tables.find = this.makeTable("find", tr("Suppliers whose evidence is worth completing first"), findColumns);
    }
    this.pages = {};
    this.found = [];
    this.controls = new Controls(data, (changes, replace) => this.go(changes, replace), this.tables.ranked.everyColumn);
    this.listen();
    this.apply(true);
  }

  makeTable(name, caption, columnsOf) {
    const hrefOf = (row) => hashOf({ ...this.state, supplier: this.data.suppliers.id[row] });
    return new WindowedTable(byId(`${name}-table`), {
      caption,
      columns: columnsOf(this.data, hrefOf),
      onSort: (key) => this.sortBy(key),
      isSelected: (row) => this.data.suppliers.id[row] === this.state.supplier,
      isCut: (row) => row === this.cutRow,
    });
  }

  listen() {
    byId("save-csv").addEventListener("click", () => this.saveList());
    window.addEventListener("hashchange", () => {
      this.state = readState();
      this.apply(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.state.supplier !== "") {
        this.go({ supplier: "" });
      }
    });
    for (const table of Object.values(this.tables)) {
      table.body.addEventListener("click", (/** @type {any} */ event) => {
        const row = event.target.closest("tr")?.dataset.row;
        if (row !== undefined && !event.target.closest("a") && getSelection()?.isCollapsed) {
          this.go({ supplier: this.data.suppliers.id[Number(row)] });
        }
      });
    }
    window.addEventListener("beforeprint", () => this.forTables((table) => table.setPrinting(true)));
    window.addEventListener("afterprint", () => this.forTables((table) => table.setPrinting(false)));
  }

  forTables(act) {
    Object.values(this.tables).forEach(act);
  }

  /** Changes the state and keeps it in the address; typing does not fill the history. */
  go(changes, replace = false) {
    const next = { ...readState(), ...changes };
    const hash = hashOf(next);
    if (replace) {
      history.replaceState(null, "", hash);
      this.state = next;
      this.apply(false);
    } else {
      location.hash = hash;
    }
  }

  sortBy(key) {
    const isAgain = this.state.sort === key || (this.state.sort === "" && key === "rank");
    const isTurned = isAgain ? this.state.turned !== "1" : startsDescending(key);
    this.go({ sort: key, turned: isTurned ? "1" : "" });
  }

  apply(isFirst) {
    const { state } = this;
    for (const view of VIEWS) {
      byId(`view-${view}`).hidden = view !== state.view;
    }
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const tabs = document.querySelectorAll(".tabs a");
    for (const tab of tabs) {
      const isHere = tab.dataset.view === state.view;
      tab.href = hashOf({ ...state, view: tab.dataset.view ?? "", supplier: "", sort: "", turned: "" });
      if (isHere) {
        tab.setAttribute("aria-current", "page");
      } else {
        tab.removeAttribute("aria-current");
      }
    }
    this.controls.sync(state);
    byId("terms").hidden = !(state.view in this.tables);
    this.showPanel(isFirst);
    const lists = { ranked: this.scored, insufficient: this.unscored, find: this.data.find?.rows, map: this.all };
    if (state.view in lists) {
      this.showMatches(state.view, lists[state.view] ?? []);
    } else if (state.view === "whatif") {
      this.showWhatIf();
    }
  }

  showMatches(view, rows) {
    const band = view === "ranked" || view === "map" ? this.state.band : "";
    const found = this.finder.find(rows, { ...this.state, band });
    const [some, all] = [WHOLE_NUMBER.format(found.length), WHOLE_NUMBER.format(rows.length)];
    const count = some === all ? tr("{all} suppliers", { all }) : tr("{some} of {all} suppliers", { some, all });
    const cut = view === "ranked" ? `; ${this.budgetWords()}` : "";
    byId("matches").replaceChildren(`${count}${cut}`, ...this.elsewhere(view, found.length));
    this.found = found;
    if (view === "map") {
      this.pages.map ??= new SiteMap(
        this.data,
        (row) => this.go({ supplier: this.data.suppliers.id[row] }),
        (changes) => this.go(changes, true),
        (row) => hashOf({ ...this.state, supplier: this.data.suppliers.id[row] }),
      );
      this.pages.map.show(found, this.state.place, this.state.layer);
    } else {
      this.showList(view, found);
    }
  }

  /** Where else a search finds suppliers: a name is in one of the two lists, or among the rejected rows. */
  elsewhere(view, here) {
    if (this.state.query === "" || view === "map" || (view === "find" && here > 0)) {
      return [];
    }
    const lists = { ranked: [this.scored, tr("ranked")], insufficient: [this.unscored, tr("without a score")] };
    const links = [];
    let total = here;
    for (const [other, [rows, words]] of Object.entries(lists)) {
      const number = other === view ? 0 : this.finder.find(rows, { ...this.state, band: "" }).length;
      total += number;
      if (number > 0) {
        const href = hashOf({ ...this.state, view: other, supplier: "", sort: "", turned: "", band: "" });
        links.push("; ", element("a", { href, text: `${WHOLE_NUMBER.format(number)} ${words}` }));
      }
    }
    if (total === 0) {
      const href = hashOf({ ...this.state, view: "rejected", supplier: "", sort: "", turned: "" });
      links.push("; ", element("a", { href, text: tr("rejected rows") }));
    }
    return links;
  }

  showWhatIf() {
    if (!this.data.whatIf) {
      return;
    }
    const hrefOf = (row) => hashOf({ ...this.state, supplier: this.data.suppliers.id[row] });
    this.pages.whatif ??= new WhatIfView(this.data, hrefOf, (weights) => this.go({ weights }, true));
    this.pages.whatif.show(this.state.weights);
  }

  /** The list as it stands, filters and order included, as a file. */
  saveList() {
    const note = byId("notice-text").textContent;
    saveFile(`understory-${this.data.runId}.csv`, "text/csv;charset=utf-8", listCsv(this.data, this.shownRows(), note));
  }

  shownRows() {
    return this.tables[this.state.view]?.rows ?? this.found;
  }

  budgetWords() {
    const { topK } = this.data;
    const within = this.withinBudget.length;
    const number = WHOLE_NUMBER.format(topK);
    return within > topK
      ? tr("dashed line: audit budget of {number}, {within} with ties", { number, within: WHOLE_NUMBER.format(within) })
      : tr("dashed line: audit budget of {number}", { number });
  }

  showList(name, rows) {
    const table = this.tables[name];
    const column = table.everyColumn.find(({ key }) => key === this.state.sort);
    const isDescending = this.state.turned === "1";
    const wanted = column?.compare ? column : null;
    // Rows come in the order of the list, which is by rank; sorting is stable.
    let shown = rows;
    if (wanted) {
      shown = rows.slice().sort((a, b) => wanted.compare(a, b, isDescending));
    }
    const terms = table.columns.filter(({ key }) => key in COLUMN_HELP);
    byId("terms-list").replaceChildren(...terms.flatMap(({ key, label }) => [element("dt", { text: label }), element("dd", { text: COLUMN_HELP[key] })]));
    const isByRank = wanted === null || wanted.key === "rank";
    table.hide(name === "ranked" ? keysOf(this.state.hidden) : new Set());
    table.show(shown, wanted ? wanted.key : "rank", wanted !== null && isDescending, isByRank && !isDescending);
  }

  showPanel(isFirst) {
    const row = this.rowOfSupplier.get(this.state.supplier);
    const wasOpen = !this.panel.hidden;
    const workspace = byId("workspace");
    if (row === undefined) {
      this.panel.hidden = true;
      this.panel.replaceChildren();
      workspace.classList.remove("with-panel");
      document.body.classList.remove("panel-open");
      if (wasOpen && this.openedFrom !== null) {
        requestAnimationFrame(() => this.tables[this.state.view]?.linkOf(this.openedFrom)?.focus());
      }
      return;
    }
    const isOther = this.openedFrom !== row || !wasOpen;
    this.openedFrom = row;
    this.panel.hidden = false;
    workspace.classList.add("with-panel");
    document.body.classList.add("panel-open");
    if (isOther) {
      this.panel.replaceChildren(...supplierPanel(this.data, row, hashOf({ ...this.state, supplier: "" })));
      this.panel.scrollTop = 0;
      if (!isFirst) {
        byId("panel-heading").focus({ preventScroll: true });
      }
    }
  }
}

function startsDescending(key) {
  return ["score", "bounds", "coverage", "probability", "flags", "spend"].includes(key);
}

/** The ranges of the draws say more than the two cases; the rest waits to be chosen. */
function columnsHiddenAtFirst(data) {
  const isDrawn = data.suppliers.prob_top_k.some((probability) => probability !== null);
  return [...(isDrawn ? ["bounds"] : []), "decided", "csddd", "lksg", "plan", "spend"].join(",");
}

async function start() {
  const message = byId("message");
  try {
    const data = await readEmbeddedData();
    message.remove();
    new ReportPage(data);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    message.textContent = tr("This browser cannot read the list ({why}). The same list is in ranked.csv beside this file.", { why });
    throw error;
  }
}

start();
