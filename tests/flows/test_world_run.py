"""A whole run in the default configuration against the world of publishers, and a month later."""

import datetime as dt
from collections.abc import Iterator

import polars as pl
import pytest

from benchmarks.world_runs import WorldRun, run_month
from flows.publishers_world import rasters
from flows.publishers_world.server import publishers
from flows.publishers_world.supplier_list import Shares, write_suppliers

pytestmark = pytest.mark.long

COUNT = 10
#: Sixteen years of rain instead of 36.
QUICK = ["sources.precipitation.options.first_year=2011"]
MONTHS = (dt.date(2026, 10, 1), dt.date(2026, 11, 1))


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[WorldRun]]:
    folder = tmp_path_factory.mktemp("world")
    suppliers = write_suppliers(folder / "list.csv", COUNT, Shares(), ["ID", "VN"])
    with pytest.MonkeyPatch.context() as patch, publishers() as world:
        # As long as the pixels need: a publisher's are twenty times longer.
        patch.setattr(rasters, "_RAIN_BLOCK_BYTES", 40_000)
        patch.setattr(rasters, "_LIGHT_BLOCK_BYTES", 40_000)
        yield [run_month(world, suppliers, folder / "runs", day, QUICK) for day in MONTHS]


def test_every_source_that_is_on_answers(months: list[WorldRun]) -> None:
    for month in months:
        assert not [text for text in month.published.warnings if "unavailable" in text]


def test_suppliers_with_coordinates_have_scores(months: list[WorldRun]) -> None:
    for month in months:
        evidence = month.evidence()
        assert evidence.height == COUNT
        assert evidence["is_scored"].sum() >= 0.5 * COUNT
        scored = evidence.filter("is_scored")
        assert (scored["pillars"] >= 2).all()


def test_no_window_and_no_closed_year_is_asked_for_again(months: list[WorldRun]) -> None:
    first, second = months
    assert second.requests <= 0.05 * first.requests
    windows = {
        (asked.host, asked.path, asked.headers["range"])
        for asked, _ in first.asked
        if "range" in asked.headers
    }
    again = {
        (asked.host, asked.path, asked.headers["range"])
        for asked, _ in second.asked
        if "range" in asked.headers
    }
    assert windows
    assert not windows & again


def test_no_file_beside_a_raster_is_looked_for(months: list[WorldRun]) -> None:
    endings = pl.Series([asked.path.rsplit(".", 1)[-1] for asked, _ in months[0].asked])
    assert not endings.is_in(["aux", "xml", "ovr", "msk"]).any()
