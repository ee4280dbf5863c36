"""Pictures of the land around the first suppliers."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from reports.bundle import ReportBundle
from reports.page.html_data import page_data
from reports.page.html_report import asset
from reports.tables.land_figures import LandFigure, figure_files, land_figures, svg
from reports.tables.ranked_list import ranked_table
from reports.write import write_outputs
from tests.reports.sample import sample_bundle

FIRST = "S-00001"
BREAK = dt.date(2023, 5, 9)


def rows() -> pl.DataFrame:
    """Of one site: three years of loss, four observations with a break, two changes of class."""
    loss = [
        ("loss", str(year), dt.date(year, 1, 1), year - 2020.0, None) for year in range(2020, 2023)
    ]
    months = [dt.date(2023, month, 9) for month in (1, 3, 5, 7)]
    green = [
        ("vegetation", str(day), day, value, BREAK)
        for day, value in zip(months, (0.8, 0.78, 0.4, 0.41), strict=True)
    ]
    change = [
        ("class_change", "tree to built, 2019 to 2022", None, 12.5, None),
        ("class_change", "tree & shrub to <bare>, 2019 to 2022", None, 3.25, None),
    ]
    return pl.DataFrame(
        [(FIRST, f"{FIRST}/1", "forest_loss_rate", *row) for row in (*loss, *green, *change)],
        schema={
            "supplier_id": pl.String, "site_id": pl.String, "signal_id": pl.String,
            "figure": pl.String, "label": pl.String, "at": pl.Date, "value": pl.Float64,
            "broke_on": pl.Date,
        },
        orient="row",
    )  # fmt: skip


@pytest.fixture(scope="module")
def bundle() -> ReportBundle:
    plain = sample_bundle()
    contributions = plain.contributions.with_columns(
        pl.when(pl.col("signal_id") == "forest_loss_rate").then(pl.lit(0.1)).alias("value")
    )
    return replace(plain, contributions=contributions, land_figures=rows())


def test_each_picture_is_an_svg_of_its_own_that_says_what_it_shows(bundle: ReportBundle) -> None:
    files = figure_files(bundle, ranked_table(bundle))
    drawings = {name: ElementTree.fromstring(text) for name, text in files.items() if name != INDEX}
    kinds = [name.split("-", 1)[1] for name in drawings]
    assert kinds == ["class_change.svg", "loss.svg", "vegetation.svg"]
    for drawing in drawings.values():
        assert FIRST in drawing.attrib["aria-label"]
        assert not drawing.findall(".//{*}script")
    by_kind = dict(zip(kinds, drawings.values(), strict=True))
    # The background and three bars, of which the first is of no height.
    heights = [float(bar.attrib["height"]) for bar in by_kind["loss.svg"].findall("{*}rect")[1:]]
    assert heights[0] == 0.0
    assert heights[2] == pytest.approx(2 * heights[1], abs=0.1)
    (line,) = by_kind["vegetation.svg"].findall("{*}line")
    points = by_kind["vegetation.svg"].find("{*}polyline")
    assert points is not None
    third = float(points.attrib["points"].split()[2].split(",")[0])
    assert float(line.attrib["x1"]) == pytest.approx(third)
    assert "breakpoint in 2023-05" in by_kind["vegetation.svg"].attrib["aria-label"]
    texts = [text.text for text in by_kind["class_change.svg"].findall("{*}text")]
    assert "tree & shrub to <bare>, 2019 to 2022" in texts


def drawn(kind: str, labels: tuple[str, ...], values: tuple[float, ...]) -> ElementTree.Element:
    return ElementTree.fromstring(svg(LandFigure(1, "S", "a", kind, labels, values, None)))


def test_bars_on_the_two_sides_of_the_change_of_method_are_set_apart() -> None:
    years = tuple(str(year) for year in range(2009, 2014))
    picture = drawn("loss", years, (0.01, 0.02, 0.01, 0.02, 0.01))
    (line,) = picture.findall("{*}line")
    bars = [float(bar.attrib["x"]) for bar in picture.findall("{*}rect")[1:]]
    assert bars[1] < float(line.attrib["x1"]) < bars[2]
    later = drawn("loss_of_ground", years[2:], (0.01, 0.02, 0.01))
    assert later.findall("{*}line") == []
    assert "share of the land in the buffer" in later.attrib["aria-label"]


def test_observations_stand_at_their_days() -> None:
    picture = drawn("vegetation", ("2020-01-01", "2020-01-11", "2020-04-10"), (0.5, 0.6, 0.7))
    line = picture.find("{*}polyline")
    assert line is not None
    across = [float(point.split(",")[0]) for point in line.attrib["points"].split()]
    assert (across[1] - across[0]) / (across[2] - across[0]) == pytest.approx(0.1, abs=0.001)


INDEX = "figures/index.csv"


def test_they_land_in_the_run_folder_with_a_table_of_them(
    bundle: ReportBundle, tmp_path: Path
) -> None:
    write_outputs(bundle, tmp_path)
    index = pl.read_csv(tmp_path / INDEX)
    assert index["supplier_id"].unique().to_list() == [FIRST]
    for name in index["file"]:
        assert (tmp_path / "figures" / name).is_file()


def test_the_page_has_the_series_and_classes_of_the_first_suppliers(bundle: ReportBundle) -> None:
    data: dict[str, Any] = page_data(bundle, ranked_table(bundle))
    (row,) = data["landFigures"]
    assert data["suppliers"]["id"][int(row)] == FIRST
    classes, green = data["landFigures"][row]
    assert (green["kind"], green["breakAt"]) == ("vegetation", 2)
    assert classes["values"] == [12.5, 3.25]
    assert "landFigures" in asset("land.js")


def test_nothing_is_drawn_of_values_that_may_not_be_shown(bundle: ReportBundle) -> None:
    hidden = replace(
        bundle, contributions=bundle.contributions.with_columns(value=pl.lit(None, pl.Float64))
    )
    assert land_figures(hidden, ranked_table(hidden)) == []
    assert figure_files(hidden, ranked_table(hidden)) == {}


def test_where_ranks_are_withheld_the_figures_tell_none(bundle: ReportBundle) -> None:
    withheld = replace(bundle, ranks_withheld="The order does not hold.")
    index = pl.read_csv(figure_files(withheld, ranked_table(withheld))[INDEX])
    assert index["rank"].null_count() == index.height
