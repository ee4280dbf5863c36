"""The United Kingdom's registry of modern slavery statements: that one was published, and when.

The publisher gives one CSV for each year in which statements are due, with some 75 columns: answers
of the organisation about itself, and the person who approved the statement. Of these only name,
company number, sector, days and the address of the summary are stored. That a statement exists is
a fact about disclosure: it says nothing of what the organisation does, and is no part of the score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.published_rows import published_rows
from signals.fetching.source_tables import read_source_table, rejected_rows
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.lists.reduced_lists import reduced_mirror
from signals.sources.lists.statement_registers import (
    NOT_READ,
    is_asked,
    stage_statements,
    statement_row,
    stored_part,
)
from signals.sources.registers.entity_kinds import is_named_as_company, looks_like_person
from signals.sources.registers.register_rows import known_since
from suppliers.intake.company_numbers import uk_company_number
from suppliers.intake.days import written_day
from suppliers.intake.fields import FieldKind

CARD = SourceCard(
    id="uk_modern_slavery_statements",
    title="Modern slavery statement registry",
    publisher="Home Office, United Kingdom",
    url="https://modern-slavery-statement-registry.service.gov.uk/",
    licence=Licence(
        id="OGL-UK-3.0",
        url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Home Office, from the organisations themselves",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage=(
        "Organisations with a statement of the last two years in the registry, which is voluntary; "
        "an organisation that is not in it may have published one elsewhere"
    ),
    expected_rows=(0, 100_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Home Office, Modern slavery statement registry, Open Government Licence v3.0.",
    form_verified="2026-11: address and columns from several clients; no sample",
    access=Access(
        adds="that a company has published a modern slavery statement, and when: a dated fact, "
        "never part of a score",
    ),
    reach=Reach(by="name", identifiers=("company_number",), countries=("GBR",)),
    requests=(Requests(each=2, kilobytes=15_000),),
)

_NAME, _NUMBER, _APPROVED = "OrganisationName", "CompanyNumber", "DateApproved"
_SECTOR, _UPDATED, _LINK = "SectorType", "LastUpdated", "StatementSummaryURL"
_KEPT = (_NAME, _NUMBER, _SECTOR, _APPROVED, _UPDATED, _LINK)
_KINDS: dict[str, FieldKind] = {**dict.fromkeys(_KEPT, "text"), _NUMBER: "identifier"}
#: Members of a group can stand in the column of names with their number.
_BARE_NUMBER = re.compile(r"[A-Z]{0,2}\d{6,8}", re.IGNORECASE)
_REASONS = {
    "no_company": "the entry names no organisation",
    "unknown_kind": "the entry has no company number, is of no public body and its name has no "
    "legal form, so it may be a person and is not read",
}


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="csv",
    path="StatementSummaries<year>.csv",
    holds=(_NAME, _NUMBER, _APPROVED, _LINK),
    is_part=True,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Fetch the statements due in the year of the as-of date and the next, or read the mirror.

    A list without a supplier in the United Kingdom asks for nothing.

    Raises:
        SourceUnavailableError: the publisher does not answer, a file has not its columns, neither
            year has a file, no address is set, or the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        return reduced_mirror(CARD.id, context, context.mirror, without_persons)
    if not is_asked(CARD, context):
        return ()
    files = list(_years(context))
    if not files:
        raise SourceUnavailableError(
            f"{CARD.id}: the publisher gives neither the file of {context.as_of.year} nor that of "
            f"the year after it; check whether it has moved them, or name a copy as "
            f"sources.{CARD.id}.mirror."
        )
    return files


def _years(context: PullContext) -> Iterator[RawFile]:
    for year in (context.as_of.year + 1, context.as_of.year):
        try:
            yield context.store.download(
                CARD.id,
                f"{context.url.rstrip('/')}/StatementSummaries{year}.csv",
                key=f"statements_{year}.csv",
                expect="csv",
                headers={},
                reduce=without_persons,
            )
        except NotPublishedError:
            continue


def without_persons(path: Path) -> bytes:
    """The columns that are read, of organisations; who approved a statement is not among them.

    Raises:
        SourceUnavailableError: a column of the registry is missing, or its rows are not certain.
    """
    _, rows = published_rows(CARD.id, path, (_NAME, _NUMBER, _APPROVED, _LINK))
    return stored_part(
        _KEPT,
        (
            {_NAME: NOT_READ}
            if row is None or _rule(row[_NAME], row[_NUMBER], row.get(_SECTOR)) == "unknown_kind"
            else row
            for row in rows
        ),
    )


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per organisation: its latest statement. Others and persons are counted.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """

    def statement(row: Mapping[str, str | None], raw: RawFile) -> dict[str, object]:
        return _statement(row, raw, context)

    return stage_statements(files, context, _table, statement)


def _table(raw: RawFile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The entries of organisations, and those that are not read."""
    file = raw.origin
    table, unread = read_source_table(
        Path(raw.path),
        _KINDS,
        required=(_NAME, _NUMBER, _APPROVED),
        where=Path(raw.origin).name,
    )
    if _SECTOR not in table.columns:
        table = table.with_columns(pl.lit(None, pl.String).alias(_SECTOR))
    rules = [
        _rule(name, number, sector)
        for name, number, sector in table.select(_NAME, _NUMBER, _SECTOR).iter_rows()
    ]
    frame = table.with_columns(pl.Series("rule", rules, dtype=pl.String))
    left_out = [
        rejected_rows(frame.filter(pl.col("rule") == rule), file, rule, reason)
        for rule, reason in _REASONS.items()
    ]
    return frame.filter(pl.col("rule").is_null()), pl.concat([unread, *left_out])


def _rule(name: str | None, number: str | None, sector: str | None) -> str | None:
    """The rule by which an entry is not read; None for an organisation."""
    if not name or _BARE_NUMBER.fullmatch(name):
        return "no_company"
    is_public = (sector or "").casefold() == "public"
    if number or is_named_as_company(name) or (is_public and not looks_like_person(name)):
        return None
    return "unknown_kind"


def _statement(
    row: Mapping[str, str | None], raw: RawFile, context: PullContext
) -> dict[str, object]:
    days = [written_day(row.get(column), "day_first") for column in (_APPROVED, _UPDATED)]
    seen_on = known_since(context, raw, CARD.id)
    # It was known when its entry was last changed, not when the board approved it.
    known = max((day for day in days if day is not None), default=seen_on)
    given = row[_NUMBER]
    return statement_row(
        CARD,
        raw,
        name=row[_NAME],
        number=uk_company_number(given) if given else None,
        country="GB",
        listed_on=days[0],
        observed_to=days[0] or known,
        published_on=known,
        page=row.get(_LINK),
    )
