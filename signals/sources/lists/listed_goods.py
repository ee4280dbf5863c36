"""The US Department of Labor's List of Goods: goods by country, child and forced labour apart.

Reads the published spreadsheet or any table with `Country/Area` (or `iso`), `Good`, `Child Labor`
and `Forced Labor`, JSON records with the same fields, and the publisher's data set
`ImportWatch_Core_Data`, by its interface or as CSV: `country_isocode`, `good`, and for child labour
(`cl`), forced labour (`fl`) and forced child labour (`fcl`) the years from which and until which
the good was listed, such as `2009-` or `2010-2016`. A table without marks is read too; its goods
then count as listed without saying for what.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from signals.access import Access, AccessKind, Reach, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import day_option, mirror_files
from signals.fetching.responses import read_json
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.places.countries import resolve_country

CARD = SourceCard(
    id="listed_goods",
    title="List of Goods Produced by Child Labor or Forced Labor",
    publisher="US Department of Labor, Bureau of International Labor Affairs",
    url="https://www.dol.gov/agencies/ilab/reports/child-labor/list-of-goods",
    licence=Licence(
        id="public domain (US government work)",
        url="https://www.dol.gov/general/aboutdol/copyright",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="US Department of Labor, from public reports",
    collection=Collection.PUBLIC_RECORD,
    cadence="yearly",
    publication_lag_days=0,
    coverage="Some 80 countries and 200 goods; a good that is not listed is not thereby free of it",
    expected_rows=(0, 10_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.ROW),
    citation="US Department of Labor, List of Goods Produced by Child Labor or Forced Labor.",
    form_verified=(
        "2026-11: workbook of 2016 from a sample; interface and years of listing from clients. No "
        "address without a key is confirmed: clients name workbooks of four different names"
    ),
    access=Access(
        kind=AccessKind.FREE_KEY,
        variables=("DOL_API_KEY",),
        register_at="https://dataportal.dol.gov/registration",
        price="free",
        waiting_time="minutes to hours",
        adds="goods listed for child or forced labour, by country: context, never part of a score",
    ),
    reach=Reach(by="country"),
    requests=(Requests(kilobytes=400),),
)

TABLE = "stg_listed_goods__goods"

SCHEMA: dict[str, pl.DataType] = {
    "country_iso3": pl.String(),
    "good": pl.String(),
    "child_labour": pl.Boolean(),
    "forced_labour": pl.Boolean(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

_PUBLISHED = "2024-09-05"
_COUNTRY_NAMES = ("country_isocode", "Country/Area", "Country", "iso", "iso3")
_GOOD_NAMES = ("Good", "Good Name")
_CHILD_NAMES = ("Child Labor", "Child Labour", "cl")
_FORCED_NAMES = ("Forced Labor", "Forced Labour", "fl")
_FORCED_CHILD_NAMES = ("Forced Child Labor", "Forced Child Labour", "fcl")
_KINDS: dict[str, FieldKind] = dict.fromkeys(
    (*_COUNTRY_NAMES, *_GOOD_NAMES, *_CHILD_NAMES, *_FORCED_NAMES, *_FORCED_CHILD_NAMES),
    "category",
)
#: Records of the interface asked for at once.
_PAGE = 1000
#: Years of a listing: from, and until where it has ended.
_YEARS = re.compile(r"(\d{4})\s*-\s*(\d{4})?")
_YES = ("x", "yes", "y", "true", "1")
_SCHEMA_READ = {
    "source_row": pl.Int64, "country": pl.String, "good": pl.String, "child": pl.String,
    "forced": pl.String, "forced_child": pl.String,
}  # fmt: skip


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="?limit=1&offset=0&X-API-KEY={DOL_API_KEY}",
    holds=("data.0.country_isocode", "data.0.good", "data.0.cl", "data.0.fl", "data.0.fcl"),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror, or ask the publisher's interface page by page.

    Raises:
        SourceUnavailableError: the publisher cannot be reached or gives no records, the key is
            not set, or the mirror has no such file.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return _pages(context) if context.url else ()
    words = ("goods", "tvpra", "importwatch_core")
    patterns = [f"*{word}*.{end}" for word in words for end in ("csv", "xlsx", "json")]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def _pages(context: PullContext) -> list[RawFile]:
    files: list[RawFile] = []
    while True:
        offset = len(files) * _PAGE
        raw = context.store.download(
            CARD.id,
            f"{context.url.rstrip('/')}?limit={_PAGE}&offset={offset}&X-API-KEY={{DOL_API_KEY}}",
            key=f"goods_{offset}.json",
            expect="json",
            headers={},
        )
        try:
            found = _read_json(Path(raw.path), raw.key).height
        except DataRejectedError as error:
            raise SourceUnavailableError(
                f"{context.url}: no records with a country and a good came; the data set "
                "is ImportWatch_Core_Data of the agency ILAB."
            ) from error
        files.append(raw)
        if found < _PAGE:
            return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read country x good; the option `published_on` is the day of the edition.

    Rows whose country is not known or that name no good are rejected.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    published = day_option(CARD.id, context.options, "published_on", _PUBLISHED)
    frames = [pl.DataFrame(schema=SCHEMA)]
    rejected = [no_rejections()]
    account = Account()
    account.count_each(Unit.PAGE, [raw for raw in files if raw.key.endswith(".json")])
    for raw in files:
        name = raw.key or Path(raw.origin).name
        try:
            read, unread = _read(Path(raw.path), name)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        coded = _marked(read, context.as_of, published).with_columns(
            country_iso3=pl.Series([_iso3(value) for value in read["country"]], dtype=pl.String)
        )
        is_usable = pl.col("country_iso3").is_not_null() & pl.col("good").is_not_null()
        rule, reason = "country_and_good_are_known", "the country is not known or no good is named"
        bad = rejected_rows(coded.filter(~is_usable), name, rule, reason)
        rejected += [unread, bad]
        usable = coded.filter(is_usable)
        listed = usable.filter("is_listed")
        beyond = {"not on the list by the as-of date": usable.filter(~pl.col("is_listed")).height}
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(read, unread),
            used=listed.height,
            rejected=rows_by_rule(pl.concat([unread, bad])),
            out_of_scope=beyond,
        )
        frames.append(
            listed.select(
                "country_iso3",
                "good",
                "child_labour",
                "forced_labour",
                observed_to="known_on",
                published_on="known_on",
                origin=pl.lit(raw.origin),
            ).select(list(SCHEMA))
        )
    rows = pl.concat(frames).unique(["country_iso3", "good"], keep="first", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _read(path: Path, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """source_row, country, good, child, forced as text; and the rows that were not read."""
    if name.lower().endswith(".json"):
        return _read_json(path, name), no_rejections()
    table, unread = read_source_table(path, _KINDS, required=(), where=name)
    names = {
        ours: next((theirs for theirs in options if theirs in table.columns), None)
        for ours, options in (
            ("country", _COUNTRY_NAMES), ("good", _GOOD_NAMES), ("child", _CHILD_NAMES),
            ("forced", _FORCED_NAMES), ("forced_child", _FORCED_CHILD_NAMES),
        )
    }  # fmt: skip
    if names["country"] is None or names["good"] is None:
        raise DataRejectedError(f"{name}: name its columns Country/Area and Good.")
    named = table.select(
        "source_row",
        *(
            (pl.lit(None, pl.String) if theirs is None else pl.col(theirs)).alias(ours)
            for ours, theirs in names.items()
        ),
    )
    return named, unread


def _read_json(path: Path, name: str) -> pl.DataFrame:
    content: Any = read_json(path)
    records = content.get("data") if isinstance(content, dict) else content
    if not isinstance(records, list) or not all(isinstance(entry, dict) for entry in records):
        raise DataRejectedError(f"{name}: it is no list of records with a country and a good.")
    rows = []
    for position, entry in enumerate(records, start=1):
        fields: Mapping[str, Any] = {normalise_header(str(key)): entry[key] for key in entry}
        rows.append(
            (position, *(_first(fields, options) for options in
                         (_COUNTRY_NAMES, _GOOD_NAMES, _CHILD_NAMES, _FORCED_NAMES,
                          _FORCED_CHILD_NAMES)))
        )  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA_READ, orient="row")


def _first(fields: Mapping[str, Any], options: Sequence[str]) -> str | None:
    for option in options:
        value = fields.get(normalise_header(option))
        if value is not None:
            return str(value)
    return None


def _marked(read: pl.DataFrame, as_of: dt.date, published: dt.date) -> pl.DataFrame:
    """The rows with child_labour, forced_labour, is_listed and known_on.

    The marks are null where the file has no such column at all. A listing that began after the
    edition counts from the end of its first year; one that has ended is not listed.
    """
    marks = ("child", "forced", "forced_child")
    has_marks = any(read[name].is_not_null().any() for name in marks)
    rows = []
    for values in read.select(marks).iter_rows():
        child, forced, forced_child = (_is_listed(value, as_of.year) for value in values)
        began = [int(found[1]) for value in values if (found := _YEARS.fullmatch(value or ""))]
        ended = bool(began) and not (child or forced or forced_child)
        late = bool(began) and min(began) > published.year
        rows.append(
            (
                (child or forced_child) if has_marks else None,
                (forced or forced_child) if has_marks else None,
                not ended,
                dt.date(min(began), 12, 31) if late else published,
            )
        )
    schema = {
        "child_labour": pl.Boolean,
        "forced_labour": pl.Boolean,
        "is_listed": pl.Boolean,
        "known_on": pl.Date,
    }
    return read.hstack(pl.DataFrame(rows, schema=schema, orient="row"))


def _is_listed(value: str | None, year: int) -> bool:
    """Whether a mark is set; one of years, whether the year is among them."""
    text = (value or "").strip()
    years = _YEARS.fullmatch(text)
    if years is None:
        return text.lower() in _YES
    return int(years[1]) <= year and (years[2] is None or year < int(years[2]))


def _iso3(value: str | None) -> str | None:
    match = resolve_country(value) if value else None
    return None if match is None or match.guessed else match.country.iso3
