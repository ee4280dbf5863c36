"""A later month that takes over months of an earlier one equals one staged from all files."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from signals.conservation import Settled, stage_source
from signals.month_staging import EarlierMonths, FileNote
from signals.source import PullContext, RawFile
from signals.sources.climate import firms, firms_months
from tests.signals.builders import context, sites

HEADER = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight\n"
BEFORE, NOW = dt.date(2024, 4, 1), dt.date(2024, 5, 1)


def rows_of(days: str, count: int = 12, satellite: str = "N") -> str:
    """Detections of a month or a day around the sites."""
    rng = np.random.default_rng(sum(days.encode()))
    lines = [HEADER]
    for _ in range(count):
        day = days if len(days) == 10 else f"{days}-{rng.integers(1, 28):02}"
        at = f"{rng.uniform(-0.04, 0.04):.4f},{100 + rng.integers(3) + rng.uniform(0, 0.04):.4f}"
        lines.append(f"{at},{day},0130,{satellite},n,{rng.choice(['D', 'N'])}\n")
    return "".join(lines)


def first_files(mirror: Path) -> None:
    for month in ("2024-01", "2024-02", "2024-03"):
        (mirror / f"fires_Global_{month}.csv").write_text(rows_of(month))
    # A year that the world has whole, and single days of which parts are covered.
    (mirror / "viirs_2023_Indonesia.csv").write_text(rows_of("2023-11"))
    near = HEADER + "0,100,2024-02-10,0600,N,n,N\n0,100.02,2024-02-12,0300,N,n,N\n"
    (mirror / "fires_Global_48h.csv").write_text(near)
    (mirror / "fires_bad.csv").write_text(rows_of("2024-01") + "99,0,2024-01-05,0130,N,n,D\n")
    (mirror / "viirs_2022_Atlantis.csv").write_text(rows_of("2022-11"))


def near_real_time(mirror: Path) -> None:
    """The standard record of March comes in place of the near-real-time one."""
    (mirror / "fires_Global_2024-03.csv").unlink()
    (mirror / "fires_SP_Global_2024-03.csv").write_text(
        rows_of("2024-03").replace("01,N", "00,N") + "0.001,100.001,2024-03-20,0130,N,n,N\n"
    )


def april(mirror: Path) -> None:
    (mirror / "fires_Global_2024-04.csv").write_text(rows_of("2024-04"))


def changed(mirror: Path) -> None:
    (mirror / "fires_Global_2024-01.csv").write_text(rows_of("2024-01", 20))


def removed(mirror: Path) -> None:
    (mirror / "fires_Global_2024-02.csv").unlink()


def late(mirror: Path) -> None:
    """A further file of a month that was staged, with fires that repeat some of it."""
    (mirror / "viirs_Global_late.csv").write_text(
        rows_of("2024-01", 6).replace("0130", "130") + rows_of("2024-02", 5).removeprefix(HEADER)
    )


def bad(mirror: Path) -> None:
    (mirror / "fires_Global_2024-02.csv").write_text(HEADER + "0,0,never,0130,N,n,D\n")


def renamed(mirror: Path) -> None:
    """The same bytes under a name that covers something else."""
    (mirror / "fires_Global_2024-02.csv").rename(mirror / "viirs_2024_Malaysia.csv")


def nothing(mirror: Path) -> None:
    """All files as they were."""


def site_rows() -> pl.DataFrame:
    at = {"supplier_id": "S", "latitude": 0.0}
    rows = [{**at, "site_id": f"s{n}", "longitude": 100.0 + n % 3} for n in range(7)]
    return sites(*rows, {**at, "site_id": "m", "longitude": 100.0, "country_iso3": "MYS"})


def earlier_of(using: PullContext, settled: Settled, folder: Path) -> EarlierMonths:
    (staged,) = settled.tables
    staged.rows.write_parquet(folder / "rows.parquet")
    notes = tuple(FileNote.of_record(note.record()) for note in staged.notes)
    return EarlierMonths(using.as_of, notes, folder / "rows.parquet")


def settled_on(using: PullContext) -> Settled:
    return stage_source(firms, firms.pull(using), using)


@pytest.mark.parametrize(
    ("before", "now", "change", "again"),
    [
        (BEFORE, NOW, april, {"fires_Global_2024-04"}),
        (BEFORE, NOW, near_real_time, {"fires_SP_Global_2024-03"}),
        (BEFORE, NOW, changed, {"fires_Global_2024-01"}),
        (BEFORE, NOW, removed, {"fires_Global_48h"}),
        (BEFORE, NOW, late, {"viirs_Global_late", "fires_Global_2024-01", "fires_Global_2024-02",
                             "fires_Global_48h"}),
        (BEFORE, NOW, bad, {"fires_Global_2024-02", "fires_Global_48h"}),
        (BEFORE, NOW, renamed, None),
        (BEFORE, NOW, nothing, set()),
        (dt.date(2024, 3, 15), NOW, april, {"fires_Global_2024-03", "fires_Global_2024-04"}),
        # Of March, no day is known.
        (BEFORE, dt.date(2024, 2, 11), nothing, {"fires_Global_2024-02", "fires_Global_48h"}),
        (dt.date(2023, 1, 1), NOW, april, None),
    ],
)  # fmt: skip
def test_months_taken_over_equal_those_staged_from_all_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: dt.date,
    now: dt.date,
    change: Callable[[Path], None],
    again: set[str] | None,
) -> None:
    monkeypatch.setattr(firms_months, "SITES_AT_A_TIME", 3)
    mirror = tmp_path / "m"
    mirror.mkdir()
    first_files(mirror)
    using = context(tmp_path, mirror=mirror, site_rows=site_rows(), as_of=before)
    earlier = earlier_of(using, settled_on(using), tmp_path)
    change(mirror)
    later = replace(using, as_of=now)
    expected = settled_on(later)
    read: list[str] = []
    whole = firms.read_file

    def noted(raw: RawFile, *arguments: object) -> object:
        read.append(Path(raw.origin).stem)
        return whole(raw, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(firms, "read_file", noted)
    found = settled_on(replace(later, earlier=earlier))
    (one,), (other,) = found.tables, expected.tables
    assert one.rows.equals(other.rows)
    assert one.rows["detections"].sum() > 0
    assert one.rejected.equals(other.rejected)
    assert found.balances == expected.balances
    assert list(one.notes) == list(other.notes)
    if again is not None:
        # One with a rejected row is read in every run.
        assert sorted(read) == sorted({*again, "fires_bad", "viirs_2022_Atlantis"})
