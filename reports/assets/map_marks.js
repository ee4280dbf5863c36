"use strict";

const CLUSTER_PIXELS = 34;
const SMALLEST_WITH_NUMBER = 9;
/** A shape of its own for each priority band, so that a mark needs no colour. */
const BAND_SHAPES = {
  first_priority: "triangle",
  second_priority: "diamond",
  third_priority: "circle",
  few_signals: "square",
  insufficient_information: "circle",
};
const CORNERS = {
  triangle: [[0, -1.25], [1.15, 0.85], [-1.15, 0.85]],
  diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  square: [[-0.95, -0.95], [0.95, -0.95], [0.95, 0.95], [-0.95, 0.95]],
};

/** Sites in view, gathered by cells of the screen that move with the map; the first bands last. */
function gatherSites(data, owner, shown, view, width, height, size) {
  const { latitude, longitude } = data.sites;
  const cells = new Map();
  for (const site of shown) {
    const x = (longitude[site] - view.longitude) * view.scale + width / 2;
    const y = (view.latitude - latitude[site]) * view.scale + height / 2;
    if (x < -20 || y < -20 || x > width + 20 || y > height + 20) {
      continue;
    }
    const column = Math.floor((longitude[site] * view.scale) / CLUSTER_PIXELS);
    const line = Math.floor((latitude[site] * view.scale) / CLUSTER_PIXELS);
    const key = column * 1e6 + line;
    const band = data.suppliers.priority_band[owner[site]];
    const cell = cells.get(key);
    if (cell === undefined) {
      cells.set(key, { x, y, band, sites: [site] });
    } else {
      cell.x += x;
      cell.y += y;
      cell.band = Math.min(cell.band, band);
      cell.sites.push(site);
    }
  }
  // The highest priority bands are drawn last, so that nothing covers them.
  const ordered = [...cells.values()].sort((a, b) => b.band - a.band);
  return ordered.map(({ x, y, band, sites }) => ({
    x: x / sites.length,
    y: y / sites.length,
    radius: size * (sites.length === 1 ? 6 : Math.min(20, 8 + 2.2 * Math.log2(sites.length))),
    band: data.priorityBands[band],
    sites,
  }));
}

/** One mark: its shape and colour say the priority band, its number how many sites it stands for. */
function drawMark(context, colour, { x, y, radius, band, sites }) {
  const isHollow = band.id === "insufficient_information";
  context.beginPath();
  const corners = CORNERS[BAND_SHAPES[band.id]];
  if (corners === undefined) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  } else {
    for (const [east, south] of corners) {
      context.lineTo(x + east * radius, y + south * radius);
    }
    context.closePath();
  }
  context.fillStyle = isHollow ? colour("--surface") : colour(`--${band.id.replaceAll("_", "-")}`);
  context.fill();
  context.lineWidth = 1.5;
  context.setLineDash(isHollow ? [3, 2] : []);
  context.strokeStyle = isHollow ? colour("--ink") : colour("--surface");
  context.stroke();
  context.setLineDash([]);
  if (sites.length > 1 && radius >= SMALLEST_WITH_NUMBER) {
    context.fillStyle = isHollow ? colour("--ink") : colour("--on-band");
    context.font = "600 11px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(sites.length > 999 ? `${Math.round(sites.length / 1000)}k` : String(sites.length), x, y + 1);
  }
}

/** Names on the map; one that would lie on a mark or on another name is left out. */
class MapLabels {
  constructor(context, colour, marks) {
    this.context = context;
    this.colour = colour;
    this.boxes = marks.map(({ x, y, radius }) => [x - radius, y - radius, x + radius, y + radius]);
    context.textBaseline = "middle";
    context.lineJoin = "round";
  }

  /** Draws the text with its left end or its middle here, if it fits. */
  draw(text, x, y, font, ink, align) {
    const { context } = this;
    context.font = font;
    const width = context.measureText(text).width;
    const left = align === "center" ? x - width / 2 : x;
    const box = [left - 2, y - 8, left + width + 2, y + 8];
    if (this.boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) {
      return;
    }
    this.boxes.push(box);
    context.textAlign = "left";
    context.lineWidth = 3;
    context.strokeStyle = this.colour("--map-land");
    context.strokeText(text, left, y);
    context.fillStyle = this.colour(ink);
    context.fillText(text, left, y);
  }
}
