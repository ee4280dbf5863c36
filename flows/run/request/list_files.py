"""The check of the supplier list that settings name, and the files that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import configs
from configs import durable_files
from configs.settings import Settings
from flows.run.request.list_reading import list_options
from suppliers.intake.completion_workbook import completion_workbook
from suppliers.intake.list_check import ListCheck, check_lists
from suppliers.intake.list_exports import ListExport, facility_template, plots_geojson
from suppliers.intake.mapping_file import mapping_text
from suppliers.intake.read_list import read_site_rows

#: GeoJSON of the EU deforestation regulation, or the upload template of Open Supply Hub.
Template = Literal["eudr", "open-supply-hub"]
MAPPING = "mapping.yaml"
TO_COMPLETE = "to_complete.xlsx"


def check_of(settings: Settings) -> ListCheck:
    """Check the list of the settings.

    Raises:
        UsageError: the completed workbook is not there.
        DataRejectedError: there is no list, or an answer cannot be used.
    """
    paths, shared, own_options = list_options(settings.suppliers)
    return check_lists(paths, shared, own_options)


def write_check(found: ListCheck, out: Path, mapping: Path | None = None) -> list[Path]:
    """Write the mapping file, and the workbook where something is missing.

    A file of the user's is never overwritten: `mapping_2.yaml` is written beside `mapping.yaml`.
    The mapping file that the check was given is replaced if the check covers all its files: its
    answers are then in the new one.

    Args:
        found: the check.
        out: folder.
        mapping: the mapping file that the check was given.

    Returns:
        The paths written; none if no file could be opened.
    """
    if not found.files:
        return []
    out.mkdir(parents=True, exist_ok=True)
    text = mapping_text(found)
    target = out / MAPPING
    if mapping is not None and _is_replaced(mapping, found, out):
        target = mapping
    elif target.exists() and target.read_text(encoding="utf-8") != text:
        target = _free(target)
    durable_files.write_text(target, text)
    written = [target]
    content = completion_workbook(found.missing)
    if content is not None:
        workbook = out / TO_COMPLETE
        if workbook.exists() and workbook.read_bytes() != content:
            workbook = _free(workbook)
        durable_files.write_bytes(workbook, content)
        written.append(workbook)
    return written


def export_of(settings: Settings, template: Template) -> ListExport:
    """The sites of the settings' list as a file of a template.

    Raises:
        UsageError: the completed workbook is not there.
        DataRejectedError: the list cannot be used.
    """
    paths, shared, own_options = list_options(settings.suppliers)
    rows = read_site_rows(paths, shared, own_options)
    return plots_geojson(rows) if template == "eudr" else facility_template(rows)


def _is_replaced(mapping: Path, found: ListCheck, out: Path) -> bool:
    """Whether the new mapping file holds all that the given one in its folder does."""
    entries = configs.yaml_file(mapping)["suppliers"]["files"]
    named = {Path(e["path"] if isinstance(e, dict) else e).name for e in entries}
    covered = {file.path.name for file in found.files}
    return mapping.parent.resolve() == out.resolve() and named <= covered


def _free(path: Path) -> Path:
    """The path with the lowest number that no file has."""
    number = 2
    while (numbered := path.with_name(f"{path.stem}_{number}{path.suffix}")).exists():
        number += 1
    return numbered
