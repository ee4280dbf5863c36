"""Audit sampling plan for a budget of k: by priority, plus a random share with known probabilities.

The random share is what lets outcomes teach something: without it only suppliers that the
score already suspects are ever seen. Its probabilities are logged, so that the Horvitz-Thompson
estimator gives an unbiased base rate once outcomes return (Methodology 13.5).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

_EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True)
class SelectionRule:
    """The budget and its limits.

    Attributes:
        budget: suppliers that can be audited.
        random_share: part of the budget drawn at random, stratified.
        maximum_per_country: of the priority picks; None for no limit.
        maximum_per_travel_cell: of the priority picks; None for no limit.
        cool_down_months: a supplier audited this recently is in its cooling-off period.
        seed: of the random draw; logged.
    """

    budget: int
    random_share: float = 0.15
    maximum_per_country: int | None = None
    maximum_per_travel_cell: int | None = None
    cool_down_months: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        """Reject what cannot be selected by.

        Raises:
            ValueError: a budget below 1 or a share outside 0..1.
        """
        if self.budget < 1:
            raise ValueError(f"The budget is {self.budget}: give at least 1.")
        if not 0 <= self.random_share <= 1:
            raise ValueError(f"The random share is {self.random_share}: give a share of 0 to 1.")


def select(candidates: pl.DataFrame, rule: SelectionRule, as_of: dt.date) -> pl.DataFrame:
    """Choose suppliers for the budget.

    Limits per country and travel cell bind the priority picks only: applied to the random share
    they would make its probabilities unknown.

    Args:
        candidates: supplier_id, priority (higher first; null = not rankable, random share
            only), country, stratum, travel_cell (null allowed), last_looked_at (null allowed),
            is_contested (of those without a priority: why they have none).
        rule: budget and limits.
        as_of: the day that the cool-down counts back from.

    Returns:
        Every candidate: supplier_id, selection_method (priority, random, not_selected,
        cooling_off), inclusion_probability (1 for priority picks, 0 while cooling down) and
        reason; in the order of priority picks, random picks, others.
    """
    ordered = candidates.sort(
        ["priority", "supplier_id"], descending=[True, False], nulls_last=True
    )
    earliest = pl.lit(as_of).dt.offset_by(f"-{rule.cool_down_months}mo")
    cooling = ordered.select((pl.col("last_looked_at") > earliest).fill_null(value=False))
    is_cooling = cooling.to_series().to_numpy()
    free = ordered.filter(~is_cooling)
    random_slots = min(round(rule.budget * rule.random_share), free.height)
    by_priority = _by_priority(free, rule, min(rule.budget, free.height) - random_slots)
    chosen = by_priority == ""
    rest = free.filter(~pl.Series(chosen))
    drawn, probability = _at_random(rest, random_slots, rule.seed)

    method = np.full(ordered.height, "not_selected", dtype=object)
    reason = np.full(ordered.height, "", dtype=object)
    inclusion = np.zeros(ordered.height)
    free_rows = np.flatnonzero(~is_cooling)
    rest_rows = free_rows[~chosen]
    method[is_cooling] = "cooling_off"
    method[free_rows[chosen]] = "priority"
    inclusion[free_rows[chosen]] = 1.0
    inclusion[rest_rows] = probability
    method[rest_rows[drawn]] = "random"
    reason[free_rows] = by_priority
    reason[is_cooling] = f"assessed within {rule.cool_down_months} months"
    reason[free_rows[chosen]] = "among the highest priorities within the limits"
    reason[rest_rows[drawn]] = "selected at random, so that outcomes can be compared without bias"
    places = {"priority": 0, "random": 1, "not_selected": 2, "cooling_off": 3}
    return (
        ordered.select("supplier_id")
        .with_columns(
            pl.Series("selection_method", method.tolist(), dtype=pl.String),
            pl.Series("inclusion_probability", inclusion),
        )
        .with_columns(
            pl.Series("reason", reason.tolist(), dtype=pl.String),
            pl.col("selection_method").replace_strict(places).alias("place"),
        )
        .sort("place", maintain_order=True)
        .drop("place")
    )


def base_rate(outcomes: pl.DataFrame, population: int) -> tuple[float, float]:
    """Share of the eligible population with a finding, without selection bias.

    Horvitz-Thompson: sum of y / pi over those audited, by the size of the population. The
    variance is the one for independent (Poisson) draws, which is on the wide side for the
    stratified draw made here.

    Args:
        outcomes: of everyone who was audited: inclusion_probability, found (boolean).
        population: suppliers that could have been selected (not cooling down).

    Returns:
        The rate and its standard error.

    Raises:
        ValueError: a probability of 0, which no one who was audited can have.
    """
    probability = outcomes["inclusion_probability"].to_numpy()
    if (probability <= 0).any():
        raise ValueError("An outcome has inclusion probability 0: it was not part of the plan.")
    found = outcomes["found"].cast(pl.Float64).to_numpy()
    rate = float((found / probability).sum() / population)
    variance = ((1 - probability) * (found / probability) ** 2).sum() / population**2
    return rate, float(np.sqrt(variance))


def travel_cells(
    latitude: npt.ArrayLike, longitude: npt.ArrayLike, cell_km: float = 100.0
) -> list[str | None]:
    """Name the equal-area cell of about `cell_km` that each place lies in; null without a place."""
    lat = np.asarray(latitude, dtype=np.float64)
    lon = np.asarray(longitude, dtype=np.float64)
    known = np.isfinite(lat) & np.isfinite(lon)
    north = np.floor(np.where(known, np.sin(np.radians(lat)), 0) * _EARTH_RADIUS_KM / cell_km)
    east = np.floor(np.where(known, np.radians(lon), 0) * _EARTH_RADIUS_KM / cell_km)
    return [
        f"{int(row)}:{int(column)}" if place else None
        for row, column, place in zip(north, east, known, strict=True)
    ]


def _by_priority(free: pl.DataFrame, rule: SelectionRule, slots: int) -> npt.NDArray[np.object_]:
    """Why each candidate is not among the picks by priority; empty for those that are."""
    reasons = np.full(free.height, "", dtype=object)
    per_country: dict[str, int] = {}
    per_cell: dict[str, int] = {}
    rows = free.select("priority", "country", "travel_cell", "is_contested").iter_rows()
    for row, (priority, country, cell, is_contested) in enumerate(rows):
        if is_contested:
            reasons[row] = "contested: its priority is not used until the decision is reviewed"
        elif priority is None:
            reasons[row] = "no score: it can be selected at random only"
        elif slots == 0:
            reasons[row] = f"outside the budget of {rule.budget}"
        elif _is_full(per_country, country, rule.maximum_per_country):
            reasons[row] = f"limit of {rule.maximum_per_country} per country reached"
        elif cell is not None and _is_full(per_cell, cell, rule.maximum_per_travel_cell):
            reasons[row] = f"limit of {rule.maximum_per_travel_cell} per 100 km cell reached"
        else:
            per_country[country] = per_country.get(country, 0) + 1
            if cell is not None:
                per_cell[cell] = per_cell.get(cell, 0) + 1
            slots -= 1
    return reasons


def _is_full(counts: dict[str, int], key: str, maximum: int | None) -> bool:
    return maximum is not None and counts.get(key, 0) >= maximum


def _at_random(
    rest: pl.DataFrame, slots: int, seed: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Draw `slots` by systematic sampling through a random order within strata.

    Everyone has the same probability slots / n, and each stratum gets its proportional number
    up to one: proportional stratification with exactly known first-order probabilities.
    """
    drawn = np.zeros(rest.height, dtype=np.bool_)
    if rest.height == 0 or slots == 0:
        return drawn, np.zeros(rest.height)
    random = np.random.Generator(np.random.Philox(seed))
    # The draw must not depend on the order of priority: people are numbered by id first.
    by_id = rest["supplier_id"].arg_sort().to_numpy()
    shuffle = random.permutation(rest.height)
    strata = rest["stratum"].fill_null("").to_numpy()[by_id][shuffle]
    order = by_id[shuffle][np.argsort(strata, kind="stable")]
    step = rest.height / slots
    picks = np.floor(random.uniform(0, step) + step * np.arange(slots)).astype(np.int64)
    drawn[order[np.minimum(picks, rest.height - 1)]] = True
    return drawn, np.full(rest.height, slots / rest.height)
