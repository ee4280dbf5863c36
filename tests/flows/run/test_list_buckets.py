"""Suppliers whose inputs are the same keep their values; the buckets of others are computed."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import rasterio
from rasterio import Affine

from configs.settings import Settings
from flows.run import signal_values
from flows.run.list_buckets import BUCKETS, bucket_of, hashes_by_bucket
from flows.run.work import artefacts
from flows.run.work.frame_hash import hashes_of_groups
from flows.run.work.stage_types import RunRequest
from signals.list_parts import computed
from signals.registry import Signal, signals
from signals.values import is_finished_alone
from tests.flows.run.test_earlier_values import FIRST, contents, measured
from tests.flows.run.test_stages import request_for, write_world


def test_a_hash_of_rows_differs_where_a_row_of_the_group_does() -> None:
    frame = pl.DataFrame(
        {
            "text": ["x", "", None, "yz", "y", "w"],
            "number": [0.0, 1.5, None, 2.0, 3.0, 4.0],
            "truth": [True, None, False, True, True, False],
            "list": [[1], [2, 3], None, [], [4], [5]],
        }
    )
    group = pl.Series([0, 0, 1, 2, 2, None])
    hashes = hashes_of_groups(frame.lazy(), group, 4)
    assert len(set(hashes)) == 4
    # The same rows of a group among others, in other pieces of memory.
    among = pl.concat([frame.head(2), frame.tail(1), frame.slice(2, 3)], rechunk=False)
    assert hashes_of_groups(among.lazy(), pl.Series([0, 0, None, 1, 2, 2]), 4) == hashes
    others = {
        0: [
            frame.with_columns(text=pl.Series(["", "x", None, "yz", "y", "w"])),
            frame.with_columns(text=pl.Series(["x", None, None, "yz", "y", "w"])),
            frame.with_columns(number=pl.Series([-0.0, 1.5, None, 2.0, 3.0, 4.0])),
            frame.with_columns(truth=pl.Series([True, False, False, True, True, False])),
            frame.with_columns(list=pl.Series([[1], [3, 2], None, [], [4], [5]])),
        ],
        1: [frame.with_columns(number=pl.Series([0.0, 1.5, 0.0, 2.0, 3.0, 4.0]))],
        # Where one text ends and the next begins is part of them.
        2: [frame.with_columns(text=pl.Series(["x", "", None, "y", "zy", "w"]))],
    }
    for changed, frames in others.items():
        for other in frames:
            found = hashes_of_groups(other.lazy(), group, 4)
            assert [a == b for a, b in zip(found, hashes, strict=True)] == [
                number != changed for number in range(4)
            ]
    renamed = hashes_of_groups(frame.rename({"text": "other"}).lazy(), group, 4)
    assert not set(renamed[:3]) & set(hashes)


def test_rows_of_sites_are_those_of_their_suppliers() -> None:
    sites = pl.DataFrame({"site_id": ["1", "2", "3"], "supplier_id": ["a", "b", "a"]})
    of_sites = pl.LazyFrame({"site_id": ["1", "2", "3", "4"], "value": [1, 2, 3, 4]})
    hashes = hashes_by_bucket(of_sites, sites)
    of_a, of_b = bucket_of(pl.Series(["a", "b"]))
    assert of_a != of_b
    moved = of_sites.with_columns(value=pl.Series([1, 2, 9, 4]))
    changed = {n for n in range(BUCKETS) if hashes_by_bucket(moved, sites)[n] != hashes[n]}
    assert changed == {of_a}
    # The fourth is not listed.
    beyond = of_sites.with_columns(value=pl.Series([1, 2, 3, 9]))
    assert hashes_by_bucket(beyond, sites) == hashes


def test_other_suppliers_do_not_move_a_supplier_to_another_bucket() -> None:
    listed = pl.Series([f"s{number}" for number in range(50_000)])
    alone = bucket_of(listed)
    assert bucket_of(pl.concat([pl.Series(["new"]), listed.reverse()]))[1:].equals(alone.reverse())
    sizes = alone.value_counts()["count"]
    assert sizes.len() == BUCKETS
    assert sizes.to_numpy().max() < 2 * 50_000 / BUCKETS


def _write_forest(folder: Path) -> None:
    """A raster of loss around the sites of the world, other in every cell."""
    folder.mkdir()
    rows, columns = np.indices((120, 120))
    for name, cells in (
        ("lossyear", (rows * 7 + columns * 3) % 24),
        ("treecover2000", np.full((120, 120), 80)),
    ):
        with rasterio.open(
            folder / f"hansen_{name}.tif", "w", driver="GTiff", width=120, height=120, count=1,
            dtype="uint8", crs="EPSG:4326", transform=Affine(0.0025, 0, 102.9, 0, -0.0025, -1.4),
        ) as raster:  # fmt: skip
            raster.write(cells.astype("uint8"), 1)


def _forest_request(world: Path, as_of: dt.date = FIRST) -> RunRequest:
    request = request_for(world, as_of)
    return replace(request, settings=_with_source(request.settings, "hansen_gfc", world / "forest"))


def _with_source(settings: Settings, source_id: str, mirror: Path | None) -> Settings:
    """The settings with a source that is read from a folder, or switched off."""
    changed = {"enabled": mirror is not None, "mirror": None if mirror is None else str(mirror)}
    source = settings.sources[source_id].model_copy(update=changed)
    return settings.model_copy(update={"sources": {**settings.sources, source_id: source}})


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = write_world(tmp_path / "world")
    _write_forest(folder / "forest")
    return folder


Seen = dict[str, set[str]]


def _watched(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The suppliers that each signal is computed for, from now on."""
    seen: Seen = {}

    def noting(signal: Signal, frames: Mapping[str, pl.LazyFrame], **others: Any) -> pl.LazyFrame:
        listed = frames["suppliers"].select("supplier_id").collect()["supplier_id"]
        seen.setdefault(signal.card.id, set()).update(listed)
        return computed(signal, frames, **others)

    monkeypatch.setattr(signal_values, "computed", noting)
    return seen


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_one_supplier_reports_is_computed_for_its_bucket_alone(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {f"s{row}" for row in range(6)}
    assert bucket_of(pl.Series(sorted(every))).n_unique() == 6
    seen = _watched(monkeypatch)
    request = request_for(world, FIRST)
    measured(request)
    assert all(suppliers == every for suppliers in seen.values())
    assert set(seen) == set(signals())
    seen.clear()
    _replace(world / "accounts" / "accounts.csv", "s1,2020-01-01,2020-12-31,2021-06-30,USD,101,41",
             "s1,2020-01-01,2020-12-31,2021-06-30,USD,101,43")  # fmt: skip
    then = measured(request)
    assert seen["liquidity"] == {"s1"}
    assert not {name for name in seen if name.startswith("forest")}
    seen.clear()
    assert contents(then) == contents(measured(replace(request, force=True)))
    assert all(suppliers == every for suppliers in seen.values())


@pytest.mark.long
def test_a_new_supplier_and_a_moved_site_leave_the_others_as_they_are(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(_forest_request(world))
    listed = world / "list.csv"
    _replace(listed, "s3,", "s2x,Mill of Two,Indonesia,10,-1.5333,103.0444\ns3,")
    _replace(listed, "-1.5623,103.0623", "-1.5700,103.0700")
    seen = _watched(monkeypatch)
    request = _forest_request(world)
    found = measured(request)
    alone = [name for name, one in signals().items() if is_finished_alone(one.card)]
    for name in alone:
        assert seen[name] <= {"s2x", "s5"}
    assert seen["forest_loss_rate"] == {"s2x", "s5"}
    assert seen["liquidity"] == {"s2x"}
    assert set(found.workspace.read_json(artefacts.MEASURED)["taken_over_in_part"]) == set(alone)
    assert contents(found) == contents(measured(replace(request, out=tmp_path / "alone")))


class _Changes:
    """Random small changes of a world."""

    def __init__(self, world: Path, seed: int) -> None:
        self._world, self._random = world, random.Random(seed)
        self._settings = _forest_request(world).settings
        self._day = FIRST

    def request(self) -> RunRequest:
        return replace(_forest_request(self._world, self._day), settings=self._settings)

    def change(self) -> str:
        kinds: list[Callable[[], None]] = [
            self._add, self._drop, self._move, self._rename, self._emigrate, self._account,
            self._account_row, self._fire, self._country, self._switch, self._later,
        ]  # fmt: skip
        kind = self._random.choice(kinds)
        kind()
        return kind.__name__

    def _lines(self, name: str, edit: Callable[[list[list[str]]], None]) -> None:
        path = self._world / name
        head, *rows = (line.split(",") for line in path.read_text().splitlines())
        edit(rows)
        path.write_text("\n".join(",".join(row) for row in (head, *rows)) + "\n")

    def _of_row(self, name: str, column: int, new: Callable[[str], str]) -> None:
        def edit(rows: list[list[str]]) -> None:
            row = self._random.choice(rows)
            row[column] = new(row[column])

        self._lines(name, edit)

    def _add(self) -> None:
        def edit(rows: list[list[str]]) -> None:
            row = list(self._random.choice(rows))
            row[0] = f"s{self._random.randrange(10**6)}"
            row[1] = f"Mill {row[0]}"
            rows.insert(self._random.randrange(len(rows)), row)

        self._lines("list.csv", edit)

    def _drop(self) -> None:
        def edit(rows: list[list[str]]) -> None:
            if len(rows) > 4:
                del rows[self._random.randrange(len(rows))]

        self._lines("list.csv", edit)

    def _move(self) -> None:
        by = self._random.choice((0.01, 0.001, 3.0))
        self._of_row("list.csv", 5, lambda text: f"{float(text) + by:.4f}")

    def _rename(self) -> None:
        self._of_row("list.csv", 1, lambda text: f"{text}a")

    def _emigrate(self) -> None:
        self._of_row("list.csv", 2, lambda _: self._random.choice(("Malaysia", "Indonesia")))

    def _account(self) -> None:
        self._of_row("accounts/accounts.csv", 13, lambda text: str(float(text) * 1.1))

    def _account_row(self) -> None:
        def edit(rows: list[list[str]]) -> None:
            if len(rows) > 2 and self._random.random() < 0.4:
                del rows[self._random.randrange(len(rows))]
                return
            row = list(self._random.choice(rows))
            row[1], row[2], row[3] = "2019-01-01", "2019-12-31", "2020-06-30"
            row[0] = f"s{self._random.randrange(6)}"
            rows.append(row)

        self._lines("accounts/accounts.csv", edit)

    def _fire(self) -> None:
        self._of_row("fires/firms_archive_2021.csv", 0, lambda text: f"{float(text) + 0.01:.4f}")

    def _country(self) -> None:
        self._of_row("countries/country_table.csv", 2, lambda text: f"{float(text) + 0.01:.2f}")

    def _switch(self) -> None:
        source_id, folder = self._random.choice(
            (("accounts_csv", "accounts"), ("hansen_gfc", "forest"))
        )
        is_on = self._settings.sources[source_id].enabled
        mirror = None if is_on else self._world / folder
        self._settings = _with_source(self._settings, source_id, mirror)

    def _later(self) -> None:
        self._day += dt.timedelta(days=self._random.choice((1, 31, 200)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_runs_after_random_changes_have_the_values_of_each_by_force(
    world: Path, tmp_path: Path, seed: int
) -> None:
    changes = _Changes(world, seed)
    measured(changes.request())
    in_part = 0
    for _ in range(8):
        made = [changes.change() for _ in range(1 + seed)]
        request = changes.request()
        found = measured(request)
        in_part += len(found.workspace.read_json(artefacts.MEASURED)["taken_over_in_part"])
        alone = replace(request, out=tmp_path / "alone", force=True)
        assert contents(found) == contents(measured(alone)), made
    assert in_part
