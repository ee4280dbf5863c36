"""Months of fires that a run of the folder staged stand in a later run under the same condition."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import configs
from flows.run import stages
from flows.run.sources import earlier_staging
from flows.run.work import artefacts
from flows.run.work.stage_types import RunRequest
from signals.sources.climate import firms
from tests.flows.small_world import write_small_world

MARCH, APRIL = dt.date(2022, 3, 1), dt.date(2022, 4, 1)
HEADER = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight\n"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    profile = write_small_world(tmp_path / "world")
    (tmp_path / "fires").mkdir()
    for month in ("2022-01", "2022-02", "2022-03"):
        days = "".join(f"-1.5,103.0,{month}-{day:02},0130,N,h,D\n" for day in (1, 9, 28))
        (tmp_path / "fires" / f"fires_Global_{month}.csv").write_text(HEADER + days)
    return profile


def staged(world: Path, out: Path, day: dt.date, *, force: bool = False, **options: str) -> Path:
    """Bring and stage the fires of a day; the work folder."""
    mirror = world.parent.parent / "fires"
    overrides = [f"sources.firms.mirror={mirror}", "sources.firms.enabled=true"]
    overrides += [f"sources.firms.options.{name}={value}" for name, value in options.items()]
    settings = configs.load(str(world), local=None, overrides=overrides)
    request = RunRequest(settings, day, out, force=force)
    prepared = stages.prepare(request)
    stages.pull(prepared, "firms")
    assert stages.stage(prepared, "firms").rows
    return prepared.workspace.folder


def rows(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / artefacts.staged_rows("firms", firms.TABLE))


def files_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    whole = firms.read_file

    def noted(raw: firms.RawFile, *arguments: Any) -> object:
        read.append(Path(raw.origin).stem[-7:])
        return whole(raw, *arguments)

    monkeypatch.setattr(firms, "read_file", noted)
    return read


def test_a_later_month_reads_new_months_alone(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(world, tmp_path / "out", MARCH)
    fresh = rows(staged(world, tmp_path / "fresh", APRIL))
    read = files_read(monkeypatch)
    april = staged(world, tmp_path / "out", APRIL)
    assert read == ["2022-03"]
    assert rows(april).equals(fresh)
    assert fresh["detections"].sum() > 0
    read.clear()
    assert rows(staged(world, tmp_path / "out", dt.date(2022, 4, 2))).equals(fresh)
    assert read == []


@pytest.mark.parametrize("what", ["list", "code", "option", "force"])
def test_nothing_stands_where_the_list_the_code_or_the_configuration_changed(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    staged(world, tmp_path / "out", MARCH)
    if what == "list":
        suppliers = world.parent / "list.csv"
        suppliers.write_text(suppliers.read_text().replace("103.02", "103.03"))
    if what == "code":
        monkeypatch.setattr(earlier_staging, "code_version", lambda: "other code")
    options = {"radius_km": "7"} if what == "option" else {}
    read = files_read(monkeypatch)
    staged(world, tmp_path / "out", APRIL, force=what == "force", **options)
    assert read == ["2022-01", "2022-02", "2022-03"]


def test_what_a_source_does_not_ask_of_the_list_does_not_concern_it(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(staged(world, tmp_path / "out", MARCH))
    listed = world.parent / "list.csv"
    head, first, *others = listed.read_text().splitlines()
    # Another name, and each supplier in another line of another file.
    moved = world.parent / "moved.csv"
    moved.write_text("\n".join([head, *others, first.replace("Mill 0", "Spinning Mill")]) + "\n")
    world.write_text(world.read_text().replace(str(listed), str(moved)))
    read = files_read(monkeypatch)
    assert rows(staged(world, tmp_path / "out", MARCH)).equals(before)
    assert rows(staged(world, tmp_path / "out", APRIL)).height > before.height
    assert read == ["2022-03"]
