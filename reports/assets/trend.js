"use strict";

const TREND = { width: 302, height: 100, left: 45, right: 281, top: 11, bottom: 74, baseline: 78 };
const MOST_DAYS = 4;
const MOST_RANKS = 5;

/** Whole round numbers from one rank to another, both included: at least one and a handful at most. */
function rankTicks(best, worst) {
  const least = Math.max(1, (worst - best) / MOST_RANKS);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5].map((one) => one * power).find((one) => one >= least) ?? 10 * power;
  const first = Math.ceil(best / step) * step;
  const count = Math.floor((worst - first) / step) + 1;
  return count > 0 ? Array.from({ length: count }, (_, i) => first + i * step) : [best];
}

/** Places of the days that have room for a label: the first, the last and some between. */
function labelledDays(count) {
  const places = Array.from({ length: MOST_DAYS }, (_, i) => Math.round((i * (count - 1)) / (MOST_DAYS - 1)));
  return [...new Set(places)];
}

/** Groups of neighbouring places for which something holds. */
function stretches(items, holds) {
  const found = [];
  items.forEach((item, i) => {
    if (holds(item)) {
      if (i === 0 || !holds(items[i - 1])) {
        found.push([]);
      }
      found.at(-1).push(item);
    }
  });
  return found;
}

/**
 * Ranks with their intervals over time; rank 1 is at the top, and no line crosses a run without a rank.
 * @param {{ day: string, rank: number | null, low: number | null, high: number | null }[]} runs oldest first
 * @param {string} words what it shows, for those who do not see it
 */
function trendPicture(runs, words) {
  const known = runs.flatMap(({ rank, low, high }) => [rank, low, high]).filter((one) => one !== null);
  const best = Math.min(...known);
  const worst = Math.max(...known);
  const days = runs.map(({ day }) => Date.parse(day));
  const span = Math.max(...days) - days[0];
  const across = (i) => TREND.left + ((TREND.right - TREND.left) * (days[i] - days[0])) / span;
  const down = (rank) => TREND.top + ((TREND.bottom - TREND.top) * (rank - best)) / (worst - best || 1);
  const points = runs.map((run, i) => ({ ...run, i, x: across(i) }));
  const hasInterval = ({ low, high }) => low !== null && high !== null;
  const path = (places) => places.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

  const ranks = rankTicks(best, worst).flatMap((rank) => [
    drawn("line", { class: "trend-grid", x1: TREND.left - 12, x2: TREND.right + 12, y1: down(rank), y2: down(rank) }),
    drawn("text", { class: "trend-rank", x: TREND.left - 15, y: down(rank) + 3, "text-anchor": "end" }, WHOLE_NUMBER.format(rank)),
  ]);
  const shown = labelledDays(runs.length);
  const dates = shown.map((i) => {
    const anchor = i === 0 ? "start" : i === runs.length - 1 ? "end" : "middle";
    return drawn("text", { x: across(i), y: TREND.baseline + 11, "text-anchor": anchor }, runs[i].day);
  });
  const bands = stretches(points, hasInterval).map((part) => {
    const lower = part.map(({ x, low }) => [x, down(low)]);
    const upper = part.map(({ x, high }) => [x, down(high)]).reverse();
    return drawn("path", { class: "trend-band", d: `${path([...lower, ...upper])}Z` });
  });
  const intervals = points.filter(hasInterval).map(({ x, low, high }) =>
    drawn("line", { class: "trend-interval", x1: x, x2: x, y1: down(low), y2: down(high) }),
  );
  const isRanked = ({ rank }) => rank !== null;
  const lines = stretches(points, isRanked).map((part) =>
    drawn("path", { class: "trend-line", d: path(part.map(({ x, rank }) => [x, down(rank)])) }),
  );
  const dots = points.filter(isRanked).map(({ x, rank }) => drawn("circle", { cx: x, cy: down(rank), r: 1.75 }));
  const axis = drawn("line", { class: "trend-axis", x1: TREND.left - 12, x2: TREND.right + 12, y1: TREND.baseline, y2: TREND.baseline });
  const attributes = { class: "trend", viewBox: `0 0 ${TREND.width} ${TREND.height}`, role: "img", "aria-label": words };
  return drawn("svg", attributes, ...ranks, axis, ...dates, ...bands, ...intervals, ...lines, ...dots);
}
