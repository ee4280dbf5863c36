"""From signal values to scores and contributions: the whole of the scoring as one pure function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.aggregation.aggregate import Totals, aggregate, ilo_indicator_coverage
from scoring.aggregation.land_use_agreement import WHY, lacks_agreement
from scoring.aggregation.priority_bands import band_names
from scoring.explanation.contributions import contributions, points
from scoring.explanation.insufficient_information import insufficient_reason, lowest_cost_data_gap
from scoring.normalisation.alignment import Values
from scoring.normalisation.normalised_matrix import blocks, shared
from scoring.normalisation.normalised_signals import NormalisedSignals, normalise_signals
from scoring.normalisation.peer_groups import WHOLE_LIST
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel
from signals.card import Pillar, SignalCard, SourceCard


@dataclass(frozen=True)
class ScoringResult:
    """What scoring gives.

    Attributes:
        scores: columns of the scores table without run_id; by rank, then supplier_id, those
            without a score last. rank_p05, rank_p95 and prob_top_k are null until
            `scoring.aggregation.aggregate.attach_uncertainty` fills them.
        points: of each own-evidence signal, [suppliers].
        reference: the peer values used; kept, it lets later months compare with this one.
        notes: what the reader of the whole list should know, a sentence each.
        normalised: what the scores were made of, for drawing their uncertainty.
        awaits_second_source: [suppliers] who is held below the first band because land use alone,
            seen by one source, would put it there; in the order of the list.
        cards: by signal.
        source_cards: by source, for titles and holders in the texts.
        as_of: the date of the values, as text; None where they state none.
    """

    scores: pl.DataFrame
    points: Sequence[NDArray[np.float64]]
    reference: Reference
    notes: tuple[str, ...]
    normalised: NormalisedSignals
    awaits_second_source: NDArray[np.bool_]
    cards: Mapping[str, SignalCard]
    source_cards: Mapping[str, SourceCard]
    as_of: str | None

    def contributions_by_signal(self) -> Iterator[pl.DataFrame]:
        """Columns of the contributions table without run_id, signal by signal, by supplier_id.

        Of a signal that applies to no supplier, for the same reason, there is one row, which holds
        for all of them: its supplier_id is null.
        """
        normalised, texts = self.normalised, (self.cards, self.source_cards, self.as_of)
        yield from contributions(normalised, normalised.own, self.points, *texts)
        none = shared(0.0, normalised.context.suppliers)
        no_points = [none] * len(normalised.context.signals)
        yield from contributions(normalised, normalised.context, no_points, *texts)

    @cached_property
    def contributions(self) -> pl.DataFrame:
        """A row for every supplier and signal in memory: of short lists."""
        ids = self.normalised.supplier_ids.alias("supplier_id").to_frame()
        return pl.concat(
            ids.join(part.drop("supplier_id"), how="cross")
            if part["supplier_id"].null_count()
            else part
            for part in self.contributions_by_signal()
        )

    @property
    def has_score(self) -> NDArray[np.bool_]:
        """[suppliers] whether the evidence was enough, in the order of the list."""
        by_id = self.scores.sort("supplier_id")["score"]
        enough: NDArray[np.bool_] = by_id.is_not_null().to_numpy()
        return enough


def score(
    values: Values,
    suppliers: pl.DataFrame,
    income: pl.DataFrame | None,
    cards: Mapping[str, SignalCard],
    model: ScoringModel,
    reference: Reference | None = None,
    sources: Mapping[str, SourceCard] | None = None,
) -> ScoringResult:
    """Score a list.

    Args:
        values: columns of `signal_values`, by signal or all in one; what has no row counts as not
            covered. Lazy frames are read a signal at a time.
        suppliers: columns of `stg_suppliers`.
        income: country_iso3 and income_group, one row per country; None leaves peer groups to
            the subregion.
        cards: by signal, those the model was made from.
        model: see `scoring.model.scoring_model`.
        reference: a frozen baseline; None compares the list with itself. Signals that the baseline
            does not know are compared within the list, with a note.
        sources: by source, for titles and holders in the texts.

    Raises:
        DataRejectedError: values that are infinite, given twice or of unknown suppliers or signals.
    """
    normalised = normalise_signals(values, suppliers, income, model, reference)
    totals = aggregate(normalised.own, normalised.context, model)
    own_points = points(normalised.own, model, totals.has_score)
    titles = sources or {}
    held_back = _awaits_second_source(normalised, totals, model)
    scores = _scores_frame(normalised, totals, model, cards, titles, held_back, suppliers)
    return ScoringResult(
        scores=scores,
        points=own_points,
        reference=normalised.reference,
        notes=(*normalised.notes, *_notes(scores, model)),
        normalised=normalised,
        awaits_second_source=held_back,
        cards=cards,
        source_cards=titles,
        as_of=_as_of(values),
    )


def _awaits_second_source(
    normalised: NormalisedSignals, totals: Totals, model: ScoringModel
) -> NDArray[np.bool_]:
    own = normalised.own
    land_use = np.array([signal.pillar is Pillar.LAND_USE for signal in own.signals], dtype=bool)
    # What lies in the place for good, such as its remoteness, confirms no change.
    sees_change = np.array(
        [signal.relevance is not None and signal.relevance.sees_change for signal in own.signals],
        dtype=bool,
    )
    lacks = [
        lacks_agreement(
            part.risk,
            part.weighed(model.weights),
            land_use,
            sees_change,
            [signal.lineage for signal in own.signals],
            model.exponent,
            model.priority_bands.first,
        )
        for part in map(own.part, blocks(own.suppliers))
    ]
    return np.concatenate(lacks) & totals.has_score


def score_figures(
    normalised: NormalisedSignals,
    totals: Totals,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
) -> pl.DataFrame:
    """The scores table as far as it is figures and priority bands, in the order of the list.

    Args:
        normalised: the normalised signals of the list.
        totals: its figures.
        model: both were made by.
        cards: by signal, those the model was made from.

    Returns:
        Columns of the scores table without run_id, those that draws fill, and the texts on what
        is missing.
    """
    held_back = _awaits_second_source(normalised, totals, model)
    return _figures_frame(normalised, totals, model, cards, held_back)


def _figures_frame(
    normalised: NormalisedSignals,
    totals: Totals,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
    held_back: NDArray[np.bool_],
) -> pl.DataFrame:
    own = normalised.own
    own_cards = [cards[signal.signal_id] for signal in own.signals]
    spoken = ilo_indicator_coverage(own, model.weights, own_cards)

    def figures(values: NDArray[np.float64]) -> pl.Series:
        return pl.Series(values, dtype=pl.Float64, nan_to_null=True)

    return pl.DataFrame(
        {
            "supplier_id": normalised.supplier_ids,
            "score": figures(totals.score),
            "priority_band": pl.Series(
                band_names(totals.score, model.priority_bands, held_back), dtype=pl.String
            ),
            "priority_band_note": pl.select(pl.when(pl.lit(pl.Series(held_back))).then(pl.lit(WHY)))
            .to_series()
            .cast(pl.String),
            "evidence_coverage": totals.coverage,
            "ilo_indicator_coverage": spoken,
            "pillars_with_evidence": pl.Series(totals.pillars_with_evidence, dtype=pl.Int32),
            "rank": pl.Series(totals.place, dtype=pl.Int32).replace(0, None),
            "country_context_score": figures(totals.context),
            "score_absolute_scale": figures(totals.score_absolute_scale),
            "score_vs_peers": figures(totals.score_vs_peers),
            "score_best_case": figures(totals.score_best_case),
            "score_worst_case": figures(totals.score_worst_case),
            "peer_median_score": figures(totals.peer_median_score),
            "peer_group": normalised.peer_group,
            "peer_group_size": pl.Series(normalised.peer_group_size, dtype=pl.Int32),
        }
    )


def _scores_frame(
    normalised: NormalisedSignals,
    totals: Totals,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    held_back: NDArray[np.bool_],
    suppliers: pl.DataFrame,
) -> pl.DataFrame:
    figures = _figures_frame(normalised, totals, model, cards, held_back)
    at_draws = figures.columns.index("country_context_score")
    to_be_drawn = (
        pl.lit(None, pl.Int32).alias("rank_p05"),
        pl.lit(None, pl.Int32).alias("rank_p95"),
        pl.lit(None, pl.Float64).alias("prob_top_k"),
    )
    return figures.select(
        *figures.columns[:at_draws],
        *to_be_drawn,
        *figures.columns[at_draws:],
        insufficient_reason=insufficient_reason(normalised, totals, cards, model.missing),
        lowest_cost_data_gap=lowest_cost_data_gap(normalised, cards, sources, suppliers),
    ).sort("rank", "supplier_id", nulls_last=True)


def _as_of(of_signals: Values) -> str | None:
    # The values of one run stand on one day.
    values = (
        next(iter(of_signals.values())) if isinstance(of_signals, Mapping) else of_signals.lazy()
    )
    if "as_of" not in values.collect_schema().names():
        return None
    newest = values.select(pl.col("as_of").max()).collect()["as_of"][0]
    return None if newest is None else str(newest)


def _notes(scores: pl.DataFrame, model: ScoringModel) -> list[str]:
    notes = []
    if len(model.pillars) < model.missing.minimum_own_pillars:
        notes.append(
            f"The model weighs {len(model.pillars)} pillar(s) but a score needs evidence from "
            f"{model.missing.minimum_own_pillars}: no supplier can have a score; lower "
            "scoring.missing.minimum_own_pillars or add signals."
        )
    alone = scores.filter(pl.col("peer_group") == WHOLE_LIST).height
    if alone:
        notes.append(
            f"{alone} of {scores.height} suppliers are compared with the whole list, because no "
            f"group of their own has {model.peers.minimum} suppliers."
        )
    return notes
