"""Articles brought together into stories, so that what is copied counts once.

Two articles about one supplier are one story if they appeared within a week of each other and
their headlines share at least half of their word pairs (Jaccard of the marks), or are the same
article found by two sources. Stories are what signals count; the outlets of their first
articles are the independent voices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from signals.source_used import joined_sources
from signals.sources.news.news_rows import ARTICLES, PRESS_DAYS

SOURCES = ("gdelt_doc", "gdelt_gkg", "news_csv")
INPUTS = (ARTICLES, PRESS_DAYS)

WINDOW_DAYS = 365
#: Fewer independent outlets than this are no information about a company (Methodology A.4).
MIN_DOMAINS = 5

_SAME_STORY_DAYS = 7
_SAME_STORY_SHARE = 0.5

NO_NEWS = "no article names it for certain; that is no information about the company"


def window(inputs: Mapping[str, pl.LazyFrame]) -> tuple[dt.date, dt.date]:
    """First and last day of the year before the as-of date."""
    as_of: dt.date = inputs["run"].select("as_of").collect().item()
    last = as_of - dt.timedelta(days=1)
    return last - dt.timedelta(days=WINDOW_DAYS - 1), last


def stories(inputs: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """One row per supplier and story of the last year.

    Returns:
        supplier_id, story, day (of the first article), domain and language of the first article,
        tone (mean of the articles that have one), themes (those of any), copies, origin,
        source_id (of all its articles).
    """
    first, last = window(inputs)
    articles = (
        inputs[ARTICLES]
        .filter(pl.col("published_on").is_between(first, last))
        .sort("supplier_id", "published_on", "source_id", "article_id")
        .collect()
    )
    return (
        articles.with_columns(story=story_numbers(articles))
        .group_by("supplier_id", "story", maintain_order=True)
        .agg(
            day=pl.col("published_on").first(),
            domain=pl.col("domain").first(),
            language=pl.col("language").first(),
            tone=pl.col("tone").mean(),
            themes=pl.col("themes").list.explode().drop_nulls().unique().sort(),
            copies=pl.len(),
            origin=pl.col("origin").first(),
            source_id=joined_sources(),
        )
    )


def story_numbers(articles: pl.DataFrame) -> pl.Series:
    """A number for each article that is the same for the articles of one story.

    Args:
        articles: supplier_id, article_id, published_on, title_marks, in any order.
    """
    if articles.is_empty():
        return pl.Series("story", [], dtype=pl.Int64)
    rows = articles.select("supplier_id", "article_id", "title_marks").with_row_index("row")
    marks = rows.explode("title_marks").drop_nulls("title_marks")
    # A mark is the same only within one supplier, so that articles about two never meet.
    key = ["supplier_id", "title_marks"]
    columns = marks.select(key).unique(maintain_order=True).with_row_index("column")
    marks = marks.join(columns, on=key)
    table = csr_array(
        (
            np.ones(marks.height),
            (marks["row"].to_numpy().astype(np.int64), marks["column"].to_numpy().astype(np.int64)),
        ),
        shape=(rows.height, max(1, columns.height)),
    )
    shared = (table @ table.T).tocoo()
    row, column = shared.coords
    lengths = articles["title_marks"].list.len().to_numpy().astype(np.float64)
    jaccard = shared.data / (lengths[row] + lengths[column] - shared.data)
    days = articles["published_on"].to_physical().to_numpy().astype(np.int64)
    near = np.abs(days[row] - days[column]) <= _SAME_STORY_DAYS
    same = near & (jaccard >= _SAME_STORY_SHARE)
    twins = rows.select(pl.col("row").first().over("supplier_id", "article_id"))["row"]
    graph = csr_array(
        (
            np.ones(int(same.sum()) + rows.height),
            (
                np.concatenate([row[same], np.arange(rows.height)]),
                np.concatenate([column[same], twins.to_numpy().astype(np.int64)]),
            ),
        ),
        shape=(rows.height, rows.height),
    )
    _, labels = connected_components(graph, directed=False)
    return pl.Series("story", labels, dtype=pl.Int64)


def by_supplier(reported: pl.DataFrame) -> pl.DataFrame:
    """Stories and independent outlets of each supplier.

    Returns:
        supplier_id, stories, domains (n_eff: outlets of the stories, each once), observed_to,
        origin, source_id.
    """
    return reported.group_by("supplier_id", maintain_order=True).agg(
        stories=pl.len(),
        domains=pl.col("domain").n_unique(),
        observed_to=pl.col("day").max(),
        origin=pl.format("{} stories of {} outlets, such as {}", pl.len(),
                         pl.col("domain").n_unique(), pl.col("origin").last()),
        source_id=joined_sources(),
    )  # fmt: skip


def shrunk(mean: pl.Expr, number: pl.Expr, usual: pl.Expr | float, weight: float) -> pl.Expr:
    """(n t + k t0) / (n + k): a mean of few shrunk towards the usual (Methodology 5.2, k = 20)."""
    expected = pl.lit(usual) if isinstance(usual, float | int) else usual
    return (number * mean + weight * expected) / (number + weight)


def outcome(
    inputs: Mapping[str, pl.LazyFrame],
    rows: pl.DataFrame,
    value: pl.Expr,
    stderr: pl.Expr,
    *,
    missing: str = "the articles carry no tone",
) -> pl.LazyFrame:
    """A signal's rows: the value, or why there is none.

    Args:
        inputs: for the window.
        rows: as `by_supplier` gives them, with what `value` needs.
        value: null where the stories do not hold what it needs.
        stderr: of the value.
        missing: why it is null.
    """
    first, last = window(inputs)
    few = pl.col("domains") < MIN_DOMAINS
    known = ~few & value.is_not_null()
    reason = pl.format(
        f"independent outlets that wrote about it: {{}}, and {MIN_DOMAINS} are the least that "
        "show anything; few articles are no information about the company",
        "domains",
    )
    return rows.lazy().select(
        "supplier_id",
        period=pl.lit(f"{first:%Y-%m} to {last:%Y-%m}"),
        value=pl.when(known).then(value),
        stderr=pl.when(known).then(stderr),
        quality=pl.when(known).then((pl.col("domains") / 20.0).clip(0.0, 1.0)),
        observed_to="observed_to",
        origin="origin",
        source_id="source_id",
        status=pl.when(~known).then(pl.lit("not_covered")),
        status_reason=pl.when(few).then(reason).when(~known).then(pl.lit(missing)),
    )
