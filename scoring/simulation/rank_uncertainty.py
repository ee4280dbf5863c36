"""Monte Carlo rank uncertainty analysis: alternative methods and simulations, per supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.normalisers import Normaliser, RobustZ
from configs.settings import Uncertainty
from scoring.aggregation.evidence_coverage import open_bounds
from scoring.normalisation.normalised_signals import (
    NormalisedMatrix,
    NormalisedSignals,
    renormalise,
)
from scoring.scoring_model import ScoringModel
from scoring.simulation.monte_carlo import (
    EXACT_SUPPLIERS,
    PRINTABLE_RETENTION,
    RankUncertainty,
    TopCertainty,
    draw_ranks,
)
from scoring.simulation.rank_sensitivity import rank_sensitivity
from scoring.simulation.simulation_inputs import NormalisationMethod
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
        places: one row per supplier in the order of the ids: supplier_id; rank_median, rank_p05
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

    places: pl.DataFrame
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
    own = normalised.own
    live = _live(own, model, has_score)
    ways = alternative_normalisations(normalised, model, live)
    group_weight = own.group_weight[:, live] if own.has_group_weights else None
    applicable, weights = own.applicable[:, live], model.weights[live]
    sources = source_numbers([cards[signal.signal_id] for signal in model.signals])[live]
    keys = row_keys(normalised.supplier_ids)
    priority_bands = (
        np.array(
            [model.priority_bands.third, model.priority_bands.second, model.priority_bands.first]
        )
        / 100
    )
    drawn = draw_ranks(
        ways,
        weights,
        sources,
        settings=_draw_settings(settings, settings.draws),
        power=model.exponent,
        top=[model.top_k],
        band_floors=priority_bands,
        held_below_last_band=awaits_second_source,
        scoreable=has_score,
        row_keys=keys,
        applicable=applicable,
        group_weight=group_weight,
        threads=threads,
    )
    mild = draw_ranks(
        ways[:1],
        weights,
        sources,
        settings=_mild(settings, min(max(round(model.exponent), 1), LARGEST_POWER)),
        power=model.exponent,
        scoreable=has_score,
        row_keys=keys,
        applicable=applicable,
        group_weight=group_weight,
        threads=threads,
    )
    sensitivity = rank_sensitivity(
        ways,
        weights,
        sources,
        settings=_draw_settings(settings, settings.sensitivity_draws),
        scoreable=has_score,
        row_keys=keys,
        applicable=applicable,
        group_weight=group_weight,
        threads=threads,
    )
    return RankingUncertainty(
        places=_places(normalised.supplier_ids, drawn),
        dependence=_long(normalised.supplier_ids, sensitivity.total_order),
        depends_on=pl.DataFrame(
            {
                "supplier_id": normalised.supplier_ids,
                "main_uncertainty_source": pl.Series(sensitivity.largest(), dtype=pl.String),
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


def affordable_draws(scored: int, settings: Uncertainty) -> tuple[int, tuple[str, ...]]:
    """As many of the wanted draws as the memory allows, and a note where that is fewer."""
    bytes_per_rank = 8 if scored <= EXACT_SUPPLIERS else 4
    affordable = settings.memory_mib * 2**20 // (bytes_per_rank * max(scored, 1))
    draws = min(settings.draws, max(affordable, min(settings.draws, _MIN_DRAWS)))
    if draws == settings.draws:
        return draws, ()
    return draws, (
        f"{draws} instead of {settings.draws} draws were made, because {scored} suppliers in more "
        f"would take more than {settings.memory_mib} MiB; raise uncertainty.memory_mib for "
        "smoother intervals.",
    )


def alternative_normalisations(
    normalised: NormalisedSignals, model: ScoringModel, columns: Integers | None = None
) -> tuple[NormalisationMethod, ...]:
    """The evidence as published, as ranks among peers, and as robust z-scores.

    The peers and the reference are the same in all three. Standard errors are half the distance
    between the normalised values of value + stderr and value - stderr.

    Args:
        normalised: the normalised signals of the list.
        model: the published normalisers.
        columns: of the model's signals, ascending; None: all.
    """
    taken = np.arange(len(model.signals)) if columns is None else columns
    by_anchors = replace(model, signals=tuple(model.signals[column] for column in taken))
    by_z = _normalised_by(by_anchors, RobustZ(method="robust_z"))
    rows = [normalised.aligned[signal.signal_id] for signal in by_anchors.signals]
    own = normalised.own
    low, high, relevance = (part[:, taken] for part in (own.low, own.high, own.relevance))
    quantiles = model.missing.low_quantile, model.missing.high_quantile

    def shifted(by: ScoringModel, sign: int) -> NormalisedMatrix:
        values = [row.usable + sign * np.nan_to_num(row.stderr) for row in rows]
        return renormalise(normalised, by, values)

    def errors(by: ScoringModel, *names: str) -> list[Floats]:
        # Of each pass only what is used stays in memory.
        below, above = (
            [getattr(shift, name) for name in names]
            for shift in (shifted(by, sign) for sign in (-1, 1))
        )
        return [np.abs(up - down) / 2 for down, up in zip(below, above, strict=True)]

    published, ranks = errors(by_anchors, "risk", "percentile")
    z = renormalise(normalised, by_z, [row.usable for row in rows])
    (of_z,) = errors(by_z, "risk")
    return (
        _method(own.risk[:, taken], published, (low, high), relevance),
        _method(
            own.percentile[:, taken],
            ranks,
            (
                relevance * _where_known(low, quantiles[0]),
                relevance * _where_known(high, quantiles[1]),
            ),
            relevance,
        ),
        _method(z.risk, of_z, (z.low, z.high), z.relevance),
    )


def _live(own: NormalisedMatrix, model: ScoringModel, has_score: Flags) -> Integers:
    """The signals that weigh something and could have a value for somebody who is scored."""
    weighed = np.flatnonzero(model.weights > 0)
    return weighed[[bool(own.applicable[has_score, column].any()) for column in weighed]]


def _where_known(peers: Floats, quantile: float) -> Floats:
    return np.where(np.isnan(peers), np.nan, quantile)


def source_numbers(cards: Sequence[SignalCard]) -> NDArray[np.int64]:
    """The number of each signal's first source; signals of one source stand or fall together."""
    names = sorted({card.sources[0] for card in cards})
    return np.array([names.index(card.sources[0]) for card in cards], dtype=np.int64)


def row_keys(supplier_ids: pl.Series) -> NDArray[np.uint32]:
    """A number of each supplier that depends on its id alone, on any machine."""
    digests = b"".join(blake2b(name.encode(), digest_size=4).digest() for name in supplier_ids)
    return np.frombuffer(digests, dtype="<u4").astype(np.uint32)


def _normalised_by(model: ScoringModel, normaliser: Normaliser) -> ScoringModel:
    changed = tuple(
        replace(
            signal,
            normaliser=normaliser,
            relevance=None if signal.relevance is None else signal.relevance.read_by(normaliser),
        )
        for signal in model.signals
    )
    return replace(model, signals=changed)


def _method(
    risk: Floats, error: Floats, bounds: tuple[Floats, Floats], relevance: Floats
) -> NormalisationMethod:
    """One normalisation method with its errors and bounds."""
    low, high = open_bounds(*bounds, relevance)
    return NormalisationMethod(risk, error, np.minimum(low, high), high)


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


def _places(supplier_ids: pl.Series, drawn: RankUncertainty) -> pl.DataFrame:
    def figures(values: Floats, kind: type[pl.Float64] | type[pl.Int32]) -> pl.Series:
        return pl.Series(values, nan_to_null=True).cast(kind)

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
    size = normalised.supplier_ids.len()
    nothing = np.full(size, np.nan)
    empty = RankUncertainty(
        nothing, nothing, nothing, nothing, (1,), nothing[:, None], nothing, np.nan, (), 0
    )
    return RankingUncertainty(
        places=_places(normalised.supplier_ids, empty),
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
