"""Payment-practice reports of large UK buyers, as published, and yearly medians of the register.

Large companies must report twice a year how they pay (Reporting on Payment Practices and
Performance Regulations 2017). The reports are of buyers and do not distinguish suppliers; the
buyer's own figures are compared with them. Reads the register's export, and tables of
yearly medians with the columns `year` and `median_...`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import decimal_option, mirror_files, string_list
from signals.fetching.published_rows import published_rows
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.company_numbers import uk_company_numbers
from suppliers.intake.days import day_of, year_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style, whole_number_of

CARD = SourceCard(
    id="uk_payment_practices",
    title="UK payment-practice reports",
    publisher="UK Department for Business and Trade",
    url="https://check-payment-practices.service.gov.uk/export/csv/",
    licence=Licence(
        id="OGL-UK-3.0",
        url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="UK Department for Business and Trade",
    collection=Collection.PUBLIC_RECORD,
    cadence="daily",
    publication_lag_days=30,
    coverage="Large companies of the United Kingdom as payers, from 2017",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="UK payment-practice reports, Open Government Licence v3.0.",
    form_verified="2026-11: address and columns of the export from clients",
    access=Access(
        adds="how large companies in the United Kingdom pay: the yardstick for your own payments",
        off_because="100 MB are fetched, for buyers in the United Kingdom alone",
    ),
    requests=(Requests(kilobytes=100000),),
)

TABLE = "stg_uk_payment_practices__payers"

SCHEMA: dict[str, pl.DataType] = {
    "company_number": pl.String(),
    "period_end": pl.Date(),
    "reports": pl.Int64(),
    "days_to_pay": pl.Float64(),
    "late_share": pl.Float64(),
    "over_60_days_share": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

_FIGURES = ("days_to_pay", "late_share", "over_60_days_share", "is_unread")
_MOST_DAYS = 3650

#: The whole register stands under this in place of a company's number.
WHOLE_REGISTER = "all"

_REPORT: dict[str, FieldKind] = {
    "Report Id": "category",
    "End date": "category",
    "Filing date": "category",
    "Company number": "category",
    "Average time to pay": "number",
    "% Invoices not paid within agreed terms": "number",
    "% Invoices paid later than 60 days": "number",
}
_YEARLY: dict[str, FieldKind] = {
    "year": "category",
    "reports": "number",
    "median_avg_days_to_pay": "number",
    "median_pct_not_paid_on_time": "number",
    "median_pct_paid_over_60d": "number",
}


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="csv", holds=tuple(_REPORT), is_part=True)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror, or fetch the register's export (100 MB, one file).

    Of the export only the columns that are read are stored.

    Raises:
        SourceUnavailableError: the register does not answer, the export has not its columns, or the
            mirror holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None and context.url:
        return [
            context.store.download(
                CARD.id,
                context.url,
                key="export.csv",
                expect="csv",
                headers={},
                reduce=report_columns,
            )
        ]
    if context.mirror is None:
        return []
    paths = mirror_files(CARD.id, context.mirror, ["*.csv", "*.csv.gz"], context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def report_columns(path: Path) -> bytes:
    """The columns of the export that are read, a tenth of it.

    Raises:
        SourceUnavailableError: one of them is missing, or the rows are not certain.
    """
    kept = io.StringIO()
    _, rows = published_rows(CARD.id, path, _REPORT)
    writer = csv.writer(kept, lineterminator="\n")
    writer.writerow(_REPORT)
    for row in rows:
        # A row that is not certain keeps one cell too many, so that it is rejected as such.
        cells = ["-"] * (len(_REPORT) + 1) if row is None else [row[name] for name in _REPORT]
        writer.writerow(cells)
    return kept.getvalue().encode()


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per report of a payer, and per year of the whole register.

    A file with the columns of neither is rejected as a whole and listed.

    Raises:
        NonExtractiveError: a file holds data about persons.
    """
    drop = string_list(CARD.id, context.options, "drop")
    declared = decimal_option(CARD.id, context.options)
    rows, refused = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    account = Account()
    for raw in files:
        path, name = Path(raw.path), Path(raw.origin).name
        try:
            table, unread = read_source_table(
                path, _REPORT | _YEARLY, required=(), drop=drop, where=name
            )
            if "year" in table.columns and "median_avg_days_to_pay" in table.columns:
                read, bad = _yearly(table, name, raw.origin, declared)
            elif {"Company number", "End date", "Filing date"} <= set(table.columns):
                read, bad = _reports(table, name, raw.origin, declared)
            else:
                raise DataRejectedError(
                    f"{name}: it has neither the columns of the register's export (Company "
                    "number, End date, Filing date) nor of yearly medians (year, median_...)."
                )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
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


def _reports(
    table: pl.DataFrame, name: str, origin: str, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    typed = _with_figures(_complete(table, _REPORT), tuple(_REPORT)[-3:], declared).select(
        *_FIGURES,
        company_number=uk_company_numbers("Company number"),
        period_end=day_of("End date", order="day_first"),
        reports=pl.lit(1, pl.Int64),
        observed_to=day_of("End date", order="day_first"),
        published_on=day_of("Filing date", order="day_first"),
        origin=pl.lit(origin),
        source_row="source_row",
    )
    return _checked(typed, name)


def _yearly(
    table: pl.DataFrame, name: str, origin: str, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    end = pl.date(year_of("year"), 12, 31)
    typed = _with_figures(_complete(table, _YEARLY), tuple(_YEARLY)[-3:], declared).select(
        *_FIGURES,
        company_number=pl.lit(WHOLE_REGISTER),
        period_end=end,
        reports=whole_number_of("reports", "unknown"),
        observed_to=end,
        published_on=end + dt.timedelta(days=CARD.publication_lag_days),
        origin=pl.lit(origin),
        source_row="source_row",
    )
    return _checked(typed, name)


def _with_figures(
    table: pl.DataFrame, columns: tuple[str, ...], declared: DecimalMark | None
) -> pl.DataFrame:
    """`_FIGURES` from the columns of days and of two percentages, with a percent sign or without.

    Args:
        table: as text.
        columns: days to pay, percent not paid in time, percent paid after 60 days.
        declared: decimal mark by the user's word.
    """
    percent = pl.col(columns[1:]).str.replace(r"\s*%$", "")
    bare = table.with_columns(percent)
    style = number_style(bare, columns, declared=declared)
    numbers = [number_of(column, style) for column in columns]
    return bare.with_columns(
        days_to_pay=numbers[0],
        late_share=numbers[1] / 100,
        over_60_days_share=numbers[2] / 100,
        is_unread=pl.any_horizontal(
            pl.col(column).is_not_null() & number.is_null()
            for column, number in zip(columns, numbers, strict=True)
        ),
    )


def _checked(typed: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    shares = pl.col("late_share", "over_60_days_share")
    rules = {
        "company_number_is_given": (
            pl.col("company_number").is_null(), "the company number is empty",
        ),
        "dates_are_dates": (
            pl.col("period_end").is_null() | pl.col("published_on").is_null(),
            "the end or the filing date of the report is not a date",
        ),
        "filed_after_period_end": (
            pl.col("published_on") < pl.col("period_end"),
            "the report was filed before its period ended; check both dates",
        ),
        "figures_are_numbers": (
            pl.col("is_unread"),
            "a figure is not a number, or is ambiguous; write digits and one decimal mark, or set "
            f"sources.{CARD.id}.options.decimal to dot or comma",
        ),
        "days_to_pay_is_plausible": (
            ~pl.col("days_to_pay").is_between(0, _MOST_DAYS),
            f"the average time to pay is not 0 to {_MOST_DAYS} days",
        ),
        "shares_are_percentages": (
            pl.any_horizontal(~shares.is_between(0, 1)), "a percentage is outside 0 to 100",
        ),
        "late_share_is_given": (
            pl.col("late_share").is_null(), "the share of invoices not paid in time is empty",
        ),
        "report_is_unique": (
            ~pl.struct("company_number", "period_end", "published_on").is_first_distinct(),
            "the same report is there twice; the first one is used",
        ),
    }  # fmt: skip
    rejected = [no_rejections()]
    for rule, (broken, reason) in rules.items():
        bad = broken.fill_null(False)
        rejected.append(rejected_rows(typed.filter(bad), name, rule, reason))
        typed = typed.filter(~bad)
    return typed.select(list(SCHEMA)), pl.concat(rejected)


def _complete(table: pl.DataFrame, columns: dict[str, FieldKind]) -> pl.DataFrame:
    absent = [name for name in columns if name not in table.columns]
    return table.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
