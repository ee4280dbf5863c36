"""Land-cover maps at publishers' addresses: tiles, names, classes, and a pair of maps by hand."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.publishers_world.publisher import Answer
from flows.publishers_world.server import World, publishers
from signals.fetching.stand_in import VARIABLE
from signals.landuse import built_bare_expansion
from signals.source import PullContext
from signals.source_errors import SourceUnavailableError
from signals.sources.land import land_cover
from signals.sources.land.land_cover_products import PRODUCTS, product_at, utm_tile
from signals.zonal.window_files import windows_kept_by
from tests.signals.builders import context, sites, staged
from tests.signals.web import store

OBSERVATORY, MAPBIOMAS = PRODUCTS
#: In the middle of the corner of tile 48M that the server has.
SITE = {"site_id": "A", "supplier_id": "S", "latitude": -6.197, "longitude": 106.81}


@pytest.fixture
def world() -> Iterator[World]:
    with publishers() as found:
        yield found


@pytest.fixture
def using(world: World, tmp_path: Path) -> Iterator[PullContext]:
    kept = store(tmp_path / "store", **{VARIABLE: world.root})
    with closing(kept.fetcher), windows_kept_by(kept.windows):
        yield context(
            tmp_path, url=OBSERVATORY.address, site_rows=sites(SITE), raw_store=kept,
            as_of=dt.date(2026, 11, 1),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("longitude", "latitude", "tile"),
    [
        (106.8, -6.2, "48M"),
        (106.8, 0.1, "48N"),
        (17.0, 44.0, "33T"),
        (-74.1, 4.7, "18N"),
        (110.0, 19.0, "49Q"),
        (-16.9, 14.0, "28P"),
        (180.0, 83.9, "60X"),
        (-180.0, -79.9, "01C"),
    ],
)
def test_the_tile_of_a_place(longitude: float, latitude: float, tile: str) -> None:
    assert utm_tile(longitude, latitude) == tile


def test_groups_of_the_classes_are_known() -> None:
    for product in PRODUCTS:
        assert set(product.legend.values()) <= set(land_cover.GROUPS)
    assert product_at("https://example.org/maps") is None
    assert product_at(f"{MAPBIOMAS.address}/brazil_coverage_2024.tif") is MAPBIOMAS


def test_the_newest_pair_by_hand(world: World, using: PullContext) -> None:
    rows = staged(land_cover, using).rows
    # The newest map is of 2024, three years after that of 2021; each eighth column was built.
    assert set(rows.select("year_before", "year_after").rows()) == {(2021, 2024)}
    by_pair = {(row["group_before"], row["group_after"]): row for row in rows.to_dicts()}
    built, forest = by_pair["tree", "built"]["area_ha"], by_pair["tree", "tree"]["area_ha"]
    assert built / (built + forest) == pytest.approx(1 / 8, abs=1e-3)
    inputs = {"stg_land_cover__site_transitions": rows.lazy()}
    value = built_bare_expansion.compute(inputs).collect()["value"].item()
    assert value == pytest.approx(1 / 8 / 3, abs=1e-3)
    heads = [asked.path for asked, _ in world.asked if asked.method == "HEAD"]
    assert [path.rsplit("/", 1)[-1] for path in heads] == [
        "48M_20250101-20260101.tif",
        "48M_20250101-20251231.tif",
        "48M_20240101-20250101.tif",
        "48M_20240101-20241231.tif",
        "48M_20210101-20220101.tif",
    ]


def test_an_address_without_maps_is_an_outage(world: World, using: PullContext) -> None:
    world.changes["lulctimeseries"] = lambda asked, usual: Answer(b"gone", 404)
    with pytest.raises(SourceUnavailableError, match="no two maps that lie 3 years apart"):
        land_cover.pull(using)


def test_a_series_of_one_country_is_not_asked_for_sites_elsewhere(
    world: World, using: PullContext, tmp_path: Path
) -> None:
    elsewhere = context(
        tmp_path, url=MAPBIOMAS.address, site_rows=sites(SITE), raw_store=using.store
    )
    assert staged(land_cover, elsewhere).rows.is_empty()
    assert not world.asked
