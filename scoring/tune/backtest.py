"""A back-test: the order of each past month against what became known after it.

Month M is ordered by what was published by M. It is judged by the cases learned after M and an
embargo, up to a horizon. The embargo leaves out units whose case was learned so soon after M that
the look at them had begun before: what started it may be in the public record already. Months
whose horizon reaches beyond the last day known are marked and take no part in the summary.

Whole countries (or states) are drawn again for the intervals, and left out one at a time, because
units of one country share their fate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.aggregation.aggregate import Totals, aggregate
from scoring.aggregation.power_mean import power_mean
from scoring.aggregation.priority_bands import SCORE_DECIMALS
from scoring.engine import score_figures
from scoring.normalisation.alignment import AlignedSignal
from scoring.normalisation.normalised_signals import NormalisedSignals, normalise_signals
from scoring.scoring_model import ScoringModel
from scoring.tune.outcomes import known_cases
from scoring.tune.ranking_measures import Flags, Floats, Labels, measure
from signals.card import SignalCard

#: Name of the ranking of the profile; all others are baselines.
PROFILE = "profile"

_SIZE_ORDER = {"1-9": 1, "10-49": 2, "50-249": 3, "250-999": 4, "1000+": 5}
_BASELINE_SEED = 7
_LONGEST_YEAR_DAYS = 365


@dataclass(frozen=True)
class LabelWindow:
    """Which outcomes judge a month.

    Attributes:
        embargo_days: units learned of within so many days after the month take no part.
        horizon_days: days after the embargo in which what is learned counts.
    """

    embargo_days: int
    horizon_days: int

    def opens(self, as_of: dt.date) -> dt.date:
        """Last day of the embargo."""
        return as_of + dt.timedelta(days=self.embargo_days)

    def closes(self, as_of: dt.date) -> dt.date:
        """Last day that counts."""
        return self.opens(as_of) + dt.timedelta(days=self.horizon_days)


@dataclass(frozen=True)
class MonthLabels:
    """Outcomes of the units after a month; arrays over the units.

    Attributes:
        is_case: learned of within the horizon.
        takes_part: not learned of within the embargo alone.
        is_recent: learned of in the year before the month.
        is_whole: whether the horizon lies within the days known.
    """

    is_case: Flags
    takes_part: Flags
    is_recent: Flags
    is_whole: bool


def month_labels(
    outcomes: pl.DataFrame,
    unit_ids: pl.Series,
    as_of: dt.date,
    window: LabelWindow,
    known_to: dt.date,
) -> MonthLabels:
    """Label the units of a month.

    Args:
        outcomes: columns of `scoring.tune.outcomes.SCHEMA`.
        unit_ids: the units, in the order wanted.
        as_of: the month.
        window: embargo and horizon.
        known_to: last day on which an outcome could have been reported.
    """
    opens, closes = window.opens(as_of), window.closes(as_of)
    is_case = known_cases(outcomes, unit_ids, known_after=opens, known_by_day=closes)
    is_embargoed = known_cases(outcomes, unit_ids, known_after=as_of, known_by_day=opens)
    year_before = as_of - dt.timedelta(days=_LONGEST_YEAR_DAYS)
    return MonthLabels(
        is_case=is_case,
        takes_part=is_case | ~is_embargoed,
        is_recent=known_cases(outcomes, unit_ids, known_after=year_before, known_by_day=as_of),
        is_whole=closes <= known_to,
    )


@dataclass(frozen=True)
class MonthOrders:
    """One month as ordered by the profile and by every baseline.

    Attributes:
        totals: of the profile, as the monthly run makes them.
        normalised: what they were made of.
        scores: as `scoring.engine.score_figures` gives them for a run as of the month.
        orders: by name: [suppliers] higher comes first, NaN where there is no rank.
    """

    totals: Totals
    normalised: NormalisedSignals
    scores: pl.DataFrame
    orders: Mapping[str, Floats]


def order_month(
    values: pl.DataFrame,
    suppliers: pl.DataFrame,
    income: pl.DataFrame | None,
    model: ScoringModel,
    cards: Mapping[str, SignalCard],
    area_km2: pl.DataFrame | None = None,
    seed: int = 0,
    kept: dict[str, AlignedSignal] | None = None,
) -> MonthOrders:
    """Order a list by the profile and by what it must beat.

    The list is compared with itself. Baselines are given for exactly the suppliers that the
    profile gives a score, so that all are judged on the same units; a supplier that a baseline
    knows nothing of comes last in it.

    Args:
        values: columns of `signal_values`.
        suppliers: columns of `stg_suppliers`, and disclosure_regime where it is known.
        income: country_iso3 and income_group, or None.
        model: of the profile.
        cards: by signal, those the model was made from.
        area_km2: supplier_id and area_km2 where units are areas, or None.
        seed: of the random order; another one in every month.
        kept: signals of the month before, where `values` holds only those that changed since.
    """
    normalised = normalise_signals(values, suppliers, income, model, kept=kept)
    totals = aggregate(normalised.own, normalised.context, model)
    listed = suppliers.sort("supplier_id")
    orders = orders_of(normalised, totals, model, listed, area_km2, seed)
    return MonthOrders(totals, normalised, score_figures(normalised, totals, model, cards), orders)


def orders_of(
    normalised: NormalisedSignals,
    totals: Totals,
    model: ScoringModel,
    listed: pl.DataFrame,
    area_km2: pl.DataFrame | None = None,
    seed: int = 0,
) -> dict[str, Floats]:
    """The profile's order and the baselines, on the suppliers that the profile gives a score.

    Args:
        normalised: the normalised signals of the list.
        totals: its figures.
        model: of the profile.
        listed: supplier_id, workforce_band and annual_spend, in the order of the list.
        area_km2: supplier_id and area_km2 where units are areas, or None.
        seed: of the random order.
    """
    score = np.round(totals.score, SCORE_DECIMALS)
    baselines = {
        "random": np.random.default_rng([_BASELINE_SEED, seed]).random(score.size),
        "size": _size(listed),
        "prior": totals.context,
        "equal weights": _equal_weights(normalised, model),
        f"one signal ({_strongest(normalised, model)})": _one_signal(normalised, model),
    }
    if area_km2 is not None:
        joined = listed.join(area_km2, on="supplier_id", how="left", maintain_order="left")
        baselines["area"] = joined["area_km2"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    orders = {PROFILE: score}
    for name, order in baselines.items():
        if not np.isnan(order).all():
            orders[name] = where_scored(order, score)
    return orders


def month_rows(
    as_of: dt.date,
    orders: Mapping[str, Floats],
    labels: MonthLabels,
    group: Labels,
    count: int,
) -> list[dict[str, Any]]:
    """One row of measures per order.

    Args:
        as_of: the month.
        orders: by name, as `order_month` gives them.
        labels: of the same suppliers.
        group: [suppliers] country or state.
        count: the budget k.
    """
    inside = labels.takes_part
    rows = []
    for name, order in with_recent_cases(orders, labels).items():
        found = measure(order[inside], labels.is_case[inside], group[inside], count)
        rows.append(
            {
                "as_of": as_of,
                "order": name,
                "is_whole": labels.is_whole,
                "units": int(inside.sum()),
                **{key: _plain(value) for key, value in vars(found).items()},
            }
        )
    return rows


def with_recent_cases(orders: Mapping[str, Floats], labels: MonthLabels) -> dict[str, Floats]:
    """The orders, and the order that repeats the cases of the year before."""
    recent = np.where(np.isnan(orders[PROFILE]), np.nan, labels.is_recent.astype(np.float64))
    return {**orders, "last year's cases": recent}


def where_scored(order: Floats, score: Floats) -> Floats:
    """An order of the units that have a score; those it knows nothing of come last."""
    known = order[~np.isnan(order)]
    last = float(known.min()) - 1.0
    return np.where(np.isnan(score), np.nan, np.where(np.isnan(order), last, order))


def _size(listed: pl.DataFrame) -> Floats:
    """Workforce band, and the buyer's spend within a band: exposure, which is no risk."""
    band = listed["workforce_band"].replace_strict(
        _SIZE_ORDER, default=None, return_dtype=pl.Float64
    )
    spend = listed["annual_spend"].fill_null(0.0).rank() / max(1, listed.height + 1)
    if band.null_count() == listed.height and listed["annual_spend"].null_count() == listed.height:
        return np.full(listed.height, np.nan)
    known: NDArray[np.float64] = (band.fill_null(0.0) + spend).to_numpy()
    return known


def _weighted(model: ScoringModel) -> Flags:
    return model.weights > 0


def _equal_weights(normalised: NormalisedSignals, model: ScoringModel) -> Floats:
    weights = _weighted(model).astype(np.float64)
    mean: Floats = power_mean(normalised.own.risk, weights, model.exponent)
    return mean


def _strongest_column(normalised: NormalisedSignals, model: ScoringModel) -> int:
    """The signal that carries most weight over all suppliers: no outcome has a say in it."""
    return int((normalised.own.present.mean(axis=0) * model.weights).argmax())


def _strongest(normalised: NormalisedSignals, model: ScoringModel) -> str:
    return model.signals[_strongest_column(normalised, model)].signal_id


def _one_signal(normalised: NormalisedSignals, model: ScoringModel) -> Floats:
    column: Floats = normalised.own.risk[:, _strongest_column(normalised, model)]
    return column


def _plain(value: float) -> float | int | None:
    """A figure as JSON has it: none where it is not defined."""
    if isinstance(value, int):
        return value
    return None if np.isnan(value) else float(value)
