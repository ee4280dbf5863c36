"""The pictures of the list: drawn by a library, in the page's colours, with words and numbers."""

import re
from dataclasses import replace

import polars as pl
import pytest

from reports.bundle import ReportBundle
from reports.page.html_report import render_html
from reports.page.picture_changes import changes_by_signal
from reports.page.picture_groups import MOST_POINTS
from reports.page.picture_words import Picture
from reports.page.pictures import pictures
from reports.tables.ranked_list import ranked_table
from tests.reports.months import with_earlier_runs
from tests.reports.sample import sample_bundle


@pytest.fixture(scope="module")
def bundle() -> ReportBundle:
    return with_earlier_runs(sample_bundle())


@pytest.fixture(scope="module")
def drawn(bundle: ReportBundle) -> dict[str, Picture]:
    return {picture.name: picture for picture in pictures(bundle, ranked_table(bundle))}


def test_every_picture_has_words_and_numbers_and_no_style_or_script(
    drawn: dict[str, Picture],
) -> None:
    assert list(drawn) == ["intervals", "distribution", "pillars", "evidence", "spend", "changes"]
    for picture in drawn.values():
        assert re.search(r'role="img" aria-label="[^"]{10,}"', picture.svg)
        # The policy of the page lets in no style of a picture, and a name must not become markup.
        for forbidden in (" style=", "<style", "<script", "#00000", "xlink", "onload"):
            assert forbidden not in picture.svg
        assert "var(--" in picture.svg
        assert picture.rows
        assert {len(row) for row in picture.rows} == {len(picture.columns)}


def test_ids_inside_two_pictures_never_meet(drawn: dict[str, Picture]) -> None:
    ids = [one for picture in drawn.values() for one in re.findall(r' id="([^"]+)"', picture.svg)]
    assert len(ids) == len(set(ids))
    for picture in drawn.values():
        targets = re.findall(r' href="#([^"]+)"', picture.svg)
        assert set(targets) <= set(ids)


def test_the_numbers_are_those_of_the_list(bundle: ReportBundle, drawn: dict[str, Picture]) -> None:
    ranked = ranked_table(bundle).filter(pl.col("rank").is_not_null())
    assert [row[1] for row in drawn["intervals"].rows] == [str(n) for n in range(1, 21)]
    counted = sum(int(row[1]) for row in drawn["distribution"].rows)
    assert counted == ranked.height
    assert drawn["spend"].rows[0][0] == "First priority"
    shares = [float(row[3].removesuffix(" %")) for row in drawn["spend"].rows]
    assert sum(shares) == pytest.approx(100, abs=0.2)


def test_what_changed_is_counted_by_signal(bundle: ReportBundle) -> None:
    # In both earlier months the forest loss was twice as high: every known value improved.
    (row,) = changes_by_signal(bundle).to_dicts()
    known = bundle.contributions.filter(
        (pl.col("signal_id") == "forest_loss_rate") & pl.col("value").is_not_null()
    ).collect()
    assert row == {
        "title": "Forest loss around the sites",
        "better": known.height,
        "worse": 0,
    }
    assert changes_by_signal(sample_bundle()).is_empty()


def test_withheld_ranks_are_in_no_picture(bundle: ReportBundle) -> None:
    hidden = replace(bundle, ranks_withheld="Ranks are not printed.")
    drawn = {picture.name: picture for picture in pictures(hidden, ranked_table(hidden))}
    assert {row[1] for row in drawn["intervals"].rows} == {"withheld"}


def test_many_suppliers_are_cells_and_equal_runs_equal_pictures() -> None:
    many = sample_bundle(MOST_POINTS + 10, 0, hostile=False)
    ranked = ranked_table(many)
    drawn, again = (pictures(many, ranked) for _ in range(2))
    assert [picture.svg for picture in drawn] == [picture.svg for picture in again]
    spend = next(picture for picture in drawn if picture.name == "spend")
    assert len(spend.svg) < 100_000


def test_a_list_without_a_score_has_no_pictures() -> None:
    bundle = sample_bundle(5, 5, hostile=False)
    assert pictures(bundle, ranked_table(bundle)) == []
    page = render_html(bundle, ranked_table(bundle))
    assert 'data-view="pictures" hidden' in page


def test_pictures_speak_the_language_of_the_outputs(bundle: ReportBundle) -> None:
    german = replace(bundle, language="de")
    drawn = {picture.name: picture for picture in pictures(german, ranked_table(german))}
    assert drawn["intervals"].columns == ("Lieferant", "Rang", "Von", "Bis")
    assert 'aria-label="Rangintervalle der ersten' in drawn["intervals"].svg
    (median,) = re.findall(r"Der Median der Punktzahlen ist (\S+)\.", drawn["distribution"].lead)
    assert re.fullmatch(r"\d+,\d", median)
    assert ">Finanzen</text>" in drawn["evidence"].svg
