"""Water kept and lost by hand, tiles and versions, and tiles that cannot be used."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from flows.publishers_world.publisher import Answer
from flows.publishers_world.server import World, publishers
from signals.account import NO_SITE_IN_IT, Unit
from signals.environment import surface_water_loss
from signals.fetching.raw_store import ContentStore
from signals.fetching.stand_in import VARIABLE
from signals.source import PullContext
from signals.source_errors import SourceUnavailableError
from signals.sources.land import surface_water
from signals.zonal.window_files import windows_kept_by
from tests.signals.builders import all_staged, balance, context, sites, square, staged, write_raster
from tests.signals.web import store

URL = "https://storage.googleapis.com"
NEW, OLD = "transitions_100E_10N_v1_5_2024.tif", "transitions_100E_10Nv1_4_2021.tif"
#: Sixteen pixels of 0.01 degrees at the equator, about 1,970 ha.
SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.04)}
FAR = {"site_id": "B", "supplier_id": "S", "latitude": 20.3, "longitude": 50.2}


def write(path: Path, *codes: int, nodata: float | None = None, west: float = 100.0) -> Path:
    """A raster of 20 x 20 pixels, whose first pixels within the square have the codes."""
    values = np.zeros((20, 20), np.uint8)
    for number, code in enumerate(codes):
        values[number // 4, number % 4] = code
    return write_raster(path, values, nodata=nodata, west=west)


def loss(tmp_path: Path) -> dict[str, object]:
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE, FAR))
    rows = staged(surface_water, using).rows
    (row,) = surface_water_loss.compute({surface_water.TABLE: rows.lazy()}).collect().to_dicts()
    return row


@pytest.mark.parametrize("nodata", [None, 255.0, 0.0], ids=["none", "as published", "no water"])
def test_the_share_by_hand(tmp_path: Path, nodata: float | None) -> None:
    # Kept 1, 4 and 7; lost 3 and 6; reduced 8; gained 2 and 5; brief 9 and 10.
    write(tmp_path / "m" / NEW, 1, 4, 7, 3, 6, 8, 2, 5, 9, 10, nodata=nodata)
    row = loss(tmp_path)
    assert row["value"] == pytest.approx(0.5, rel=1e-3)
    assert (row["period"], row["status"]) == ("1984 to 2024", None)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    found = staged(surface_water, using).rows.row(0, named=True)
    pixel = found["ground_ha"] / 16
    assert found["gained_ha"] == pytest.approx(2 * pixel, rel=1e-3)
    assert found["published_on"] == dt.date(2025, 12, 31)


def test_without_water_the_signal_does_not_apply(tmp_path: Path) -> None:
    write(tmp_path / "m" / NEW, 2, 5, 9)
    row = loss(tmp_path)
    assert (row["value"], row["status"]) == (None, "not_applicable")
    assert "less than 10 ha of water" in str(row["status_reason"])


def test_the_newest_version_counts(tmp_path: Path) -> None:
    write(tmp_path / "m" / NEW, 1, 3)
    write(tmp_path / "m" / OLD, 1, 1, 1)
    write(tmp_path / "m" / "transitions_110E_10N_v1_5_2024.tif", 3, west=110.0)
    assert loss(tmp_path)["value"] == pytest.approx(0.5, rel=1e-3)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    assert balance(surface_water, using, Unit.FILE) == {
        "read": 3,
        "used": 1,
        "out_of_scope": {"of an older version": 1, NO_SITE_IN_IT: 1},
    }


def test_tiles_that_cannot_be_used_are_rejected_with_their_names(tmp_path: Path) -> None:
    write(tmp_path / "m" / "transitions_somewhere.tif", 1)
    write(tmp_path / "m" / "a" / NEW, 1)
    write(tmp_path / "m" / "b" / NEW, 1)
    using = context(tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE))
    (outcome,) = all_staged(surface_water, using)
    reasons = "\n".join(outcome.rejected["reason"].to_list())
    assert "not named as a tile" in reasons
    assert "overlaps" in reasons
    assert outcome.rows.is_empty()
    counted = balance(surface_water, using, Unit.FILE)
    assert (counted["read"], sum(counted["rejected"].values())) == (3, 3)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("latitude", "longitude", "names"),
    [
        (-7.1, 107.3, ["100E_0N"]),
        (5.0, -0.5, ["10W_10N"]),
        (0.0, 0.0, ["10W_0N", "0E_0N", "10W_10N", "0E_10N"]),
        (-12.0, 179.99, ["180W_10S", "170E_10S"]),
        (-70.0, 10.0, []),
    ],
)
def test_names_of_tiles(latitude: float, longitude: float, names: list[str]) -> None:
    site = {"site_id": "A", "supplier_id": "S", "latitude": latitude, "longitude": longitude}
    assert surface_water.tiles(sites(site), 5.0) == names


@pytest.fixture
def world() -> Iterator[World]:
    with publishers() as found:
        yield found


@pytest.fixture
def using(world: World, tmp_path: Path) -> Iterator[PullContext]:
    kept = store(tmp_path / "store", **{VARIABLE: world.root})
    inside = {"site_id": "A", "supplier_id": "S", "latitude": -7.1, "longitude": 107.3}
    with closing(kept.fetcher):
        yield context(tmp_path, url=URL, site_rows=sites(inside), raw_store=kept)


def test_windows_of_one_tile_are_read(world: World, using: PullContext) -> None:
    assert isinstance(using.store, ContentStore)
    with windows_kept_by(using.store.windows):
        row = staged(surface_water, using).rows.row(0, named=True)
    assert row["origin"].endswith("/water-world/download2024/VER1-5/transitions/"
                                  "transitions_100E_0N_v1_5_2024.tif")  # fmt: skip
    assert 0.0 < row["lost_ha"] < row["ground_ha"]
    assert len(world.asked) <= 5
    assert sum(sent for _, sent in world.asked) < 300_000


def test_the_older_version_serves_where_the_newer_is_not_there(
    world: World, using: PullContext
) -> None:
    world.changes["water-world"] = lambda asked, usual: Answer(b"", 404)
    assert [raw.key for raw in surface_water.pull(using)] == ["transitions_100E_0Nv1_4_2021.tif"]


def test_a_publisher_without_tiles_is_an_outage(world: World, using: PullContext) -> None:
    world.changes["transitions"] = lambda asked, usual: Answer(b"", 404)
    with pytest.raises(SourceUnavailableError, match="no tile of versions"):
        surface_water.pull(using)
