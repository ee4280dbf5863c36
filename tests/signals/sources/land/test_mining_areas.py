"""Mined ground by hand, overlapping layers, and layers that cannot be used."""

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import polars as pl
import pytest
from shapely import Point, box, force_3d

from flows.publishers_world.publisher import Answer
from flows.publishers_world.server import World, publishers
from signals.account import NO_SITE_IN_IT, NO_SITES, Unit
from signals.fetching.stand_in import VARIABLE
from signals.landuse import mining_area_share
from signals.source import PullContext
from signals.source_errors import SourceUnavailableError
from signals.sources.land import mining_areas
from tests.signals.builders import balance, context, sites, square, staged
from tests.signals.web import store

URL = "https://download.pangaea.de/dataset/942325/files/global_mining_polygons_v2.gpkg"
#: A square of 0.04 degrees at the equator.
SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.0, 0.04)}
FAR = {"site_id": "B", "supplier_id": "S", "latitude": 20.3, "longitude": 50.2}


def layer(path: Path, *shapes: Any, to: str = "EPSG:4326") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = geopandas.GeoDataFrame({"Name": ["x"] * len(shapes)}, geometry=list(shapes), crs=4326)
    frame.to_crs(to).to_file(path)
    return path


def shares(tmp_path: Path, **options: object) -> dict[str, float]:
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE, FAR), **options)
    rows = staged(mining_areas, using).rows
    found = mining_area_share.compute({mining_areas.TABLE: rows.lazy()}).collect()
    return dict(found.select("site_id", "value").iter_rows())


def test_shares_by_hand_and_a_true_zero(tmp_path: Path) -> None:
    # A quarter of the square, and ground beyond it.
    layer(tmp_path / "m" / "a.gpkg", box(100.02, -0.1, 100.2, 0.02))
    found = shares(tmp_path)
    assert found["A"] == pytest.approx(0.25, rel=1e-4)
    assert found["B"] == 0.0


def test_ground_in_two_layers_counts_once(tmp_path: Path) -> None:
    layer(tmp_path / "m" / "a.gpkg", box(100.02, 0.0, 100.04, 0.02), box(100.03, 0, 100.04, 0.02))
    # As Tang and Werner publish it: metres of an equal-area grid, with heights.
    layer(
        tmp_path / "m" / "b.shp",
        force_3d(box(100.02, 0.0, 100.04, 0.02), 5.0),
        force_3d(box(100.0, 0.02, 100.02, 0.04), 5.0),
        to="EPSG:6933",
    )
    assert shares(tmp_path)["A"] == pytest.approx(0.5, rel=1e-3)


def test_every_outline_is_accounted_for(tmp_path: Path) -> None:
    layer(
        tmp_path / "m" / "a.geojson",
        box(100.02, 0.0, 100.04, 0.02), box(10.0, 0.0, 10.1, 0.1), Point(100.01, 0.01),
    )  # fmt: skip
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    outcome = staged(mining_areas, using)
    assert outcome.rejected.select("source_row", "rule").rows() == [(3, "outline_is_polygon")]
    assert balance(mining_areas, using, Unit.ROW) == {
        "read": 3,
        "used": 1,
        "rejected": {"outline_is_polygon": 1},
        "out_of_scope": {NO_SITE_IN_IT: 1},
    }
    assert balance(mining_areas, using, Unit.FILE) == {"read": 1, "used": 1}


def test_a_layer_without_an_outline_near_is_used_too(tmp_path: Path) -> None:
    layer(tmp_path / "m" / "a.gpkg", box(10.0, 0.0, 10.1, 0.1))
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    assert staged(mining_areas, using).rows["mined_ha"].to_list() == [0.0]
    assert balance(mining_areas, using, Unit.FILE) == {"read": 1, "used": 1}


def test_a_list_without_a_measurable_site_has_no_rows(tmp_path: Path) -> None:
    layer(tmp_path / "m" / "a.gpkg", box(10.0, 0.0, 10.1, 0.1))
    unknown = SQUARE | {"has_measurable_location": False}
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(unknown))
    assert staged(mining_areas, using).rows.is_empty()
    assert balance(mining_areas, using, Unit.FILE) == {"read": 1, "out_of_scope": {NO_SITES: 1}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"SQLite format 3\0 and no more", "cannot be read"), (b"", "cannot be read")],
)
def test_a_broken_layer_is_rejected_with_its_name(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.gpkg").write_bytes(content)
    outcome = staged(
        mining_areas, context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    )
    assert outcome.rows.is_empty()
    assert outcome.rejected["reason"].item().startswith("a.gpkg")
    assert sentence in outcome.rejected["reason"].item()


def test_a_layer_without_a_coordinate_system_is_rejected(tmp_path: Path) -> None:
    layer(tmp_path / "m" / "a.shp", box(100.0, 0.0, 100.1, 0.1))
    (tmp_path / "m" / "a.prj").unlink()
    outcome = staged(
        mining_areas, context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    )
    assert "no coordinate system" in outcome.rejected["reason"].item()


@pytest.fixture
def world() -> Iterator[World]:
    with publishers() as found:
        yield found


@pytest.fixture
def using(world: World, tmp_path: Path) -> Iterator[PullContext]:
    kept = store(tmp_path / "store", **{VARIABLE: world.root})
    near = {"site_id": "C", "supplier_id": "S", "latitude": 1.05, "longitude": 101.05}
    with closing(kept.fetcher):
        yield context(tmp_path, url=URL, site_rows=sites(near, FAR), raw_store=kept)


def test_the_publisher_s_layer_is_fetched_once(world: World, using: PullContext) -> None:
    rows = staged(mining_areas, using).rows
    ground = math.pi * 2500.0
    mined = rows.filter(pl.col("site_id") == "C")["mined_ha"].item()
    # The circle of 5 km lies within the box of 11 km.
    assert mined == pytest.approx(ground, rel=1e-3)
    world.asked.clear()
    mining_areas.pull(using)
    assert not world.asked


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"Rar!\x1a\x07", b""])
def test_another_body_is_an_outage(world: World, using: PullContext, body: bytes) -> None:
    world.changes["942325"] = lambda asked, usual: Answer(body)
    with pytest.raises(SourceUnavailableError):
        mining_areas.pull(using)
