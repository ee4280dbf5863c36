"use strict";

const BYTE_ORDER_MARK = "\ufeff";

/** One cell of a CSV file; text that a spreadsheet would run as a formula is made harmless. */
function csvCell(value) {
  if (value === null || value === undefined) {
    return "";
  }
  let text = String(value).replaceAll("\0", "");
  if (typeof value === "string" && /^[=+\-@\t\r\n＝＋－＠]/.test(text)) {
    text = `'${text}`;
  }
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The listed suppliers as CSV, with what the list is and is not on every row. */
function listCsv(data, rows, note) {
  const { suppliers } = data;
  const columns = {
    rank: (row) => (data.ranksWithheld ? null : suppliers.rank[row]),
    rank_p05: (row) => suppliers.rank_p05[row],
    rank_p95: (row) => suppliers.rank_p95[row],
    supplier_id: (row) => suppliers.id[row],
    name: (row) => suppliers.name[row],
    country: (row) => textAt(suppliers.country, row),
    sector: (row) => textAt(suppliers.sector, row),
    score: (row) => suppliers.score[row],
    priority_band: (row) => bandOf(data, row).label,
    prob_top_k: (row) => suppliers.prob_top_k[row],
    score_best_case: (row) => suppliers.score_best_case[row],
    score_worst_case: (row) => suppliers.score_worst_case[row],
    evidence_coverage: (row) => suppliers.evidence_coverage[row],
    flags: (row) => flagsOf(data, row).map((flag) => flag.sentence ?? flag.kind).join(" "),
    top_reason: (row) => reasonText(data, row),
    not_ranked_because: (row) => textAt(suppliers.insufficient_reason, row),
    next_step: (row) => data.labels.step[textAt(suppliers.next_step, row)] ?? null,
    note: () => note,
  };
  const lines = [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((read) => read(row)))];
  return `${BYTE_ORDER_MARK}${lines.map((cells) => cells.map(csvCell).join(",")).join("\n")}\n`;
}

/** Hands a text to the reader as a file; nothing leaves the page. */
function saveFile(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
