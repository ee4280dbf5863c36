"use strict";

const DAY_MS = 86_400_000;
const HISTORY_WIDTH = 300;
const DOT_RADIUS = 2.5;

/** Signals that differ from the first run of the last year: better and worse, most points first. */
function changesOf(signals) {
  const changed = signals
    .map(({ card, column, row }) => ({ card, row, column, value: numberAt(column.value, row), before: numberAt(column.before, row) }))
    .filter(({ card, value, before }) => card.pillar !== "context" && value !== null && before !== null && value !== before);
  const isBetter = ({ card, value, before }) => (value - before) * card.direction < 0;
  return { better: changed.filter(isBetter), worse: changed.filter((change) => !isBetter(change)) };
}

/** How the supplier-specific evidence changed over the runs; improvements come first. */
function journey(data, row, signals) {
  const { better, worse } = changesOf(signals);
  const ranks = pastRanks(data, row);
  if (better.length + worse.length === 0 && ranks === null) {
    return null;
  }
  return element(
    "section",
    { class: "block journey" },
    element("h3", { text: tr("Progress") }),
    changeList(trn("Improved: {count} signal", "Improved: {count} signals", better.length), "better", better),
    changeList(trn("Worsened: {count} signal", "Worsened: {count} signals", worse.length), "worse", worse),
    better.length + worse.length === 0
      ? element("p", { class: "small", text: tr("No measured value differs from the earlier runs.") })
      : null,
    ranks,
  );
}

function changeList(heading, kind, changes) {
  if (changes.length === 0) {
    return null;
  }
  const items = changes.map(({ card, column, row, value, before }) =>
    element(
      "li",
      {},
      element("strong", { text: card.title }),
      ": ",
      tr("{before} in the run of {day}, now {now}", {
        before: formatValue(before, card.unit),
        day: textAt(column.since, row),
        now: formatValue(value, card.unit),
      }),
    ),
  );
  return element(
    "div",
    { class: `changes changes-${kind}` },
    element("h4", { text: heading }),
    element("ul", {}, ...items),
  );
}

/** The ranks of earlier runs and this one, as a line within the rank interval; rank 1 at the top. */
function pastRanks(data, row) {
  const past = data.ranks?.[row];
  const { rank, rank_p05: low, rank_p95: high } = data.suppliers;
  if (!past || rank[row] === null) {
    return null;
  }
  const runs = [
    ...past.days.map((day, i) => ({ day, rank: past.rank[i], low: past.low[i], high: past.high[i], of: past.of[i] })),
    { day: data.asOf, rank: rank[row], low: low[row], high: high[row], of: Math.max(...rank.map((each) => each ?? 0)) },
  ].map((run) => ({ ...run, low: run.low ?? run.rank, high: run.high ?? run.rank }));
  const words = runs.map((run) => tr("{day} rank {rank} of {of}, interval {low} to {high}", run));
  return timeFigure(
    trn("Rank in {count} run: {rank} on {day}, {now} now. Rank 1 is at the top; the band is the 90 % interval.", "Rank in {count} runs: {rank} on {day}, {now} now. Rank 1 is at the top; the band is the 90 % interval.", runs.length, { rank: runs[0].rank, day: runs[0].day, now: runs.at(-1).rank }),
    "none",
    drawing("rank-line", HISTORY_WIDTH, tr("Ranks: {ranks}", { ranks: words.join("; ") }), ...rankShapes(runs)),
    [runs[0].day, runs.at(-1).day],
    runs.map((run, i) => [run.day, words[i]]),
    null,
  );
}

function rankShapes(runs) {
  const time = (run) => Date.parse(run.day) / DAY_MS;
  const [from, to] = [time(runs[0]), time(runs.at(-1))];
  const best = Math.min(...runs.map((run) => run.low));
  const worst = Math.max(...runs.map((run) => run.high));
  const height = FIGURE_HEIGHT - 4 * DOT_RADIUS;
  const x = (run) => 2 * DOT_RADIUS + ((HISTORY_WIDTH - 4 * DOT_RADIUS) * (time(run) - from)) / Math.max(to - from, 1);
  const y = (rank) => 2 * DOT_RADIUS + (height * (rank - best)) / Math.max(worst - best, 1);
  const points = (read) => runs.map((run) => `${x(run).toFixed(1)},${y(read(run)).toFixed(1)}`);
  const band = [...points((run) => run.low), ...points((run) => run.high).reverse()];
  return [
    drawn("polygon", { points: band.join(" "), class: "rank-band" }),
    drawn("polyline", { points: points((run) => run.rank).join(" "), class: "rank-path" }),
    ...runs.map((run) => drawn("circle", { cx: x(run).toFixed(1), cy: y(run.rank).toFixed(1), r: DOT_RADIUS })),
  ];
}
