"use strict";

const HUNDREDTHS = 100;
const FURTHEST_ZOOM = 400;
const NARROWEST_DEGREES = 16;
const MAP_MARGIN = 0.08;
/** More marks than these have no space for the names of their sites. */
const MOST_NAMED = 60;
/** Marks are smaller on a layer, so that its cells can be seen. */
const SIZE_ON_LAYER = 0.6;

/**
 * Sites on a plain map: outlines of countries and their first-level areas, no tiles, nothing
 * fetched. Sites that lie near each other on the screen are one mark with their number; it has the
 * colour and the shape of their highest priority band.
 */
class SiteMap {
  /** @param {PageData} data */
  constructor(data, onOpen, onChange, hrefOf) {
    this.data = data;
    this.onOpen = onOpen;
    this.onMove = (place) => onChange({ place });
    this.hrefOf = hrefOf;
    this.canvas = byId("map-canvas");
    this.context = this.canvas.getContext("2d");
    this.tip = byId("map-tip");
    this.shown = [];
    this.clusters = [];
    this.layer = null;
    this.view = { longitude: 10, latitude: 10, scale: 1 };
    this.owner = ownersOf(data.sites);
    this.world = pathOf(data.land.world, true);
    this.countries = pathOf(data.land.rings, true);
    this.borders = pathOf(data.land.lines, false);
    this.choice = new LayerChoice(data.layers, (layer) => onChange({ layer }));
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
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
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

  /** Shows the sites of these suppliers and a layer, at the place of the address or all of them. */
  show(rows, place, layer) {
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
    this.layer = this.choice.show(layer);
    this.draw();
    showMapTables(this, this.clusters);
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
    const styles = getComputedStyle(canvas);
    const colour = (name) => styles.getPropertyValue(name).trim();
    context.fillStyle = colour("--map-sea");
    context.fillRect(0, 0, width, height);
    context.save();
    context.translate(width / 2, height / 2);
    context.scale(view.scale, view.scale);
    context.translate(-view.longitude, view.latitude);
    context.fillStyle = colour("--map-land");
    context.strokeStyle = colour("--map-country");
    for (const outline of [this.world, this.countries]) {
      context.lineWidth = 1 / view.scale;
      context.fill(outline);
      context.stroke(outline);
    }
    context.restore();
    this.drawLayer(colour);
    context.save();
    context.translate(width / 2, height / 2);
    context.scale(view.scale, view.scale);
    context.translate(-view.longitude, view.latitude);
    context.lineWidth = 0.7 / view.scale;
    context.strokeStyle = colour("--map-area");
    context.stroke(this.borders);
    context.restore();
    this.clusters = gatherSites(this.data, this.owner, this.shown, view, width, height, this.layer === null ? 1 : SIZE_ON_LAYER);
    for (const cluster of this.clusters) {
      drawMark(context, colour, cluster);
    }
    this.drawNames(new MapLabels(context, colour, this.clusters));
  }

  /** West, south, east and north of what is in view. */
  bounds() {
    const [width, height] = this.size();
    const { longitude, latitude, scale } = this.view;
    return [longitude - width / 2 / scale, latitude - height / 2 / scale, longitude + width / 2 / scale, latitude + height / 2 / scale];
  }

  drawLayer(colour) {
    if (this.layer === null) {
      return;
    }
    const { context, view, layer } = this;
    const [width, height] = this.size();
    const ends = classEnds(layer.value);
    const degrees = cellDegrees(view.scale);
    const side = degrees * view.scale;
    for (const cell of cellsOf(layer, degrees)) {
      const x = (cell.west - view.longitude) * view.scale + width / 2;
      const y = (view.latitude - cell.south) * view.scale + height / 2 - side;
      context.fillStyle = colour(classColour(classOf(cell.value, ends, layer.direction), ends.length + 1));
      context.fillRect(x, y, side, side);
    }
  }

  /** Names of single sites, then of first-level areas that are wide enough for theirs. */
  drawNames(labels) {
    const single = this.clusters.filter(({ sites }) => sites.length === 1);
    if (single.length <= MOST_NAMED) {
      for (const { x, y, radius, sites } of single.toReversed()) {
        labels.draw(siteName(this.data, this.owner, sites[0]).slice(0, 28), x + radius + 5, y, "600 12px system-ui, sans-serif", "--ink", "left");
      }
    }
    const { areas } = this.data.land;
    const [width, height] = this.size();
    areas.name.forEach((name, i) => {
      const radius = (areas.radius[i] / HUNDREDTHS) * this.view.scale;
      const x = (areas.longitude[i] / HUNDREDTHS - this.view.longitude) * this.view.scale + width / 2;
      const y = (this.view.latitude - areas.latitude[i] / HUNDREDTHS) * this.view.scale + height / 2;
      const isInView = x > 0 && y > 0 && x < width && y < height;
      if (isInView && radius > 10 && name.length * 3 < radius * 2) {
        labels.draw(name, x, y, "11px system-ui, sans-serif", "--muted", "center");
      }
    });
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

/** Lines of the land as a path in degrees, north up; rings are closed. */
function pathOf({ lengths, steps }, isClosed) {
  const path = new Path2D();
  let at = 0;
  for (const length of lengths) {
    let [x, y] = [0, 0];
    for (let i = 0; i < length; i += 2) {
      x += steps[at + i];
      y += steps[at + i + 1];
      path[i === 0 ? "moveTo" : "lineTo"](x / HUNDREDTHS, -y / HUNDREDTHS);
    }
    at += length;
    if (isClosed) {
      path.closePath();
    }
  }
  return path;
}
