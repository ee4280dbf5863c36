"""Reads the supplier list that the settings name, behind the guard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError, UsageError
from configs.settings import ListFile, SupplierList
from suppliers.intake.answers import Answers
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.read_list import IntakeOptions, read_addresses, read_suppliers
from suppliers.intake.rejected_list import with_every_finding

_READ_WORD = re.compile(r"(?:sector|commodity) .+ was read as (?:ISIC|HS chapter) ")
_SECTOR_OF_GOODS = re.compile(r"commodity .+: its industry, (?=ISIC )")
_SHOWN_WORDS = 5


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
        DataRejectedError: the list holds person-level data, or nothing usable; it names all that
            `understory list check` finds.
    """
    paths, shared, own_options = list_options(settings)
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such supplier list; give the path of one")
    given = paths[0] if len(paths) == 1 else paths
    try:
        intake = read_suppliers(given, shared, own_options)
    except DataRejectedError as error:
        raise with_every_finding(error, given, shared, own_options) from error
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
    # Slow to import, and a check of a list has no use for it.
    from flows.run.request.inputs import file_hash

    hashes = {path.name: file_hash(path) for path in files_of_list(settings)}
    return ListRead(intake.suppliers, intake.sites, intake.rejected, hashes, record)


def _without_each_word(notes: Sequence[str]) -> list[str]:
    """The notes, with one for all words of a kind: a long list has hundreds."""
    words = [note for note in notes if _READ_WORD.match(note)]
    goods = [note for note in notes if _SECTOR_OF_GOODS.match(note)]
    summaries = []
    if len(words) > _SHOWN_WORDS:
        summaries.append(
            f"{len(words)} sectors and goods in words were read as codes, such as "
            f"{words[0].replace(' was read as', ' as', 1)}; `understory list check` names all"
        )
    if len(goods) > _SHOWN_WORDS:
        summaries.append(
            f"suppliers without a sector were given the industry of their goods ({len(goods)} "
            f"kinds of goods), such as {goods[0].partition(', was taken')[0]}; `understory list "
            "check` names all"
        )
    left_out = {
        *(words if len(words) > _SHOWN_WORDS else ()),
        *(goods if len(goods) > _SHOWN_WORDS else ()),
    }
    return [*(note for note in notes if note not in left_out), *summaries]


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


def files_of_list(settings: SupplierList) -> list[Path]:
    """Every file that the list is read from, the completed workbook last."""
    entries = [entry if isinstance(entry, str) else entry.path for entry in settings.files]
    read = [
        file
        for path in map(Path, entries)
        for file in (sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path])
    ]
    return read if settings.completed is None else [*read, Path(settings.completed)]
