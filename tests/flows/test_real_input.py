"""The real-input profile on the data folder beside the project: intake, places, areas."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import rasterio

import configs
from flows.run import stages
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, RunRequest

pytestmark = pytest.mark.shared

AS_OF = dt.date(2022, 3, 1)


@pytest.fixture(scope="module")
def prepared(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> PreparedRun:
    # The profile's paths are relative to the project's folder.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parents[2])
        settings = configs.load("real_input", local=None)
        run = stages.prepare(RunRequest(settings, AS_OF, tmp_path_factory.mktemp("real")))
        for source_id in ("area_panel", "hansen_gfc"):
            stages.pull(run, source_id)
            stages.stage(run, source_id)
    return run


def _staged(prepared: PreparedRun, source_id: str, table: str) -> pl.DataFrame:
    return prepared.workspace.read_frame(artefacts.staged_rows(source_id, table))


def test_three_lists_of_different_shapes_come_in_whole(prepared: PreparedRun) -> None:
    by_kind = prepared.suppliers.group_by(pl.col("source_file").str.slice(0, 5)).len()
    counts = dict(by_kind.rows())
    assert counts["panel"] == 5571
    assert counts["mills"] == 1574  # 1,578 mills, of which four share name and country
    assert counts["list_"] > 550
    assert prepared.workspace.read_frame(artefacts.LIST_REJECTED)["rule"].unique().to_list() == [
        "duplicate_row"
    ]


def test_every_mill_inside_a_loss_raster_has_a_forest_value_and_nothing_else_has(
    prepared: PreparedRun, shared_data: Path
) -> None:
    inside = []
    for name in ("hansen-jambi-300m", "hansen-annamites-30m"):
        with rasterio.open(shared_data / "earth" / name / "lossyear.tif") as raster:
            west, south, east, north = raster.bounds
        inside.append(
            pl.col("longitude").is_between(west, east) & pl.col("latitude").is_between(south, north)
        )
    placed = prepared.sites.filter(pl.col("has_measurable_location"))
    expected = set(placed.filter(inside[0] | inside[1])["site_id"])
    measured = set(_staged(prepared, "hansen_gfc", "stg_hansen_gfc__site_loss")["site_id"])
    assert len(expected) > 100
    assert len(expected - measured) <= 0.02 * len(expected)  # less than half in view at the edge
    assert measured <= set(placed["site_id"])


def test_a_failed_geocode_has_a_reason_and_no_measurement(prepared: PreparedRun) -> None:
    failed = prepared.sites.filter(pl.col("location_precision") == "country")
    assert failed.filter(pl.col("latitude").is_not_null()).height > 10
    assert failed["location_reason"].null_count() == 0
    assert not failed["has_measurable_location"].any()


def test_municipalities_are_areas_without_a_point(prepared: PreparedRun) -> None:
    areas = prepared.suppliers.filter(pl.col("supplier_id").str.starts_with("panel:"))
    sites = prepared.sites.join(areas, on="supplier_id", how="semi")
    assert sites["location_precision"].unique().to_list() == ["admin_area"]
    rows = _staged(prepared, "area_panel", "stg_area_panel__values")
    assert set(rows["supplier_id"]) == set(areas["supplier_id"])
    assert not any("case" in name for name in rows["variable"].unique())
