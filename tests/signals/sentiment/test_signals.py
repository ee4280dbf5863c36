"""The sentiment signals on worlds small enough to be reckoned by hand."""

import datetime as dt
from collections.abc import Mapping
from types import ModuleType

import polars as pl
import pytest

from signals.sentiment import (
    enforcement_news,
    labour_unrest_events,
    news_tone,
    news_volume_shock,
)
from signals.sentiment.news_stories import story_numbers
from signals.sources.news.news_rows import ARTICLE_SCHEMA, PRESS_SCHEMA
from tests.signals.sentiment.articles import article, inputs

FIRMS = [{"supplier_id": name} for name in "ABCDEF"]
SIGNALS = (news_tone, news_volume_shock, labour_unrest_events, enforcement_news)


def rows(signal: ModuleType, world: Mapping[str, pl.LazyFrame]) -> dict[str, dict[str, object]]:
    found = signal.compute(world).collect()
    return {row["supplier_id"]: row for row in found.iter_rows(named=True)}


def ten_each(**of_a: object) -> list[dict[str, object]]:
    """Ten stories of ten outlets about each of six companies; those about A as given."""
    return [
        article(name, number, **(of_a if name == "A" else {}))
        for name in "ABCDEF"
        for number in range(10)
    ]


def test_unrest_is_counted_against_the_stories_expected() -> None:
    reported = ten_each()
    for row in reported[:4]:
        row["themes"] = ["labour_unrest"]
    found = rows(labour_unrest_events, inputs(FIRMS, reported))
    # Each company is expected to have 10 stories, and 4 of 60 are of unrest.
    usual = 4 / 60
    assert found["A"]["value"] == pytest.approx((4 + 20 * usual) / (10 + 20) / usual, rel=1e-3)
    assert found["B"]["value"] == pytest.approx(20 / 30, rel=1e-3)
    assert found["A"]["stderr"] == pytest.approx((4 + 20 * usual) ** 0.5 / 30 / usual, rel=1e-3)
    assert found["A"]["quality"] == 0.5
    assert found["A"]["period"] == "2023-06 to 2024-05"


def test_silent_companies_are_not_reported_of_at_all() -> None:
    found = rows(labour_unrest_events, inputs([*FIRMS, {"supplier_id": "Z"}], ten_each()))
    assert "Z" not in found


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.CARD.id)
def test_fewer_than_five_outlets_are_not_covered(signal: ModuleType) -> None:
    reported = [
        article("A", number, domain=f"p{number % 4}.example", tone=-5.0) for number in range(9)
    ]
    found = rows(signal, inputs(FIRMS, reported))["A"]
    assert found["value"] is None
    assert found["status"] == "not_covered"
    assert "about it: 4," in str(found["status_reason"])


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.CARD.id)
def test_without_articles_there_is_nothing(signal: ModuleType) -> None:
    assert rows(signal, inputs(FIRMS, [])) == {}


def test_one_wire_story_in_forty_papers_is_one_voice() -> None:
    day = dt.date(2024, 1, 10)
    copied = [
        article("A", n, title="Workers of A strike over pay", published_on=day) for n in range(40)
    ]
    found = rows(labour_unrest_events, inputs(FIRMS, copied))["A"]
    assert found["status"] == "not_covered"
    assert "about it: 1," in str(found["status_reason"])


def test_copies_are_one_story_and_another_week_another() -> None:
    day = dt.date(2024, 1, 1)
    reported = pl.DataFrame(
        [
            article("A", 1, title="Workers strike over late pay at the gate", published_on=day),
            article("A", 2, title="Workers strike over late pay at gate", published_on=day),
            article("A", 3, title="Workers strike over late pay at the gate",
                    published_on=day + dt.timedelta(days=8)),
            article("B", 4, title="Workers strike over late pay at the gate", published_on=day),
            article("A", 5, title="New plant opens in the north", published_on=day),
            article("A", 1, title="", published_on=day, source_id="gdelt_doc"),
        ],
        schema=ARTICLE_SCHEMA,
    )  # fmt: skip
    one, copy, later, other_company, other, twin = story_numbers(reported).to_list()
    assert one == copy == twin
    assert len({one, later, other_company, other}) == 4


def test_articles_of_other_years_do_not_count() -> None:
    old = ten_each(published_on=dt.date(2023, 5, 31))
    assert "A" not in rows(labour_unrest_events, inputs(FIRMS, old))


def test_enforcement_asks_for_labour_beside_the_measure() -> None:
    reported = ten_each()
    reported[0]["themes"] = ["enforcement", "forced_labour"]
    reported[10]["themes"] = ["enforcement"]
    reported[20]["themes"] = ["forced_labour"]
    reported[30]["themes"] = ["enforcement", "labour_abuse"]
    found = rows(enforcement_news, inputs(FIRMS, reported))
    assert found["A"]["value"] == found["D"]["value"]
    assert float(str(found["A"]["value"])) > 1 > float(str(found["B"]["value"]))
    assert found["B"]["value"] == found["C"]["value"] == found["E"]["value"]


def test_where_nothing_bad_is_reported_all_are_as_usual() -> None:
    found = rows(enforcement_news, inputs(FIRMS, ten_each()))
    assert {row["value"] for row in found.values()} == {1.0}


def test_tone_is_drawn_in_to_the_usual_of_its_language() -> None:
    reported = ten_each(tone=-6.0)
    for row in reported[10:]:
        row["tone"] = -1.0
    found = rows(news_tone, inputs(FIRMS, reported))
    # Sixty stories of six companies of one country, trade and language: their median is -1.
    assert found["A"]["value"] == pytest.approx(10 * -5.0 / (10 + 20))
    assert found["B"]["value"] == 0.0


def test_tone_of_a_gloomy_language_is_no_reproach() -> None:
    reported = ten_each()
    for row in reported:
        is_gloomy = row["supplier_id"] in "ABC"
        row["language"] = "spanish" if is_gloomy else "english"
        row["tone"] = -4.0 if is_gloomy else 1.0
    more = [
        article(f"S{n}", n + k, language="spanish", tone=-4.0) for n in range(5) for k in range(9)
    ]
    firms = [*FIRMS, *({"supplier_id": f"S{n}"} for n in range(5))]
    assert rows(news_tone, inputs(firms, reported + more))["A"]["value"] == 0.0


def test_no_tone_is_no_value() -> None:
    found = rows(news_tone, inputs(FIRMS, ten_each()))["A"]
    assert (found["value"], found["status_reason"]) == (None, "the articles carry no tone")


def test_a_burst_of_stories_is_a_shock() -> None:
    reported = ten_each(published_on=dt.date(2024, 5, 20))
    found = rows(news_volume_shock, inputs(FIRMS, reported))
    usual = 90 / 365
    assert found["A"]["value"] == pytest.approx((10 + 20 * usual) / 30 / usual)


def test_more_press_altogether_is_no_shock() -> None:
    first = dt.date(2023, 6, 2)
    days = [first + dt.timedelta(days=n) for n in range(365)]
    press = pl.DataFrame(
        {
            "source_id": "gdelt_doc",
            "day": days,
            "articles_monitored": [300.0 if n >= 275 else 100.0 for n in range(365)],
            "observed_to": days,
            "published_on": days,
            "origin": "made",
        },
        schema=PRESS_SCHEMA,
    )
    reported = ten_each(published_on=dt.date(2024, 5, 20))
    found = rows(news_volume_shock, inputs(FIRMS, reported, press))
    usual = 90 * 300 / (90 * 300 + 275 * 100)
    assert found["A"]["value"] == pytest.approx((10 + 20 * usual) / 30 / usual)


def test_outcomes_reported_are_no_features_beside_their_own_labels() -> None:
    from signals.registry import features

    assert "enforcement_news" not in features(["import_ban"])
    assert "enforcement_news" in features(["audit_finding"])
    assert "labour_unrest_events" in features(["import_ban"])
