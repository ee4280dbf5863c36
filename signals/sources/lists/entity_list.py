"""Any list of companies in a table the user brings: sanctions, debarments, exclusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from configs.config_errors import UsageError
from signals.access import Access, Reach
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import text
from signals.source import PullContext, RawFile, Staged
from signals.sources.lists.list_rows import DEBARMENT, Kind, pull_lists, stage_lists

CARD = SourceCard(
    id="entity_list",
    title="List of entities",
    publisher="The user, from public lists",
    url="https://www.trade.gov/consolidated-screening-list",
    # The file is the user's, and so is the right to use it: it is shown in their own outputs.
    licence=Licence(
        id="provided by the user",
        url="https://www.trade.gov/consolidated-screening-list",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Public authorities, provided by the user",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage="As the list says",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="List of entities, provided by the user.",
    form_verified=(
        "2026-11: layout of the US Consolidated Screening List "
        "from a sample of its header and a client"
    ),
    access=Access(
        adds="any list of entities as flags, such as the US Consolidated Screening List",
    ),
    reach=Reach(by="name"),
)


#: What the option `kind` says of the list: for debarments, exclusions from public contracts.
_KINDS: Mapping[str, Kind] = {"entity_list": "entity_list", "debarment": DEBARMENT}


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
        UsageError: the option `kind` is no kind of list.
    """
    kind = text(CARD.id, context.options, "kind", "entity_list")
    if kind not in _KINDS:
        raise UsageError(f"sources.{CARD.id}.options.kind: give one of {', '.join(_KINDS)}.")
    return stage_lists(CARD, _KINDS[kind], files, context)
