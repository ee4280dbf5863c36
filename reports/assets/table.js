"use strict";

const ROWS_BEYOND_VIEW = 12;
const ROWS_IN_PRINT = 60;

/**
 * A table of any length in the flow of the page: only the rows near the window exist, spacers
 * stand for the others, and the row count is given to assistive technology.
 *
 * Columns: {key, label, className, compare(a, b, turned) or null, cell(row) -> Node}. Rows are
 * indices into the data. Roles are spelled out, because on a phone rows are laid out as cards.
 * Sorting is stable, by header click or by Enter and Space on the header's button.
 */
class WindowedTable {
  constructor(table, { caption, columns, onSort, isSelected, isCut }) {
    this.table = table;
    this.everyColumn = columns;
    this.columns = columns;
    this.onSort = onSort;
    this.isSelected = isSelected;
    this.isCut = isCut;
    this.showsCut = false;
    this.rows = [];
    this.rowHeight = 0;
    this.first = -1;
    this.last = -1;
    this.printing = false;
    this.sortButtons = new Map();
    this.body = element("tbody", { role: "rowgroup" });
    this.above = element("tr", { class: "spacer", "aria-hidden": "true" });
    this.below = element("tr", { class: "spacer", "aria-hidden": "true" });
    table.append(
      element("caption", { class: "visually-hidden", text: caption }),
      element("thead", { role: "rowgroup" }, this.headerRow()),
      this.body,
    );
    this.body.addEventListener("keydown", (event) => this.moveByKey(event));
    let queued = false;
    const redraw = () => {
      if (!queued) {
        queued = true;
        requestAnimationFrame(() => {
          queued = false;
          this.draw();
        });
      }
    };
    window.addEventListener("scroll", redraw, { passive: true });
    window.addEventListener("resize", () => {
      this.first = -1;
      redraw();
    });
  }

  headerRow() {
    const cells = this.columns.map((column) => {
      if (!column.compare) {
        return element("th", { scope: "col", role: "columnheader", class: column.className, title: COLUMN_HELP[column.key] ?? null, text: column.label });
      }
      const button = element(
        "button",
        { type: "button" },
        column.label,
        element("span", { class: "sort-mark", "aria-hidden": "true" }),
      );
      button.addEventListener("click", () => this.onSort(column.key));
      const cell = element("th", { scope: "col", role: "columnheader", class: column.className, title: COLUMN_HELP[column.key] ?? null }, button);
      this.sortButtons.set(column.key, cell);
      return cell;
    });
    return element("tr", { role: "row", "aria-rowindex": "1" }, ...cells);
  }

  /** Leaves out the columns with these keys; the supplier's name always stays. */
  hide(keys) {
    const columns = this.everyColumn.filter(({ key }) => key === "name" || !keys.has(key));
    if (columns.length !== this.columns.length || columns.some((column, i) => column !== this.columns[i])) {
      this.columns = columns;
      this.sortButtons.clear();
      this.table.tHead.replaceChildren(this.headerRow());
    }
  }

  /** Shows these rows, sorted already, and marks the header they are sorted by. */
  show(rows, sortKey, isDescending, showsCut) {
    this.rows = rows;
    this.showsCut = showsCut;
    this.first = -1;
    this.table.setAttribute("aria-rowcount", String(rows.length + 1));
    for (const [key, cell] of this.sortButtons) {
      if (key === sortKey) {
        cell.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
      } else {
        cell.removeAttribute("aria-sort");
      }
    }
    this.draw();
  }

  /** Draws the rows near the window, if they are not there yet. */
  draw() {
    if (this.table.offsetParent === null && !this.printing) {
      return;
    }
    const [first, last] = this.visibleRange();
    if (first === this.first && last === this.last) {
      return;
    }
    const focused = document.activeElement?.closest?.("tr")?.dataset.row;
    this.first = first;
    this.last = last;
    const made = [];
    for (let position = first; position < last; position += 1) {
      made.push(this.drawRow(this.rows[position], position));
    }
    if (this.rows.length === 0) {
      const text = tr("No supplier matches.");
      made.push(element("tr", { class: "empty" }, element("td", { colspan: this.columns.length, text })));
    }
    this.above.style.height = `${first * this.rowHeight}px`;
    this.below.style.height = `${(this.rows.length - last) * this.rowHeight}px`;
    this.body.replaceChildren(this.above, ...made, this.below);
    if (focused !== undefined && this.table.contains(document.activeElement) === false) {
      this.linkOf(focused)?.focus({ preventScroll: true });
    }
  }

  drawRow(row, position) {
    const cells = this.columns.map((column) =>
      element("td", { role: "cell", class: column.className }, column.cell(row)),
    );
    const isSelected = this.isSelected(row);
    return element(
      "tr",
      {
        "aria-rowindex": String(position + 2),
        "data-row": String(row),
        role: "row",
        class: [isSelected ? "selected" : "", this.showsCut && this.isCut(row) ? "cut" : ""].join(" "),
        "aria-current": isSelected ? "true" : null,
      },
      ...cells,
    );
  }

  visibleRange() {
    if (this.printing) {
      return [0, Math.min(this.rows.length, ROWS_IN_PRINT)];
    }
    const styled = getComputedStyle(this.table).getPropertyValue("--row-height");
    this.rowHeight = parseFloat(styled);
    const top = this.body.getBoundingClientRect().top;
    const seenFrom = Math.floor(-top / this.rowHeight) - ROWS_BEYOND_VIEW;
    const seenTo = Math.ceil((window.innerHeight - top) / this.rowHeight) + ROWS_BEYOND_VIEW;
    const count = this.rows.length;
    const first = Math.min(Math.max(0, seenFrom), Math.max(0, count - 1));
    return [first, Math.max(first, Math.min(count, seenTo))];
  }

  /** Draws the first rows in full for paper, then goes back to the window. */
  setPrinting(printing) {
    this.printing = printing;
    this.first = -1;
    this.draw();
  }

  /** @returns {HTMLElement | null} the supplier's name, which leads to its page */
  linkOf(row) {
    return this.body.querySelector(`tr[data-row="${row}"] a`);
  }

  /** Up and down move between rows; the page follows. */
  moveByKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = event.target.closest("tr")?.dataset.row;
    if (step === undefined || current === undefined) {
      return;
    }
    const next = this.rows[this.rows.indexOf(Number(current)) + step];
    if (next !== undefined) {
      event.preventDefault();
      const link = this.linkOf(next);
      link?.focus();
      link?.scrollIntoView({ block: "nearest" });
    }
  }
}
