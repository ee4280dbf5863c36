"use strict";

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

/** The ranks in the runs of a year, drawn with the interval; rank 1 at the top, a gap where there was none. */
function pastRanks(data, row) {
  const past = data.ranks?.[row];
  if (!past) {
    return null;
  }
  const runs = past.days.map((day, i) => ({ day, rank: past.rank[i], low: past.low[i], high: past.high[i], of: past.of[i] }));
  const ranked = runs.filter((run) => run.rank !== null);
  const words = runs.map((run) =>
    run.rank === null ? tr("{day} not ranked", run) : tr("{day} rank {rank} of {of}, interval {low} to {high}", run),
  );
  const now = runs.at(-1).rank;
  const values = { rank: ranked[0].rank, day: ranked[0].day, now: now ?? tr("not ranked") };
  return element(
    "figure",
    { class: "years" },
    element("figcaption", {
      text: trn("Rank in {count} run: {rank} on {day}, {now} now. Rank 1 is at the top; the band is the 90 % interval.", "Rank in {count} runs: {rank} on {day}, {now} now. Rank 1 is at the top; the band is the 90 % interval.", ranked.length, values),
    }),
    trendPicture(runs, tr("Ranks: {ranks}", { ranks: words.join("; ") })),
    numbersBehind(runs.map((run, i) => [run.day, words[i]])),
  );
}
