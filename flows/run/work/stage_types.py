"""Inputs and results of the stages: small, picklable records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from configs.settings import Settings, Source
from flows.run.work import artefacts
from flows.run.work.results_folder import reject_address
from flows.run.work.work_folder import WorkFolder
from signals.card import SourceCard
from signals.registry import sources
from signals.source import RawFile

#: The licence id of cards whose data a user brings under terms that only they know.
PROVIDED_BY_THE_USER = "provided by the user"


@dataclass(frozen=True)
class RunRequest:
    """What a user asks for: the settings, the date the run stands on, and where results go.

    Attributes:
        force: do all stages again.
        moves_latest: false for a month of several, after which `latest` moves once.
        writes_documents: false leaves out the report and the workbook; the same request with
            true adds them to the published run.
        is_followed: a later month comes after it, so it shows the decisions of its own time alone.

    Raises:
        UsageError: results are to go to an address.
    """

    settings: Settings
    as_of: dt.date
    out: Path
    force: bool = False
    moves_latest: bool = True
    writes_documents: bool = True
    is_followed: bool = False

    def __post_init__(self) -> None:
        reject_address(self.out)


@dataclass(frozen=True)
class PreparedRun:
    """A request whose list was read and passed the guard."""

    request: RunRequest
    request_key: str
    started_at: dt.datetime

    @property
    def workspace(self) -> WorkFolder:
        """Where the stages leave their results."""
        return WorkFolder(self.request.out / ".work" / self.request_key)

    @property
    def listed_suppliers(self) -> pl.DataFrame:
        """The list as it was read, columns of `stg_suppliers`."""
        return self.workspace.read_frame(artefacts.LISTED_SUPPLIERS)

    @property
    def suppliers(self) -> pl.DataFrame:
        """The list with the identifiers that registers gave, once they were asked."""
        if not self.workspace.has(artefacts.IDENTITY_IN_FORCE):
            return self.listed_suppliers
        return self.workspace.read_frame(artefacts.IDENTIFIED_SUPPLIERS)

    @property
    def listed_sites(self) -> pl.DataFrame:
        """The sites of the list as it was read, columns of `stg_sites`."""
        return self.workspace.read_frame(artefacts.LISTED_SITES)

    @property
    def sites(self) -> pl.DataFrame:
        """The sites, with the points that registers gave, once they were asked."""
        if not self.workspace.has(artefacts.IDENTITY_IN_FORCE):
            return self.listed_sites
        return self.workspace.read_frame(artefacts.IDENTIFIED_SITES)

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Enabled sources that have somewhere to be read from, those of identity first."""
        return self.identity_source_ids + self.evidence_source_ids

    @property
    def identity_source_ids(self) -> tuple[str, ...]:
        """Those that say who a supplier is."""
        return self._ready("identity")

    @property
    def evidence_source_ids(self) -> tuple[str, ...]:
        """Those that signals are computed from."""
        return self._ready("evidence")

    def _ready(self, role: str) -> tuple[str, ...]:
        settings = self.request.settings.sources
        return tuple(
            name
            for name, module in sources().items()
            if module.CARD.role == role
            and name in settings
            and is_set_up(settings[name])
            and is_licensed(module.CARD, self.request.settings)
        )


@dataclass(frozen=True)
class PulledSource:
    """Raw files of one source."""

    source_id: str
    files: tuple[RawFile, ...]


@dataclass(frozen=True)
class StagedSource:
    """Rows that one source gave, by table."""

    source_id: str
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Identified:
    """How many links hold, how many list hits there are, and how many questions are left."""

    links: int
    flags: int
    questions: int


@dataclass(frozen=True)
class Measured:
    """The run's identity and how many values each signal has."""

    run_id: str
    identity: str
    observed: Mapping[str, int]


@dataclass(frozen=True)
class Scored:
    """How many suppliers have a score, and how many have too little evidence for one."""

    run_id: str
    ranked: int
    insufficient: int


@dataclass(frozen=True)
class Published:
    """Location of the result, with facts and warnings for the reader.

    Attributes:
        rejected: rows of the supplier list.
        rejected_of_sources: rows of all sources together.
        state: published, held, nothing_ranked or withdrawn.
        attention: what a person must decide or know, one sentence; None for a usual publication.
        latest_note: why `latest` does not name a published run; None where it does.
    """

    run_id: str
    folder: Path
    report: Path
    ranked: int
    insufficient: int
    rejected: int
    rejected_of_sources: int
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    already_published: bool
    is_latest: bool
    state: str = "published"
    attention: str | None = None
    latest_note: str | None = None

    def as_record(self) -> dict[str, Any]:
        """The publication as JSON-ready values."""
        return {
            "run_id": self.run_id,
            "folder": str(self.folder),
            "report": str(self.report),
            "ranked": self.ranked,
            "insufficient": self.insufficient,
            "rejected": self.rejected,
            "rejected_of_sources": self.rejected_of_sources,
            "facts": list(self.facts),
            "warnings": list(self.warnings),
            "already_published": self.already_published,
            "is_latest": self.is_latest,
            "state": self.state,
            "attention": self.attention,
            "latest_note": self.latest_note,
        }


@dataclass(frozen=True)
class StageEvent:
    """Progress, for people who wait."""

    stage: str
    detail: str
    done: int
    total: int


def is_licensed(card: SourceCard, settings: Settings) -> bool:
    """Whether a source's licence allows the use that the settings declare.

    A user who has a commercial licence of the publisher states it as `options.licence: commercial`.
    """
    source = settings.sources.get(card.id)
    is_bought = source is not None and source.options.get("licence") == "commercial"
    return card.licence.commercial_use or is_bought or settings.use != "commercial"


def as_declared(card: SourceCard, source: Source | None) -> SourceCard:
    """The card, with values redistributable where the user declares so for their own table."""
    declared = source is not None and source.options.get("may_be_passed_on") is True
    if not declared or card.licence.id != PROVIDED_BY_THE_USER:
        return card
    return card.model_copy(
        update={"licence": card.licence.model_copy(update={"redistributable": True})}
    )


def is_set_up(source: Source) -> bool:
    """Whether a source is on and has somewhere to be read from."""
    return source.enabled and (source.mirror is not None or source.url != "")
