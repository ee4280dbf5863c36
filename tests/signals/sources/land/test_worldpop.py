"""Residents of places by hand, the publisher's maps, and maps that cannot be used."""

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from flows.publishers_world.publisher import Answer, Asked
from flows.publishers_world.server import World, publishers
from signals.account import Unit
from signals.fetching.raw_store import ContentStore
from signals.fetching.stand_in import VARIABLE
from signals.source import PullContext
from signals.source_errors import SourceUnavailableError
from signals.sources.land import worldpop
from signals.sources.land.valid_range import NOT_ENOUGH, OUTSIDE, WITHOUT_DATA
from signals.zonal.window_files import windows_kept_by
from tests.signals.builders import balance, context, sites, square, staged, write_raster
from tests.signals.web import store

URL = "https://data.worldpop.org/GIS/Population"
POINT = {"site_id": "A", "supplier_id": "S", "latitude": 0.4, "longitude": 100.1}
OUTLINE = {"site_id": "B", "supplier_id": "S", "geometry_wkt": square(100.09, 0.39, 0.02)}
#: A pixel of 0.01 degrees at the equator, in square kilometres.
PIXEL_KM2 = 1.1132 * 1.1057


@pytest.fixture
def world() -> Iterator[World]:
    with publishers() as found:
        yield found


@pytest.fixture
def using(world: World, tmp_path: Path) -> Iterator[PullContext]:
    kept = store(tmp_path / "store", **{VARIABLE: world.root})
    with closing(kept.fetcher):
        rows = sites(POINT | {"latitude": -7.1, "longitude": 107.3})
        yield context(tmp_path, url=URL, site_rows=rows, raw_store=kept, as_of=dt.date(2026, 11, 1))


def test_residents_are_added_up_around_the_centre_of_point_and_outline(tmp_path: Path) -> None:
    values = np.full((60, 60), 7.0, np.float32)
    write_raster(
        tmp_path / "m" / "tst_pop_2020_CN_1km_R2025A_UA_v1.tif", values, west=99.8, north=0.7
    )
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(POINT, OUTLINE))
    rows = staged(worldpop, using).rows
    expected = 7.0 * math.pi * 100.0 / PIXEL_KM2
    assert rows["value"].to_list() == pytest.approx([expected] * 2, rel=1e-3)
    assert rows["radius_km"].to_list() == [10.0] * 2
    assert rows["observed_to"].to_list() == [dt.date(2020, 12, 31)] * 2
    # A year of the past was not known before the release.
    assert rows["published_on"].to_list() == [dt.date(2025, 9, 30)] * 2


def test_ground_without_data_holds_no_residents(tmp_path: Path) -> None:
    values = np.full((60, 60), -99999.0, np.float32)
    values[30, 30] = 500.0  # the pixel with the site, wholly inside
    values[31, 31] = 3e6
    write_raster(tmp_path / "m" / "residents_2020.tif", values, west=99.8, north=0.7)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(POINT), radius_km=5.0)
    outcome = staged(worldpop, using)
    row = outcome.rows.row(0, named=True)
    assert row["value"] == pytest.approx(500.0)
    assert row["covered_share"] == pytest.approx(PIXEL_KM2 / (math.pi * 25.0), rel=1e-2)
    assert row["published_on"] == dt.date(2020, 12, 31)
    assert "residents" in outcome.rejected["reason"].item()
    counted = balance(worldpop, using, Unit.PIXEL)
    assert counted["used"] == 1
    assert set(counted["rejected"]) == {OUTSIDE}  # type: ignore[call-overload]


def test_pixels_without_data_are_out_of_scope(tmp_path: Path) -> None:
    values = np.full((60, 60), -1.0, np.float32)
    values[30, 30] = 500.0
    write_raster(tmp_path / "m" / "r_2020.tif", values, west=99.8, north=0.7, nodata=-1.0)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(POINT), radius_km=5.0)
    counted = balance(worldpop, using, Unit.PIXEL)
    assert counted["used"] == 1
    beyond = counted["out_of_scope"]
    assert isinstance(beyond, dict)
    assert beyond[WITHOUT_DATA] == counted["read"] - 1  # type: ignore[operator]
    assert not beyond.get(NOT_ENOUGH)


def test_the_map_of_the_last_year_is_read_in_one_window(world: World, using: PullContext) -> None:
    store_of = using.store
    assert isinstance(store_of, ContentStore)
    with windows_kept_by(store_of.windows):
        row = staged(worldpop, using).rows.row(0, named=True)
    assert row["origin"].endswith("/2025/0_Mosaicked/v1/1km_ua/constrained/"
                                  "global_pop_2025_CN_1km_R2025A_UA_v1.tif")  # fmt: skip
    assert row["value"] > 0.0
    assert row["published_on"] == dt.date(2025, 12, 31)
    sent = sum(sent for _, sent in world.asked)
    assert len(world.asked) <= 4
    assert sent < 1_000_000


def test_an_older_release_serves_where_the_newest_is_not_there(
    world: World, using: PullContext, tmp_path: Path
) -> None:
    body = write_raster(
        tmp_path / "r.tif", np.full((9, 9), 5.0, np.float32), west=107.25, north=-7.05
    ).read_bytes()

    def older(asked: Asked, usual: Answer) -> Answer:
        return Answer(body, content_type="image/tiff") if "R2024B" in asked.path else usual

    world.changes["R2025A"] = lambda asked, usual: Answer(b"", 404)
    world.changes["R2024B"] = older
    (raw,) = worldpop.pull(using)
    assert raw.key == "global_pop_2025_CN_1km_R2024B_v1.tif"


def test_a_publisher_without_the_map_is_an_outage(world: World, using: PullContext) -> None:
    world.changes["/GIS/Population"] = lambda asked, usual: Answer(b"", 404)
    with pytest.raises(SourceUnavailableError, match="no map of 2025 in the releases"):
        worldpop.pull(using)


def test_a_page_in_place_of_the_map_is_rejected(world: World, using: PullContext) -> None:
    world.changes["/GIS/Population"] = lambda asked, usual: Answer(b"<html></html>")
    with pytest.raises(SourceUnavailableError):
        staged(worldpop, using)
