import datetime as dt

import polars as pl

from signals.card import Pillar
from signals.context.governance_prior import CARD, compute, income_by_country
from signals.sources.context.country_table import SCHEMA
from tests.signals.builders import AS_OF, suppliers


def figure(code: str, year: int, risk: float, income: str | None = None) -> dict[str, object]:
    return {
        "country_iso3": code,
        "year": year,
        "rule_of_law_risk": risk,
        "income_group": income,
        "observed_to": dt.date(year, 12, 31),
        "published_on": dt.date(year + 1, 10, 27),
        "origin": "table",
    }


def inputs(*rows: dict[str, object], as_of: dt.date = AS_OF) -> dict[str, pl.LazyFrame]:
    table = pl.DataFrame(list(rows), schema=SCHEMA)
    listed = suppliers(
        {"supplier_id": "A", "country_iso3": "IDN"},
        {"supplier_id": "B", "country_iso3": "IDN"},
        {"supplier_id": "C", "country_iso3": "NOR"},
    )
    known = table.filter(pl.col("published_on") <= as_of)
    return {"stg_country_table__governance": known.lazy(), "suppliers": listed.lazy()}


def values(frames: dict[str, pl.LazyFrame]) -> list[tuple[object, ...]]:
    return (
        compute(frames)
        .sort("supplier_id")
        .collect()
        .select("supplier_id", "period", "value")
        .rows()
    )


def test_the_latest_year_known_of_each_country() -> None:
    rows = (figure("IDN", 2020, 0.6), figure("IDN", 2022, 0.5), figure("IDN", 2021, 0.7))
    assert values(inputs(*rows)) == [("A", "2022", 0.5), ("B", "2022", 0.5)]
    assert values(inputs(*rows, as_of=dt.date(2023, 10, 26))) == [
        ("A", "2021", 0.7),
        ("B", "2021", 0.7),
    ]
    assert values(inputs(*rows, as_of=dt.date(2020, 1, 1))) == []


def test_it_is_context_and_never_own_evidence() -> None:
    assert CARD.pillar is Pillar.CONTEXT
    assert CARD.support == "country"


def test_income_groups_known_by_the_date() -> None:
    rows = (
        figure("NOR", 2021, 0.1, "high"),
        figure("IDN", 2020, 0.6, "lower_middle"),
        figure("IDN", 2021, 0.6, "upper_middle"),
        figure("IDN", 2022, 0.6),
        figure("XKX", 2021, 0.6),
    )
    assert income_by_country(inputs(*rows)).rows() == [("IDN", "upper_middle"), ("NOR", "high")]
    early = inputs(*rows, as_of=dt.date(2021, 12, 1))
    assert income_by_country(early).rows() == [("IDN", "lower_middle")]
