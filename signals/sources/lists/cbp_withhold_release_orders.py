"""Withhold release orders and findings of the United States: goods that may not be imported."""

from __future__ import annotations

from collections.abc import Sequence

from signals.card import Collection, Licence, SourceCard
from signals.source import PullContext, RawFile, Staged
from signals.sources.lists.list_rows import pull_lists, stage_lists

CARD = SourceCard(
    id="cbp_withhold_release_orders",
    title="Withhold Release Orders and Findings",
    publisher="U.S. Customs and Border Protection",
    url="https://www.cbp.gov/trade/forced-labor/withhold-release-orders-and-findings",
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
    citation="U.S. Customs and Border Protection, Withhold Release Orders and Findings.",
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror.

    Raises:
        SourceUnavailableError: there is no mirror, or it holds no table.
        UsageError: the mirror does not exist.
    """
    return pull_lists(CARD.id, context)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company on the list; persons are counted and not read.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    return stage_lists(CARD, "import_ban", files, context, month_first=True, companies_only=True)
