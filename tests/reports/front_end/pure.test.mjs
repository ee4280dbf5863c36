import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./scripts.mjs";

const FORMAT = page("texts.js", "format.js");

test("figures read as the sentences write them", () => {
  for (const [value, text] of [[0, "0"], [0.00002, "almost 0"], [12345.6, "12,300"], [2_340_000, "2.34 million"], [-4.2e9, "-4.2 billion"]]) {
    assert.equal(FORMAT(`sentenceFigure(${value})`), text);
  }
  assert.equal(FORMAT("quantity(0.0123, 'share of forest')"), "1.23 %");
  assert.equal(FORMAT("formatPoints(-0.04)"), "0.0");
  assert.equal(FORMAT("formatPoints(-1.25)"), "\u22121.3");
});

test("a share has one decimal, as in the files of the run", () => {
  assert.equal(FORMAT("formatPercent(0.998)"), "99.8\u202f%");
  assert.equal(FORMAT("formatPercent(0.29)"), "29.0\u202f%");
});

test("packed numbers come back, nulls included", () => {
  const unpack = page("unpack.js");
  // Codes 0 (null), 1 and 258 above the least, low bytes first: 5 and 26.2 with one decimal.
  const planes = Buffer.from([0, 1, 2, 0, 0, 1]).toString("base64");
  const packed = { planes, least: 50, decimals: 1, length: 3 };
  assert.deepEqual(unpack("unpack({ column: packed })", { packed }), { column: [null, 5, 30.7] });
});

test("the address keeps only what differs, and brings it back", () => {
  const state = page("state.js");
  state("location.hash = '#view=map&q=a%20b&band=0'");
  const read = state("readState()");
  assert.equal(read.view, "map");
  assert.equal(read.query, "a b");
  assert.equal(state("hashOf(read)", { read }), "#view=map&q=a+b&band=0");
  state("location.hash = '#view=nowhere'");
  assert.equal(state("readState().view"), "ranked");
});

test("a report without a score opens on the suppliers that lack information", () => {
  const state = page("state.js");
  assert.equal(state("firstView([null, null])"), "insufficient");
  assert.equal(state("firstView([null, 40.5])"), "ranked");
  assert.equal(state("firstView([])"), "ranked");
});

test("cells that a spreadsheet would run are harmless", () => {
  const cell = page("export.js");
  assert.equal(cell("csvCell(text)", { text: '=HYPERLINK("x")' }), `"'=HYPERLINK(""x"")"`);
  assert.equal(cell("csvCell(text)", { text: "＠sum" }), "'＠sum");
  assert.equal(cell("csvCell(-4)"), "-4");
  assert.equal(cell("csvCell(null)"), "");
});

test("missing numbers come last whichever way a list is turned", () => {
  const order = page("texts.js", "ordering.js");
  const sorted = (turned) => order(`[0, 1, 2].sort((a, b) => byNumber([null, 2, 1])(a, b, ${turned}))`);
  assert.deepEqual(sorted(false), [2, 1, 0]);
  assert.deepEqual(sorted(true), [1, 2, 0]);
});

test("lower is better where the signal says so", () => {
  const journey = page("texts.js", "format.js", "data.js", "journey.js");
  const signal = (direction, before, value) => ({
    card: { pillar: "financial", direction, title: "T", unit: "u" },
    row: 0,
    column: { value: [value], before: [before] },
  });
  const signals = [signal(1, 5, 3), signal(-1, 5, 3), signal(1, null, 3), signal(1, 3, 3)];
  const found = journey("changesOf(signals)", { signals });
  assert.deepEqual([found.better.length, found.worse.length], [1, 1]);
});

test("weights that are not tried give the published order", () => {
  const whatIf = page("texts.js", "format.js", "data.js", "what_if.js");
  const column = (risk) => ({ weight: 1, weightShare: null, risk, status: { texts: ["observed"], codes: 0 } });
  const data = {
    topK: 1,
    runId: "r",
    suppliers: { id: ["a", "b"], score: [80, 60], rank: [1, 2] },
    signals: [{ pillar: "financial" }, { pillar: "land_use" }],
    evidence: [column([160, 40]), column([40, 200])],
    whatIf: { riskSteps: 200, exponent: 2, pillars: { financial: 1, land_use: 1 }, minimumCoverage: 0.5, minimumPillars: 1 },
  };
  assert.deepEqual(whatIf("new WhatIf(data).order({}).rows", { data }), [0, 1]);
  const turned = whatIf("new WhatIf(data).order({ land_use: 3 })", { data });
  assert.deepEqual(turned.rows, [1, 0]);
  assert.deepEqual(whatIf("new WhatIf(data).changes(turned.ranks)", { turned }), { enter: [1], leave: [0] });
});

test("a sector group weighs a signal in its own way", () => {
  const whatIf = page("texts.js", "format.js", "data.js", "what_if.js");
  const column = (weight, weightShare, risk) => ({ weight, weightShare, risk, status: { texts: ["observed"], codes: 0 } });
  const data = {
    topK: 1,
    runId: "r",
    suppliers: { id: ["a", "b"], score: [null, null], rank: [null, null] },
    signals: [{ pillar: "financial" }, { pillar: "land_use" }],
    // The second supplier's group has half the weight of the first signal: (1 + 0) / 2 and (0.5 + 0) / 1.5.
    evidence: [column(1, [1, 0.5], [200, 200]), column(1, null, [0, 0])],
    whatIf: { riskSteps: 200, exponent: 1, pillars: { financial: 1, land_use: 1 }, minimumCoverage: 0.5, minimumPillars: 1 },
  };
  const { scores } = whatIf("new WhatIf(data).order({})", { data });
  assert.deepEqual(Array.from(scores, Math.round), [50, 33]);
});

test("a layer has classes of equal numbers of cells, strongest where the concern is", () => {
  const layers = page("texts.js", "format.js", "map_layers.js");
  const ends = layers("classEnds([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])");
  assert.deepEqual(ends, [3, 5, 7, 9]);
  assert.equal(layers("classOf(10, ends, 1)", { ends }), 4);
  assert.equal(layers("classOf(10, ends, -1)", { ends }), 0);
  assert.deepEqual(layers("classEnds([2, 2, 2])"), []);
  assert.equal(layers("classColour(0, 1)"), "--layer-4");
});

test("cells are brought together by sites until they are wide enough", () => {
  const layers = page("texts.js", "format.js", "map_layers.js");
  const layer = { longitude: [0.25, 0.75], latitude: [0.25, 0.25], sites: [3, 1], value: [1, 5] };
  assert.equal(layers("cellDegrees(100)"), 0.5);
  assert.equal(layers("cellDegrees(25)"), 1);
  assert.deepEqual(layers("cellsOf(layer, 1)", { layer }), [{ west: 0, south: 0, sites: 4, value: 2 }]);
});

test("ticks of a trend are whole round ranks between its ends", () => {
  const trend = page("trend.js");
  assert.deepEqual(trend("rankTicks(1, 1761)"), [500, 1000, 1500]);
  assert.deepEqual(trend("rankTicks(3, 9)"), [4, 6, 8]);
  assert.deepEqual(trend("rankTicks(2, 3)"), [2, 3]);
  assert.deepEqual(trend("rankTicks(7, 7)"), [7]);
  assert.deepEqual(trend("rankTicks(101, 106)"), [101, 102, 103, 104, 105, 106]);
});

test("the first and the last day of a trend have a label, and at most two between", () => {
  const trend = page("trend.js");
  assert.deepEqual(trend("labelledDays(2)"), [0, 1]);
  assert.deepEqual(trend("labelledDays(3)"), [0, 1, 2]);
  assert.deepEqual(trend("labelledDays(12)"), [0, 4, 7, 11]);
});

test("a run without a rank ends a line, and the next one begins another", () => {
  const trend = page("trend.js");
  assert.deepEqual(trend("stretches([4, null, 7, 6], (one) => one !== null)"), [[4], [7, 6]]);
});
