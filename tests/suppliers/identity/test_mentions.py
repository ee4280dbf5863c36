"""Suppliers named in headlines and among organisations."""

import polars as pl
import pytest

from benchmarks.article_firms import tally_articles
from suppliers.identity.match_scoring import Thresholds
from suppliers.identity.mentions import FirmFinder

THRESHOLDS = Thresholds(accept=0.88, review=0.7, least_distinctive=0.92)


def finder(*rows: tuple[str, str, str]) -> FirmFinder:
    schema = ["supplier_id", "name", "country_iso2"]
    return FirmFinder(pl.DataFrame(list(rows), schema=schema, orient="row"), THRESHOLDS)


KNIT = ("1", "Surma Valley Knit Composite Ltd", "BD")


def test_precision_on_the_labelled_sample_is_kept() -> None:
    tallies = tally_articles()
    every = tallies["all"]
    assert every.pairs >= 100
    assert every.precision >= 0.95
    assert every.recall >= 0.9
    assert tallies["generic"].wrong == tallies["group_part"].wrong == 0


@pytest.mark.parametrize(
    ("title", "outlet", "band"),
    [
        ("Workers of Surma Valley Knit Composite block highway", "BD", "accept"),
        ("SURMA VALLEY KNIT COMPOSITE LTD FINED", "BD", "accept"),
        ("Surma Valley Knit Composite 's owner speaks", "BD", "accept"),
        ("Surma Valley Knit Composite ships to buyers", "US", "review"),
        ("Bangladesh : Surma Valley Knit Composite fined", "US", "accept"),
        ("Nepal 's Surma Valley Knit Composite fined", "BD", "review"),
        ("Surma Valley Knit Composite Holding buys shipyard", "BD", "review"),
        ("Upper Surma Valley Knit Composite fined", "BD", "review"),
        ("surma valley knit composite patterns", "BD", None),
        ("Surma Valley floods", "BD", None),
        ("", "BD", None),
    ],
)
def test_headlines(title: str, outlet: str, band: str | None) -> None:
    found = finder(KNIT).in_title(title, outlet)
    assert [one.verdict.band for one in found] == ([] if band is None else [band])


def test_what_fits_several_suppliers_is_about_none_for_certain() -> None:
    twins = finder(KNIT, ("2", "Surma Valley Knit Composite", "BD"))
    found = twins.in_organisations(["Surma Valley Knit Composite"], {"BD"}, None)
    assert [one.is_accepted for one in found] == [False, False]
    assert "several suppliers" in found[0].verdict.reason


def test_the_place_of_the_article_goes_before_that_of_the_outlet() -> None:
    one = finder(KNIT)
    name = ["Surma Valley Knit Composite"]
    assert one.in_organisations(name, {"BD", "US"}, "US")[0].is_accepted
    assert one.in_organisations(name, set(), "BD")[0].is_accepted
    assert not one.in_organisations(name, {"IN"}, "BD")[0].is_accepted
    assert not one.in_organisations(name, set(), None)[0].is_accepted


def test_a_word_of_every_supplier_finds_none_by_itself() -> None:
    many = finder(*((str(n), f"Demo Works {n * 7919}", "BD") for n in range(200)))
    assert many.in_organisations(["Demo Ensemble"], {"BD"}, None) == []
    assert [s.supplier_id for s in many.in_organisations(["Demo Works 7919"], {"BD"}, None)] == [
        "1"
    ]


@pytest.mark.parametrize(
    ("name", "title", "band"),
    [
        ("Silva & Filhos", "Silva & Filhos da terra voltam ao palco", "review"),
        ("Kumar Sanjay & Sons", "Kumar Sanjay & Sons of the soil party in talks", "review"),
        ("Kumar Sanjay & Sons", "Kumar Sanjay & Sons fined over wages", "accept"),
    ],
)
def test_words_of_kinship_that_go_on_are_no_name(name: str, title: str, band: str) -> None:
    (found,) = finder(("1", name, "IN")).in_title(title, "IN")
    assert found.verdict.band == band


@pytest.mark.parametrize(
    ("name", "located", "band"),
    [
        ("Golden Jade Crown Garments Ltd", {"LK", "BD"}, "review"),
        ("Golden Jade Crown Garments Ltd", {"BD"}, "accept"),
        ("Padmajol Garments Ltd", {"LK", "BD"}, "accept"),
    ],
)
def test_names_of_ordinary_words_need_an_article_about_one_country(
    name: str, located: set[str], band: str
) -> None:
    mention = name.removesuffix(" Ltd")
    (found,) = finder(("1", name, "BD")).in_organisations([mention], located, None)
    assert found.verdict.band == band
