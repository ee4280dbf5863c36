"""Monte Carlo rank uncertainty analysis: alternative methods and simulations, per supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TypedDict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.settings import Uncertainty
from scoring.normalisation.normalised_matrix import NormalisedMatrix
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from scoring.simulation.alternative_normalisations import alternative_normalisations
from scoring.simulation.monte_carlo import (
    EXACT_SUPPLIERS,
    PRINTABLE_RETENTION,
    RankUncertainty,
    TopCertainty,
    draw_ranks,
)
from scoring.simulation.rank_sensitivity import largest_source, rank_sensitivity
from scoring.simulation.simulation_plan import (
    LARGEST_POWER,
    UNCERTAINTIES,
    DrawSettings,
)
from signals.card import SignalCard

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Fewer draws than this say nothing of a 90 % interval.
_MIN_DRAWS = 40
_MILD_DRAWS = 250


@dataclass(frozen=True)
class RankingUncertainty:
    """Rank uncertainty of the whole list.

    Attributes:
        ranks: one row per supplier in the order of the ids: supplier_id; rank_median, rank_p05
            and rank_p95 (90 % interval); prob_top_k; prob_same_band (share of the draws in its
            priority band); all null without a score.
        dependence: one row per supplier and source of uncertainty: supplier_id,
            uncertainty_source, total_order (total-order
            Sobol index of its rank, 0..1; null without a score).
        depends_on: supplier_id, main_uncertainty_source (one of `UNCERTAINTIES`; null where
            the rank never moves).
        top_decile_retention: share of the top decile that stays in it over all draws; NaN without
            scores.
        top_decile_retention_perturbed: likewise when only values (by their standard errors) and
            weights vary and the method stays; what ranks are printed by (Methodology 9.3).
        certainty: of the cut at the audit budget; None without scores.
        ranks_are_printable: whether single ranks may be shown.
        reason: why not, in a sentence; None where they may.
        draws: how many were made.
        sensitivity_draws: likewise, base draws.
        notes: what the reader of the list should know, a sentence each.
    """

    ranks: pl.DataFrame
    dependence: pl.DataFrame
    depends_on: pl.DataFrame
    top_decile_retention: float
    top_decile_retention_perturbed: float
    certainty: TopCertainty | None
    ranks_are_printable: bool
    reason: str | None
    draws: int
    sensitivity_draws: int
    notes: tuple[str, ...]


def analyse_rank_uncertainty(
    normalised: NormalisedSignals,
    has_score: Flags,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
    settings: Uncertainty,
    threads: int | None = None,
    awaits_second_source: Flags | None = None,
) -> RankingUncertainty:
    """Vary every source of uncertainty together and say what that does to each place.

    Args:
        normalised: the normalised signals of the list.
        has_score: [suppliers] who takes part, in the order of the list.
        model: weights, exponent, priority bands and audit budget.
        cards: by signal, for the source of each.
        settings: how much each source varies.
        threads: how many; the result does not depend on it.
        awaits_second_source: [suppliers] who is held below the first priority band; None: no one.
    """
    draws, notes = affordable_draws(int(has_score.sum()), settings)
    settings = settings.model_copy(
        update={
            "draws": draws,
            "sensitivity_draws": min(settings.sensitivity_draws, draws),
        }
    )
    if not has_score.any():
        return _nothing_scored(normalised, settings)
    own, rows = normalised.own, np.flatnonzero(has_score)
    live = _live(own, model, has_score)
    ways = alternative_normalisations(
        normalised, model, live, rows, np.float64 if rows.size <= EXACT_SUPPLIERS else np.float32
    )
    shared = _Shared(
        weights=model.weights[live],
        sources=source_numbers([cards[signal.signal_id] for signal in model.signals])[live],
        row_keys=row_keys(normalised.supplier_ids)[rows],
        applicable=own.of("applicable", live)[rows],
        group_weight=own.of("group_weight", live)[rows] if own.has_group_weights else None,
        threads=threads,
    )
    drawn = draw_ranks(
        ways,
        settings=_draw_settings(settings, settings.draws),
        power=model.exponent,
        top=[model.top_k],
        band_floors=_band_floors(model),
        held_below_last_band=None if awaits_second_source is None else awaits_second_source[rows],
        **shared,
    )
    mild = draw_ranks(
        ways[:1],
        settings=_mild(settings, min(max(round(model.exponent), 1), LARGEST_POWER)),
        power=model.exponent,
        **shared,
    )
    sensitivity = rank_sensitivity(
        ways, settings=_draw_settings(settings, settings.sensitivity_draws), **shared
    )
    total_order = _spread(sensitivity.total_order, rows, has_score.size)
    return RankingUncertainty(
        ranks=_ranks(normalised.supplier_ids, drawn, rows),
        dependence=_long(normalised.supplier_ids, total_order),
        depends_on=pl.DataFrame(
            {
                "supplier_id": normalised.supplier_ids,
                "main_uncertainty_source": largest_source(total_order),
            }
        ),
        top_decile_retention=drawn.top_decile_retention,
        certainty=drawn.top_certainty[0],
        top_decile_retention_perturbed=mild.top_decile_retention,
        ranks_are_printable=mild.ranks_are_printable,
        reason=None if mild.ranks_are_printable else _reason(mild.top_decile_retention),
        draws=settings.draws,
        sensitivity_draws=settings.sensitivity_draws,
        notes=notes,
    )


class _Shared(TypedDict):
    """What every set of draws is made with, as `draw_ranks` takes it."""

    weights: Floats
    sources: Integers
    row_keys: NDArray[np.uint32]
    applicable: Flags
    group_weight: Floats | None
    threads: int | None


def _band_floors(model: ScoringModel) -> Floats:
    bands = model.priority_bands
    return np.array([bands.third, bands.second, bands.first]) / 100


def affordable_draws(scored: int, settings: Uncertainty) -> tuple[int, tuple[str, ...]]:
    """As many of the wanted draws as the memory allows, and a note where that is fewer."""
    bytes_per_rank = 8 if scored <= EXACT_SUPPLIERS else 4
    affordable = settings.memory_mib * 2**20 // (bytes_per_rank * max(scored, 1))
    draws = min(settings.draws, max(affordable, min(settings.draws, _MIN_DRAWS)))
    if draws == settings.draws:
        return draws, ()
    return draws, (
        f"{draws:,} instead of {settings.draws:,} draws were made: more of {scored:,} suppliers "
        f"would take more than {settings.memory_mib:,} MiB of memory. Raise "
        "uncertainty.memory_mib for smoother intervals.",
    )


def _live(own: NormalisedMatrix, model: ScoringModel, has_score: Flags) -> Integers:
    """The signals that weigh something and could have a value for somebody who is scored."""
    weighed = np.flatnonzero(model.weights > 0)
    return weighed[[bool(own.columns[column].applicable[has_score].any()) for column in weighed]]


def source_numbers(cards: Sequence[SignalCard]) -> NDArray[np.int64]:
    """The number of each signal's first source; signals of one source stand or fall together."""
    names = sorted({card.sources[0] for card in cards})
    return np.array([names.index(card.sources[0]) for card in cards], dtype=np.int64)


def row_keys(supplier_ids: pl.Series) -> NDArray[np.uint32]:
    """A number of each supplier that depends on its id alone, on any machine."""
    digests = b"".join(blake2b(name.encode(), digest_size=4).digest() for name in supplier_ids)
    return np.frombuffer(digests, dtype="<u4").astype(np.uint32)


def _draw_settings(settings: Uncertainty, draws: int) -> DrawSettings:
    return DrawSettings(
        draws=draws,
        seed=settings.seed,
        measurement_error=settings.measurement_error,
        weight_concentration=settings.weight_concentration,
        powers=settings.powers,
        normaliser_changed_share=settings.normaliser_changed_share,
        source_left_out_share=settings.source_left_out_share,
        missing_filled_share=settings.missing_filled_share,
    )


def _mild(settings: Uncertainty, exponent: int) -> DrawSettings:
    """Noise in values and weights alone; a mean over the top decile needs few draws."""
    return replace(
        _draw_settings(settings, min(settings.draws, _MILD_DRAWS)),
        powers=(exponent,),
        normaliser_changed_share=0.0,
        source_left_out_share=0.0,
        missing_filled_share=0.0,
    )


def _ranks(supplier_ids: pl.Series, drawn: RankUncertainty, rows: Integers) -> pl.DataFrame:
    def figures(values: Floats, kind: type[pl.Float64] | type[pl.Int32]) -> pl.Series:
        everywhere = _spread(values, rows, supplier_ids.len())
        return pl.Series(everywhere, nan_to_null=True).cast(kind)

    if drawn.prob_same_band is None:
        raise ValueError("The draws were made without priority bands: give their floors.")
    return pl.DataFrame(
        {
            "supplier_id": supplier_ids,
            "rank_median": figures(drawn.rank_median, pl.Float64),
            "rank_p05": figures(drawn.rank_p05, pl.Int32),
            "rank_p95": figures(drawn.rank_p95, pl.Int32),
            "prob_top_k": figures(drawn.p_top[:, 0], pl.Float64),
            "prob_same_band": figures(drawn.prob_same_band, pl.Float64),
        }
    )


def _spread(values: Floats, rows: Integers, suppliers: int) -> Floats:
    """Figures of some suppliers at their rows of the list; NaN elsewhere."""
    everywhere = np.full((suppliers, *values.shape[1:]), np.nan)
    everywhere[rows] = values
    return everywhere


def _long(supplier_ids: pl.Series, total_order: Floats) -> pl.DataFrame:
    by_uncertainty = [
        pl.Series(uncertainty, total_order[:, column], nan_to_null=True)
        for column, uncertainty in enumerate(UNCERTAINTIES)
    ]
    wide = pl.DataFrame([supplier_ids.alias("supplier_id"), *by_uncertainty])
    return wide.unpivot(
        index="supplier_id", variable_name="uncertainty_source", value_name="total_order"
    ).sort("supplier_id", "uncertainty_source")


def _reason(retention: float) -> str:
    return (
        f"Ranks are not printed: under small perturbations in data and weights only "
        f"{retention:.0%} of the "
        f"top tenth stays in it ({PRINTABLE_RETENTION:.0%} is needed). "
        "Read the priority bands and the intervals."
    )


def _nothing_scored(normalised: NormalisedSignals, settings: Uncertainty) -> RankingUncertainty:
    size, no_rows = normalised.supplier_ids.len(), np.empty(0, dtype=np.int64)
    nothing = np.empty(0)
    empty = RankUncertainty(
        nothing, nothing, nothing, nothing, (1,), nothing[:, None], nothing, np.nan, (), 0
    )
    return RankingUncertainty(
        ranks=_ranks(normalised.supplier_ids, empty, no_rows),
        dependence=_long(normalised.supplier_ids, np.full((size, len(UNCERTAINTIES)), np.nan)),
        depends_on=pl.DataFrame(
            {
                "supplier_id": normalised.supplier_ids,
                "main_uncertainty_source": pl.Series([None] * size, dtype=pl.String),
            }
        ),
        top_decile_retention=np.nan,
        top_decile_retention_perturbed=np.nan,
        certainty=None,
        ranks_are_printable=False,
        reason="No supplier has enough evidence for a score, so there are no ranks.",
        draws=settings.draws,
        sensitivity_draws=settings.sensitivity_draws,
        notes=(),
    )
