"""Lists of companies in tables: import bans and entity lists, whatever their columns are called.

Persons on a list are not read. An entry is read only where it is known to be a company: by the
column that says what each entry is, or because the list names companies alone. All others are
counted as rejected, without their names. A table with headers about persons is rejected until those
columns are dropped by name; in known layouts of published lists they are dropped unasked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

import polars as pl

from signals.account import Account, Unit, rows_by_rule
from signals.card import SourceCard
from signals.fetching.mirror import mirror_files, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists.list_headers import SPELLINGS
from signals.sources.lists.list_layouts import (
    KINDS,
    NAMES_IN_A_ROW,
    layout_of,
    reasons,
    rejection_rule,
)
from signals.sources.registers.register_rows import country_code, is_lei, known_since
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import DayOrder, day_order, written_day
from suppliers.intake.table_rows import SOURCE_ROW

TABLE = "stg_list_entries"

SCHEMA: dict[str, pl.DataType] = {
    "list_id": pl.String(),
    "entry_id": pl.String(),
    "list_title": pl.String(),
    "kind": pl.String(),
    "name": pl.String(),
    "other_names": pl.List(pl.String()),
    "country_iso2": pl.String(),
    "address": pl.String(),
    "lei": pl.String(),
    "company_number": pl.String(),
    "listed_on": pl.Date(),
    "status": pl.String(),
    "link": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

Kind = Literal["import_ban", "uflpa_region_or_entity", "entity_list", "debarment"]
#: An entry of this kind is excluded from the contracts of a public buyer or a development bank.
DEBARMENT: Literal["debarment"] = "debarment"
#: An entry of this kind is a dated fact about disclosure and no flag.
STATEMENT = "published_statement"

_ENDED = re.compile(r"inactive|revoked|removed|terminated|no longer|delisted", re.IGNORECASE)


_BETWEEN_NAMES = re.compile(r"\s*[;|]\s*")
_WEB = re.compile(r"https?://\S+")


def pull_lists(source_id: str, context: PullContext) -> Sequence[RawFile]:
    """Register the tables of a mirror.

    Raises:
        SourceUnavailableError: there is no mirror, or it holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        raise SourceUnavailableError(
            f"{source_id}: no address is set; name a folder with a CSV as "
            f"sources.{source_id}.mirror."
        )
    patterns = ["*.csv", "*.csv.gz", "*.xlsx"]
    paths = mirror_files(source_id, context.mirror, patterns, context.options)
    return [context.store.keep(source_id, path, key=path.name) for path in paths]


def stage_lists(
    card: SourceCard,
    kind: Kind,
    files: Sequence[RawFile],
    context: PullContext,
    *,
    order: DayOrder = "unknown",
    companies_only: bool = False,
) -> Sequence[Staged]:
    """Valid entries: companies alone, with names, country, day and link where the list has them.

    Options: `columns` (our name: header), `drop`, `link` (page of the list, for entries without
    one), `list` (its title), `known_since` (for lists without days), `month_first` (whether
    6/9/2022 is in June; `order` is how the publisher writes, and where neither is known a value
    such as 6/30/2022 shows it for the file), `companies_only` (whether the
    list names no persons, so that entries need no kind; the argument says what the law of the list
    says), `companies_by_name` (whether entries without a kind are read where their name has a legal
    form that no person has; so for debarments, which name companies beside persons).

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    frames, rejected = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    account = Account()
    for raw in files:
        try:
            frame, bad = _entries(card, kind, raw, context, order, companies_only, account)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        frames.append(frame)
        rejected.append(bad)
    rows = pl.concat(frames).unique(["list_id", "entry_id"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _entries(
    card: SourceCard,
    kind: Kind,
    raw: RawFile,
    context: PullContext,
    order: DayOrder,
    companies_only: bool,
    account: Account,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    options, file, source_id = context.options, Path(raw.origin).name, card.id
    companies_only = bool(options.get("companies_only", companies_only))
    layout = layout_of(Path(raw.path))
    named = options.get("columns")
    own = dict(layout.columns if layout else {}) | (
        dict(named) if isinstance(named, Mapping) else {}
    )
    spellings = {
        field: (str(own[field]),) if field in own else found for field, found in SPELLINGS.items()
    }
    wanted = {
        header: KINDS.get(field, "category")
        for field, headers in spellings.items()
        for header in headers
    }
    table, unread = read_source_table(
        Path(raw.path),
        wanted,
        required=(),
        drop=[*string_list(source_id, options, "drop"), *(layout.drops if layout else ())],
        where=file,
        declared=NAMES_IN_A_ROW if layout else None,
    )
    columns = {
        field: next((header for header in headers if header in table.columns), None)
        for field, headers in spellings.items()
    }
    if columns["name"] is None:
        raise DataRejectedError(
            f"{file}: no column holds the names of the entries; name it in "
            f"sources.{source_id}.options.columns as name: <header>."
        )
    frame = table.select(
        SOURCE_ROW,
        *(
            pl.lit(None, dtype=pl.String).alias(field)
            if header is None
            else pl.col(header).alias(field)
            for field, header in columns.items()
        ),
    )
    # `type` often says something else of a list that names companies alone.
    strict = not companies_only or columns["entity_type"] not in (None, "type")
    by_name = bool(options.get("companies_by_name", kind == DEBARMENT))
    rules = [
        rejection_rule(row["name"], row["entity_type"], layout, strict=strict, by_name=by_name)
        for row in frame.iter_rows(named=True)
    ]
    frame = frame.with_columns(pl.Series("rule", rules, dtype=pl.String))
    firms = frame.filter(pl.col("rule").is_null())
    ended_entries = 0
    order = _order(firms, options, order)
    fallback = known_since(context, raw, source_id)
    link = text(source_id, options, "link", "") or None
    rows = []
    for row in firms.iter_rows(named=True):
        listed = written_day(row["listed_on"], order)
        ended = written_day(row["ended_on"], order)
        status = row["status"]
        if (ended is not None and ended <= context.as_of) or _ENDED.search(status or ""):
            ended_entries += 1
            continue
        others = _BETWEEN_NAMES.split(row["other_names"] or "")
        lei = (row["lei"] or "").upper()
        own_link = _link(row["link"], card.url)
        day = listed or fallback
        rows.append(
            {
                "list_id": source_id,
                "entry_id": row["entry_id"] or f"{file}:{row[SOURCE_ROW]}",
                "list_title": row["list"] or text(source_id, options, "list", card.title),
                "kind": kind,
                "name": row["name"],
                "other_names": [name for name in others if name and name != row["name"]],
                "country_iso2": _one_country(row["country"]) or _country_at_end(row["address"]),
                "address": row["address"],
                "lei": lei if is_lei(lei) else None,
                "company_number": row["company_number"],
                "listed_on": listed,
                "status": status,
                "link": own_link or link,
                "observed_to": day,
                "published_on": day,
                "origin": raw.origin,
            }
        )
    rejected = pl.concat(
        [
            unread,
            *(
                rejected_rows(frame.filter(pl.col("rule") == rule), file, rule, reason)
                for rule, reason in reasons(source_id).items()
            ),
        ]
    )
    account.count(
        Unit.ROW,
        raw,
        read=rows_read(table, unread),
        used=len(rows),
        rejected=rows_by_rule(rejected),
        out_of_scope={"ended by the as-of date": ended_entries},
    )
    return pl.DataFrame(rows, schema=SCHEMA), rejected


def _order(entries: pl.DataFrame, options: Mapping[str, object], published: DayOrder) -> DayOrder:
    """The order of days with slashes: by the user's word, the publisher's form or the values."""
    stated = options.get("month_first")
    if stated is not None:
        return "month_first" if stated else "day_first"
    if published != "unknown":
        return published
    return day_order([*entries["listed_on"], *entries["ended_on"]])


def _link(value: str | None, page: str) -> str | None:
    """The address in a cell, whole or below the publisher's site."""
    if value and value.startswith("/"):
        return urljoin(page, value)
    found = _WEB.search(value or "")
    return found[0] if found else None


def _country_at_end(address: str | None) -> str | None:
    """The country that all addresses of an entry end in, where they name one and the same."""
    ends = {country_code(part.rsplit(",", 1)[-1]) for part in (address or "").split(";")}
    return ends.pop() if len(ends) == 1 else None


def _one_country(value: str | None) -> str | None:
    """The country of an entry; None where it names several, so that none is taken for it."""
    codes = {country_code(part) for part in _BETWEEN_NAMES.split(value or "") if part}
    return codes.pop() if len(codes) == 1 else None
