"""Weights that travel between countries: what counts, and what an unknown field adds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from benchmarks.brazil_sectors import SECTORS, SectorAreas
from benchmarks.two_countries import FARM_SECTORS, PAIRS, fitted, in_brazil, order_of_employers
from benchmarks.us_h2a import FIELDS, Employers
from scoring.tune.weight_estimator import Fit

RANDOM = np.random.default_rng(8)
PLACES, EMPLOYERS = 600, 900


def _areas() -> SectorAreas:
    """Places whose farm cases follow picking by hand alone; mines follow isolation."""
    risk = RANDOM.random((PLACES, len(PAIRS)))
    names = [kind.name for kind in SECTORS]
    hand, isolated = (RANDOM.random(PLACES) < 0.2 * risk[:, column] ** 2 for column in (0, 2))
    return SectorAreas(
        ids=pl.Series([str(number) for number in range(PLACES)]),
        state=np.repeat(np.array([f"S{number}" for number in range(10)]), PLACES // 10),
        part=np.where(np.arange(PLACES) % 120 < 60, "choosing", "judging"),
        exposure={name: np.ones(PLACES) for name in names},
        cases={
            name: ((hand if name in FARM_SECTORS else isolated).astype(float), np.zeros(PLACES))
            for name in names
        },
        signals=tuple(signal for signal, _, _ in PAIRS),
        measured=risk,
        risk={},
        score={},
        weight=np.empty(0),
        population=np.ones(PLACES),
        area_km2=np.ones(PLACES),
    )


def _employers() -> Employers:
    values = {
        name: RANDOM.uniform(
            min(field.floor, field.ceiling), max(field.floor, field.ceiling), EMPLOYERS
        )
        for name, field in FIELDS.items()
    }
    growth = FIELDS["demand_growth"].risk(values["demand_growth"])
    return Employers(
        title="window",
        values=values,
        workers=np.full(EMPLOYERS, 10.0),
        is_case=RANDOM.random(EMPLOYERS) < 0.4 * growth**2,
        state=np.repeat(np.array(["NY", "CA"]), EMPLOYERS // 2),
        is_active=np.ones(EMPLOYERS, dtype=bool),
        is_for_choosing=np.ones(EMPLOYERS, dtype=bool),
    )


def test_each_country_gives_the_weight_to_what_its_cases_follow() -> None:
    found = fitted(_areas(), [_employers()])
    assert found.brazil.weight.argmax() == 0
    assert found.us.weight.argmax() == 1


def test_weights_are_tested_on_the_farm_sectors_of_a_part() -> None:
    areas = _areas()
    by_hand = Fit(np.array([1.0, 0.0, 0.0]), np.zeros(3), np.empty(0), 0.0, 0.0)
    assert in_brazil(by_hand, areas, "judging").value > 0.65
    by_isolation = Fit(np.array([0.0, 0.0, 1.0]), np.zeros(3), np.empty(0), 0.0, 0.0)
    assert in_brazil(by_isolation, areas, "judging").value == pytest.approx(0.5, abs=0.1)


def test_a_field_that_is_not_known_adds_nothing() -> None:
    employers = _employers()
    growth = employers.values["demand_growth"]
    growth[0] = np.nan
    weights = Fit(np.array([0.0, 2.0, 0.0]), np.full(3, 0.9), np.empty(0), 0.0, 0.0)
    order = order_of_employers(weights, employers)
    assert order[0] == pytest.approx(np.log(10.0))
    assert order[1:].mean() == pytest.approx(np.log(10.0))
