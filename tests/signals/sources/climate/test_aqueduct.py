"""Sub-basins under sites, arid ones apart."""

import datetime as dt
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import box

from signals.environment import flood_risk, water_stress
from signals.sources.climate import aqueduct
from tests.signals.builders import context, sites, staged

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
    assert not any(name.startswith("rri") for name in aqueduct._COLUMNS)
    assert "rri" not in aqueduct.INDICATORS


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


def test_a_table_without_outlines_says_what_to_bring(tmp_path: Path) -> None:
    mirror = as_published(tmp_path / "m", outlines=False)
    outcome = staged(aqueduct, context(tmp_path, mirror=mirror, site_rows=SITES))
    assert outcome.rows.is_empty()
    assert "HydroBASINS" in outcome.rejected["reason"][0]
