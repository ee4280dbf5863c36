"""Registers of modern slavery statements: the latest statement of each organisation, and when.

That a statement exists is a fact about disclosure. It says nothing of what an organisation does,
and is no part of the score.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import urljoin

import polars as pl

from signals.account import Account, Unit, rows_by_rule
from signals.card import SourceCard
from signals.fetching.source_tables import no_rejections, rejected_file, rows_read
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists.list_rows import SCHEMA, STATEMENT, TABLE
from suppliers.input_errors import DataRejectedError, NonExtractiveError

#: Stands for the name of an entry that may be a person, so that its row can be counted.
NOT_READ = "not read"

#: Entries of organisations of one file, and those that are not read.
ReadTable = Callable[[RawFile], tuple[pl.DataFrame, pl.DataFrame]]
#: A row of `stg_list_entries` of an entry.
ReadStatement = Callable[[Mapping[str, str | None], RawFile], dict[str, object]]

_EARLIER = "an earlier statement of the same organisation"
_NOT_YET = "not known to be published by the as-of date"


def is_asked(card: SourceCard, context: PullContext) -> bool:
    """Whether the list has a supplier in a country of the register, so that it is asked.

    Raises:
        SourceUnavailableError: no address is set.
    """
    if not context.url:
        raise SourceUnavailableError(
            f"{card.id}: no address is set; name a folder with a CSV as sources.{card.id}.mirror."
        )
    countries = [] if card.reach is None else list(card.reach.countries)
    return not context.suppliers.filter(pl.col("country_iso3").is_in(countries)).is_empty()


def stored_part(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as CSV with the columns that may be stored; what they lack is empty."""
    kept = io.StringIO()
    writer = csv.DictWriter(kept, columns, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue().encode()


def stage_statements(
    files: Sequence[RawFile],
    context: PullContext,
    read_table: ReadTable,
    read_statement: ReadStatement,
) -> Sequence[Staged]:
    """One row per organisation: its latest statement that was known by the as-of date.

    Args:
        files: of the register.
        context: of the run.
        read_table: reads a file.
        read_statement: reads an entry.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    found: dict[object, dict[str, object]] = {}
    rejected = [no_rejections()]
    read: dict[RawFile, tuple[int, int, int, dict[str, int]]] = {}
    for raw in files:
        try:
            table, bad = read_table(raw)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        rejected.append(bad)
        every = [read_statement(row, raw) for row in table.iter_rows(named=True)]
        known = [one for one in every if str(one["published_on"]) <= context.as_of.isoformat()]
        for one in known:
            key = one["company_number"] or str(one["name"]).casefold()
            earlier = found.get(key)
            if earlier is None or str(one["observed_to"]) > str(earlier["observed_to"]):
                found[key] = one
        late = len(every) - len(known)
        read[raw] = (rows_read(table, bad), len(known), late, rows_by_rule(bad))
    rows = pl.DataFrame(list(found.values()), schema=SCHEMA)
    account = Account()
    for raw, (total, known_rows, late, by_rule) in read.items():
        used = rows.filter(pl.col("origin") == raw.origin).height
        account.count(
            Unit.ROW,
            raw,
            read=total,
            used=used,
            rejected=by_rule,
            out_of_scope={_EARLIER: known_rows - used, _NOT_YET: late},
        )
    unique = rows.unique(["list_id", "entry_id"], keep="first", maintain_order=True)
    return [Staged(TABLE, unique, pl.concat(rejected), account)]


def statement_row(
    card: SourceCard,
    raw: RawFile,
    *,
    name: str | None,
    number: str | None,
    country: str,
    listed_on: dt.date | None,
    observed_to: dt.date,
    published_on: dt.date,
    page: str | None,
) -> dict[str, object]:
    """A row of `stg_list_entries`: a statement of an organisation.

    Args:
        card: of the register.
        raw: the file.
        name: of the organisation.
        number: its company number; only with one is it known to be in `country`.
        country: of the register, ISO alpha-2.
        listed_on: day of approval, or end of the period that the statement is about.
        observed_to: the last day that it describes.
        published_on: the first day on which it was known.
        page: address of the statement, whole or below the register's.
    """
    link = urljoin(card.url, page or "")
    return {
        **dict.fromkeys(SCHEMA),
        "list_id": card.id,
        "entry_id": number or name,
        "list_title": card.title,
        "kind": STATEMENT,
        "name": name,
        "other_names": [],
        "country_iso2": country if number else None,
        "company_number": number,
        "listed_on": listed_on,
        "link": link if link.startswith("https://") else None,
        "observed_to": observed_to,
        "published_on": published_on,
        "origin": raw.origin,
    }
