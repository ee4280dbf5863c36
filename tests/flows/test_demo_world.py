"""The demo world: same seed, same bytes; what is planted is where it should be."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import rasterio
import yaml
from rasterio.windows import Window

from flows.demo_world import DEMO_AS_OF, DemoWorld, write_demo_world
from flows.demo_world.demo_companies import cast_suppliers
from flows.demo_world.demo_geography import COUNTRIES, lay_out_boxes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world") / "demo"


@pytest.fixture(scope="module")
def world(folder: Path) -> DemoWorld:
    return write_demo_world(folder)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _list_rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "suppliers.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.long
def test_same_seed_gives_the_same_bytes(
    world: DemoWorld, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _bytes(folder)
    write_demo_world(folder)
    assert _bytes(folder) == first
    other = tmp_path / "other"
    write_demo_world(other, seed=8)
    changed = _bytes(other)
    assert changed.keys() == first.keys()
    assert changed["accounts/accounts.csv"] != first["accounts/accounts.csv"]


def test_size_of_the_world(world: DemoWorld, folder: Path) -> None:
    assert world.supplier_count == 300
    assert 430 <= world.site_count <= 470
    assert len({row["Country Key"].casefold() for row in _list_rows(folder)}) > 12
    assert sum(len(content) for content in _bytes(folder).values()) < 3_000_000


def test_the_profile_names_every_file_and_says_synthetic(world: DemoWorld, folder: Path) -> None:
    profile = yaml.safe_load(world.profile_path.read_text(encoding="utf-8"))
    assert profile["is_synthetic"] is True
    assert [Path(path) for path in profile["suppliers"]["files"]] == [folder / "suppliers.csv"]
    mirrors = [block["mirror"] for block in profile["sources"].values() if "mirror" in block]
    assert len(mirrors) == 7
    assert all(any(Path(mirror).iterdir()) for mirror in mirrors)


def test_everything_says_synthetic(world: DemoWorld, folder: Path) -> None:
    names = [row["Vendor Name"] for row in _list_rows(folder) if row["Vendor Name"]]
    assert all(name.startswith("Demo ") for name in names)
    for path in sorted((folder / "hansen").glob("*.tif")):
        with rasterio.open(path) as raster:
            assert raster.tags()["TIFFTAG_IMAGEDESCRIPTION"].startswith("SYNTHETIC")
    fires = pl.read_csv(next((folder / "fires").glob("*.csv")))
    assert fires["version"].unique().to_list() == ["synthetic"]


def test_sites_lie_in_their_boxes_and_planted_kinds_do_not_overlap(world: DemoWorld) -> None:
    boxes = lay_out_boxes(np.random.default_rng([7, 0]))
    by_id = {box.box_id: box for box in boxes}
    suppliers = cast_suppliers(boxes, np.random.default_rng([7, 2]))
    assert {box.country.iso3 for box in boxes} == {country.iso3 for country in COUNTRIES}
    for supplier in suppliers:
        for site in supplier.sites:
            if site.box_id is None:
                continue
            box = by_id[site.box_id]
            assert abs(site.latitude - box.latitude) < 0.14
            assert abs(site.longitude - box.longitude) < 0.14
            assert (box.kind == "frontier") == bool(supplier.problem)
    planted = world.planted
    assert len(planted.problems) == 12
    assert len(planted.traps) == 14
    assert not planted.problems.keys() & planted.traps.keys()


def test_cleared_sites_lose_forest_fast_and_others_do_not(folder: Path, world: DemoWorld) -> None:
    boxes = lay_out_boxes(np.random.default_rng([7, 0]))
    suppliers = cast_suppliers(boxes, np.random.default_rng([7, 2]))
    rates: dict[bool, list[float]] = {True: [], False: []}
    with_rasters = {box.box_id for box in boxes if box.has_raster}
    for supplier in suppliers:
        site = supplier.sites[0]
        if site.box_id not in with_rasters:
            continue
        name = f"Hansen_synthetic_{{}}_{site.box_id}.tif"
        with rasterio.open(folder / "hansen" / name.format("lossyear")) as loss:
            row = int((loss.bounds.top - site.latitude) / 0.0025)
            column = int((site.longitude - loss.bounds.left) / 0.0025)
            window = Window(column - 12, row - 12, 25, 25)
            years = loss.read(1, window=window)
        with rasterio.open(folder / "hansen" / name.format("treecover2000")) as cover:
            forest = cover.read(1, window=window) >= 30
        rates[site.is_cleared].append(float((years >= 19).sum() / forest.sum() / 3))
    assert min(rates[True]) > 0.019
    assert max(rates[False]) < 0.019


def test_rain_is_complete_and_dry_only_where_planted(folder: Path, world: DemoWorld) -> None:
    rain = pl.read_csv(folder / "rain" / "stations.csv")
    months = rain.group_by("station_id").len()["len"].unique().to_list()
    assert months == [33 * 12]
    assert (rain["precipitation_mm"] >= 0).all()
    span = (pl.col("year") == 2021) & (pl.col("month") >= 3)
    shares = (
        rain.group_by("station_id")
        .agg(
            last=pl.col("precipitation_mm").filter(span).mean(),
            usual=pl.col("precipitation_mm")
            .filter((pl.col("year") < 2020) & (pl.col("month") >= 3))
            .mean(),
        )
        .with_columns(share=pl.col("last") / pl.col("usual"))
    )
    # Frontier boxes with drought, and the stations where misplaced sites would be looked for.
    names = [f"demo-{country}-3" for country in ("bra", "idn", "civ", "vnm")]
    is_dry = pl.col("station_id").is_in(names) | pl.col("station_id").str.starts_with("demo-v-")
    dry, usual = shares.filter(is_dry)["share"], shares.filter(~is_dry)["share"]
    assert dry.len() == 8
    assert (dry < 0.85).all()
    assert usual.median() == pytest.approx(1.0, abs=0.1)


def test_each_day_of_the_fire_archive_has_a_row(folder: Path, world: DemoWorld) -> None:
    fires = pl.concat([pl.read_csv(path) for path in sorted((folder / "fires").glob("*.csv"))])
    days = fires["acq_date"].str.to_date().unique()
    assert days.len() == 730
    assert max(days) == DEMO_AS_OF - dt.timedelta(days=1)


def test_the_trap_filed_later_is_healthy_until_then(folder: Path, world: DemoWorld) -> None:
    (trap,) = [key for key, what in world.planted.traps.items() if "filed only after" in what]
    rows = pl.read_csv(folder / "accounts" / "accounts.csv").filter(pl.col("supplier_id") == trap)
    known = rows.filter(pl.col("filed_on").str.to_date() <= DEMO_AS_OF)
    assert (known["ebit"] > 0).all()
    assert rows.filter(pl.col("period_end") == "2021-12-31")["ebit"].item() < 0


def test_accounts_balance(folder: Path, world: DemoWorld) -> None:
    rows = pl.read_csv(folder / "accounts" / "accounts.csv")
    assert (rows["total_liabilities"] + rows["equity"] == rows["total_assets"]).all()
    assert (rows["current_assets"] >= 0).all()
    assert (rows["current_assets"] <= rows["total_assets"]).all()
