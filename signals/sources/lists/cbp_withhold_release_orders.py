"""Withhold release orders and findings of the United States: goods that may not be imported.

The publisher's statistics page links to a CSV whose name has its date; the newest one is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.responses import read_body
from signals.fetching.web_page import page_links
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists.list_rows import pull_lists, stage_lists

CARD = SourceCard(
    id="cbp_withhold_release_orders",
    title="Withhold Release Orders and Findings",
    publisher="U.S. Customs and Border Protection",
    url="https://www.cbp.gov/document/stats/withhold-release-orders-findings",
    licence=Licence(
        id="US-PD",
        url="https://www.usa.gov/government-copyright",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="U.S. Customs and Border Protection",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage="Companies, regions and goods under an order in force",
    expected_rows=(0, 10_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="U.S. Customs and Border Protection, Withhold Release Orders and Findings.",
    form_verified="2026-11: page and CSV from clients and a sample of the layout",
    access=Access(
        adds="import bans of the United States as flags",
    ),
    reach=Reach(by="name"),
    requests=(Requests(each=2, kilobytes=120),),
)

_FILE = re.compile(r"withhold-release-orders[^/]*\.csv$", re.IGNORECASE)
_UPLOADED = re.compile(r"/(\d{4})-(\d{2})/")
_DATED = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="html", links_to=_FILE.pattern)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Find the newest CSV on the publisher's page, or register the tables of the mirror.

    Raises:
        SourceUnavailableError: the page does not answer or links to no such CSV, there is no
            address, or the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None or not context.url:
        return pull_lists(CARD.id, context)
    page = context.store.download(CARD.id, context.url, key="page", expect="html", headers={})
    found = [
        urljoin(context.url, link)
        for link in page_links(read_body(Path(page.path)).decode(errors="replace"))
        if _FILE.search(link.partition("?")[0])
    ]
    if not found:
        raise SourceUnavailableError(
            f"{context.url}: the page links to no CSV of the orders; check whether the publisher "
            f"has moved it, or name a copy as sources.{CARD.id}.mirror."
        )
    # The first of equals: the page has the newest one on top.
    newest = max(found, key=_age)
    return [context.store.download(CARD.id, newest, key="orders.csv", expect="csv", headers={})]


def _age(url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """When a file was uploaded, by its folder, and the day in its name; empty where unknown."""
    name = url.rsplit("/", 1)[-1]
    folder, day = _UPLOADED.search(url), _DATED.search(name)
    return (folder.groups() if folder else (), day.groups() if day else ())


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company on the list; persons are counted and not read.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    return stage_lists(CARD, "import_ban", files, context, order="month_first", companies_only=True)
