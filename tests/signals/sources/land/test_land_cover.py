"""Yearly land-cover maps by hand, and what is rejected."""

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.landuse import built_bare_expansion, mangrove_to_built
from signals.source_errors import SourceUnavailableError
from signals.sources.land import land_cover
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import all_staged, context, sites, square, staged, write_raster
from tests.signals.web import store
from tests.signals.zonal.test_remote import serving

SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.04)}
LEGEND = "value,group\n3,tree\n5,mangrove\n24,built\n25,bare\n31,aquaculture\n33,water\n"


def world(folder: Path, legend: str = LEGEND) -> Path:
    before = np.full((20, 20), 3, np.uint8)
    before[0, :4] = 5
    after = before.copy()
    after[0, 0] = 31
    after[1, :2] = 25
    after[2, 0] = 24
    write_raster(folder / "cover_2019.tif", before, nodata=255)
    write_raster(folder / "cover_2022.tif", after, nodata=255)
    (folder / "legend.csv").write_text(legend)
    return folder


def rows_of(tmp_path: Path) -> pl.DataFrame:
    mirror = world(tmp_path / "maps")
    return staged(land_cover, context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))).rows


def test_transitions_and_their_signals_by_hand(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    pairs = {
        (a, b): area for a, b, area in rows.select("group_before", "group_after", "area_ha").rows()
    }
    pixel = sum(pairs.values()) / 16.0
    assert pairs["mangrove", "aquaculture"] == pytest.approx(pixel, rel=1e-3)
    assert pairs["tree", "bare"] == pytest.approx(2 * pixel, rel=1e-3)
    assert rows["year_before"].unique().to_list() == [2019]
    inputs = {"stg_land_cover__site_transitions": rows.lazy()}
    grown = built_bare_expansion.compute(inputs).collect().row(0, named=True)
    assert grown["value"] == pytest.approx(3 / 16 / 3, rel=1e-3)
    assert grown["period"] == "2019 to 2022"
    assert grown["stderr"] == pytest.approx(((0.35 / 16) ** 2 + 0.001**2) ** 0.5, rel=1e-2)
    lost = mangrove_to_built.compute(inputs).collect().row(0, named=True)
    assert lost["value"] == pytest.approx(1 / 4 / 3, rel=1e-3)


@pytest.mark.parametrize(
    ("before", "after", "years"),
    [
        ("48M_20190101-20200101", "48M_20220101-20230101", (2019, 2022)),
        ("48M_20190101-20191231", "48M_20220101-20221231", (2019, 2022)),
        ("a_mapbiomas_collection100_2019", "a_mapbiomas_collection100_2022", (2019, 2022)),
    ],
)
def test_the_year_of_a_map_by_its_name(
    tmp_path: Path, before: str, after: str, years: tuple[int, int]
) -> None:
    mirror = world(tmp_path / "maps")
    (mirror / "cover_2019.tif").rename(mirror / f"{before}.tif")
    (mirror / "cover_2022.tif").rename(mirror / f"{after}.tif")
    rows = staged(land_cover, context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))).rows
    assert set(rows.select("year_before", "year_after").rows()) == {years}


def test_a_site_without_mangrove_does_not_apply(tmp_path: Path) -> None:
    rows = rows_of(tmp_path).filter(pl.col("group_before") != "mangrove")
    found = mangrove_to_built.compute({"stg_land_cover__site_transitions": rows.lazy()}).collect()
    assert found["status"].to_list() == ["not_applicable"]
    assert found["value"].to_list() == [None]


def test_a_site_outside_the_maps_has_no_row(tmp_path: Path) -> None:
    far = SQUARE | {"geometry_wkt": square(120.0, 0.46, 0.04)}
    mirror = world(tmp_path / "maps")
    rows = staged(land_cover, context(tmp_path, mirror=mirror, site_rows=sites(far))).rows
    assert rows.is_empty()


@pytest.mark.parametrize(
    ("legend", "words"),
    [
        ("value,name\n3,tree\n", "columns value and group"),
        ("value,group\nx,tree\n", "row 2: the value"),
        ("value,group\n3,jungle\n", "row 2: 'jungle' is no group"),
    ],
)
def test_a_legend_that_cannot_be_read_is_rejected(tmp_path: Path, legend: str, words: str) -> None:
    mirror = world(tmp_path / "maps", legend)
    using = context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))
    with pytest.raises(SourceUnavailableError, match=words):
        all_staged(land_cover, using)


def test_maps_without_a_legend_are_rejected(tmp_path: Path) -> None:
    mirror = world(tmp_path / "maps")
    (mirror / "legend.csv").unlink()
    using = context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))
    with pytest.raises(SourceUnavailableError, match="give one legend"):
        all_staged(land_cover, using)


def test_worldcover_of_two_methods_is_not_differenced(tmp_path: Path) -> None:
    mirror = world(tmp_path / "maps")
    for year, version in ((2020, "v100"), (2021, "v200")):
        shutil.copy(mirror / "cover_2019.tif", mirror / f"ESA_WorldCover_10m_{version}_{year}.tif")
    using = context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))
    with pytest.raises(SourceUnavailableError, match="two methods"):
        all_staged(land_cover, using)


def test_measurements_instead_of_classes_are_rejected_and_reported(tmp_path: Path) -> None:
    mirror = world(tmp_path / "maps")
    write_raster(mirror / "cover_2022.tif", np.full((20, 20), 3.5, np.float32))
    using = context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))
    outcome = staged(land_cover, using)
    assert outcome.rows.is_empty()
    assert "whole numbers" in outcome.rejected["reason"].item()


def test_maps_of_an_address_with_a_legend_of_ones_own(tmp_path: Path) -> None:
    bodies = {}
    for year, value in ((2019, 3), (2022, 24)):
        path = write_raster(tmp_path / f"cover_{year}.tif", np.full((20, 20), value, np.uint8))
        bodies[f"/maps/cover_{year}.tif"] = path.read_bytes()
    (tmp_path / "table.csv").write_text("value,group\n3,tree\n24,built\n")
    kept = store(tmp_path / "store")
    with serving(bodies) as served, closing(kept.fetcher):
        using = context(
            tmp_path,
            url=f"http://127.0.0.1:{served.port}/maps",
            site_rows=sites(SQUARE),
            raw_store=kept,
            file="cover_{year}.tif",
            legend=str(tmp_path / "table.csv"),
        )
        row = staged(land_cover, using).rows.row(0, named=True)
    assert (row["year_before"], row["year_after"]) == (2019, 2022)
    assert (row["group_before"], row["group_after"]) == ("tree", "built")


def test_a_legend_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"options\.legend"):
        land_cover.pull(context(tmp_path, legend="nowhere.csv"))


def test_without_a_folder_it_is_not_available(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"sources\.land_cover\.mirror"):
        land_cover.pull(context(tmp_path))


@pytest.mark.shared
def test_io_of_real_maps(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    source = shared_data / "earth/mapbiomas-maroaga-2013-2022"
    for year in (2019, 2022):
        (folder / f"mapbiomas_{year}.tif").symlink_to(source / f"mapbiomas_c8_{year}.tif")
    (folder / "legend.csv").write_text("value,group\n3,tree\n15,pasture\n24,built\n30,mining\n")
    site = {"site_id": "A", "supplier_id": "S", "latitude": -2.0, "longitude": -60.0}
    rows = staged(land_cover, context(tmp_path, mirror=folder, site_rows=sites(site))).rows
    assert rows["covered_share"].min() > 0.5
    kept = rows.filter(pl.col("group_before") == "tree", pl.col("group_after") == "tree")
    assert kept["area_ha"].item() > 1000.0


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("GHS_LAND_E2015_GLOBE_R2022A_54009.tif", 2015),  # the release is no year of the map
        ("ESA_WorldCover_10m_2020_v100_N00E006_Map.tif", 2020),
        ("18N_20200101-20210101.tif", 2020),
        ("18N_20200101-20201231.tif", 2020),
        ("ESACCI-LC-L4-LCCS-Map-300m-P1Y-2015-v2.0.7.tif", 2015),
        ("MCD12Q1.A2019001.h12v10.061.2022169160939.tif", 2019),
        ("cover_2020-06.tif", 2020),
    ],
)
def test_the_year_of_a_map_is_the_one_it_shows(name: str, year: int) -> None:
    assert land_cover._year_of(name) == year


@pytest.mark.parametrize("name", ["change_2000_2020.tif", "map_2015_made_2023.tif", "cover_v1.tif"])
def test_a_map_of_several_years_or_none_is_rejected(name: str) -> None:
    with pytest.raises(DataRejectedError, match="its name holds"):
        land_cover._year_of(name)
