"use strict";

const TENTHS = 10;
const CLUSTER_PIXELS = 34;
const FURTHEST_ZOOM = 400;
const NARROWEST_DEGREES = 16;
const MAP_MARGIN = 0.08;
const BAND_COLOURS = {
  first_priority: "#a4471c",
  second_priority: "#b98a12",
  third_priority: "#2f6a8f",
  few_signals: "#6d7a72",
  insufficient_information: "#ffffff",
};

/**
 * Sites on a plain map: country outlines, no tiles, nothing fetched. Sites that lie near each other
 * on the screen are one circle with their number; a circle takes the colour of its highest priority band,
 * and its letter says the priority band without colour.
 */
class SiteMap {
  constructor(data, onOpen, onMove) {
    this.data = data;
    this.onOpen = onOpen;
    this.onMove = onMove;
    this.canvas = byId("map-canvas");
    this.context = this.canvas.getContext("2d");
    this.tip = byId("map-tip");
    this.shown = [];
    this.clusters = [];
    this.view = { longitude: 10, latitude: 10, scale: 1 };
    this.owner = ownersOf(data.sites);
    this.outline = new Path2D();
    for (const ring of data.outlines) {
      this.outline.moveTo(ring[0] / TENTHS, -ring[1] / TENTHS);
      for (let i = 2; i < ring.length; i += 2) {
        this.outline.lineTo(ring[i] / TENTHS, -ring[i + 1] / TENTHS);
      }
      this.outline.closePath();
    }
    this.listen();
  }

  listen() {
    const { canvas } = this;
    /** @type {{x: number, y: number, moved: number} | null} */
    let from = null;
    canvas.addEventListener("pointerdown", (event) => {
      from = { x: event.offsetX, y: event.offsetY, moved: 0 };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (from === null) {
        this.showTip(this.clusterAt(event.offsetX, event.offsetY), event);
        return;
      }
      const [dx, dy] = [event.offsetX - from.x, event.offsetY - from.y];
      from = { x: event.offsetX, y: event.offsetY, moved: from.moved + Math.abs(dx) + Math.abs(dy) };
      this.view.longitude -= dx / this.view.scale;
      this.view.latitude += dy / this.view.scale;
      this.draw();
    });
    canvas.addEventListener("pointerup", (event) => {
      const isClick = from !== null && from.moved < 5;
      from = null;
      if (isClick) {
        this.open(this.clusterAt(event.offsetX, event.offsetY));
      } else {
        this.onMove(this.asText());
      }
    });
    canvas.addEventListener("pointerleave", () => this.showTip(null));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.3 : 1 / 1.3, event.offsetX, event.offsetY);
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => this.moveByKey(event));
    byId("map-in").addEventListener("click", () => this.zoom(1.6));
    byId("map-out").addEventListener("click", () => this.zoom(1 / 1.6));
    byId("map-all").addEventListener("click", () => this.onMove(""));
    window.addEventListener("resize", () => this.draw());
  }

  moveByKey(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (step) {
      event.preventDefault();
      this.view.longitude += (60 * step[0]) / this.view.scale;
      this.view.latitude += (60 * step[1]) / this.view.scale;
      this.draw();
      this.onMove(this.asText());
    } else if (event.key === "+" || event.key === "-") {
      this.zoom(event.key === "+" ? 1.6 : 1 / 1.6);
    }
  }

  /** Shows the sites of these suppliers, at the place of the address or all of them. */
  show(rows, place) {
    const { sites } = this.data;
    this.shown = [];
    let without = 0;
    for (const row of rows) {
      let located = 0;
      for (let site = sites.start[row]; site < sites.start[row + 1]; site += 1) {
        if (sites.latitude[site] !== null) {
          this.shown.push(site);
          located += 1;
        }
      }
      without += located === 0 ? 1 : 0;
    }
    const onMap = trn("{count} site on the map.", "{count} sites on the map.", this.shown.length);
    byId("map-note").textContent = [
      onMap,
      trn("{count} supplier of this selection has no site with a precise enough location.", "{count} suppliers of this selection have no site with a precise enough location.", without),
    ].join(" ");
    const [longitude, latitude, scale] = place.split(",").map(Number);
    this.view = place !== "" && scale > 0 ? { longitude, latitude, scale } : this.fitted();
    this.draw();
  }

  size() {
    return [this.canvas.clientWidth, this.canvas.clientHeight];
  }

  /** The view that holds every site shown, or the world. */
  fitted() {
    const { latitude, longitude } = this.data.sites;
    const [width, height] = this.size();
    if (this.shown.length === 0) {
      return { longitude: 10, latitude: 10, scale: Math.min(width / 360, height / 150) };
    }
    let [west, south, east, north] = [180, 90, -180, -90];
    for (const site of this.shown) {
      west = Math.min(west, longitude[site]);
      east = Math.max(east, longitude[site]);
      south = Math.min(south, latitude[site]);
      north = Math.max(north, latitude[site]);
    }
    const room = 1 - 2 * MAP_MARGIN;
    const scale = Math.min((room * width) / Math.max(east - west, NARROWEST_DEGREES), (room * height) / Math.max(north - south, NARROWEST_DEGREES));
    return { longitude: (west + east) / 2, latitude: (south + north) / 2, scale };
  }

  asText() {
    const { longitude, latitude, scale } = this.view;
    return [longitude.toFixed(2), latitude.toFixed(2), scale.toFixed(2)].join(",");
  }

  zoom(factor, x = this.size()[0] / 2, y = this.size()[1] / 2) {
    const [width, height] = this.size();
    const { view } = this;
    const scale = Math.min(FURTHEST_ZOOM, Math.max(Math.min(width / 400, height / 200), view.scale * factor));
    view.longitude += (x - width / 2) * (1 / view.scale - 1 / scale);
    view.latitude -= (y - height / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    this.draw();
    this.onMove(this.asText());
  }

  draw() {
    const [width, height] = this.size();
    if (width === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    const { canvas, context, view } = this;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = "#e9eff2";
    context.fillRect(0, 0, width, height);
    context.save();
    context.translate(width / 2, height / 2);
    context.scale(view.scale, view.scale);
    context.translate(-view.longitude, view.latitude);
    context.fillStyle = "#fbfcfa";
    context.fill(this.outline);
    context.strokeStyle = "#b3beb7";
    context.lineWidth = 1 / view.scale;
    context.stroke(this.outline);
    context.restore();
    this.clusters = this.gathered(width, height);
    for (const cluster of this.clusters) {
      this.drawCluster(cluster);
    }
  }

  /** Sites in view, gathered by cells of the screen that move with the map. */
  gathered(width, height) {
    const { latitude, longitude } = this.data.sites;
    const { view } = this;
    const cells = new Map();
    for (const site of this.shown) {
      const x = (longitude[site] - view.longitude) * view.scale + width / 2;
      const y = (view.latitude - latitude[site]) * view.scale + height / 2;
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) {
        continue;
      }
      const column = Math.floor((longitude[site] * view.scale) / CLUSTER_PIXELS);
      const line = Math.floor((latitude[site] * view.scale) / CLUSTER_PIXELS);
      const key = column * 1e6 + line;
      const band = this.data.suppliers.priority_band[this.owner[site]];
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
      radius: sites.length === 1 ? 6 : Math.min(20, 8 + 2.2 * Math.log2(sites.length)),
      band: this.data.priorityBands[band],
      sites,
    }));
  }

  drawCluster({ x, y, radius, band, sites }) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.globalAlpha = 0.92;
    context.fillStyle = BAND_COLOURS[band.id] ?? "#ffffff";
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.setLineDash(band.id === "insufficient_information" ? [3, 2] : []);
    context.strokeStyle = band.id === "insufficient_information" ? "#47534c" : "#ffffff";
    context.stroke();
    context.setLineDash([]);
    if (sites.length > 1) {
      context.fillStyle = band.id === "insufficient_information" ? "#17211c" : "#ffffff";
      context.font = "600 11px system-ui, sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(sites.length > 999 ? `${Math.round(sites.length / 1000)}k` : String(sites.length), x, y);
    }
  }

  clusterAt(x, y) {
    return this.clusters.findLast((cluster) => Math.hypot(cluster.x - x, cluster.y - y) <= cluster.radius + 3) ?? null;
  }

  /** Names who stands under the pointer; no one: the tip goes. */
  showTip(cluster, /** @type {MouseEvent | null} */ event = null) {
    this.tip.hidden = cluster === null;
    this.canvas.classList.toggle("pointing", cluster !== null);
    if (cluster === null || event === null) {
      return;
    }
    const { suppliers } = this.data;
    const names = [...new Set(cluster.sites.map((site) => suppliers.name[this.owner[site]]))];
    const lines = names.slice(0, 4).map((name) => element("span", { class: "tip-line" }, isolated(name)));
    const more = names.length > 4 ? element("span", { class: "tip-line", text: tr("and {number} more; click to zoom in", { number: names.length - 4 }) }) : null;
    this.tip.replaceChildren(element("strong", { text: tr(cluster.band.label) }), ...lines, ...(more ? [more] : []));
    const [width] = this.size();
    this.tip.style.left = `${Math.min(event.offsetX + 14, width - 230)}px`;
    this.tip.style.top = `${event.offsetY + 14}px`;
  }

  /** Opens the supplier of a single site; of several, looks closer until they part. */
  open(cluster) {
    if (cluster === null) {
      return;
    }
    const owners = new Set(cluster.sites.map((site) => this.owner[site]));
    if (owners.size === 1 || this.view.scale >= FURTHEST_ZOOM) {
      this.onOpen(Math.min(...owners));
    } else {
      this.zoom(2.5, cluster.x, cluster.y);
    }
  }
}

/** The supplier's row of each site. */
function ownersOf(sites) {
  const owners = new Uint32Array(sites.start.at(-1));
  sites.counts.forEach((_, row) => {
    owners.fill(row, sites.start[row], sites.start[row + 1]);
  });
  return owners;
}
