"""Which data points can go: every signal judged by what it moves, covers, repeats and alone says.

A signal stays if its total-order index of the shift of ranks is above 1 % or it is the sole
carrier of an ILO indicator, and at least 30 % of the suppliers it applies to have it (Methodology
10.6). Its index of the top k is reported for information. What has no value at all in the
list is not judged: nothing was seen of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from scoring.simulation.alternative_normalisations import alternative_normalisations
from scoring.tune.leave_one_signal_out import without_each
from scoring.tune.redundancy import ALIKE_FROM, redundancy
from scoring.tune.signal_sobol import SignalSobol, signal_sobol
from signals.card import INVISIBLE_INDICATORS, Collection, IloIndicator, SignalCard, SourceCard

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: The rule of Methodology 10.6.
MIN_INDEX = 0.01
MIN_COVERAGE = 0.30
MAX_SIGNALS = 15
#: Ranking a longer list again and again gives no more than a sample of it.
MAX_SUPPLIERS = 20_000

SCHEMA: Mapping[str, pl.DataType] = {
    "signal_id": pl.String(),
    "title": pl.String(),
    "pillar": pl.String(),
    "decision": pl.String(),
    "reason": pl.String(),
    "weight": pl.Float64(),
    "index_rank_shift": pl.Float64(),
    "index_rank_shift_stderr": pl.Float64(),
    "index_top_k": pl.Float64(),
    "coverage": pl.Float64(),
    "sole_carrier_of": pl.String(),
    "tau_without": pl.Float64(),
    "top_k_overlap_without": pl.Float64(),
    "left_without_score": pl.Int64(),
    "cluster": pl.Int64(),
    "most_alike": pl.String(),
    "most_alike_correlation": pl.Float64(),
    "variance_inflation": pl.Float64(),
    "questions_replaced": pl.Int64(),
    "requests_standing": pl.Int64(),
}


@dataclass(frozen=True)
class Streamlined:
    """The verdict on every signal of own evidence.

    Attributes:
        table: one row per signal, columns of `SCHEMA`; decision is keep, drop or not_measured.
        asks_avoided: questions_replaced (of the kept signals), requests_saved (requests still
            standing for the dropped ones), both counted as docs/concepts/tuning.md says.
        notes: what the reader should know, a sentence each.
        mean_rank_shift: mean shift of ranks over the draws of the sensitivity study.
    """

    table: pl.DataFrame
    asks_avoided: Mapping[str, int]
    notes: tuple[str, ...]
    mean_rank_shift: float

    def ids(self, decision: str) -> list[str]:
        """Signals with a decision."""
        return self.table.filter(pl.col("decision") == decision)["signal_id"].to_list()


def streamline(
    normalised: NormalisedSignals,
    has_score: Flags,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    *,
    draws: int = 256,
    seed: int = 0,
) -> Streamlined:
    """Judge every signal of own evidence.

    Args:
        normalised: the normalised signals of the list.
        has_score: [suppliers] who has a score; only these are ranked again.
        model: weights, exponent, audit budget.
        cards: by signal.
        sources: by source, for who is asked.
        draws: base draws of the sensitivity study.
        seed: of its draws and of the sample of a long list.
    """
    own, weights = normalised.own, model.weights
    rows = _ranked_rows(has_score, seed)
    risk = own.risk[rows]
    error = alternative_normalisations(normalised, model)[0].standard_error
    stderr = np.zeros_like(own.risk)
    if error is not None:
        stderr[:] = error
    sobol = signal_sobol(
        risk, stderr[rows], weights, model.exponent, model.top_k, draws=draws, seed=seed,
        group_weight=own.group_weight[rows] if own.has_group_weights else None,
    )  # fmt: skip
    observed = own.present.sum(axis=0)
    applies = own.applicable.sum(axis=0)
    covered = np.divide(observed, applies, out=np.zeros(observed.size), where=applies > 0)
    measured = (observed > 0) & (weights > 0)
    of_signals = [cards[signal.signal_id] for signal in own.signals]
    carriers = _carriers(of_signals, measured)
    index = sobol.rank_shift
    sole = [sorted(i for i, who in carriers.items() if who == [n]) for n in range(len(of_signals))]
    keep = measured & (covered >= MIN_COVERAGE) & ((index > MIN_INDEX) | _flags(sole))
    back = _brought_back(carriers, keep, covered, index, of_signals)
    for number in back:
        keep[number] = True
    without = without_each(own, rows, model, measured)
    replaced, standing = _asks(normalised, of_signals, sources)
    table = pl.DataFrame(
        {
            "signal_id": [card.id for card in of_signals],
            "title": [card.title for card in of_signals],
            "pillar": [card.pillar.value for card in of_signals],
            "decision": [
                "keep" if keep[n] else "drop" if measured[n] else "not_measured"
                for n in range(len(of_signals))
            ],
            "reason": [
                _reason(n, measured, keep, covered, sobol, sole, back, weights)
                for n in range(len(of_signals))
            ],
            "weight": weights,
            "index_rank_shift": np.where(measured, sobol.rank_shift, np.nan),
            "index_rank_shift_stderr": np.where(measured, sobol.rank_shift_stderr, np.nan),
            "index_top_k": np.where(measured, sobol.top_k, np.nan),
            "coverage": covered,
            "sole_carrier_of": [", ".join(names) or None for names in sole],
            **without,
            **_alike_columns(own.risk, of_signals, measured),
            "questions_replaced": replaced,
            "requests_standing": standing,
        },
        schema=dict(SCHEMA),
    ).with_columns(pl.selectors.float().fill_nan(None))
    order = pl.col("decision").replace_strict({"keep": 0, "drop": 1, "not_measured": 2})
    table = table.sort(
        order, "index_rank_shift", "signal_id",
        descending=[False, True, False], nulls_last=True,
    )  # fmt: skip
    asks = {
        "questions_replaced": int(replaced[keep].sum()),
        "requests_saved": int(standing[measured & ~keep].sum()),
    }
    return Streamlined(table, asks, _notes(table, carriers, keep, sobol), sobol.mean_rank_shift)


def _ranked_rows(has_score: Flags, seed: int) -> NDArray[np.int64]:
    rows = np.flatnonzero(has_score)
    if rows.size <= MAX_SUPPLIERS:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, MAX_SUPPLIERS, replace=False))


def _flags(lists: Sequence[Sequence[str]]) -> Flags:
    return np.array([bool(names) for names in lists], dtype=bool)


def _carriers(cards: Sequence[SignalCard], measured: Flags) -> dict[IloIndicator, list[int]]:
    """Signals with a value that bear on each indicator that can be seen at all."""
    return {
        indicator: [
            number
            for number, card in enumerate(cards)
            if measured[number]
            and any(link.indicator is indicator and link.strength > 0 for link in card.ilo)
        ]
        for indicator in IloIndicator
        if indicator not in INVISIBLE_INDICATORS
    }


def _brought_back(
    carriers: Mapping[IloIndicator, Sequence[int]],
    keep: Flags,
    covered: Floats,
    index: Floats,
    cards: Sequence[SignalCard],
) -> dict[int, IloIndicator]:
    """Where all carriers of an indicator would go, the strongest one that covers enough stays."""
    back: dict[int, IloIndicator] = {}
    for indicator, who in carriers.items():
        able = [number for number in who if covered[number] >= MIN_COVERAGE]
        if not able or any(keep[number] or number in back for number in who):
            continue
        strength = {
            n: max(link.strength for link in cards[n].ilo if link.indicator is indicator)
            for n in able
        }
        back[max(able, key=lambda n: (strength[n], index[n], cards[n].id))] = indicator
    return back


def _asks(
    normalised: NormalisedSignals, cards: Sequence[SignalCard], sources: Mapping[str, SourceCard]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per signal: questions that its values replace, and requests that still stand."""
    own = normalised.own
    asked = np.array(
        [
            any(
                sources[name].collection is Collection.SUPPLIER_VOLUNTEERED
                for name in card.sources
                if name in sources
            )
            for card in cards
        ],
        dtype=bool,
    )
    observed = own.present.sum(axis=0)
    lacking = (own.applicable & ~own.present).sum(axis=0)
    replaced = np.where(asked, 0, observed).astype(np.int64)
    return replaced, (lacking + np.where(asked, observed, 0)).astype(np.int64)


def _alike_columns(risk: Floats, cards: Sequence[SignalCard], measured: Flags) -> dict[str, object]:
    seen = np.flatnonzero(measured)
    alike = redundancy(risk[:, seen])
    cluster: list[int | None] = [None] * measured.size
    nearest: list[str | None] = [None] * measured.size
    how_much, inflation = np.full(measured.size, np.nan), np.full(measured.size, np.nan)
    for row, number in enumerate(seen):
        cluster[number] = int(alike.cluster[row])
        inflation[number] = alike.inflation[row]
        if alike.nearest[row] >= 0:
            nearest[number] = cards[seen[alike.nearest[row]]].id
            how_much[number] = alike.correlation[row, alike.nearest[row]]
    return {
        "cluster": cluster,
        "most_alike": nearest,
        "most_alike_correlation": how_much,
        "variance_inflation": inflation,
    }


def _reason(
    number: int,
    measured: Flags,
    keep: Flags,
    covered: Floats,
    sobol: SignalSobol,
    sole: Sequence[Sequence[str]],
    back: Mapping[int, IloIndicator],
    weights: Floats,
) -> str:
    index, in_top = sobol.rank_shift[number], sobol.top_k[number]
    moves = f"moves ranks ({index:.1%} of their variation)"
    if not measured[number]:
        return "weighs nothing" if weights[number] == 0 else "no supplier has a value"
    if number in back:
        return f"the best of several on {_words(back[number])}, which nothing kept speaks about"
    if covered[number] < MIN_COVERAGE:
        tail = f"; it {moves}" if index > MIN_INDEX else ""
        return f"only {covered[number]:.1%} of the suppliers it applies to have it{tail}"
    if keep[number] and index > MIN_INDEX:
        return moves
    if keep[number]:
        return f"alone speaks about {', '.join(_words(name) for name in sole[number])}"
    return (
        f"hardly {moves}, and others speak about the same; of who is in the top k it moves "
        f"{in_top:.1%}"
    )


def _notes(
    table: pl.DataFrame,
    carriers: Mapping[IloIndicator, Sequence[int]],
    keep: Flags,
    sobol: SignalSobol,
) -> tuple[str, ...]:
    kept = table.filter(pl.col("decision") == "keep")
    notes = [
        f"{kept.height} of {table.filter(pl.col('decision') != 'not_measured').height} signals "
        f"with values stay; the aim is {MAX_SIGNALS} at most. {sobol.draws} base draws."
    ]
    if kept.height > MAX_SIGNALS:
        spare = kept.tail(kept.height - MAX_SIGNALS)["signal_id"].to_list()
        notes.append(f"The next to go, moving the list least: {', '.join(spare)}.")
    silent = [_words(i) for i, who in carriers.items() if who and not keep[list(who)].any()]
    if silent:
        notes.append(f"With this no signal speaks about: {', '.join(silent)}.")
    alike = table.filter(pl.col("most_alike_correlation").abs() >= ALIKE_FROM)
    if alike.height:
        pairs = sorted({tuple(sorted(p)) for p in alike.select("signal_id", "most_alike").rows()})
        notes.append("They say much the same: " + "; ".join(" and ".join(p) for p in pairs) + ".")
    return tuple(notes)


def _words(indicator: str) -> str:
    return str(indicator).replace("_", " ")
