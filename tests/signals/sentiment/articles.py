"""Small worlds of articles for the sentiment signals."""

import datetime as dt
from collections.abc import Iterable, Mapping

import polars as pl

from signals.sources.news.news_rows import (
    ARTICLE_SCHEMA,
    ARTICLES,
    PRESS_DAYS,
    PRESS_SCHEMA,
    title_marks,
)

AS_OF = dt.date(2024, 6, 1)


def article(supplier_id: str, number: int, **changed: object) -> dict[str, object]:
    """An article with a headline and an outlet of its own, ten days apart from the next."""
    row: dict[str, object] = {
        "source_id": "news_csv",
        "article_id": f"{supplier_id}-{number}",
        "supplier_id": supplier_id,
        "domain": f"paper{number}.example",
        "language": "english",
        "outlet_country_iso2": None,
        "tone": None,
        "themes": [],
        "title": f"{supplier_id} story {number} {number * 7919}",
        "match_score": 1.0,
        "published_on": dt.date(2023, 7, 1) + dt.timedelta(days=10 * (number % 30)),
        "origin": "made.csv row 2",
        **changed,
    }
    title = str(row.pop("title"))
    return {**row, "title_marks": title_marks(title), "observed_to": row["published_on"]}


def inputs(
    suppliers: Iterable[Mapping[str, object]],
    articles: Iterable[Mapping[str, object]],
    press: pl.DataFrame | None = None,
) -> dict[str, pl.LazyFrame]:
    """What a signal is given; suppliers are of Bangladesh and of one size unless said otherwise."""
    usual = {"country_iso2": "BD", "sector_section": "C", "workforce_band": "250-999"}
    schema = {
        "supplier_id": pl.String,
        "country_iso2": pl.String,
        "sector_section": pl.String,
        "workforce_band": pl.String,
    }
    return {
        ARTICLES: pl.LazyFrame(list(articles), schema=ARTICLE_SCHEMA),
        PRESS_DAYS: (pl.DataFrame(schema=PRESS_SCHEMA) if press is None else press).lazy(),
        "suppliers": pl.LazyFrame([{**usual, **row} for row in suppliers], schema=schema),
        "run": pl.LazyFrame({"as_of": [AS_OF]}),
    }
