"""Greenness from the web service of ORNL DAAC, against a server in its form."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from flows.publishers_world.publisher import Answer
from flows.publishers_world.server import World, publishers
from signals.fetching.stand_in import VARIABLE
from signals.source import PullContext
from signals.source_errors import StoppedEarlyError
from signals.sources.land import modis_ndvi, modis_subsets
from tests.signals.builders import context, sites, staged
from tests.signals.web import store

URL = "https://modis.ornl.gov/rst/api/v1"
SITE = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 107.3}
NEAR = {**SITE, "site_id": "B", "latitude": 0.0001}
#: Later in the sequence of places.
FAR = {**SITE, "site_id": "C", "latitude": 23.81, "longitude": 90.41}


@pytest.fixture
def world() -> Iterator[World]:
    with publishers() as found:
        yield found


@contextmanager
def using(world: World, folder: Path, *rows: dict[str, object]) -> Iterator[PullContext]:
    kept = store(folder / "store", **{VARIABLE: world.root})
    with closing(kept.fetcher):
        yield context(
            folder, url=URL, site_rows=sites(*rows), raw_store=kept, as_of=dt.date(2024, 6, 1),
            years=1, radius_km=5.0,
        )  # fmt: skip


def test_means_by_hand(world: World, tmp_path: Path) -> None:
    with using(world, tmp_path, SITE, NEAR) as context_:
        rows = staged(modis_ndvi, context_).rows
    first = rows.row(0, named=True)
    # Columns are symmetric about the middle one, the 23rd: 5 km are 21.6 pixels, 22 after rounding.
    assert first["value"] == pytest.approx((5000 + 22) * 0.0001)
    assert (first["observed_from"], first["observed_to"]) == (
        dt.date(2023, 1, 1), dt.date(2023, 1, 16),
    )  # fmt: skip
    # The row without data lies 22 pixels north, beyond the circle.
    assert first["covered_share"] == 1.0
    assert sorted(set(rows["site_id"])) == ["A", "B"]
    # 23 composites of 2023 in three requests, and the first ten of 2024.
    assert rows.height == 2 * (23 + 10)
    assert len(world.asked) == 4


def test_only_answers_that_may_still_change_are_asked_for_again(
    world: World, tmp_path: Path
) -> None:
    with using(world, tmp_path, SITE) as context_:
        modis_ndvi.pull(context_)
        world.asked.clear()
        modis_ndvi.pull(context_)
    assert [asked.value("startDate") for asked, _ in world.asked] == ["A2024001"]


@pytest.mark.parametrize("shear", [0.0, 0.9, -0.5])
def test_the_circle_keeps_its_area_in_a_sheared_grid(shear: float) -> None:
    inside = modis_subsets._circle((401, 801), 0.05, shear, 5.0)
    assert inside.sum() * 0.05**2 == pytest.approx(np.pi * 25.0, rel=0.01)


def test_a_service_that_stops_leaves_the_places_before(world: World, tmp_path: Path) -> None:
    def only_first(asked: object, usual: Answer) -> Answer:
        return Answer(b"busy", 500) if "90.41" in str(asked) else usual

    world.changes["modis.ornl.gov"] = only_first
    with (
        using(world, tmp_path, SITE, FAR) as context_,
        pytest.raises(StoppedEarlyError, match="1 of 2 requests") as stopped,
    ):
        modis_ndvi.pull(context_)
    assert {raw.key.rsplit(",", 1)[0] for raw in stopped.value.files} == {"0.000,107.300"}


def test_an_answer_of_another_form_is_rejected_with_the_reason(
    world: World, tmp_path: Path
) -> None:
    world.changes["modis.ornl.gov"] = lambda asked, usual: Answer(b'{"subset": []}')
    with using(world, tmp_path, SITE) as context_:
        outcome = staged(modis_ndvi, context_)
    assert outcome.rows.is_empty()
    assert "no subset of the MODIS web service" in outcome.rejected["reason"][0]
