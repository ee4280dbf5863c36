"""Accounts of SEC filers, a quarter of filings at a time: the Financial Statement Data Sets.

One zip per quarter holds the figures of every filing of that quarter; DuckDB reads them. The
figures are those that `sec_companyfacts` gives filer by filer: this source serves closed networks
and long lists. A mirror holds the zips as published (`2024q1.zip`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from signals.access import Access, Periods, Reach, Requests
from signals.account import NOT_LISTED, Account
from signals.card import Collection as Collected
from signals.card import Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import unpacked_member
from signals.fetching.mirror import mirror_files, number
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.accounts.sec_companyfacts import ITEMS_SCHEMA
from signals.sources.accounts.xbrl_concepts import DURATION_ITEMS, TAXONOMIES, Concept
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="sec_financial_statements",
    title="SEC Financial Statement Data Sets",
    publisher="U.S. Securities and Exchange Commission",
    url="https://www.sec.gov/files/dera/data/financial-statement-data-sets",
    licence=Licence(
        id="US-PD",
        url="https://www.sec.gov/about/privacy-information",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="SEC EDGAR, from the companies' own statutory filings",
    collection=Collected.PUBLIC_RECORD,
    cadence="quarterly",
    publication_lag_days=0,
    coverage="Companies that file 10-K, 20-F or 40-F with the SEC, from 2009",
    expected_rows=(0, 5_000_000),
    citation="U.S. Securities and Exchange Commission, Financial Statement Data Sets.",
    form_verified="2026-11: address from clients; tables from a sample",
    access=Access(
        adds="the same accounts by quarter, for long lists and closed networks",
    ),
    reach=Reach(by="identifier", identifiers=("cik",)),
    requests=(
        Requests(
            kilobytes=70000,
            periods=Periods(option="quarters", default=9, unit="quarters", every="quarter"),
        ),
    ),
)

TABLE = "stg_sec_financial_statements__items"

#: Yearly reports of domestic and foreign filers, with their amendments.
ANNUAL_FORMS = "^(10-K|20-F|40-F)"

#: Quarters read where the options do not say: two years and the one under way.
_QUARTERS = 9
_QUERY = "12_accounts/annual_items.sql"
#: A row begins with the number of a filing; a line that does not goes on in a quoted cell.
_ROW = re.compile(rb"\d{10}-\d{2}-\d{6}\t")
_QUARTER_FILE = re.compile(r"^\d{4}q[1-4](?:_\w+)?\.zip$", re.IGNORECASE)


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="zip", path="<year>q<quarter>.zip", days_before=150, is_part=True)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the quarters that had ended by the as-of date; none if no supplier has a CIK.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror holds no quarter.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, ["*.zip"], context.options)
        return [
            context.store.keep(CARD.id, path, key=path.stem)
            for path in paths
            if _QUARTER_FILE.match(path.name)
        ]
    if context.suppliers["cik"].null_count() == context.suppliers.height:
        return []
    count = int(number(CARD.id, context.options, "quarters", _QUARTERS))
    files = []
    for name in _quarters_before(context.as_of, count):
        url = f"{context.url.rstrip('/')}/{name}.zip"
        try:
            files.append(context.store.download(CARD.id, url, key=name, expect="zip", headers={}))
        except NotPublishedError:
            continue
    if not files:
        raise SourceUnavailableError(
            f"{context.url}: it has none of the {count} quarters before {context.as_of}; check the "
            "address."
        )
    return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the annual items of the listed companies; an unreadable zip is rejected as a whole."""
    known = context.suppliers.filter(pl.col("cik").is_not_null()).select("supplier_id", "cik")
    frames = [pl.DataFrame(schema=ITEMS_SCHEMA)]
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        try:
            items = read_quarter(Path(raw.path), known["cik"].unique().to_list())
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        account.note(raw, is_used=not items.is_empty(), otherwise=NOT_LISTED)
        frames.append(
            items.join(known, on="cik")
            .select(
                "supplier_id",
                pl.lit(None, pl.Date).alias("period_start"),
                *(name for name in ITEMS_SCHEMA if name in items.columns),
                pl.col("period_end").alias("observed_to"),
                pl.lit(raw.origin).alias("origin"),
            )
            .select(list(ITEMS_SCHEMA))
        )
    key = ["supplier_id", "item", "concept", "period_end", "published_on", "origin"]
    rows = pl.concat(frames).sort(*key, "value").unique(key, keep="last", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def read_quarter(
    path: Path, ciks: Collection[str] | None = None, forms: str = ANNUAL_FORMS
) -> pl.DataFrame:
    """The yearly items and balances of one quarter of filings.

    Figures of segments and of co-registrants are left out; where a filing reports two currencies,
    the one with more figures is its own. The best concept for an item in a filing is taken.

    Args:
        path: a zip with `sub.txt` and `num.txt`.
        ciks: companies wanted, ten digits; None takes all.
        forms: regular expression of the forms wanted.

    Returns:
        cik, period_end, item, currency, value, concept, is_weak, published_on.

    Raises:
        DataRejectedError: no such zip, or its tables lack a column.
    """
    with (
        unpacked_member(path, "sub.txt") as sub,
        unpacked_member(path, "num.txt") as num,
        duckdb.connect() as connection,
    ):
        wanted = pl.DataFrame({"cik": list(ciks or [])}, {"cik": pl.String})
        connection.register("terms", _terms().to_arrow())
        connection.register("wanted", wanted.to_arrow())
        try:
            _submissions(connection, sub)
            _numbers(connection, num, path.name)
            table = connection.sql(
                (files("sql") / _QUERY).read_text(encoding="utf-8"),
                params={"forms": forms, "all_companies": ciks is None},
            ).to_arrow_table()
        except duckdb.Error as error:
            raise DataRejectedError(
                f"{path.name}: its tables are not those of a Financial Statement Data Set; "
                "fetch it again."
            ) from error
    return pl.DataFrame(table)


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyRelation:
    return connection.read_csv(
        str(path), delimiter="\t", header=True, all_varchar=True, quotechar='"', escapechar='"'
    )


def _submissions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    _read(connection, path).create_view("submissions")


def _numbers(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Register the figures; sets of before 2025 have no segments, but whole companies alone.

    Raises:
        DataRejectedError: a quotation mark without its pair swallowed rows.
    """
    table = _read(connection, path)
    with path.open("rb") as stream:
        begun = sum(_ROW.match(line) is not None for line in stream)
    counted = table.aggregate("count(*)").fetchall()[0][0]
    if counted != begun:
        raise DataRejectedError(
            f"{name}: num.txt has {begun} rows, of which {counted} can be separated: a quotation "
            "mark has no pair; fetch it again."
        )
    if "segments" not in table.columns:
        table = table.project("*, null::varchar as segments")
    table.create_view("numbers")


def _rank(choices: Sequence[Concept], rank: int) -> int:
    return rank if not choices[rank].is_total else [one.is_total for one in choices].index(True)


def _terms() -> pl.DataFrame:
    rows = [
        {
            "taxonomy": taxonomy,
            "item": item,
            # Totals of an item compete by size, so they share the first one's rank.
            "choice": _rank(choices, rank),
            "is_total": choice.is_total,
            "formula": choice.name,
            "is_weak": choice.is_weak,
            "required": len(choice.terms),
            "tag": term.removeprefix("-"),
            "sign": -1.0 if term.startswith("-") else 1.0,
            "is_optional": term in choice.optional,
            "is_flow": item in DURATION_ITEMS,
        }
        for taxonomy, concepts in TAXONOMIES.items()
        for item, choices in concepts.items()
        for rank, choice in enumerate(choices)
        for term in (*choice.terms, *choice.optional)
    ]
    return pl.DataFrame(rows)


def _quarters_before(as_of: dt.date, count: int) -> list[str]:
    """Names of the quarters that had ended by a day, the earliest first."""
    ended = as_of.year * 4 + (as_of.month - 1) // 3
    return [f"{i // 4}q{i % 4 + 1}" for i in range(ended - count, ended)]
