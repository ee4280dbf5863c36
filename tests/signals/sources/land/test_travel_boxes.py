"""Travel time by boxes of the Web Coverage Service, against a server in its form."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from flows.publishers_world.publisher import Answer
from flows.publishers_world.server import World, publishers
from signals.fetching.stand_in import VARIABLE
from signals.landuse import isolation
from signals.source import PullContext
from signals.source_errors import SourceUnavailableError
from signals.sources.land import travel_time
from tests.signals.builders import context, sites, staged
from tests.signals.web import store

URL = "https://data.malariaatlas.org/geoserver/Accessibility/ows"
INSIDE = {"site_id": "A", "supplier_id": "S", "latitude": -7.1, "longitude": 107.3}
AT_THE_EDGE = {"site_id": "B", "supplier_id": "S", "latitude": -6.001, "longitude": 107.999}
ELSEWHERE = {"site_id": "C", "supplier_id": "T", "latitude": 23.81, "longitude": 90.41}


@pytest.fixture
def world() -> Iterator[World]:
    with publishers() as found:
        yield found


@pytest.fixture
def using(world: World, tmp_path: Path) -> Iterator[PullContext]:
    kept = store(tmp_path / "store", **{VARIABLE: world.root})
    with closing(kept.fetcher):
        yield context(
            tmp_path, url=URL, site_rows=sites(INSIDE, AT_THE_EDGE, ELSEWHERE), raw_store=kept
        )


def test_minutes_by_hand_and_one_request_for_each_box(world: World, using: PullContext) -> None:
    rows = staged(travel_time, using).rows
    by_site = {row["site_id"]: row for row in rows.to_dicts()}
    # The box begins at 5.9 S, 105.9 E and minutes grow by one a pixel, 120 pixels a degree:
    # 1.2 degrees south and 1.4 degrees east, less half a pixel each.
    assert by_site["A"]["value"] == pytest.approx(144 + 168 - 1, abs=0.2)
    assert by_site["A"]["observed_to"] == dt.date(2015, 12, 31)
    assert by_site["B"]["covered_share"] == pytest.approx(1.0)
    assert len(world.asked) == 2
    found = isolation.compute({"stg_travel_time__site_means": rows.lazy()}).collect()
    value = found.filter(pl.col("site_id") == "A")["value"].item()
    assert value == pytest.approx(311 / 60, rel=1e-3)


def test_a_second_run_asks_for_nothing(world: World, using: PullContext) -> None:
    first = travel_time.pull(using)
    world.asked.clear()
    assert [raw.sha256 for raw in travel_time.pull(using)] == [raw.sha256 for raw in first]
    assert not world.asked


def test_boxes_end_where_the_map_ends() -> None:
    # Its ground goes round the 180th meridian.
    polar = {**INSIDE, "latitude": 84.99, "longitude": 179.99}
    beyond = {**INSIDE, "site_id": "X", "latitude": -70.0}
    assert travel_time.boxes(sites(polar, beyond), 5.0) == [
        "subset=Long(-180,-177.4)&subset=Lat(83.9,85)",
        "subset=Long(177.4,180)&subset=Lat(83.9,85)",
    ]


def test_a_service_without_the_coverage_is_an_outage(world: World, using: PullContext) -> None:
    world.changes["Accessibility/ows"] = lambda asked, usual: Answer(b"<x/>", 404)
    with pytest.raises(SourceUnavailableError, match="no coverage Accessibility__201501"):
        travel_time.pull(using)


def test_an_error_in_xml_is_no_map(world: World, using: PullContext) -> None:
    world.changes["Accessibility/ows"] = lambda asked, usual: Answer(b"<ows:Exception/>")
    with pytest.raises(SourceUnavailableError, match="does not begin as a TIFF does"):
        travel_time.pull(using)
