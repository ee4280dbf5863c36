"use strict";

/**
 * Reads the data embedded in the page: plain JSON, or gzip in base64 when it is large, and undoes
 * what made it small. Sites and site values of owner i then lie at start[i] to start[i + 1].
 * @returns {Promise<PageData>}
 */
async function readEmbeddedData() {
  const data = await parseEmbeddedData();
  for (const group of [data.sites, data.siteValues, data.flags, data.facts].filter(Boolean)) {
    group.start = startsOf(group.counts);
  }
  expandSuppliers(data.suppliers);
  for (const text of data.english ?? []) {
    ENGLISH_TEXTS.add(text);
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

/** Ranks come as steps, ends of their intervals as distances; a column of nothing as null. */
function expandSuppliers(suppliers) {
  const nothing = new Array(suppliers.id.length).fill(null);
  for (const [name, column] of Object.entries(suppliers)) {
    suppliers[name] = column ?? nothing;
  }
  let rank = 0;
  suppliers.rank = suppliers.rank.map((step) => {
    rank += step ?? 0;
    return step === null ? null : rank;
  });
  const { rank_p05: low, rank_p95: high } = suppliers;
  suppliers.rank_p05 = low.map((distance, row) => (distance === null ? null : suppliers.rank[row] - distance));
  suppliers.rank_p95 = high.map((distance, row) => (distance === null ? null : suppliers.rank[row] + distance));
}

async function parseEmbeddedData() {
  const element = byId("report-data");
  const text = element.textContent;
  element.remove();
  if (element.dataset.encoding === "json") {
    return JSON.parse(text);
  }
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpack(JSON.parse(await new Response(stream).text()));
}

/**
 * The text at a row of a column, null where there is none: a plain list of texts, or each distinct
 * text once with a code per row, or one code for all rows.
 */
function textAt(column, row) {
  if (Array.isArray(column)) {
    return column[row];
  }
  const code = codeAt(column, row);
  return code < 0 ? null : column.texts[code];
}

function codeAt(column, row) {
  return typeof column.codes === "number" ? column.codes : column.codes[row];
}

/** A number of the evidence; null where there is none. */
function numberAt(column, row) {
  return column === null ? null : column[row];
}

function siteId(data, site, supplierId) {
  return textAt(data.sites.id, site).replace("\u0001", supplierId);
}

/** The sentence of a signal about a supplier, with its figures written back in. */
function sentenceAt(data, signal, row) {
  const column = data.evidence[signal];
  const { unit } = data.signals[signal];
  const text = textAt(column.sentence, row);
  if (text === null) {
    return null;
  }
  return text
    .replace("\u0001", () => quantity(column.value[row], unit))
    .replace("\u0002", () => quantity(column.peer[row], unit));
}

/** The sentence of the signal that lifts a supplier most, or null if none does. */
function topReason(data, row) {
  let best = -1;
  let most = 0;
  data.signals.forEach((card, signal) => {
    const points = numberAt(data.evidence[signal].points, row);
    if (card.pillar !== "context" && points > most) {
      best = signal;
      most = points;
    }
  });
  return best < 0 ? null : sentenceAt(data, best, row);
}

/**
 * The sector or the goods of a supplier in words, with their code; null where not known.
 * @param {"sector"|"commodity"} kind
 */
function inWords(data, kind, row) {
  const code = textAt(data.suppliers[kind], row);
  return code === null ? null : (data.labels[kind][code] ?? code);
}

/** What the buyer spends with a supplier in a year; null where the list does not say. */
function spendAmount(suppliers, row) {
  const spend = suppliers.spend[row];
  if (spend === null || spend <= 0) {
    return null;
  }
  return [sentenceFigure(spend), textAt(suppliers.currency, row)].filter(Boolean).join(" ");
}

/** The same as a phrase. */
function spendText(suppliers, row) {
  const amount = spendAmount(suppliers, row);
  return amount === null ? null : tr("{amount} a year", { amount });
}
