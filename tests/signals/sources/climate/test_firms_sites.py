"""Fires around sites by blocks and bands against a count of every detection at every outline."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from signals.sources.climate import firms, firms_months
from signals.sources.climate.firms_reach import cells_within_reach, is_within_reach
from signals.sources.climate.firms_sites import SAME_PIXEL_DEGREES
from signals.zonal.site_outlines import site_shapes
from tests.signals.builders import context, sites, staged

_FROM = dt.date(2024, 1, 1)
_OUTLINES = (
    "POLYGON ((100 0, 100.4 0, 100.4 0.3, 100 0.3, 100 0), "
    "(100.1 0.1, 100.3 0.1, 100.3 0.2, 100.1 0.2, 100.1 0.1))",
    "MULTIPOLYGON (((100 0, 100.1 0, 100.1 0.1, 100 0.1, 100 0)), "
    "((100.1 0, 100.2 0, 100.2 0.1, 100.1 0.1, 100.1 0)))",
    "POLYGON ((179.8 10, -179.9 10, -179.9 10.2, 179.8 10.2, 179.8 10))",
)


def site_rows() -> pl.DataFrame:
    rng = np.random.default_rng(3)
    points = [
        {"latitude": latitude, "longitude": longitude}
        for latitude, longitude in [
            *np.column_stack([rng.uniform(-0.3, 0.3, 30), rng.uniform(99.7, 100.5, 30)]).round(4),
            (60.0, 179.98), (60.1, -179.99), (89.97, 20.0), (-89.5, -170.0),
        ]
    ]  # fmt: skip
    outlines = [{"geometry_wkt": wkt, "latitude": 0.1, "longitude": 100.1} for wkt in _OUTLINES]
    return sites(
        *({"site_id": f"s{n:02}", "supplier_id": "S", **of} for n, of in enumerate(points)),
        *({"site_id": f"a{n}", "supplier_id": "S", **of} for n, of in enumerate(outlines)),
    )


def detections() -> pl.DataFrame:
    """Around the sites; some on corners of outlines, many twice or nearly so."""
    rng = np.random.default_rng(4)
    at = np.vstack([
        np.column_stack([rng.uniform(-0.4, 0.5, 4_000), rng.uniform(99.6, 100.6, 4_000)]),
        np.column_stack([rng.uniform(59.9, 60.2, 300), rng.uniform(179.8, 180.0, 300)]),
        np.column_stack([rng.uniform(59.9, 60.2, 300), rng.uniform(-180.0, -179.8, 300)]),
        np.column_stack([rng.uniform(89.9, 90.0, 200), rng.uniform(-180.0, 180.0, 200)]),
        np.column_stack([rng.uniform(-89.6, -89.4, 200), rng.uniform(-180.0, 180.0, 200)]),
        np.column_stack([rng.uniform(9.9, 10.3, 200), rng.uniform(-180.0, -179.8, 200)]),
        [(0.0, 100.0), (0.1, 100.1), (0.05, 100.1), (0.15, 100.1), (0.3, 100.4), (90.0, 0.0)],
    ]).round(4)  # fmt: skip
    again = at[rng.choice(len(at), 1_500)] + rng.choice([-6e-4, 0.0, 6e-4], (1_500, 2))
    at = np.vstack([at, np.clip(again, -180.0, 180.0)]).round(5)
    at[:, 0] = np.clip(at[:, 0], -90.0, 90.0)
    day = rng.integers(0, 80, len(at))
    day[-1_500:] = rng.integers(0, 4, 1_500) * 20
    return pl.DataFrame(
        {
            "latitude": at[:, 0],
            "longitude": at[:, 1],
            "acq_date": [_FROM + dt.timedelta(days=int(one)) for one in day],
            "acq_time": rng.choice(["0130", "1330"], len(at)),
            "satellite": rng.choice(["N", "A"], len(at)),
            "confidence": ["n"] * len(at),
            "daynight": rng.choice(["D", "N"], len(at)),
        }
    )


def counted_one_by_one(site_table: pl.DataFrame, fires: pl.DataFrame) -> dict[str, int]:
    """Detections inside each outline, by the rule: a later one of a pixel does not count."""
    shapes = site_shapes(site_table, 5.0)
    rows = fires.sort("latitude", "longitude", "acq_date", "acq_time", "satellite", "daynight")
    at = rows.select("latitude", "longitude").to_numpy()
    inside = np.array([shapely.intersects_xy(s.geometry, at[:, 1], at[:, 0]) for s in shapes])
    overpass = rows.select(pl.concat_str("acq_date", "acq_time", "satellite")).to_series()
    near = np.flatnonzero(inside.any(axis=0))
    first = np.ones(rows.height, bool)
    for place, later in enumerate(near):
        before = near[:place]
        same = overpass.gather(before).to_numpy() == overpass[int(later)]
        apart = np.hypot(*(at[before] - at[later]).T)
        first[later] = not (same & (apart <= SAME_PIXEL_DEGREES)).any()
    return {s.site_id: int((inside[n] & first).sum()) for n, s in enumerate(shapes)}


@pytest.mark.parametrize("at_a_time", [15, 20_000])
def test_counts_are_those_of_every_detection_at_every_outline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr(firms_months, "SITES_AT_A_TIME", at_a_time)
    fires, site_table = detections(), site_rows()
    fires.write_csv(tmp_path / "fires_Global.csv")
    using = context(tmp_path, mirror=tmp_path, site_rows=site_table, as_of=dt.date(2024, 6, 1))
    rows = staged(firms, using).rows
    by_site = dict(rows.group_by("site_id").agg(pl.col("detections").sum()).iter_rows())
    expected = counted_one_by_one(site_table, fires)
    assert by_site == expected
    assert min(expected.values()) > 0
    assert rows["site_id"].is_sorted()
    assert rows.height == site_table.height * 3


def test_no_detection_inside_an_outline_is_out_of_reach() -> None:
    site_table, fires = site_rows(), detections()
    latitude, longitude = fires["latitude"].to_numpy(), fires["longitude"].to_numpy()
    for radius_km in (0.3, 5.0, 900.0):
        # An outline across the antimeridian reaches everywhere, so that only circles test this.
        circles = site_table.filter(pl.col("geometry_wkt").is_null())
        near = is_within_reach(cells_within_reach(circles, radius_km), latitude, longitude)
        for shape in site_shapes(circles, radius_km):
            inside = shapely.intersects_xy(shape.geometry, longitude, latitude)
            assert not (inside & ~near).any()
    assert not is_within_reach(
        cells_within_reach(circles.head(30), 5.0), np.array([2.0]), np.array([100.0])
    ).any()
