"use strict";

const CELL_DEGREES = 0.5;
const CELL_PIXELS = 24;
const LAYER_CLASSES = 5;

/** Width of the cells that are drawn: doubled until one is wide enough on the screen. */
function cellDegrees(scale) {
  let degrees = CELL_DEGREES;
  while (degrees * scale < CELL_PIXELS && degrees < 16) {
    degrees *= 2;
  }
  return degrees;
}

/** Cells of a layer brought together in cells of this width; the mean goes by sites. */
function cellsOf(layer, degrees) {
  const found = new Map();
  layer.value.forEach((value, i) => {
    const column = Math.floor(layer.longitude[i] / degrees);
    const line = Math.floor(layer.latitude[i] / degrees);
    const key = column * 1e6 + line;
    const cell = found.get(key) ?? { west: column * degrees, south: line * degrees, sites: 0, sum: 0 };
    cell.sites += layer.sites[i];
    cell.sum += value * layer.sites[i];
    found.set(key, cell);
  });
  return [...found.values()].map(({ west, south, sites, sum }) => ({ west, south, sites, value: sum / sites }));
}

/**
 * Upper ends of the classes but the last: quantiles of the cells, in the order of the values.
 * Equal ends are one, so a layer with few different values has fewer classes.
 */
function classEnds(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const ends = [];
  for (let i = 1; i < LAYER_CLASSES; i += 1) {
    const end = sorted[Math.floor((i * sorted.length) / LAYER_CLASSES)];
    if (end > sorted[0] && end !== ends.at(-1)) {
      ends.push(end);
    }
  }
  return ends;
}

/** The class of a value: 0 is of least concern, whichever way the values run. */
function classOf(value, ends, direction) {
  const place = ends.filter((end) => value >= end).length;
  return direction > 0 ? place : ends.length - place;
}

/** The variable of the style sheet for a class; few classes are spread over all colours. */
function classColour(place, count) {
  const step = count < 2 ? LAYER_CLASSES - 1 : Math.round((place * (LAYER_CLASSES - 1)) / (count - 1));
  return `--layer-${step}`;
}

/** Classes of a layer in the order of the values, with what each holds, in words. */
function classesOf(layer) {
  const ends = classEnds(layer.value);
  const count = ends.length + 1;
  const [low, high] = [Math.min(...layer.value), Math.max(...layer.value)];
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [i === 0 ? low : ends[i - 1], i === count - 1 ? high : ends[i]];
    const place = layer.direction > 0 ? i : count - 1 - i;
    const values = { from: valueFigure(from, layer.unit), to: valueFigure(to, layer.unit) };
    return { colour: classColour(place, count), words: from === to ? values.from : tr("{from} to {to}", values) };
  });
}

/** The choice of a layer and its legend, below the map. */
class LayerChoice {
  constructor(layers, onChange) {
    this.layers = layers;
    this.select = byId("map-layer");
    this.select.append(...layers.map((layer, i) => element("option", { value: String(i), text: layer.title, lang: languageOf(layer.title) })));
    byId("map-layer-field").hidden = layers.length === 0;
    this.select.addEventListener("change", () => onChange(this.select.value));
  }

  /** The layer of the address; null for none. */
  show(name) {
    const layer = this.layers[name === "" ? -1 : Number(name)] ?? null;
    this.select.value = layer === null ? "" : name;
    byId("map-layer-legend").hidden = layer === null;
    if (layer !== null) {
      const items = classesOf(layer).map(({ colour, words }) =>
        element("li", {}, element("span", { class: `swatch swatch-${colour.slice(2)}` }), words),
      );
      byId("map-layer-legend").replaceChildren(element("li", {}, element("strong", { text: layer.title, lang: languageOf(layer.title) }), ` (${unitWords(layer.unit)})`), ...items);
    }
    return layer;
  }
}
