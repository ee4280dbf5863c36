"""The UFLPA Entity List: goods of these companies are presumed barred from the United States."""

from __future__ import annotations

from collections.abc import Sequence

from signals.card import Collection, Licence, SourceCard
from signals.source import PullContext, RawFile, Staged
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
    citation="U.S. Department of Homeland Security, UFLPA Entity List.",
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
    return stage_lists(
        CARD, "uflpa_region_or_entity", files, context, month_first=True, companies_only=True
    )
