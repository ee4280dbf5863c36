"""The map's data: land of the run's countries, and values of this run as coarse cells."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
import shapely

from flows.documentation.map_boundaries import Area, boundaries, first_level
from reports.page.map_layers import map_layers
from reports.page.map_outlines import land
from tests.reports.sample import sample_bundle


def _lines(joined: Any) -> list[list[tuple[int, int]]]:
    steps = iter(joined["steps"])
    lines = []
    for length in joined["lengths"]:
        x = y = 0
        line = []
        for _ in range(length // 2):
            x, y = x + next(steps), y + next(steps)
            line.append((x, y))
        lines.append(line)
    return lines


def test_only_the_countries_of_the_run_have_first_level_areas() -> None:
    found: Any = land(frozenset({"VNM", "???"}), "en")
    assert {"Hanoi", "Lâm Đồng"} & set(found["areas"]["name"]) or found["areas"]["name"]
    for name in ("rings", "lines"):
        for line in _lines(found[name]):
            assert all(10_000 < x < 12_000 and 700 < y < 2_400 for x, y in line)
    assert land(frozenset(), "en")["rings"] == {"lengths": [], "steps": []}


def test_every_point_of_the_world_is_on_the_globe_and_no_line_crosses_it() -> None:
    found = land(frozenset({"RUS", "FJI", "USA"}), "vi")
    for name in ("world", "rings", "lines"):
        for line in _lines(found[name]):
            assert all(abs(x) <= 18_000 and abs(y) <= 9_000 for x, y in line)
            assert all(abs(a[0] - b[0]) < 18_000 for a, b in pairwise(line))


@pytest.mark.parametrize(("language", "name"), [("en", "Bavaria"), ("de", "Bayern")])
def test_areas_are_named_in_the_language_of_the_page(language: str, name: str) -> None:
    areas: Any = land(frozenset({"DEU"}), language)["areas"]
    assert name in areas["name"]


def test_neighbours_share_one_line_and_small_parts_one_first_level() -> None:
    # Two squares of one country side by side: one line between them, one ring around both.
    west, east = shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)
    found: Any = boundaries([Area("ABC", {"en": "W"}, west), Area("ABC", {"en": "E"}, east)])
    country = found["countries"]["ABC"]
    assert len(country["rings"]) == 1
    assert len(country["lines"]) == 1
    assert {(400, 0), (400, 400)} == set(_lines(
        {"lengths": [len(country["lines"][0])], "steps": country["lines"][0]})[0])  # fmt: skip
    assert [area[3]["en"] for area in country["areas"]] == ["W", "E"]
    assert country["areas"][0][:2] == [200, 200] or country["areas"][0][0] == pytest.approx(200, 5)
    features = [
        {"properties": {"adm0_a3": "ITA", "adm1_code": code, "region": "Lazio", "name": code},
         "geometry": shapely.geometry.mapping(shape)}
        for code, shape in (("A", west), ("B", east))
    ]  # fmt: skip
    (area,) = first_level(features)
    assert (area.country, dict(area.names), area.shape.area) == ("ITA", {"en": "Lazio"}, 32.0)


def test_a_layer_is_the_mean_of_the_sites_of_a_cell() -> None:
    bundle = sample_bundle()
    # Two sites of one cell of half a degree, one of the next.
    sites = bundle.sites.head(3).with_columns(
        has_measurable_location=pl.lit(True), country_iso3=pl.lit("VNM"),
        latitude=pl.Series([10.1, 10.4, 10.6]), longitude=pl.Series([106.1, 106.2, 106.3]),
    )  # fmt: skip
    values = pl.DataFrame(
        {
            "site_id": [*sites["site_id"], sites["site_id"][0]],
            "signal_id": ["forest_loss_rate"] * 3 + ["governance_prior"],
            "value": [0.02, 0.04, 0.01, 0.5],
        }
    )
    made = replace(bundle, sites=sites, site_signal_values=values)
    (layer,) = map_layers(made, made.sentences.fresh())
    assert layer["title"] == "Forest loss around the sites"
    assert layer["latitude"] == [10.25, 10.75]
    assert layer["longitude"] == [106.25, 106.25]
    assert layer["sites"] == [2, 1]
    assert layer["value"] == pytest.approx([0.03, 0.01])
    assert layer["country"] == {"texts": ["Vietnam"], "codes": 0}


def test_values_that_are_withheld_are_in_no_layer() -> None:
    bundle = sample_bundle()
    none = bundle.site_signal_values.with_columns(value=pl.lit(None, dtype=pl.Float64))
    made = replace(bundle, site_signal_values=none)
    assert map_layers(made, made.sentences.fresh()) == []
