"use strict";

/** The land around the sites of one of the first suppliers: NDVI with its breakpoint, and classes. */
function landFigures(data, row) {
  const found = data.landFigures?.[row] ?? [];
  return found.length === 0 ? null : block(tr("The land around its sites"), ...found.map(landFigure));
}

function landFigure({ kind, site, caption, labels, values, breakAt }) {
  const words = `${caption} Site ${site}.`;
  return kind === "vegetation" ? vegetationIndex(words, labels, values, breakAt) : classChanges(words, labels, values);
}

function vegetationIndex(words, labels, values, breakAt) {
  const low = Math.min(...values, 0);
  const span = Math.max(...values) - low || 1;
  const days = labels.map((label) => Date.parse(label));
  const across = days.map((day) => (300 * (day - days[0])) / (days.at(-1) - days[0] || 1));
  const points = values.map((value, i) => `${across[i].toFixed(1)},${(60 - (58 * (value - low)) / span).toFixed(1)}`);
  const shapes = [drawn("polyline", { points: points.join(" "), fill: "none", stroke: "currentColor", "stroke-width": 1 })];
  if (breakAt !== null) {
    const x = across[breakAt];
    shapes.push(drawn("line", { x1: x, x2: x, y1: 0, y2: 60, stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": "4 3" }));
  }
  return timeFigure(words, "480px", drawing("greenness", 300, words, ...shapes), [labels[0], labels.at(-1)], labels.map((label, i) => [label, formatValue(values[i], "NDVI")]), DATA_LANGUAGE);
}

function classChanges(words, labels, values) {
  const rows = labels.map((label, i) => [label, formatValue(values[i], "ha")]);
  return element("figure", { class: "years" }, element("figcaption", { text: words, lang: DATA_LANGUAGE }), facts(rows));
}
