"""The split follows its rule, looks are logged once, and parts never share a case."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import brazil_sectors, validity_looks
from benchmarks.brazil_sectors import SECTORS, SectorAreas, split


def test_every_other_state_in_the_order_of_the_abbreviations_is_for_choosing() -> None:
    states = list(split())
    assert states == sorted(states)
    assert len(states) == 15
    assert set(list(split().values())[0::2]) == {"choosing"}
    assert set(list(split().values())[1::2]) == {"judging"}


def _areas(later: float = 4.0) -> SectorAreas:
    names = [kind.name for kind in SECTORS]
    none = np.zeros(3)
    cases = {name: (np.array([2.0, 1.0, 5.0]), none) for name in names}
    cases["coffee"] = (np.array([3.0, 0.0, 0.0]), np.array([later, 1.0, 1.0]))
    return SectorAreas(
        ids=pl.Series(["1", "2", "3"]),
        state=np.array(["AL", "AL", "AM"]),
        part=np.array(["choosing", "choosing", "judging"]),
        exposure={name: np.array([1.0, 2.0, 4.0]) for name in names},
        cases=cases,
        signals=(),
        measured=np.empty((3, 0)),
        risk={},
        score={},
        weight=np.empty(0),
        population=none,
        area_km2=none,
    )


def test_parts_share_no_case_and_a_sector_of_few_cases_is_split_by_year() -> None:
    areas = _areas()
    parts = {part: {p.sector: p for p in areas.places(part)} for part in brazil_sectors.PARTS}
    assert parts["choosing"]["livestock"].cases.tolist() == [2.0, 1.0, 0.0]
    assert parts["judging"]["livestock"].cases.tolist() == [0.0, 0.0, 5.0]
    np.testing.assert_array_equal(parts["judging"]["livestock"].exposure, [np.nan, np.nan, 4.0])
    assert areas.splits_by_year("coffee")
    assert parts["choosing"]["coffee"].cases.tolist() == [3.0, 0.0, 0.0]
    assert parts["judging"]["coffee"].cases.tolist() == [4.0, 1.0, 0.0]
    np.testing.assert_array_equal(parts["judging"]["coffee"].exposure, [1.0, 2.0, np.nan])


def test_a_fingerprint_follows_the_figures_and_not_their_last_digits() -> None:
    one, other = np.array([1.0, np.nan]), np.array([1.0 + 1e-9, np.nan])
    assert validity_looks.fingerprint([one]) == validity_looks.fingerprint([other])
    assert validity_looks.fingerprint([one]) != validity_looks.fingerprint([one + 0.001])


def test_a_look_is_appended_once_and_found_again(tmp_path: Path) -> None:
    log = tmp_path / "looks.md"
    log.write_text("# Looks\n\n| look | date |\n|---|---|\n", encoding="utf-8")
    assert validity_looks.look_of("abc", log) is None
    day = dt.date(2026, 11, 29)
    first = validity_looks.append(("a | b", "abc", "0.6"), log, day)
    assert first == ["1", "2026-11-29", "a / b", "abc", "0.6"]
    assert validity_looks.append(("c", "def", "0.7"), log, day)[0] == "2"
    assert validity_looks.look_of("abc", log) == first


@pytest.mark.parametrize(("text", "said"), [("", None), ("  ", None), ("weights", "weights")])
def test_the_change_is_named_by_the_caller(
    monkeypatch: pytest.MonkeyPatch, text: str, said: str | None
) -> None:
    monkeypatch.setenv("CHANGE", text)
    assert validity_looks.named_change() == said


def test_the_committed_log_numbers_its_looks() -> None:
    rows = validity_looks.looks()
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    marks = [row[3] for row in rows]
    assert len(set(marks)) == len(marks)
