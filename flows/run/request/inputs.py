"""Reads the records of raw files and of sources."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import UsageError
from configs.settings import Settings, Source
from flows.run.request import source_keys
from flows.run.request.country_reach import mark_beyond_reach
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, is_licensed, is_set_up
from flows.run.work.work_folder import WorkFolder
from signals.card import Collection, SignalCard, SourceCard, Status
from signals.registry import sources
from signals.source import RawFile, SourceModule
from sql.warehouse import Loaded

#: Fields of a raw file in the manifest; the version where the publisher states one.
_OF_A_FILE = ("origin", "key", "sha256", "bytes", "fetched_at", "version")

_SWITCHED_OFF = "it is switched off"
_NOT_SET_UP = "no address or folder is set for it"
_NO_CONNECTION = ": the connection failed ("
_OF_AN_ADDRESS = re.compile(r"https?://\S+: (?P<what>[^;]+)")


def reject_missing_mirrors(settings: Settings) -> None:
    """Check the folders of all sources that are switched on, before any publisher is asked.

    Raises:
        UsageError: a mirror does not exist; every one that is missing is named.
    """
    missing = [
        f"sources.{name}.mirror: folder {source.mirror} not found; correct the path, or set null "
        "to read from the publisher"
        for name, source in settings.sources.items()
        if source.enabled and source.mirror is not None and not Path(source.mirror).exists()
    ]
    if missing:
        raise UsageError("; ".join(missing))


def raw_record(files: Sequence[RawFile]) -> dict[str, Any]:
    """Raw files as a record for the work folder."""
    return {"files": [asdict(file) for file in files]}


def raw_files(record: Mapping[str, Any]) -> tuple[RawFile, ...]:
    """Raw files from their record."""
    return tuple(
        RawFile(**{**entry, "fetched_at": dt.datetime.fromisoformat(entry["fetched_at"])})
        for entry in record["files"]
    )


def is_unchanged(file: RawFile) -> bool:
    """Whether the bytes are still those that were hashed; rasters in windows are taken as such."""
    if file.path.startswith("/vsi"):
        return True
    path = Path(file.path)
    return path.is_file() and path.stat().st_size == file.bytes and _not_newer(path, file)


def _not_newer(path: Path, file: RawFile) -> bool:
    """Files of a mirror carry their modification time; stored ones lie under their hash."""
    return file.sha256 in path.name or int(path.stat().st_mtime) == int(file.fetched_at.timestamp())


def is_unavailable(workspace: WorkFolder, source_id: str) -> bool:
    """Whether a source gave up in this run."""
    return workspace.has(artefacts.outage(source_id))


def stopped_early(workspace: WorkFolder, source_id: str) -> str | None:
    """Why a source was fetched in part only; None where it is whole or was not fetched."""
    record = artefacts.pulled(source_id)
    return workspace.read_json(record).get("stopped_early") if workspace.has(record) else None


def outages(prepared: PreparedRun) -> tuple[str, ...]:
    """Titles of evidence sources that were read in part or not at all, missing keys apart."""
    settings = prepared.request.settings
    found = []
    for source_id in prepared.evidence_source_ids:
        card = sources()[source_id].CARD
        if is_unavailable(prepared.workspace, source_id):
            reason = str(prepared.workspace.read_json(artefacts.outage(source_id))["reason"])
            if not source_keys.is_key_missing(card, settings, reason):
                found.append(card.title)
        elif stopped_early(prepared.workspace, source_id):
            found.append(card.title)
    return tuple(found)


def unavailable_sources(prepared: PreparedRun) -> dict[str, str]:
    """Reason by source: given up, switched off, without a place, or not licensed for the use."""
    settings = prepared.request.settings.sources
    reasons: dict[str, str] = {}
    for source_id, module in sources().items():
        if source_id not in settings or not settings[source_id].enabled:
            reasons[source_id] = _SWITCHED_OFF
        elif not is_set_up(settings[source_id]):
            reasons[source_id] = _NOT_SET_UP
        elif not is_licensed(module.CARD, prepared.request.settings):
            reasons[source_id] = _not_licensed(module.CARD)
        elif is_unavailable(prepared.workspace, source_id):
            record = prepared.workspace.read_json(artefacts.outage(source_id))
            reasons[source_id] = str(record["reason"])
    return reasons


def _not_licensed(card: SourceCard) -> str:
    return (
        f"its licence ({card.licence.id}) does not allow commercial use; set use: non_commercial "
        "or research if this run is one"
    )


def explain_unavailable_sources(
    values: pl.DataFrame, card: SignalCard, reasons: Mapping[str, str], suppliers: pl.DataFrame
) -> pl.DataFrame:
    """Say why a signal has no value when none of its sources could be read.

    A signal does not apply where its sources are switched off or have no location: the run made
    no attempt, which is no information on any supplier and must not count as missing evidence. A
    source that was requested and returned nothing is a different case. Nor does it apply in
    countries for which none of the sources that are set up could speak.
    """
    if not all(source_id in reasons for source_id in card.sources):
        set_up = [
            sources()[name].CARD
            for name in card.sources
            if reasons.get(name) not in (_SWITCHED_OFF, _NOT_SET_UP)
        ]
        return mark_beyond_reach(values, set_up, suppliers)
    known = [sources()[name].CARD for name in card.sources]
    text = "; ".join(f"{source.title}: {in_short(reasons[source.id])}" for source in known)
    status = Status.NOT_COVERED
    is_own = any(source.collection is Collection.BUYER_OWN for source in known)
    if all(reasons[source.id] in (_SWITCHED_OFF, _NOT_SET_UP) for source in known):
        status = Status.NOT_APPLICABLE
        text = "no ledger or other data of your own was given" if is_own else text
    is_missing = pl.col("status") == Status.NOT_COVERED.value
    return values.with_columns(
        pl.when(is_missing).then(pl.lit(text)).otherwise("status_reason").alias("status_reason"),
        pl.when(is_missing).then(pl.lit(status.value)).otherwise("status").alias("status"),
    )


def in_short(reason: str) -> str:
    """The reason as suppliers and list checks state it: without the address and its correction.

    The manifest and the warnings of the run have the whole sentence.
    """
    of_address = _OF_AN_ADDRESS.match(reason)
    if of_address is None:
        return reason
    return "it could not be reached" if is_unreached(reason) else of_address["what"]


def is_unreached(reason: str) -> bool:
    """Whether the reason of an unavailable source is that no connection came about."""
    return _NO_CONNECTION in reason


def source_records(prepared: PreparedRun) -> list[dict[str, Any]]:
    """One manifest entry per source: status, reason, files with hashes, rows."""
    workspace = prepared.workspace
    reasons = unavailable_sources(prepared)
    return [
        _source_record(workspace, source_id, module, reasons.get(source_id))
        | declarations(prepared.request.settings.sources.get(source_id))
        for source_id, module in sources().items()
    ]


def declarations(settings: Source | None) -> dict[str, Any]:
    """What the user declared: columns that are about no person, with the reasons, and licences."""
    options = {} if settings is None else settings.options
    columns = options.get("declared_false_alarms")
    declared: dict[str, Any] = {}
    if isinstance(columns, dict):
        declared["declared_false_alarms"] = dict(columns)
    if options.get("may_be_passed_on") is True:
        declared["may_be_passed_on"] = True
    return declared


def _source_record(
    workspace: WorkFolder, source_id: str, module: SourceModule, reason: str | None
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "source_id": source_id,
        "title": module.CARD.title,
        "licence": module.CARD.licence.id,
        "status": "read" if reason is None else "not_set_up",
        "reason": reason,
        "files": [],
        "rows": {},
        "conservation": {},
        "data_through": None,
    }
    if is_unavailable(workspace, source_id) or reason == _not_licensed(module.CARD):
        entry["status"] = "unavailable"
    if reason is None:
        entry["files"] = [
            {name: file[name] for name in _OF_A_FILE if file.get(name) or name != "version"}
            for file in workspace.read_json(artefacts.pulled(source_id))["files"]
        ]
        staged = workspace.read_json(artefacts.staged(source_id))
        entry |= {name: staged[name] for name in ("rows", "conservation", "data_through")}
        if (stopped := stopped_early(workspace, source_id)) is not None:
            entry["stopped_early"] = stopped
        if staged.get("not_used"):
            entry["not_used"] = staged["not_used"]
    return entry


def row_counts(loads: Iterable[Loaded]) -> dict[str, Any]:
    """Rows kept and rejected by rule, per table."""
    counts: dict[str, Any] = {}
    for loaded in loads:
        entry = counts.setdefault(loaded.table, {"kept": 0, "rejected": {}})
        entry["kept"] += loaded.kept
        for rule, number in loaded.rejected_by_rule.items():
            entry["rejected"][rule] = entry["rejected"].get(rule, 0) + number
    return counts


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
