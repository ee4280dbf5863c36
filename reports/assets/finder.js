"use strict";

/** Fits search text and filters to rows; the text searched is prepared once. */
class Finder {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.haystack = null;
  }

  find(rows, state) {
    const { suppliers } = this.data;
    const words = fold(state.query).split(/\s+/).filter(Boolean);
    if (words.length > 0) {
      this.prepare();
    }
    const tests = [];
    for (const [name, column] of Object.entries(this.columns())) {
      if (state[name] !== "") {
        const code = column.texts.indexOf(state[name]);
        tests.push((row) => codeAt(column, row) === code);
      }
    }
    if (state.band !== "") {
      const band = Number(state.band);
      tests.push((row) => suppliers.priority_band[row] === band);
    }
    if (state.flag !== "") {
      tests.push((row) => hasFlag(this.data, row, state.flag));
    }
    return rows.filter(
      (row) => tests.every((test) => test(row)) && words.every((word) => this.haystack[row].includes(word)),
    );
  }

  /** Filters that are one text per supplier. */
  columns() {
    const { suppliers } = this.data;
    return {
      country: suppliers.country,
      sector: suppliers.sector,
      commodity: suppliers.commodity,
      pillar: suppliers.leading_pillar,
    };
  }

  prepare() {
    const { suppliers } = this.data;
    this.haystack ??= suppliers.name.map((name, row) =>
      fold(`${name} ${suppliers.id[row]} ${textAt(suppliers.country, row)} ${inWords(this.data, "sector", row) ?? ""}`),
    );
  }
}

/** Whether a supplier has a flag of this kind; flags are not part of the score. */
function hasFlag(data, row, kind) {
  return flagsOf(data, row).some((flag) => flag.kind === kind);
}

/** The flags of a supplier: kind, and the sentence with its source. */
function flagsOf(data, row) {
  return listedOf(data.flags, row);
}

/** The public facts of a supplier, which count neither for nor against it; as flags are. */
function factsOf(data, row) {
  return listedOf(data.facts, row);
}

function listedOf(flags, row) {
  if (!flags) {
    return [];
  }
  const found = [];
  for (let i = flags.start[row]; i < flags.start[row + 1]; i += 1) {
    found.push({ kind: textAt(flags.kind, i), sentence: textAt(flags.sentence, i), link: textAt(flags.link, i), steps: textAt(flags.steps, i) });
  }
  return found;
}

/** Lower case without accents, so that "muller" finds "Müller". */
function fold(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}
