"""The check of a list for the desk: the same as `understory list check`, and what pages show of it.

Values of columns that are not read are not read here either: the first rows hold allowed fields
alone, after the guard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from configs import durable_files
from flows.desk.jobs.demonstration import write_world
from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder, write_json
from flows.desk.views.places_map import places_map
from flows.desk.views.places_view import KINDS
from flows.planning.source_reach import PRECISE, TOWN
from flows.run.request import run_request
from flows.run.request.list_files import check_of
from reports.page.map_outlines import outlines
from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.completion_workbook import (
    completion_workbook,
    country_choices,
    sector_choices,
)
from suppliers.intake.fields import FIELDS
from suppliers.intake.list_check import CheckedFile, ListCheck
from suppliers.intake.list_files import open_list, read_list
from suppliers.intake.workbook_sheets import WORKBOOK_SUFFIXES, open_sheets

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events

RESULT, PLACES, MAP, TO_COMPLETE = "check.json", "places", "places.svg", "to_complete.xlsx"
_FIRST_ROWS = 3
#: Compared in memory alone, or too long to show.
_NOT_SHOWN = ("address", "geometry")
_TOWN_RULES = ("ambiguous_town", "unknown_town")


def check(folder: ListFolder, events: Events) -> dict[str, Any]:
    """Check the list and leave `check.json`, `places/` and the workbook to complete.

    Raises:
        UsageError: no file, or an answer in the settings is wrong.
        DataRejectedError: an answer cannot be used.
    """
    events.add("check", "reading the list")
    write_world(folder)
    record = folder.read()
    write_settings(folder)
    settings = run_request.settings_of(str(folder.settings_file))
    found = check_of(settings)
    events.add("check", "looking at places")
    places = place_rows(found)
    for kind in (*KINDS, "all"):
        lines = [
            json.dumps(row, ensure_ascii=False) + "\n"
            for row in places
            if kind in (row["state"], "all")
        ]
        durable_files.write_text(folder.path / PLACES / f"{kind}.jsonl", "".join(lines))
    durable_files.write_text(folder.path / MAP, places_map(places, outlines()))
    workbook = completion_workbook(found.missing)
    if workbook is None:
        (folder.path / TO_COMPLETE).unlink(missing_ok=True)
    else:
        durable_files.write_bytes(folder.path / TO_COMPLETE, workbook)
    states = [row["state"] for row in places]
    result = {
        "version": record.version,
        "is_ready": found.is_ready,
        "counts": dict(found.counts),
        "findings": [finding.as_record() for finding in found.findings],
        "files": [_file_record(file) for file in found.files],
        "fields": [[field.name, field.description] for field in FIELDS],
        "countries": list(country_choices()),
        "sectors": list(sector_choices()),
        "places": {kind: states.count(kind) for kind in KINDS},
        "has_workbook": workbook is not None,
    }
    write_json(folder.path / RESULT, result)
    return {"is_ready": found.is_ready}


def place_rows(found: ListCheck) -> list[dict[str, Any]]:
    """Where each row of the list is, and which finding asks about it.

    Returns:
        One record a row: `state` is precise, town, ambiguous or unknown; `finding` is the position
        of its question among the findings, or None.
    """
    asked = {
        (finding.file, row): at
        for at, finding in enumerate(found.findings)
        if finding.rule in _TOWN_RULES
        for row in finding.rows
    }
    rows = []
    for row in found.places.iter_rows(named=True):
        at = asked.get((row["source_file"], row["source_row"]))
        rows.append({**row, "state": _state(found, row["location_precision"], at), "finding": at})
    return rows


def _state(found: ListCheck, precision: str | None, at: int | None) -> str:
    if at is not None and found.findings[at].rule == "ambiguous_town":
        return "ambiguous"
    if precision in PRECISE:
        return "precise"
    return "town" if precision in TOWN else "unknown"


def _file_record(file: CheckedFile) -> dict[str, Any]:
    """A file with its sheets, headers, the field of each, and the first values that are read."""
    _, tables = open_list(file.path, file.options)
    first = _first_rows(file)
    return {
        "stored": file.path.name,
        "sheets": list(_sheets(file.path, {table.sheet for table in tables})),
        "columns": [
            {
                "header": header,
                "sheet": table.sheet or "",
                "field": file.columns.get(header),
                "is_dropped": header in file.options.guard.drop,
                "values": [] if (name := file.columns.get(header)) is None else first.get(name, []),
            }
            for table in tables
            for header in table.headers
            if header
        ],
    }


def _sheets(path: Path, read: set[str | None]) -> Iterator[dict[str, Any]]:
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        for sheet in open_sheets(path):
            yield {"name": sheet.name, "is_read": sheet.name in read, "is_hidden": sheet.is_hidden}


def _first_rows(file: CheckedFile) -> dict[str, list[str]]:
    """The first values of each field, after the guard; none where the rows cannot be read."""
    try:
        rows = read_list(file.path, file.options, prefix=False, findings=Findings()).rows
    except DataRejectedError:
        # The finding of the check says why.
        return {}
    head = rows.head(_FIRST_ROWS)
    return {
        name: [value if value is not None else "" for value in head[name].cast(pl.String).to_list()]
        for name in head.columns
        if name not in _NOT_SHOWN
    }
