"""Sub-basins under sites, arid ones apart."""

import datetime as dt
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import box

from signals.account import NO_SITE_IN_IT, Unit
from signals.environment import flood_risk, water_stress
from signals.source import PullContext
from signals.sources.climate import aqueduct, basin_outlines
from tests.signals.builders import balance, context, sites, staged
from tests.signals.web import Answer, Web, store

SITES = sites(
    {"site_id": "wet", "supplier_id": "S1", "latitude": 0.5, "longitude": 0.5},
    {"site_id": "arid", "supplier_id": "S2", "latitude": 0.5, "longitude": 1.5},
    {"site_id": "sea", "supplier_id": "S3", "latitude": 9.0, "longitude": 9.0},
)


def write(folder: Path, **changes: object) -> Path:
    folder.mkdir()
    columns: dict[str, object] = {
        "bws_score": [4.2, 5.0],
        "bws_cat": [4, -1],
        "rfr_score": [2.5, 1.0],
        "rfr_cat": [2, 1],
        "rri_score": [5.0, 5.0],
        **changes,
    }
    frame = geopandas.GeoDataFrame(
        {name: values for name, values in columns.items() if values is not None},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs="EPSG:4326",
    )
    frame.to_file(folder / "Aqueduct40_baseline_annual.gpkg")
    return folder


def test_the_basin_under_each_site(tmp_path: Path) -> None:
    outcome = staged(aqueduct, context(tmp_path, mirror=write(tmp_path / "m"), site_rows=SITES))
    assert set(outcome.rows["site_id"]) == {"wet", "arid"}
    assert set(outcome.rows["indicator"]) == {"bws", "rfr"}
    assert set(outcome.rows["published_on"]) == {dt.date(2023, 8, 16)}
    inputs = {aqueduct.TABLE: outcome.rows.lazy()}
    stress = {row["site_id"]: row for row in water_stress.compute(inputs).collect().to_dicts()}
    assert (stress["wet"]["value"], stress["wet"]["status"]) == (4.2, None)
    # Arid with little use is neither low nor high.
    assert (stress["arid"]["value"], stress["arid"]["status"]) == (None, "not_covered")
    floods = {
        row["site_id"]: row["value"] for row in flood_risk.compute(inputs).collect().to_dicts()
    }
    assert floods == {"wet": 2.5, "arid": 1.0}


def test_the_news_index_is_never_read() -> None:
    assert not any(name.startswith("rri") for name in basin_outlines._COLUMNS)
    assert "rri" not in basin_outlines.INDICATORS


@pytest.mark.parametrize("missing", ["bws_cat", "rfr_score"])
def test_a_lacking_column_is_named(tmp_path: Path, missing: str) -> None:
    mirror = write(tmp_path / "m", **{missing: None})
    outcome = staged(aqueduct, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert missing in outcome.rejected["reason"][0]


def test_what_is_no_geopackage_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "aqueduct.gpkg").write_text("<html>")
    outcome = staged(aqueduct, context(tmp_path, mirror=tmp_path / "m", site_rows=SITES))
    assert "no GeoPackage" in outcome.rejected["reason"][0]


def as_published(folder: Path, *, outlines: bool = True) -> Path:
    """The CSV of the archive, and basins of HydroBASINS beside it."""
    folder.mkdir()
    (folder / "Aqueduct40_baseline_annual_y2023m07d05.csv").write_text(
        "string_id,pfaf_id,gid_1,bws_raw,bws_score,bws_cat,rfr_score,rfr_cat,rri_score\n"
        "111-A.1_1-7,111,A.1_1,0.9,4.2,4,2.5,2,5\n111-A.2_1-7,111,A.2_1,0.9,4.2,4,2.5,2,1\n"
        "112-A.1_1-7,112,A.1_1,9999,5.0,-1,1.0,1,5\n"
    )
    if outlines:
        basins = geopandas.GeoDataFrame(
            {"PFAF_ID": [111, 112]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:4326"
        )
        basins.to_file(folder / "hybas_lev06_v1c.gpkg")
    return folder


def test_the_table_as_published_is_laid_on_the_basins_beside_it(tmp_path: Path) -> None:
    mirror = as_published(tmp_path / "m")
    rows = staged(aqueduct, context(tmp_path, mirror=mirror, site_rows=SITES)).rows
    found = {(r["site_id"], r["indicator"]): (r["score"], r["category"]) for r in rows.to_dicts()}
    assert found == {
        ("wet", "bws"): (4.2, 4), ("wet", "rfr"): (2.5, 2),
        ("arid", "bws"): (5.0, -1), ("arid", "rfr"): (1.0, 1),
    }  # fmt: skip


def test_every_basin_is_used_or_out_of_scope(tmp_path: Path) -> None:
    categories = {"bws_cat": [4, None], "rfr_cat": [2, None]}
    layer = write(tmp_path / "m", **categories)
    using = context(tmp_path, mirror=layer, site_rows=SITES)
    assert balance(aqueduct, using, Unit.ROW) == {
        "read": 2, "used": 1, "out_of_scope": {"a basin without a category of either indicator": 1},
    }  # fmt: skip
    elsewhere = context(tmp_path, mirror=layer, site_rows=SITES.filter(site_id="sea"))
    assert balance(aqueduct, elsewhere, Unit.ROW) == {
        "read": 2, "out_of_scope": {NO_SITE_IN_IT: 2},
    }  # fmt: skip


def test_every_row_of_a_table_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    mirror = as_published(tmp_path / "m")
    with (mirror / "Aqueduct40_baseline_annual_y2023m07d05.csv").open("a") as table:
        table.write("113-A.1_1-7,113,A.1_1,0.9,4.2,4,2.5,2,5\n")
        table.write(",,A.1_1,0.9,4.2,4,2.5,2,5\n")
        table.write("111-A.3_1-7,111,A.3_1,0.9,4.2,4,2.5,2,5,more\n")
    using = context(tmp_path, mirror=mirror, site_rows=SITES.filter(site_id="wet"))
    assert balance(aqueduct, using, Unit.ROW) == {
        "read": 6,
        "used": 1,
        "rejected": {"basin_is_named": 1, "cells_beyond_header": 1},
        "out_of_scope": {
            NO_SITE_IN_IT: 1,
            "a basin that an earlier row states": 1,
            "a basin of which no outline is there": 1,
        },
    }


def test_a_table_without_outlines_says_what_to_bring(tmp_path: Path) -> None:
    mirror = as_published(tmp_path / "m", outlines=False)
    outcome = staged(aqueduct, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert outcome.rows.is_empty()
    assert "HydroBASINS" in outcome.rejected["reason"][0]


def geodatabase(folder: Path) -> None:
    """The geodatabase of the archive: the baseline beside a layer of another shape."""
    folder.mkdir(parents=True)
    path = folder / "Aq40_Y2023D07M05.gdb"
    frame = geopandas.GeoDataFrame(
        {
            "string_id": ["111-A.1_1-7", "112-A.1_1-7"],
            "bws_score": [4.2, 5.0],
            "bws_cat": [4.0, -1.0],
            "rfr_score": [2.5, 1.0],
            "rfr_cat": [2.0, 1.0],
        },
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs="EPSG:4326",
    )
    future = frame[["string_id", "geometry"]]
    future.to_file(path, driver="OpenFileGDB", layer="future_annual")
    frame.to_file(path, driver="OpenFileGDB", layer="baseline_annual", mode="a")


def archive(tmp_path: Path) -> bytes:
    """The publisher's archive in small: geodatabase and tables below one folder."""
    inner = tmp_path / "packed" / "Aqueduct40_waterrisk_download_Y2023M07D05"
    geodatabase(inner / "GDB")
    as_published(inner / "CVS", outlines=False)
    return Path(shutil.make_archive(str(tmp_path / "a"), "zip", tmp_path / "packed")).read_bytes()


def scores(using: PullContext) -> dict[tuple[str, str], float]:
    rows = staged(aqueduct, using).rows
    return {(row["site_id"], row["indicator"]): row["score"] for row in rows.to_dicts()}


EXPECTED = {
    ("wet", "bws"): 4.2, ("wet", "rfr"): 2.5, ("arid", "bws"): 5.0, ("arid", "rfr"): 1.0,
}  # fmt: skip


def test_the_archive_of_the_publisher_is_fetched_once(web: Web, tmp_path: Path) -> None:
    path = "/aqueduct/aqueduct-4-0-water-risk-data.zip"
    web.answers[path] = [Answer(body=archive(tmp_path))]
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(tmp_path, url=web.url(path), site_rows=SITES, raw_store=kept)
        assert scores(using) == EXPECTED
        assert scores(using) == EXPECTED
    assert len(web.asked) == 1


@pytest.mark.parametrize("form", ["archive", "unpacked", "geodatabase"])
def test_a_mirror_holds_the_archive_as_it_is_or_unpacked(tmp_path: Path, form: str) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    if form == "archive":
        (mirror / "aqueduct-4-0-water-risk-data.zip").write_bytes(archive(tmp_path))
    if form == "unpacked":
        (tmp_path / "a.zip").write_bytes(archive(tmp_path))
        shutil.unpack_archive(tmp_path / "a.zip", mirror)
    if form == "geodatabase":
        geodatabase(mirror / "GDB")
    assert scores(context(tmp_path, mirror=mirror, site_rows=SITES)) == EXPECTED


def test_an_archive_without_a_geodatabase_is_rejected(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    with zipfile.ZipFile(mirror / "aqueduct.zip", "w") as other:
        other.writestr("readme.txt", "nothing")
    outcome = staged(aqueduct, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert "holds no geodatabase" in outcome.rejected["reason"][0]


def test_basins_of_several_continents_all_count(tmp_path: Path) -> None:
    mirror = as_published(tmp_path / "m", outlines=False)
    for code, name, west in ((111, "af", 0), (112, "as", 1)):
        basins = geopandas.GeoDataFrame(
            {"PFAF_ID": [code]}, geometry=[box(west, 0, west + 1, 1)], crs="EPSG:4326"
        )
        basins.to_file(mirror / f"hybas_{name}_lev06_v1c.gpkg")
    assert scores(context(tmp_path, mirror=mirror, site_rows=SITES)) == EXPECTED
