"""Readings of the public filings behind `validate us_employers`."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.us_employers import default_score
from benchmarks.us_h2a import FIELDS, choosing_states, read_employers

_WINDOW = (2006, 2008, dt.date(2008, 10, 1), dt.date(2010, 10, 1))


def _application(employer: int, fy: int, workers: float, **other: object) -> dict[str, object]:
    begin = dt.datetime(fy, 3, 1)
    row: dict[str, object] = {
        "id": employer, "fy": fy, "city": "A", "state": "NY", "zip": "1", "workers": workers,
        "hourly": 10.0, "hours": 40.0, "cat": "nursery", "cert": True, "denied": False,
        "agent": False, "org": "S", "begin": begin, "end": begin + dt.timedelta(days=180),
    }  # fmt: skip
    return row | other


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pl.DataFrame(
        [
            _application(1, 2007, 3.0, agent=True),
            _application(1, 2008, 7.0, agent=True, hourly=8.0),
            _application(2, 2006, 5.0, agent=True),
            # After the window, and certified for nobody.
            _application(2, 2009, 50.0),
            _application(3, 2008, 0.0),
            _application(4, 2008, 2.0, city="B", cat="hand_harvest"),
        ]
    ).write_parquet(tmp_path / "applications_fy2006_2010.parquet")
    (tmp_path / "violation_cases_before_2010_10.csv").write_text(
        "id,fsd,h2a_violtn_cnt\n1,2008-10-01,3\n2,2008-09-30,3\n4,2010-10-01,1\n"
    )
    return tmp_path


def test_employers_are_read_from_what_was_filed_in_the_window(folder: Path) -> None:
    found = read_employers(folder, _WINDOW)
    assert found.workers.tolist() == [10.0, 5.0, 2.0]
    assert found.is_case.tolist() == [True, False, False]
    assert found.is_active.tolist() == [True, False, True]
    growth = found.values["demand_growth"]
    # 7 after 3; none after 5; no year before.
    assert growth[:2] == pytest.approx([np.log(8 / 4), np.log(1 / 6)])
    assert np.isnan(growth[2])
    # Filings of 2006 do not say whether an agent was used.
    assert found.values["agent_share"][0] == 1.0
    assert np.isnan(found.values["agent_share"][1])
    assert found.values["few_neighbours"] == pytest.approx(np.log([2.0, 2.0, 1.0]))
    assert found.values["hand_harvest"].tolist() == [0.0, 0.0, 1.0]


def test_a_field_that_is_not_known_takes_no_part(folder: Path) -> None:
    found = read_employers(folder, _WINDOW)
    score = default_score(found)
    neighbours = FIELDS["few_neighbours"].risk(np.log([1.0]))[0]
    agent, weights = 0.0, (FIELDS["agent_share"].weight, FIELDS["few_neighbours"].weight)
    assert score[2] == pytest.approx(np.average([agent**2, neighbours**2], weights=weights) ** 0.5)


def test_states_of_every_size_are_in_both_parts() -> None:
    state = np.repeat(["A", "B", "C", "D", "E"], [50, 40, 30, 20, 10])
    assert np.unique(state[choosing_states(state)]).tolist() == ["A", "D", "E"]
