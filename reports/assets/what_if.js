"use strict";

/** What stands for the power of a risk that is not there: see `powers`. */
const POWER_WITHOUT_RISK = { not_applicable: Infinity, not_disclosed_exempt: Infinity, observed: -1 };

/**
 * Ranks all suppliers again under other pillar weights: the same power mean, over risks that are
 * stored to half a point. The published score is moved by the difference that the weights make, so
 * that the published weights give the published order.
 */
class WhatIf {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.settings = /** @type {NonNullable<PageData["whatIf"]>} */ (data.whatIf);
    const count = data.suppliers.id.length;
    this.pillars = Object.keys(this.settings.pillars).filter((pillar) =>
      data.signals.some((card, signal) => card.pillar === pillar && data.evidence[signal].weight > 0),
    );
    this.signals = data.signals
      .map((card, signal) => ({ card, column: data.evidence[signal] }))
      .filter(({ card, column }) => this.pillars.includes(card.pillar) && column.weight > 0)
      .map(({ card, column }) => ({ card, column, power: this.powers(column, count) }));
    this.base = this.means(this.factors({}));
  }

  /**
   * Risk to the power of the mean. NaN where there is no value, Infinity where none can be, and
   * negative where a licence keeps the value back: it then counts as known but moves nothing.
   */
  powers(column, count) {
    const { exponent, riskSteps } = this.settings;
    const powers = new Float32Array(count).fill(NaN);
    for (let row = 0; row < count; row += 1) {
      const risk = numberAt(column.risk, row);
      if (risk !== null) {
        powers[row] = (risk / riskSteps) ** exponent;
      } else {
        powers[row] = POWER_WITHOUT_RISK[textAt(column.status, row)] ?? NaN;
      }
    }
    return powers;
  }

  /** What each pillar's weight is multiplied by, given the wanted weights. */
  factors(weights) {
    return Object.fromEntries(
      this.pillars.map((pillar) => {
        const base = this.settings.pillars[pillar];
        return [pillar, base > 0 ? (weights[pillar] ?? base) / base : 0];
      }),
    );
  }

  /** Score of 0 to 100 per supplier under these factors; NaN where the evidence is too thin. */
  means(factors) {
    const { exponent, minimumCoverage, minimumPillars } = this.settings;
    const count = this.data.suppliers.id.length;
    const sums = new Float64Array(count);
    const present = new Float64Array(count);
    const known = new Float64Array(count);
    const could = new Float64Array(count);
    const seen = new Uint32Array(count);
    for (const { card, column, power } of this.signals) {
      const most = column.weight * factors[card.pillar];
      if (most > 0) {
        const bit = 1 << this.pillars.indexOf(card.pillar);
        for (let row = 0; row < count; row += 1) {
          const value = power[row];
          // A sector group may give the signal a weight of its own.
          const weight = most * (numberAt(column.weightShare, row) ?? 1);
          if (value !== Infinity) {
            could[row] += weight;
            if (!Number.isNaN(value)) {
              known[row] += weight;
              seen[row] |= bit;
              if (value >= 0) {
                sums[row] += weight * value;
                present[row] += weight;
              }
            }
          }
        }
      }
    }
    const scores = new Float64Array(count).fill(NaN);
    for (let row = 0; row < count; row += 1) {
      const isEnough = known[row] >= minimumCoverage * could[row] - 1e-9 && bitsOf(seen[row]) >= minimumPillars;
      if (isEnough && present[row] > 0) {
        scores[row] = 100 * (sums[row] / present[row]) ** (1 / exponent);
      }
    }
    return scores;
  }

  /** Rows in the new order, and the new score and rank of each row (null where there is none). */
  order(weights) {
    const { score } = this.data.suppliers;
    const means = this.means(this.factors(weights));
    const scores = score.map((published, row) => {
      if (Number.isNaN(means[row])) {
        return null;
      }
      const isShift = published !== null && !Number.isNaN(this.base[row]);
      return isShift ? Math.min(100, Math.max(0, published + means[row] - this.base[row])) : means[row];
    });
    const rows = [];
    scores.forEach((value, row) => {
      if (value !== null) {
        rows.push(row);
      }
    });
    rows.sort((a, b) => scores[b] - scores[a] || a - b);
    const ranks = new Array(scores.length).fill(null);
    let rank = 0;
    rows.forEach((row, position) => {
      if (position === 0 || scores[row] !== scores[rows[position - 1]]) {
        rank = position + 1;
      }
      ranks[row] = rank;
    });
    return { rows, scores, ranks };
  }

  /** Who is in the top k only under the new weights, and who only under the published ones. */
  changes(ranks) {
    const { topK, suppliers } = this.data;
    const isIn = (rank) => rank !== null && rank <= topK;
    const rows = suppliers.rank.map((_, row) => row);
    return {
      enter: rows.filter((row) => isIn(ranks[row]) && !isIn(suppliers.rank[row])),
      leave: rows.filter((row) => !isIn(ranks[row]) && isIn(suppliers.rank[row])),
    };
  }

  /** The weights as a profile that `understory run --profile` reads. */
  profile(weights) {
    const lines = this.pillars.map((pillar) => `    ${pillar}: ${weights[pillar] ?? this.settings.pillars[pillar]}`);
    return [
      `# Pillar weights tried in the report of run ${this.data.runId}.`,
      "# A weight set is published only past its checks; this file alone changes nothing.",
      "scoring:",
      "  pillars:",
      ...lines,
      "",
    ].join("\n");
  }
}

function bitsOf(mask) {
  let count = 0;
  for (let rest = mask; rest > 0; rest >>>= 1) {
    count += rest & 1;
  }
  return count;
}
