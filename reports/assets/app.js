"use strict";

const VIEWS = ["ranked", "insufficient", "evidence", "rejected", "method"];
const TYPING_PAUSE_MS = 120;

/** What the address says: part of the report, supplier, search, filters, order. */
function readState() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const view = hash.get("view");
  return {
    view: VIEWS.includes(view) ? view : "ranked",
    supplier: hash.get("supplier"),
    query: hash.get("q") ?? "",
    country: hash.get("country") ?? "",
    tier: hash.get("tier") ?? "",
    sort: hash.get("sort") ?? "",
    isDescending: hash.get("turned") === "1",
  };
}

function hashOf(state) {
  const hash = new URLSearchParams();
  const parts = {
    view: state.view === "ranked" ? "" : state.view,
    q: state.query,
    country: state.country,
    tier: state.tier,
    sort: state.sort,
    turned: state.isDescending ? "1" : "",
    supplier: state.supplier ?? "",
  };
  for (const [name, value] of Object.entries(parts)) {
    if (value !== "") {
      hash.set(name, value);
    }
  }
  return `#${hash.toString()}`;
}

class Report {
  constructor(data) {
    this.data = data;
    this.state = readState();
    this.finder = new Finder(data);
    this.rowOfSupplier = new Map(data.suppliers.id.map((id, row) => [id, row]));
    const all = data.suppliers.id.map((_, row) => row);
    this.scored = all.filter((row) => data.suppliers.score[row] !== null);
    this.unscored = all.filter((row) => data.suppliers.score[row] === null);
    // Ties are never split: the line comes after the last supplier that ranks within the budget.
    this.withinBudget = this.scored.filter((row) => data.suppliers.rank[row] <= data.topK);
    this.cutRow = this.withinBudget.at(-1);
    this.openedFrom = null;
    this.panel = document.getElementById("panel");
    this.tables = {
      ranked: this.makeTable("ranked", "Ranked suppliers", rankedColumns),
      insufficient: this.makeTable("insufficient", "Suppliers with insufficient information", insufficientColumns),
    };
    this.fillFilters();
    this.listen();
    this.apply(true);
  }

  makeTable(name, caption, columnsOf) {
    const hrefOf = (row) => hashOf({ ...this.state, supplier: this.data.suppliers.id[row] });
    return new WindowedTable(document.getElementById(`${name}-table`), {
      caption,
      columns: columnsOf(this.data, hrefOf),
      onSort: (key) => this.sortBy(key),
      isSelected: (row) => this.data.suppliers.id[row] === this.state.supplier,
      isCut: (row) => row === this.cutRow,
    });
  }

  fillFilters() {
    const { suppliers, tiers } = this.data;
    const countries = document.getElementById("filter-country");
    countries.append(...suppliers.country.texts.map((name) => element("option", { value: name, text: name })));
    const select = document.getElementById("filter-tier");
    tiers.forEach((tier, code) => {
      if (tier.id !== this.data.insufficientTier) {
        select.append(element("option", { value: String(code), text: tier.label }));
      }
    });
  }

  listen() {
    const search = document.getElementById("search");
    const country = document.getElementById("filter-country");
    const tier = document.getElementById("filter-tier");
    let pause = 0;
    search.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.go({ query: search.value }, true), TYPING_PAUSE_MS);
    });
    country.addEventListener("change", () => this.go({ country: country.value }));
    tier.addEventListener("change", () => this.go({ tier: tier.value }));
    document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", () => {
      this.state = readState();
      this.apply(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.state.supplier !== null) {
        this.go({ supplier: null });
      }
    });
    for (const table of Object.values(this.tables)) {
      table.body.addEventListener("click", (event) => {
        const row = event.target.closest("tr")?.dataset.row;
        if (row !== undefined && !event.target.closest("a") && getSelection().isCollapsed) {
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
    const next = { ...this.state, ...changes };
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
    this.go({ sort: key, isDescending: isAgain ? !this.state.isDescending : startsDescending(key) });
  }

  apply(isFirst) {
    const { state } = this;
    for (const view of VIEWS) {
      document.getElementById(`view-${view}`).hidden = view !== state.view;
    }
    for (const tab of document.querySelectorAll(".tabs a")) {
      const isHere = tab.dataset.view === state.view;
      tab.href = hashOf({ ...state, view: tab.dataset.view, supplier: null, sort: "", isDescending: false });
      if (isHere) {
        tab.setAttribute("aria-current", "page");
      } else {
        tab.removeAttribute("aria-current");
      }
    }
    this.syncFilters();
    this.showPanel(isFirst);
    const lists = { ranked: this.scored, insufficient: this.unscored };
    document.getElementById("filters").hidden = !(state.view in lists);
    document.getElementById("field-tier").hidden = state.view !== "ranked";
    if (state.view in lists) {
      this.showMatches(state.view, lists[state.view]);
    }
  }

  syncFilters() {
    const { state } = this;
    const search = document.getElementById("search");
    if (document.activeElement !== search) {
      search.value = state.query;
    }
    document.getElementById("filter-country").value = state.country;
    document.getElementById("filter-tier").value = state.tier;
  }

  showMatches(view, rows) {
    const tier = view === "ranked" ? this.state.tier : "";
    const found = this.finder.find(rows, { ...this.state, tier });
    const all = WHOLE_NUMBER.format(rows.length);
    const count = found.length === rows.length ? all : `${WHOLE_NUMBER.format(found.length)} of ${all}`;
    const cut = view === "ranked" ? `; ${this.budgetWords()}` : "";
    document.getElementById("matches").textContent = `${count} suppliers${cut}`;
    this.showList(view, found);
  }

  budgetWords() {
    const { topK } = this.data;
    const within = this.withinBudget.length;
    const tied = within > topK ? `, ${WHOLE_NUMBER.format(within)} with ties` : "";
    return `dashed line: the budget of ${WHOLE_NUMBER.format(topK)}${tied}`;
  }

  showList(name, rows) {
    const table = this.tables[name];
    const column = table.columns.find(({ key }) => key === this.state.sort);
    const isDescending = this.state.isDescending;
    const wanted = column?.compare ? column : null;
    // Rows come in the order of the list, which is by rank; sorting is stable.
    let shown = rows;
    if (wanted) {
      shown = rows.slice().sort((a, b) => wanted.compare(a, b, isDescending));
    }
    const isByRank = wanted === null || wanted.key === "rank";
    table.show(shown, wanted ? wanted.key : "rank", wanted !== null && isDescending, isByRank && !isDescending);
  }

  showPanel(isFirst) {
    const row = this.rowOfSupplier.get(this.state.supplier);
    const wasOpen = !this.panel.hidden;
    const workspace = document.getElementById("workspace");
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
      this.panel.replaceChildren(...supplierPanel(this.data, row, hashOf({ ...this.state, supplier: null })));
      this.panel.scrollTop = 0;
      if (!isFirst) {
        document.getElementById("panel-heading").focus({ preventScroll: true });
      }
    }
  }
}

function startsDescending(key) {
  return ["score", "bounds", "coverage"].includes(key);
}

async function start() {
  const message = document.getElementById("message");
  try {
    const data = await readEmbeddedData();
    message.remove();
    new Report(data);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  } catch (error) {
    message.textContent = `This browser cannot read the list (${error.message}). The same list is in ranked.csv beside this file.`;
    throw error;
  }
}

start();
