"""Reads the supplier list, the records of raw files and the staging tables."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

import sql
from configs.config_errors import UsageError
from configs.settings import ListFile, Settings, Source, SupplierList
from flows.run import artefacts, source_keys
from flows.run.country_reach import mark_beyond_reach
from flows.run.stage_types import PreparedRun, is_licensed, is_set_up
from flows.run.workspace import Workspace
from reports.tables.rejections import LIST_TABLES
from signals.card import Collection, SignalCard, SourceCard, Status
from signals.financial.earnings_manipulation import AMBIGUOUS, error_factors
from signals.financial.statements import PREPARED, annual_statements
from signals.registry import sources
from signals.source import RawFile, SourceModule
from sql.warehouse import Loaded, Warehouse
from suppliers.intake.answers import Answers
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.read_list import IntakeOptions, read_addresses, read_suppliers

#: Fields of a raw file in the manifest; the version where the publisher states one.
_OF_A_FILE = ("origin", "key", "sha256", "bytes", "fetched_at", "version")

_READ_WORD = re.compile(r"(?:sector|commodity) .+ was read as (?:ISIC|HS chapter) ")
_SHOWN_WORDS = 5
_SWITCHED_OFF = "it is switched off"
_NOT_SET_UP = "no address or folder is set for it"


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


@dataclass(frozen=True)
class ListRead:
    """The list after intake: frames, hashes of its files, and notes for the user."""

    suppliers: pl.DataFrame
    sites: pl.DataFrame
    rejected: pl.DataFrame
    file_hashes: Mapping[str, str]
    record: Mapping[str, Any]


def read_list(settings: SupplierList) -> ListRead:
    """Read and guard the supplier list that the settings name.

    Raises:
        UsageError: a file that is named is not there.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    paths, shared, own_options = list_options(settings)
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such supplier list; give the path of one")
    intake = read_suppliers(paths[0] if len(paths) == 1 else paths, shared, own_options)
    guard = intake.guard
    left_empty = intake.issues.group_by("field", "rule").len().sort("field", "rule")
    record = {
        "counts": dict(intake.counts),
        "notes": [
            *_without_each_word(intake.notes),
            *(
                f"{field} was left empty in {n} rows: {rule}"
                for field, rule, n in left_empty.rows()
            ),
        ],
        "dropped": list(guard.dropped),
        "declared_false_alarms": [asdict(alarm) for alarm in guard.false_alarms],
        "not_read": [asdict(column) for column in guard.not_read],
        "withheld": [asdict(held) for held in guard.withheld],
        "sole_traders": [asdict(declared) for declared in guard.sole_traders],
    }
    hashes = {path.name: file_hash(path) for path in _files_of(paths)}
    if shared.completed is not None:
        hashes[shared.completed.name] = file_hash(shared.completed)
    return ListRead(intake.suppliers, intake.sites, intake.rejected, hashes, record)


def _without_each_word(notes: Sequence[str]) -> list[str]:
    """The notes, with one for all words that were read as a code: a long list has hundreds."""
    words = [note for note in notes if _READ_WORD.match(note)]
    if len(words) <= _SHOWN_WORDS:
        return list(notes)
    others = [note for note in notes if not _READ_WORD.match(note)]
    summary = (
        f"{len(words)} sectors and goods in words were read as codes, such as "
        f"{words[0].replace(' was read as', ' as', 1)}; `understory list check` names all"
    )
    return [*others, summary]


def addresses(settings: SupplierList) -> dict[str, str]:
    """Address by supplier, read again to be compared in memory: it is in no frame and no file."""
    paths, shared, own_options = list_options(settings)
    return read_addresses(paths[0] if len(paths) == 1 else paths, shared, own_options)


def list_options(
    settings: SupplierList,
) -> tuple[list[Path], IntakeOptions, dict[Path, IntakeOptions]]:
    """Paths of the list, options of all of them, and options of each.

    Raises:
        UsageError: the completed workbook is not there.
    """
    completed = settings.completed
    if completed is not None and not Path(completed).is_file():
        raise UsageError(f"{completed}: there is no such completed workbook; give its path")
    entries = [ListFile(path=e) if isinstance(e, str) else e for e in settings.files]
    paths = [Path(entry.path) for entry in entries]
    own_options = {
        path: _intake_options(settings, entry) for path, entry in zip(paths, entries, strict=True)
    }
    return paths, _intake_options(settings, ListFile(path="")), own_options


def _intake_options(settings: SupplierList, entry: ListFile) -> IntakeOptions:
    """The settings of all files with those of one entry laid on top."""
    return IntakeOptions(
        columns={**settings.columns.map, **entry.map},
        guard=GuardSettings(
            drop=frozenset((*settings.columns.drop, *entry.drop)),
            declared_false_alarms=settings.columns.declared_false_alarms,
            sole_traders=settings.columns.sole_traders,
        ),
        derive_supplier_id=settings.derive_supplier_id,
        max_rejected_share=settings.max_rejected_share,
        constants={**settings.constants, **entry.constants},
        where=entry.where,
        sheet=entry.sheet or settings.sheet,
        sheets=entry.sheets,
        decimal=entry.decimal or settings.decimal,
        answers=Answers(
            countries=settings.answers.countries,
            sectors=settings.answers.sectors,
            towns=settings.answers.towns,
        ),
        completed=None if settings.completed is None else Path(settings.completed),
    )


def _files_of(paths: Sequence[Path]) -> list[Path]:
    return [
        file
        for path in paths
        for file in (sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path])
    ]


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


def load_staging(warehouse: Warehouse, prepared: PreparedRun, run_id: str) -> list[Loaded]:
    """Replace the staging tables by this run's rows."""
    workspace = prepared.workspace
    loads: list[Loaded] = []
    for table in sql.tables("20_staging"):
        warehouse.empty(table, run_id)
    for table, frame in zip(LIST_TABLES, (prepared.suppliers, prepared.sites), strict=True):
        loads.append(warehouse.load(table, frame, run_id))
    warehouse.reject("stg_suppliers", workspace.read_frame(artefacts.LIST_REJECTED), run_id)
    raw: list[dict[str, Any]] = []
    for source_id in prepared.source_ids:
        if not workspace.has(artefacts.staged(source_id)) or is_unavailable(workspace, source_id):
            continue
        raw += workspace.read_json(artefacts.pulled(source_id))["files"]
        for table in sorted(workspace.read_json(artefacts.staged(source_id))["rows"]):
            rows = workspace.read_frame(artefacts.staged_rows(source_id, table))
            loads.append(warehouse.load(table, rows, run_id))
            refused = workspace.read_frame(artefacts.staged_rejected(source_id, table))
            warehouse.reject(table, refused, run_id)
    warehouse.clear("raw_files", run_id)
    if raw:
        frame = pl.DataFrame(raw).drop("version", strict=False)
        frame = frame.with_columns(pl.lit(run_id).alias("run_id"))
        loads.append(warehouse.load("raw_files", frame, run_id))
    return loads


def published_as_of(warehouse: Warehouse, prepared: PreparedRun) -> dict[str, pl.LazyFrame]:
    """What signals may see: staging rows published by the as-of date, the list, and that date.

    What many signals need is prepared once: the annual statements as `PREPARED`, and which
    accounts show suspected earnings manipulation as `AMBIGUOUS`.
    """
    as_of = prepared.request.as_of
    frames = {
        table: warehouse.published_as_of(table, as_of).lazy()
        for table in sql.tables("20_staging")
        if table not in LIST_TABLES
    }
    frames[PREPARED] = annual_statements(frames).lazy()
    frames[AMBIGUOUS] = error_factors(frames).collect().lazy()
    return {
        **frames,
        "suppliers": prepared.suppliers.lazy(),
        "sites": prepared.sites.lazy(),
        "run": pl.LazyFrame({"as_of": [as_of]}),
    }


def is_unavailable(workspace: Workspace, source_id: str) -> bool:
    """Whether a source gave up in this run."""
    return workspace.has(artefacts.outage(source_id))


def stopped_early(workspace: Workspace, source_id: str) -> str | None:
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
    text = "; ".join(f"{source.title}: {reasons[source.id]}" for source in known)
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
    workspace: Workspace, source_id: str, module: SourceModule, reason: str | None
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
