"use strict";

const SVG = "http://www.w3.org/2000/svg";
const BAR_WIDTH = 10;
const FIGURE_HEIGHT = 60;
const WIDEST_BAR_PIXELS = 40;

/** An element of a drawing. */
function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** A drawing with its content in words for screen readers, as wide as it may be. */
function drawing(className, width, words, ...shapes) {
  const attributes = { viewBox: `0 0 ${width} ${FIGURE_HEIGHT}`, preserveAspectRatio: "none", role: "img" };
  return drawn("svg", { ...attributes, class: className, "aria-label": words }, ...shapes);
}

/** The numbers of a picture as a list of dates and values, closed at first. */
function numbersBehind(rows) {
  return element(
    "details",
    { class: "numbers" },
    element("summary", { text: tr("Numbers of this picture") }),
    facts(rows),
  );
}

/**
 * A figure with its caption above, the two ends of its time below, and its numbers.
 * @param {string} caption
 * @param {string} widest
 * @param {Node} picture
 * @param {any[]} ends
 * @param {any[]} rows
 * @param {string | null} [language] of the caption, where it is not that of the page
 */
function timeFigure(caption, widest, picture, ends, rows, language = null) {
  const times = ends[0] === ends[1] ? [ends[0]] : ends;
  return element(
    "figure",
    { class: "years" },
    element("figcaption", { text: caption, lang: language }),
    element(
      "div",
      { style: { "max-width": widest } },
      picture,
      element("p", { class: "year-ends", "aria-hidden": "true" }, ...times.map((text) => element("span", { text }))),
    ),
    numbersBehind(rows),
  );
}

/** Small figures of a supplier: a bar per year or month, with the last and the highest value. */
function figuresOf(data, row) {
  const found = data.series?.[row] ?? [];
  return found.length === 0 ? null : block(tr("Over time"), ...found.map(timeBars));
}

function timeBars({ title, unit, at, labels, values }) {
  const most = Math.max(...values, 0);
  const first = Math.min(...at);
  const span = Math.max(...at) - first + 1;
  const bars = values.map((value, i) => {
    const height = most > 0 ? Math.max(1, (FIGURE_HEIGHT * Math.max(value, 0)) / most) : 1;
    return drawn("rect", { x: (at[i] - first) * BAR_WIDTH + 1, y: FIGURE_HEIGHT - height, width: BAR_WIDTH - 2, height });
  });
  const words = labels.map((label, i) => `${label} ${formatValue(values[i], unit)}`);
  return timeFigure(
    `${title}: ${formatValue(values.at(-1), unit)} in ${labels.at(-1)}, at most ${formatValue(most, unit)}`,
    `${span * WIDEST_BAR_PIXELS}px`,
    drawing("year-bars", span * BAR_WIDTH, `${title}: ${words.join(", ")}`, ...bars),
    [labels[0], labels.at(-1)],
    labels.map((label, i) => [label, formatValue(values[i], unit)]),
  );
}
