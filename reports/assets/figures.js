"use strict";

const SVG = "http://www.w3.org/2000/svg";
const BAR_WIDTH = 10;
const FIGURE_HEIGHT = 60;
const WIDEST_BAR_PIXELS = 40;

/** Small figures of a supplier: a bar per year, with the first, the last and the highest value. */
function figuresOf(data, row) {
  const found = data.series?.[row] ?? [];
  return found.length === 0 ? null : block("Over the years", ...found.map(yearBars));
}

function yearBars({ title, unit, years, values }) {
  const most = Math.max(...values, 0);
  const bars = document.createElementNS(SVG, "svg");
  const first = Math.min(...years);
  const span = Math.max(...years) - first + 1;
  bars.setAttribute("viewBox", `0 0 ${span * BAR_WIDTH} ${FIGURE_HEIGHT}`);
  bars.setAttribute("preserveAspectRatio", "none");
  bars.setAttribute("role", "img");
  bars.setAttribute("class", "year-bars");
  const told = years.map((year, i) => `${year} ${formatValue(values[i], unit)}`);
  bars.setAttribute("aria-label", `${title}: ${told.join(", ")}`);
  values.forEach((value, i) => {
    const bar = document.createElementNS(SVG, "rect");
    const height = most > 0 ? Math.max(1, (FIGURE_HEIGHT * Math.max(value, 0)) / most) : 1;
    bar.setAttribute("x", String((years[i] - first) * BAR_WIDTH + 1));
    bar.setAttribute("y", String(FIGURE_HEIGHT - height));
    bar.setAttribute("width", String(BAR_WIDTH - 2));
    bar.setAttribute("height", String(height));
    bars.append(bar);
  });
  const last = values.at(-1);
  return element(
    "figure",
    { class: "years" },
    element("figcaption", { text: `${title}: ${formatValue(last, unit)} in ${years.at(-1)}, at most ${formatValue(most, unit)}` }),
    element(
      "div",
      { style: { "max-width": `${span * WIDEST_BAR_PIXELS}px` } },
      bars,
      element(
        "p",
        { class: "year-ends", "aria-hidden": "true" },
        ...(span > 1 ? [first, years.at(-1)] : [first]).map((year) => element("span", { text: String(year) })),
      ),
    ),
  );
}
