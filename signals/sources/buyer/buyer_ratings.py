"""A buyer's own aggregated rating by its suppliers, as rating initiatives hand it to the buyer.

Category scores of at least five suppliers each; a score of fewer could be traced to one of them
and is rejected. Nothing is asked of suppliers again and no single answer is read. The scores are of
the buyer and are shown in the buyer's panel; they do not distinguish suppliers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option, mirror_files, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style, whole_number_of

CARD = SourceCard(
    id="buyer_ratings",
    title="Aggregated rating of the buyer by its suppliers",
    publisher="A rating initiative, in its report to the buyer",
    url="https://betterbuying.org/",
    licence=Licence(
        id="provided by the user",
        url="https://betterbuying.org/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="The buyer, as subscriber of a rating initiative",
    collection=Collection.BUYER_OWN,
    cadence="yearly",
    publication_lag_days=0,
    coverage="The buyer itself",
    expected_rows=(0, 10_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="The buyer's own aggregated rating report.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="how suppliers rate you, from an initiative's report",
    ),
)

TABLE = "stg_buyer_ratings__categories"

#: Fewer answers than this behind a score could be traced to one supplier.
MIN_RESPONDENTS = 5

SCHEMA: dict[str, pl.DataType] = {
    "category": pl.String(),
    "score": pl.Float64(),
    "benchmark": pl.Float64(),
    "respondents": pl.Int64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

_COLUMNS: dict[str, FieldKind] = {
    "category": "category",
    "score": "number",
    "benchmark": "number",
    "respondents": "number",
    "period_end": "category",
    "published_on": "category",
}


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror.

    Raises:
        SourceUnavailableError: the mirror holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return []
    patterns = ["*.csv", "*.tsv", "*.xlsx", "*.parquet"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per category and report: score 0 to 100, higher is better, and its benchmark.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    drop = string_list(CARD.id, context.options, "drop")
    rows, refused = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        try:
            table, unread = read_source_table(
                Path(raw.path), _COLUMNS,
                required=("category", "score", "respondents", "period_end"), drop=drop, where=name,
                sheet=text(CARD.id, context.options, "sheet", "") or None,
            )  # fmt: skip
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        declared = decimal_option(CARD.id, context.options)
        read, bad = _categories(table, name, raw.origin, declared)
        rows.append(read)
        refused += [unread, bad]
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(table, unread),
            used=read.height,
            rejected=rows_by_rule(pl.concat([unread, bad])),
        )
    return [Staged(TABLE, pl.concat(rows), pl.concat(refused), account)]


def _categories(
    table: pl.DataFrame, name: str, origin: str, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    absent = [column for column in _COLUMNS if column not in table.columns]
    full = table.with_columns(pl.lit(None, pl.String).alias(column) for column in absent)
    end = day_of("period_end")
    known = pl.when(pl.col("published_on").is_null()).then(end).otherwise(day_of("published_on"))
    numbers = ("score", "benchmark", "respondents")
    style = number_style(full, numbers, declared=declared)
    typed = full.select(
        category="category",
        score=number_of("score", style),
        benchmark=number_of("benchmark", style),
        respondents=whole_number_of("respondents", style),
        observed_to=end,
        published_on=known,
        origin=pl.lit(origin),
        source_row="source_row",
    )
    rules = {
        "category_is_given": (pl.col("category").is_null(), "the category is empty"),
        "score_is_0_to_100": (
            pl.col("score").is_null() | ~pl.col("score").is_between(0, 100),
            "the score is not a number from 0 to 100",
        ),
        "enough_respondents": (
            pl.col("respondents").is_null() | (pl.col("respondents") < MIN_RESPONDENTS),
            f"fewer than {MIN_RESPONDENTS} suppliers stand behind the score, or it is not said "
            "how many; such a score could be traced to one of them",
        ),
        "period_end_is_a_date": (pl.col("observed_to").is_null(), "period_end is not a date"),
        "published_on_is_a_date": (
            pl.col("published_on").is_null(),
            "published_on is not a date; write it as YYYY-MM-DD or leave it empty",
        ),
        "known_after_it_ended": (
            pl.col("published_on") < pl.col("observed_to"),
            "published_on is before period_end; check both dates",
        ),
        "category_is_unique": (
            ~pl.struct("category", "observed_to", "published_on").is_first_distinct(),
            "the same category and period are there twice; the first one is used",
        ),
    }
    rejected = [no_rejections()]
    for rule, (broken, reason) in rules.items():
        bad = broken.fill_null(False)
        rejected.append(rejected_rows(typed.filter(bad), name, rule, reason))
        typed = typed.filter(~bad)
    return typed.select(list(SCHEMA)), pl.concat(rejected)
