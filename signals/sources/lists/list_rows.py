"""Lists of companies in tables: import bans and entity lists, whatever their columns are called.

Persons on a list are not read: an entry whose type says person is left out and only counted, and
a table whose headers speak of persons is rejected until those columns are dropped by name. Of the
layouts in which sanctions lists are published those columns are known, and dropped unasked.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from signals.card import SourceCard
from signals.fetching.mirror import mirror_files, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.registers.register_rows import country_code, is_lei, known_since
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.intake.table_files import SOURCE_ROW

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
    "listed_on": pl.Date(),
    "status": pl.String(),
    "link": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

Kind = Literal["import_ban", "uflpa_region_or_entity", "entity_list"]

#: Our column: what lists call it, best first.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "entity name", "name of entity", "entity", "company", "caption"),
    "other_names": ("aliases", "alias", "alt names", "also known as", "aka", "other names"),
    "country": ("country", "countries", "iso", "iso2", "country code"),
    "address": ("address", "addresses"),
    "lei": ("lei", "leiCode"),
    "listed_on": ("date added", "listed on", "effective date", "start date", "startDate", "date"),
    "ended_on": ("end date", "endDate", "removed on", "date removed"),
    "status": ("status",),
    "link": ("link", "url", "source list url", "federal register notice link"),
    "entity_type": ("schema", "entity type", "party type"),
    "entry_id": ("entry id", "id", "entity number"),
    "list": ("list", "list name", "program"),
}
_KINDS: Mapping[str, FieldKind] = {
    "address": "address",
    "name": "text",
    "other_names": "text",
    "link": "text",
}
_PERSON = re.compile(r"person|individual|natural|human|people", re.IGNORECASE)
#: Ships and goods are no suppliers.
_THING = re.compile(r"vessel|aircraft|airplane|asset|security|crypto", re.IGNORECASE)
_ENDED = re.compile(r"inactive|revoked|removed|terminated|no longer|delisted", re.IGNORECASE)
#: Layouts of published lists: the headers they are known by, and those that hold what is known
#: of persons. All of them say of each entry by `schema` what it is.
_LAYOUTS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    # OpenSanctions, transcripts of the EU Official Journal
    (frozenset({"celex", "recordId", "programKey", "schema"}), ("nationality", "idNumber")),
    # OpenSanctions, targets.simple.csv
    (
        frozenset({"id", "schema", "name", "birth_date", "dataset"}),
        ("birth_date", "phones", "emails", "identifiers"),
    ),
)
#: Long cells of these layouts are no texts about anybody.
_NAMES_IN_A_ROW = dict.fromkeys(("alias", "aliases"), "names of one entity, set apart by ;")
_BETWEEN_NAMES = re.compile(r"\s*[;|]\s*")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_IN_WORDS = re.compile(r"\s*(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})\b")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WEB = re.compile(r"https?://\S+")


def pull_lists(source_id: str, context: PullContext) -> Sequence[RawFile]:
    """Register the tables of a mirror.

    Raises:
        SourceUnavailableError: there is no mirror, or it holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        raise SourceUnavailableError(
            f"{source_id}: it is published as web pages and read from tables; name a folder with "
            f"a CSV as sources.{source_id}.mirror."
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
    month_first: bool = False,
) -> Sequence[Staged]:
    """Valid entries: companies alone, with names, country, day and link where the list has them.

    Options: `columns` (our name: header), `drop`, `link` (page of the list, for entries without
    one), `list` (its title), `known_since` (for lists without days), `month_first` (whether
    6/9/2022 is in June; the argument says how the publisher writes).

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    frames, rejected = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    for raw in files:
        try:
            frame, bad = _entries(card, kind, raw, context, month_first)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        frames.append(frame)
        rejected.append(bad)
    rows = pl.concat(frames).unique(["list_id", "entry_id"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected))]


def _entries(
    card: SourceCard, kind: Kind, raw: RawFile, context: PullContext, month_first: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    options, file, source_id = context.options, Path(raw.origin).name, card.id
    month_first = bool(options.get("month_first", month_first))
    named = options.get("columns")
    own = dict(named) if isinstance(named, Mapping) else {}
    spellings = {
        field: (str(own[field]),) if field in own else found for field, found in _SPELLINGS.items()
    }
    wanted = {
        header: _KINDS.get(field, "category")
        for field, headers in spellings.items()
        for header in headers
    }
    layout_drops = _layout_drops(Path(raw.path))
    table = read_source_table(
        Path(raw.path),
        wanted,
        required=(),
        drop=[*string_list(source_id, options, "drop"), *layout_drops],
        where=file,
        declared=_NAMES_IN_A_ROW if layout_drops else None,
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
    person = pl.col("entity_type").fill_null("").str.contains(f"(?i){_PERSON.pattern}")
    thing = pl.col("entity_type").fill_null("").str.contains(f"(?i){_THING.pattern}")
    persons = frame.filter(person)
    firms = frame.filter(~person & ~thing, pl.col("name").is_not_null())
    fallback = known_since(context, raw, source_id)
    link = text(source_id, options, "link", "") or None
    rows = []
    for row in firms.iter_rows(named=True):
        listed = list_day(row["listed_on"], month_first=month_first)
        ended = list_day(row["ended_on"], month_first=month_first)
        status = row["status"]
        if (ended is not None and ended <= context.as_of) or _ENDED.search(status or ""):
            continue
        others = _BETWEEN_NAMES.split(row["other_names"] or "")
        lei = (row["lei"] or "").upper()
        own_link = _WEB.search(row["link"] or "")
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
                "listed_on": listed,
                "status": status,
                "link": own_link[0] if own_link else link,
                "observed_to": day,
                "published_on": day,
                "origin": raw.origin,
            }
        )
    reason = "the entry is a person; entries about persons are never read"
    return pl.DataFrame(rows, schema=SCHEMA), rejected_rows(persons, file, "person_entry", reason)


def list_day(value: str | None, *, month_first: bool = False) -> dt.date | None:
    """A day as lists write it: ISO, in words, day first (`12.9.2014`), or month first by option.

    Args:
        value: the text; None and unreadable texts give None.
        month_first: read `6/9/2022` as 9 June.
    """
    if not value:
        return None
    try:
        return dt.date.fromisoformat(value[:10])
    except ValueError:
        found = _DAY_FIRST.search(value)
    if found is None:
        return _day_in_words(value)
    day, month = int(found[1]), int(found[2])
    if month_first or month > 12:
        day, month = month, day
    try:
        return dt.date(int(found[3]), month, day)
    except ValueError:
        return None


def _day_in_words(value: str) -> dt.date | None:
    """`9 August 2025`, also before more words."""
    found = _IN_WORDS.match(value)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    try:
        return dt.date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
    except ValueError:
        return None


def _layout_drops(path: Path) -> tuple[str, ...]:
    """The columns about persons of a layout that is known; none for other tables."""
    if path.suffix.lower() not in (".csv", ".gz"):
        return ()
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
            headers = frozenset(next(csv.reader(stream), ()))
    except (OSError, UnicodeDecodeError, csv.Error, EOFError):
        # What is wrong with the file is said by the reader of the whole table.
        return ()
    return next((drops for known, drops in _LAYOUTS if known <= headers), ())


def _country_at_end(address: str | None) -> str | None:
    """The country that the only address of an entry ends in, where it names one."""
    if not address or ";" in address:
        return None
    return country_code(address.rsplit(",", 1)[-1].strip())


def _one_country(value: str | None) -> str | None:
    """The country of an entry; None where it names several, so that none is taken for it."""
    codes = {country_code(part) for part in _BETWEEN_NAMES.split(value or "") if part}
    return codes.pop() if len(codes) == 1 else None
