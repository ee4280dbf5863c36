import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.landuse import protected_forest_loss
from signals.landuse.forest_loss_anomaly import FLOOR_SHARE, compute
from signals.sources.land import hansen_gfc
from signals.sources.land.hansen_gfc import SCHEMA
from tests.signals.builders import all_staged, context, keeps_contract, sites, write_raster
from tests.signals.landuse.test_forest_loss_rate import loss

NONE = pl.DataFrame(schema=SCHEMA)


def anomaly(site: pl.DataFrame, ring: pl.DataFrame = NONE) -> dict[str, object]:
    inputs = {"stg_hansen_gfc__site_loss": site, "stg_hansen_gfc__ring_loss": ring}
    found = compute({name: frame.lazy() for name, frame in inputs.items()}).collect()
    return found.row(0, named=True)


def test_five_times_its_past_by_hand() -> None:
    years = dict.fromkeys(range(2011, 2020), 2.0) | dict.fromkeys(range(2020, 2023), 10.0)
    row = anomaly(loss(years))
    expected = math.log((0.01 + FLOOR_SHARE) / (0.002 + FLOOR_SHARE))
    assert row["value"] == pytest.approx(expected)
    assert row["period"] == "2020 to 2022"
    assert row["quality"] == pytest.approx(0.7)


def test_what_the_ring_suffered_too_is_taken_off() -> None:
    years = dict.fromkeys(range(2011, 2020), 2.0) | dict.fromkeys(range(2020, 2023), 10.0)
    row = anomaly(loss(years), loss(years))
    assert row["value"] == pytest.approx(0.0)
    assert row["quality"] == pytest.approx(1.0)


def test_years_before_the_change_of_method_do_not_count() -> None:
    years = dict.fromkeys(range(2001, 2011), 50.0) | dict.fromkeys(range(2011, 2023), 2.0)
    assert anomaly(loss(years))["value"] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (loss(dict.fromkeys(range(2015, 2022), 2.0)), "not_covered"),
        (loss(dict.fromkeys(range(2005, 2022), 0.0), baseline=0.0), "not_applicable"),
    ],
)
def test_no_value_has_its_reason(rows: pl.DataFrame, status: str) -> None:
    row = anomaly(rows)
    assert (row["value"], row["status"]) == (None, status)
    assert row["status_reason"]


def surroundings(tmp_path: Path, **options: object) -> dict[str, pl.DataFrame]:
    values = np.zeros((100, 100), np.uint8)
    values[:, 50:] = 3
    write_raster(tmp_path / "m" / "lossyear.tif", values)
    place = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.5}
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(place), **options)
    tables = all_staged(hansen_gfc, using)
    for table in tables:
        keeps_contract(table.table, table.rows, table.rejected)
    return {table.table: table.rows for table in tables}


def test_the_ring_is_the_ground_beyond_the_circle(tmp_path: Path) -> None:
    found = surroundings(tmp_path, ring_radius_km=25.0)
    circle = found["stg_hansen_gfc__site_loss"]["baseline_ha"][0]
    ring = found["stg_hansen_gfc__ring_loss"]["baseline_ha"][0]
    assert circle == pytest.approx(math.pi * 2500.0, rel=1e-4)
    assert ring == pytest.approx(math.pi * (62_500.0 - 2500.0), rel=1e-4)


def test_protected_loss_is_that_inside_the_layer(tmp_path: Path) -> None:
    layer = tmp_path / "protected.geojson"
    corners = "[[100.5, -0.2], [100.7, -0.2], [100.7, 0.2], [100.5, 0.2], [100.5, -0.2]]"
    layer.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        f'"geometry": {{"type": "Polygon", "coordinates": [{corners}]}}}}]}}'
    )
    found = surroundings(tmp_path, protected_areas=str(layer))
    inside = found["stg_hansen_gfc__protected_loss"].filter(pl.col("year") == 2003)
    assert inside["baseline_ha"].item() == pytest.approx(math.pi * 1250.0, rel=1e-3)
    assert inside["loss_ha"].item() == pytest.approx(math.pi * 1250.0, rel=1e-3)
    inputs = {name: frame.lazy() for name, frame in found.items()}
    row = protected_forest_loss.compute(inputs).collect().row(0, named=True)
    assert row["value"] == pytest.approx(1 / 3, rel=1e-3)


def test_without_a_layer_no_site_has_a_row() -> None:
    inputs = {
        "stg_hansen_gfc__site_loss": loss({2003: 1.0}),
        "stg_hansen_gfc__protected_loss": NONE,
    }
    lazy = {name: frame.lazy() for name, frame in inputs.items()}
    assert protected_forest_loss.compute(lazy).collect().is_empty()


@pytest.mark.parametrize("options", [{"ring_radius_km": 3.0}, {"protected_areas": "absent.gpkg"}])
def test_surroundings_that_make_no_sense_are_reported(
    tmp_path: Path, options: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        surroundings(tmp_path, **options)
