"""Statements in Australia's Modern Slavery Statements Register: that one was published, and when.

The register gives all statements as one CSV: reporting entities with their Australian Business
Number (ABN), often several in one cell, reporting period, and a link. Name, ABN, period and link
are stored, of companies alone: sole traders have an ABN too. That a statement exists is a fact
about disclosure: it says nothing of what the company does, and is no part of the score.
"""

from __future__ import annotations

import datetime as dt
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
from signals.sources.lists.reduced_lists import reduced_mirror
from signals.sources.lists.statement_registers import (
    NOT_READ,
    is_asked,
    stage_statements,
    statement_row,
    stored_part,
)
from signals.sources.registers.entity_kinds import is_named_as_company
from signals.sources.registers.register_rows import known_since
from suppliers.intake.days import written_day
from suppliers.intake.fields import FieldKind

CARD = SourceCard(
    id="australian_modern_slavery_statements",
    title="Modern Slavery Statements Register",
    publisher="Attorney-General's Department, Australia",
    url="https://modernslaveryregister.gov.au/",
    # No licence of the register is known, so values are not redistributed.
    licence=Licence(
        id="Commonwealth of Australia, licence not confirmed",
        url="https://modernslaveryregister.gov.au/copyright/",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="Attorney-General's Department, from the companies themselves",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage=(
        "Companies with a statement in the register and a legal form in their name; companies "
        "with a revenue above 100 million Australian dollars must report, others may"
    ),
    expected_rows=(0, 100_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Attorney-General's Department, Australia, Modern Slavery Statements Register.",
    form_verified=(
        "2026-11: address of the export and columns from several clients, one row from a "
        "notebook; the licence is to be confirmed"
    ),
    access=Access(
        adds="that a company has published a modern slavery statement in Australia, and for which "
        "period: a dated fact, never part of a score",
    ),
    reach=Reach(by="name", identifiers=("company_number",), countries=("AUS",)),
    requests=(Requests(kilobytes=8_000),),
)

_EXPORT = "statements/?q=&search_type=name&ordering=default&spsf=&spet=&voluntarity=&csv=1"
_ID, _END, _ENTITIES, _LINK = "IDX", "PeriodEnd", "ReportingEntities", "Link"
_NAME, _ABN = "name", "abn"
_KEPT = (_NAME, _ABN, _ID, _END, _LINK)
_KINDS: dict[str, FieldKind] = {**dict.fromkeys(_KEPT, "text"), _ABN: "identifier"}
#: A name, then its ABN in brackets: "Example Wool Pty Ltd (53 004 085 616), Other Wool Ltd (...)".
_WITH_ABN = re.compile(r"\s*,?\s*(?P<name>.+?)\s*\((?P<abn>\d{2} ?\d{3} ?\d{3} ?\d{3})\)")
_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_DIVISOR = 89
_YEAR = re.compile(r"(20\d{2})-\d+")
_RULE, _REASON = (
    "unknown_kind",
    "the entry has no legal form in its name, so it may be a person and is not read",
)

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="csv", path=_EXPORT, holds=(_ID, _END, _ENTITIES, "ABN", _LINK), is_part=True
)


def abn(text: str) -> str | None:
    """The eleven digits of an Australian Business Number; None where its check fails.

    The first digit less 1, weighted sum, divisible by 89 (Australian Business Register, format of
    the ABN).
    """
    digits = re.sub(r"\s", "", text)
    if len(digits) != len(_WEIGHTS) or not digits.isascii() or not digits.isdecimal():
        return None
    signs = [int(digit) for digit in digits]
    signs[0] -= 1
    total = sum(sign * weight for sign, weight in zip(signs, _WEIGHTS, strict=True))
    return digits if total % _DIVISOR == 0 else None


def pull(context: PullContext) -> Sequence[RawFile]:
    """Fetch the export of all statements, or read a mirror; of either, companies alone are stored.

    A list without a supplier in Australia asks for nothing.

    Raises:
        SourceUnavailableError: the publisher does not answer, the file has not its columns, no
            address is set, or the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        return reduced_mirror(CARD.id, context, context.mirror, companies_alone)
    if not is_asked(CARD, context):
        return ()
    return [
        context.store.download(
            CARD.id,
            f"{context.url.rstrip('/')}/{_EXPORT}",
            key="statements.csv",
            expect="csv",
            headers={},
            reduce=companies_alone,
        )
    ]


def companies_alone(path: Path) -> bytes:
    """One row per statement and company; of other entries a bare row.

    Raises:
        SourceUnavailableError: a column of the register is missing, or its rows are not certain.
    """
    _, rows = published_rows(CARD.id, path, (_ID, _END, _ENTITIES, _LINK))
    return stored_part(_KEPT, (entry for row in rows for entry in _entries(row)))


def _entries(row: Mapping[str, str] | None) -> Iterator[Mapping[str, str]]:
    """One row for each entity of a statement."""
    if row is None:
        yield {_NAME: NOT_READ}
        return
    shared = {name: row[name].strip() for name in (_ID, _END, _LINK)}
    for name, number in _entities(row[_ENTITIES]):
        is_company = is_named_as_company(name)
        yield {_NAME: name, _ABN: number or "", **shared} if is_company else {_NAME: NOT_READ}


def _entities(cell: str) -> Iterator[tuple[str, str | None]]:
    """The entities of a cell with their ABN; a rest without one is taken for one name."""
    text = " ".join(cell.split())
    end = 0
    for found in _WITH_ABN.finditer(text):
        end = found.end()
        yield found["name"], abn(found["abn"])
    rest = text[end:].strip(" ,")
    if rest:
        yield rest, None


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company: its latest statement known by the as-of date. Others are counted.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """

    def statement(row: Mapping[str, str | None], raw: RawFile) -> dict[str, object]:
        return _statement(row, raw, context)

    return stage_statements(files, context, _table, statement)


def _table(raw: RawFile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The entries of companies, and those that are not read."""
    table, unread = read_source_table(
        Path(raw.path), _KINDS, required=(_NAME, _END), where=Path(raw.origin).name
    )
    is_bare = pl.col(_NAME) == NOT_READ
    bare = rejected_rows(table.filter(is_bare), raw.origin, _RULE, _REASON)
    return table.filter(~is_bare), pl.concat([unread, bare])


def _statement(
    row: Mapping[str, str | None], raw: RawFile, context: PullContext
) -> dict[str, object]:
    seen_on = known_since(context, raw, CARD.id)
    end = written_day(row[_END], "day_first")
    # The export gives no day of publication; the number of a statement begins with its year.
    numbered = _YEAR.fullmatch(row.get(_ID) or "")
    known = min(dt.date(int(numbered[1]), 12, 31), seen_on) if numbered else seen_on
    observed = end if end is not None and end <= seen_on else known
    return statement_row(
        CARD,
        raw,
        name=row[_NAME],
        number=row.get(_ABN),
        country="AU",
        listed_on=end,
        observed_to=observed,
        published_on=max(known, observed),
        page=row.get(_LINK),
    )
