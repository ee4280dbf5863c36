"use strict";

const FILTERED_VIEWS = ["ranked", "insufficient", "find", "map"];

/** The line of search, filters, columns and export above the lists, in step with the address. */
class Controls {
  constructor(data, go, columns) {
    this.form = byId("filters");
    this.go = go;
    this.fill(data);
    this.listen();
    this.columns = this.columnChoice(columns);
  }

  fill(data) {
    const { suppliers, priorityBands, labels } = data;
    const pillar = (id) => tr(labels.pillar[id] ?? id);
    const kinds = data.flags ? data.flags.kind.texts : [];
    this.choices("country", suppliers.country.texts);
    this.choices("sector", suppliers.sector.texts, (code) => labels.sector[code] ?? code);
    this.choices("commodity", suppliers.commodity.texts, (code) => labels.commodity[code] ?? code);
    this.choices("pillar", suppliers.leading_pillar.texts, pillar);
    this.choices("flag", kinds);
    const select = byId("filter-band");
    priorityBands.forEach((band, code) => {
      if (band.id !== data.insufficientBand) {
        select.append(element("option", { value: String(code), text: tr(band.label) }));
      }
    });
  }

  /** Fills one filter; a filter with nothing to choose is not shown. */
  choices(name, values, label = (value) => value) {
    const select = byId(`filter-${name}`);
    select.append(...values.map((value) => element("option", { value, text: label(value) })));
    select.closest(".field").hidden = values.length === 0;
  }

  listen() {
    const search = byId("search");
    let pause = 0;
    search.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.go({ query: search.value }, true), TYPING_PAUSE_MS);
    });
    for (const name of FILTERS.slice(1)) {
      const select = byId(`filter-${name}`);
      select.addEventListener("change", () => this.go({ [name]: select.value }));
    }
    byId("clear").addEventListener("click", () => {
      search.value = "";
      this.go(Object.fromEntries(FILTERS.map((name) => [name, ""])));
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  columnChoice(columns) {
    const boxes = columns
      .filter(({ key }) => key !== "name")
      .map(({ key, label }) => {
        const box = element("input", { type: "checkbox", value: key });
        box.addEventListener("change", () => {
          const hidden = boxes.filter((other) => !other.checked).map((other) => other.value);
          this.go({ hidden: hidden.join(",") }, true);
        });
        byId("columns").append(element("label", {}, box, ` ${label}`));
        return box;
      });
    return boxes;
  }

  /** Shows what the address says. */
  sync(state) {
    this.form.hidden = !FILTERED_VIEWS.includes(state.view);
    const search = byId("search");
    if (document.activeElement !== search) {
      search.value = state.query;
    }
    for (const name of FILTERS.slice(1)) {
      byId(`filter-${name}`).value = state[name];
    }
    byId("field-band").hidden = !["ranked", "map"].includes(state.view);
    byId("field-columns").hidden = state.view !== "ranked";
    byId("clear").hidden = FILTERS.every((name) => state[name] === "");
    const hidden = keysOf(state.hidden);
    this.columns.forEach((box) => {
      box.checked = !hidden.has(box.value);
    });
  }
}
