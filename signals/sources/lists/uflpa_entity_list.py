"""The UFLPA Entity List: goods of these companies are presumed barred from the United States.

The publisher gives it as tables on a web page, one for each list of the law, with the name of the
entity and its effective date. Of the page only these two are kept, as a table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.responses import read_body
from signals.fetching.web_page import page_tables
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists.list_rows import pull_lists, stage_lists

CARD = SourceCard(
    id="uflpa_entity_list",
    title="UFLPA Entity List",
    publisher="U.S. Department of Homeland Security",
    url="https://www.dhs.gov/uflpa-entity-list",
    licence=Licence(
        id="US-PD",
        url="https://www.usa.gov/government-copyright",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Forced Labor Enforcement Task Force",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage="Companies named under the Uyghur Forced Labor Prevention Act",
    expected_rows=(0, 10_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="U.S. Department of Homeland Security, UFLPA Entity List.",
    form_verified="2026-11: tables of the page from a client; no sample",
    access=Access(
        adds="entities of the UFLPA Entity List as flags",
    ),
    reach=Reach(by="name"),
    requests=(Requests(kilobytes=400),),
)

_HEADER = ("Name of Entity", "Also known as", "Effective Date")
_NAME_HEADERS = ("name of entity", "entity name", "entity")
_DAY_HEADER = "effective date"
#: `NAME (including two aliases: A and B) and its subsidiary C`, as the page writes them.
_ALIASES = re.compile(
    r"\s*\((?:(?:and|including)\s+(?P<count>\w+)\s+alias(?:es)?\s*:?"
    r"|(?:also|formerly)\s+known\s+as)\s*(?P<names>[^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)
_SUBSIDIARIES = re.compile(
    r",?\s+and\s+(?:its\s+[^;]*?subsidiar(?:y|ies)(?:,?\s+which\s+include)?"
    r"|its\s+subordinate\s+and\s+affiliated\s+entities|subsidiaries)\b\s*",
    re.IGNORECASE,
)
_FORM_BEHIND_COMMA = re.compile(r",\s+(?=(?:Ltd|Inc|LLC|Limited|Corp)\b)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*;\s*(?:and\s+)?|\s*,\s+(?:and\s+)?|\s+and\s+formerly\s+known\s+as\s+")


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="html", holds=(_DAY_HEADER,))


def pull(context: PullContext) -> Sequence[RawFile]:
    """Read the tables of the publisher's page, or register the tables of the mirror.

    Raises:
        SourceUnavailableError: the page does not answer or has no such table, there is no address,
            or the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None or not context.url:
        return pull_lists(CARD.id, context)
    return [
        context.store.download(
            CARD.id, context.url, key="list.csv", expect="html", headers={}, reduce=_table
        )
    ]


def _table(page: Path) -> bytes:
    """The entities of a page as CSV: name, other names set apart by semicolons, effective date."""
    rows = list(_entities(read_body(page).decode(errors="replace")))
    if not rows:
        raise SourceUnavailableError(
            f"{CARD.url}: the page has no table with the columns Name of Entity and Effective "
            f"Date; check whether the publisher has changed it, or name a copy as "
            f"sources.{CARD.id}.mirror."
        )
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_HEADER, *rows])
    return text.getvalue().encode()


def _entities(html: str) -> Iterator[tuple[str, str, str]]:
    for table in page_tables(html):
        headers = [cell.casefold() for cell in table[0]] if table else []
        name_at = next((headers.index(name) for name in _NAME_HEADERS if name in headers), None)
        if name_at is None or _DAY_HEADER not in headers:
            continue
        day_at = headers.index(_DAY_HEADER)
        for row in table[1:]:
            if len(row) == len(headers) and row[name_at]:
                name, others = entity_names(row[name_at])
                yield name, "; ".join(others), row[day_at]


def entity_names(cell: str) -> tuple[str, list[str]]:
    """The name in a cell of the list, and the aliases and subsidiaries it names.

    Companies that are only counted ("and its eight subsidiaries") give no name.
    """
    others: list[str] = []

    def take(match: re.Match[str]) -> str:
        names = _FORM_BEHIND_COMMA.sub(" ", match["names"])
        found = [name for name in _BETWEEN.split(names) if name]
        if (match["count"] or "").casefold() == "two" and len(found) == 1:
            found = re.split(r"\s+and\s+", found[0], maxsplit=1)
        others.extend(found)
        return ""

    main = _ALIASES.sub(take, cell)
    main, *further = _SUBSIDIARIES.split(main, maxsplit=1)
    for named in further:
        others += [name for name in _BETWEEN.split(_FORM_BEHIND_COMMA.sub(" ", named)) if name]
    return main.strip(" ,"), [name.strip(" ,") for name in others]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company on the list; persons are counted and not read.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    return stage_lists(
        CARD, "uflpa_region_or_entity", files, context, order="month_first", companies_only=True
    )
