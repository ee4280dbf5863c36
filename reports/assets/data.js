"use strict";

/**
 * Reads the data embedded in the page: plain JSON, or gzip in base64 when it is large. Rows of
 * signals, sites and site values of owner i then lie at start[i] to start[i + 1].
 * @returns {Promise<object>}
 */
async function readEmbeddedData() {
  const data = await parseEmbeddedData();
  for (const group of [data.contributions, data.sites, data.siteValues]) {
    group.start = startsOf(group.counts);
  }
  return data;
}

/** Where the rows of each owner begin, from how many each one has; one more for the end. */
function startsOf(counts) {
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, owner) => {
    starts[owner + 1] = starts[owner] + count;
  });
  return starts;
}

async function parseEmbeddedData() {
  const element = document.getElementById("report-data");
  const text = element.textContent;
  element.remove();
  if (element.dataset.encoding === "json") {
    return JSON.parse(text);
  }
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) {
    bytes[i] = binary.charCodeAt(i);
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** The text at a row of a column that stores each distinct text once; null where there is none. */
function textAt(column, row) {
  const code = column.codes[row];
  return code < 0 ? null : column.texts[code];
}

const WHOLE_NUMBER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat("en-GB", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const THREE_DIGITS = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });
const MINUS = "\u2212";

function formatPoints(points) {
  const size = ONE_DECIMAL.format(Math.abs(points));
  if (size === "0.0") {
    return "0.0";
  }
  return (points < 0 ? MINUS : "+") + size;
}

function formatPercent(share) {
  return WHOLE_NUMBER.format(100 * share) + "\u202f%";
}

/** Rounded down, so that coverage just short of a limit does not read as having reached it. */
function formatCoverage(share) {
  return formatPercent(Math.floor(100 * share + 1e-6) / 100);
}

/** A value with its unit; a unit that begins with "share" reads as a percentage. */
function formatValue(value, unit) {
  const share = /^share\b\s*/.exec(unit);
  const number = THREE_DIGITS.format(share ? 100 * value : value).replace("-", MINUS);
  const unitText = share ? unit.slice(share[0].length) : unit;
  const rest = /^\d/.test(unitText) ? `(${unitText})` : unitText;
  return [number, share ? "%" : "", rest].filter(Boolean).join("\u00a0");
}

/** The sentence of the signal that lifts a supplier most, or null if none does. */
function topReason(data, row) {
  const { contributions, signals } = data;
  let best = -1;
  for (let i = contributions.start[row]; i < contributions.start[row + 1]; i += 1) {
    const isOwn = signals[contributions.signal[i]].pillar !== "context";
    if (isOwn && contributions.points[i] > (best < 0 ? 0 : contributions.points[best])) {
      best = i;
    }
  }
  return best < 0 ? null : textAt(contributions.sentence, best);
}
