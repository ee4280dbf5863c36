"use strict";

/**
 * The element of the template with this id.
 * @param {string} id
 * @returns {any} of the kind that the template has there
 */
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no element ${id}`);
  }
  return found;
}

/**
 * Makes an element. Text is always set as text, never as markup, so data cannot become code.
 * @param {string} tag
 * @param {Record<string, any>} properties `class`, `text`, `style` (object), else attributes; null is left out
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) {
      continue;
    }
    if (name === "text") {
      made.textContent = value;
    } else if (name === "style") {
      for (const [property, setting] of Object.entries(value)) {
        made.style.setProperty(property, setting);
      }
    } else {
      made.setAttribute(name, value);
    }
  }
  made.append(.../** @type {(Node|string)[]} */ (children.filter((child) => child !== null)));
  return made;
}

/** Text of the data: isolated, so that right-to-left marks in a name cannot reorder the page. */
function isolated(text) {
  return element("bdi", { text });
}

/** A sentence of the data, in the language of the page or marked as English. */
function said(text) {
  return element("bdi", { text, lang: languageOf(text) });
}

/** A link to an address of the data; anything but https stays text. */
function outsideLink(address, text) {
  if (!/^https:\/\//.test(address)) {
    return isolated(text);
  }
  return element("a", { href: address, rel: "noreferrer", target: "_blank" }, isolated(text));
}

/** A bar from 0 to 100 with its number beside it. */
function scoreBar(score) {
  return element(
    "span",
    { class: "score" },
    element("span", { class: "score-number", text: ONE_DECIMAL.format(score) }),
    element(
      "span",
      { class: "bar", "aria-hidden": "true" },
      element("span", { class: "bar-fill", style: { width: `${score}%` } }),
    ),
  );
}

/** The span between best and worst case on a scale of 0 to 100, with the score as a tick. */
function boundsBar(best, worst, score) {
  const numbers = `${WHOLE_NUMBER.format(best)}\u2013${WHOLE_NUMBER.format(worst)}`;
  return element(
    "span",
    { class: "bounds" },
    element("span", { class: "bounds-numbers", text: numbers }),
    element(
      "span",
      { class: "track", "aria-hidden": "true" },
      element("span", {
        class: "track-span",
        style: { left: `${best}%`, width: `${Math.max(worst - best, 1)}%` },
      }),
      element("span", { class: "track-tick", style: { left: `${score}%` } }),
    ),
  );
}

const BAND_DOTS = {
  first_priority: "●●●",
  second_priority: "●●○",
  third_priority: "●○○",
  few_signals: "○○○",
};

/** The priority band in words, with dots that say the same without colour. */
function bandChip(band) {
  const dots = BAND_DOTS[band.id] ?? "?";
  return element(
    "span",
    { class: `band band-${band.id}` },
    element("span", { class: "band-dots", "aria-hidden": "true", text: dots }),
    element("span", { class: "band-label", text: tr(band.label) }),
  );
}

/** The priority band of a supplier; one that the supplier contests is not to be used until reviewed. */
function bandOf(data, row) {
  const { suppliers, priorityBands, labels } = data;
  const contested = { id: data.insufficientBand, label: labels.contested };
  return suppliers.priority_band_is_frozen[row] === 1 ? contested : priorityBands[suppliers.priority_band[row]];
}
