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
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from signals.sources.news_rows import ARTICLES, PRESS_DAYS

SOURCES = ("gdelt_doc", "gdelt_gkg", "news_csv")
INPUTS = (ARTICLES, PRESS_DAYS)

WINDOW_DAYS = 365
#: Fewer independent outlets than this say nothing of a firm (SCIENCE 4.1).
LEAST_DOMAINS = 5

_SAME_STORY_DAYS = 7
_SAME_STORY_SHARE = 0.5

NO_NEWS = "no article names it for certain; that says nothing of the firm"


def window(inputs: Mapping[str, pl.LazyFrame]) -> tuple[dt.date, dt.date]:
    """First and last day of the year before the as-of date."""
    as_of: dt.date = inputs["run"].select("as_of").collect().item()
    last = as_of - dt.timedelta(days=1)
    return last - dt.timedelta(days=WINDOW_DAYS - 1), last


def stories(inputs: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """One row per supplier and story of the last year.

    Returns:
        supplier_id, story, day (of the first article), domain and language of the first article,
        tone (mean of the articles that have one), themes (those of any), copies, origin.
    """
    first, last = window(inputs)
    articles = (
        inputs[ARTICLES]
        .filter(pl.col("published_on").is_between(first, last))
        .sort("supplier_id", "published_on", "source_id", "article_id")
        .collect()
    )
    parts = [
        part.with_columns(pl.Series("story", story_numbers(part)))
        for part in articles.partition_by("supplier_id", maintain_order=True)
    ]
    if not parts:
        articles = articles.with_columns(story=pl.lit(None, pl.Int64))
    return (
        (pl.concat(parts) if parts else articles)
        .group_by("supplier_id", "story", maintain_order=True)
        .agg(
            day=pl.col("published_on").first(),
            domain=pl.col("domain").first(),
            language=pl.col("language").first(),
            tone=pl.col("tone").mean(),
            themes=pl.col("themes").list.explode().drop_nulls().unique().sort(),
            copies=pl.len(),
            origin=pl.col("origin").first(),
        )
    )


def story_numbers(articles: pl.DataFrame) -> NDArray[np.int64]:
    """The story of each article of one supplier, numbered in the order of the articles.

    Args:
        articles: published_on, article_id, title_marks.
    """
    days = articles["published_on"].to_physical().to_numpy().astype(np.int64)
    marks = articles["title_marks"].to_list()
    columns = {mark: at for at, mark in enumerate(sorted({m for own in marks for m in own}))}
    lengths = np.array([len(own) for own in marks], dtype=np.float64)
    table = csr_array(
        (
            np.ones(int(lengths.sum())),
            np.array([columns[mark] for own in marks for mark in own], dtype=np.int64),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        ),
        shape=(len(marks), max(1, len(columns))),
    )
    shared = (table @ table.T).tocoo()
    row, column = shared.coords
    jaccard = shared.data / (lengths[row] + lengths[column] - shared.data)
    near = np.abs(days[row] - days[column]) <= _SAME_STORY_DAYS
    same = near & (jaccard >= _SAME_STORY_SHARE)
    pairs_row, pairs_column = row[same], column[same]
    keys = articles["article_id"].to_list()
    first = {key: at for at, key in reversed(list(enumerate(keys)))}
    twins = np.array([first[key] for key in keys], dtype=np.int64)
    graph = csr_array(
        (
            np.ones(pairs_row.size + twins.size),
            (
                np.concatenate([pairs_row, np.arange(twins.size)]),
                np.concatenate([pairs_column, twins]),
            ),
        ),
        shape=(len(marks), len(marks)),
    )
    _, labels = connected_components(graph, directed=False)
    _, order = np.unique(labels, return_index=True)
    rank = np.empty(order.size, dtype=np.int64)
    rank[np.argsort(order)] = np.arange(order.size)
    return np.asarray(rank[labels], dtype=np.int64)


def by_supplier(told: pl.DataFrame) -> pl.DataFrame:
    """Stories and independent outlets of each supplier.

    Returns:
        supplier_id, stories, domains (n_eff: outlets of the stories, each once), observed_to,
        origin.
    """
    return told.group_by("supplier_id", maintain_order=True).agg(
        stories=pl.len(),
        domains=pl.col("domain").n_unique(),
        observed_to=pl.col("day").max(),
        origin=pl.format("{} stories of {} outlets, such as {}", pl.len(),
                         pl.col("domain").n_unique(), pl.col("origin").last()),
    )  # fmt: skip


def shrunk(mean: pl.Expr, number: pl.Expr, usual: pl.Expr | float, weight: float) -> pl.Expr:
    """(n t + k t0) / (n + k): a mean of few drawn in to the usual (SCIENCE 4.1, k = 20)."""
    prior = pl.lit(usual) if isinstance(usual, float | int) else usual
    return (number * mean + weight * prior) / (number + weight)


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
    few = pl.col("domains") < LEAST_DOMAINS
    known = ~few & value.is_not_null()
    reason = pl.format(
        f"independent outlets that wrote about it: {{}}, and {LEAST_DOMAINS} are the least that "
        "show anything; few articles say nothing of the firm",
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
        status=pl.when(~known).then(pl.lit("not_covered")),
        status_reason=pl.when(few).then(reason).when(~known).then(pl.lit(missing)),
    )
