"""Light of places: lit ground alone, the same ground for outlines and points, unknown ground."""

import math
from pathlib import Path

import numpy as np
import pytest

from signals.sources.land import night_lights
from tests.signals.builders import all_staged, context, keeps_contract, sites, square, write_raster

POINT = {"site_id": "A", "supplier_id": "S", "latitude": 0.4, "longitude": 100.1}
OUTLINE = {"site_id": "B", "supplier_id": "S", "geometry_wkt": square(100.09, 0.39, 0.02)}
MONTHLY = "DNB_npp_20240301-20240331_global_vcm-slcorr_v10_ops.avg_rade9.tif"
PIXEL_SHARE = 1.1132 * 1.1057 / (math.pi * 100.0)


def light(tmp_path: Path, values: np.ndarray, name: str, **options: object) -> list[dict]:  # type: ignore[type-arg]
    write_raster(tmp_path / "m" / name, values, west=99.8, north=0.7)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(POINT, OUTLINE), **options)
    place = all_staged(night_lights, using)[1]
    keeps_contract(place.table, place.rows, place.rejected)
    return place.rows.to_dicts()


def test_dark_ground_counts_as_nothing(tmp_path: Path) -> None:
    values = np.full((60, 60), 0.3, np.float32)
    values[30, 30] = 12.0
    rows = light(tmp_path, values, "lights_2020.tif")
    assert [row["site_id"] for row in rows] == ["A", "B"]
    for row in rows:
        assert row["lit_radiance"] == pytest.approx(12.0 * PIXEL_SHARE, rel=1e-3)
        assert row["covered_share"] == pytest.approx(1.0)


def test_a_place_without_light_is_a_true_zero(tmp_path: Path) -> None:
    rows = light(tmp_path, np.full((60, 60), 0.3, np.float32), "lights_2020.tif")
    assert [row["lit_radiance"] for row in rows] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("name", "fill"), [(MONTHLY, 0.0), ("lights_2020.tif", 65535.0), ("lights_2020.tif", -999.9)]
)
def test_ground_that_was_not_seen_is_not_dark(tmp_path: Path, name: str, fill: float) -> None:
    values = np.full((60, 60), fill, np.float32)
    assert light(tmp_path, values, name) == []
    values[::2] = 2.0
    rows = light(tmp_path, values, name, minimum_covered_share=0.4)
    assert rows[0]["lit_radiance"] == pytest.approx(2.0, rel=1e-2)
    assert rows[0]["covered_share"] == pytest.approx(0.5, abs=0.05)


def test_the_scale_of_the_file_is_applied(tmp_path: Path) -> None:
    values = np.full((60, 60), 3, np.int16)  # 0.3 nW
    values[30, 30] = 120
    rows = light(tmp_path, values, "lights_2020.tif", scale=0.1)
    assert rows[0]["lit_radiance"] == pytest.approx(12.0 * PIXEL_SHARE, rel=1e-3)
