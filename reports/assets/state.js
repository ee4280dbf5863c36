"use strict";

const VIEWS = ["ranked", "pictures", "map", "insufficient", "find", "whatif", "own", "fairness", "evidence", "rejected", "method"];

/** What the address keeps: its name there, and what it says when it is not there. */
const STATE_FIELDS = {
  view: ["view", "ranked"],
  query: ["q", ""],
  country: ["country", ""],
  band: ["band", ""],
  sector: ["sector", ""],
  commodity: ["commodity", ""],
  pillar: ["pillar", ""],
  flag: ["flag", ""],
  sort: ["sort", ""],
  turned: ["turned", ""],
  hidden: ["hide", ""],
  weights: ["weights", ""],
  place: ["at", ""],
  layer: ["layer", ""],
  supplier: ["supplier", ""],
};

const FILTERS = ["query", "country", "band", "sector", "commodity", "pillar", "flag"];

function readState() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const state = {};
  for (const [name, [key, otherwise]] of Object.entries(STATE_FIELDS)) {
    state[name] = hash.get(key) ?? otherwise;
  }
  if (!VIEWS.includes(state.view)) {
    state.view = STATE_FIELDS.view[1];
  }
  return state;
}

/**
 * The part of the report that opens first: the ranked list, unless no supplier has a score.
 * @param {(number|null)[]} scores
 */
function firstView(scores) {
  return scores.length > 0 && scores.every((score) => score === null) ? "insufficient" : "ranked";
}

function hashOf(state) {
  const hash = new URLSearchParams();
  for (const [name, [key, otherwise]] of Object.entries(STATE_FIELDS)) {
    if (state[name] !== otherwise) {
      hash.set(key, state[name]);
    }
  }
  return `#${hash.toString()}`;
}

/** Keys of a comma-separated part of the address. */
function keysOf(text) {
  return new Set(text.split(",").filter(Boolean));
}
