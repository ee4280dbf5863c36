"""From a profile and changes to it to the request that the stages are given."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from configs.settings import Settings
    from flows.run.work.stage_types import RunRequest


def first_of_this_month() -> dt.date:
    """The day a run stands on when no one names one."""
    return dt.datetime.now(dt.UTC).date().replace(day=1)


def parsed_as_of(text: str | None) -> dt.date:
    """The as-of day from what the user wrote.

    Raises:
        UsageError: it is no day of the calendar.
    """
    from configs.config_errors import UsageError

    if text is None:
        return first_of_this_month()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--as-of {text}: this is no day of the calendar; write it as 2022-03-01"
        ) from error


def settings_of(
    profile: str | None,
    overrides: Sequence[str] | None = None,
    suppliers: Sequence[Path | str] | None = None,
    drop: Sequence[str] | None = None,
    mapping: Path | None = None,
    completed: Path | None = None,
) -> Settings:
    """The effective settings, with the list and the dropped columns of the command line.

    Columns to drop add to those of the profile; a list replaces the profile's. A mapping file is
    laid over the profile; of its files it speaks for those that the command line names, or for
    all if it names none.

    A profile and a mapping file in object storage are read there each time.

    Raises:
        UsageError: the profile or a key is wrong.
    """
    with tempfile.TemporaryDirectory() as aside:
        if profile is not None:
            profile = _here(profile, "--profile", aside)
        if mapping is not None:
            mapping = Path(_here(str(mapping), "--mapping", aside))
        return _settings_of(profile, overrides, suppliers, drop, mapping, completed)


def _here(text: str, of: str, aside: str) -> str:
    from flows.run.storage.storage_address import as_written, is_storage
    from flows.run.storage.stored_inputs import local_input

    return local_input(as_written(Path(text)), of, Path(aside)) if is_storage(text) else text


def _settings_of(
    profile: str | None,
    overrides: Sequence[str] | None,
    suppliers: Sequence[Path | str] | None,
    drop: Sequence[str] | None,
    mapping: Path | None,
    completed: Path | None,
) -> Settings:
    import configs

    settings = configs.load(profile, overrides or ())
    changes: dict[str, object] = {}
    if mapping is not None:
        changes = mapping_block(mapping, [Path(path) for path in suppliers or []])
        settings = configs.load(profile, overrides or (), {"suppliers": changes})
    elif suppliers:
        changes["files"] = [str(path) for path in suppliers]
    if completed is not None:
        changes["completed"] = str(completed)
    if drop:
        given = changes.get("columns")
        own = given if isinstance(given, dict) else {}
        changes["columns"] = {**own, "drop": [*settings.suppliers.columns.drop, *drop]}
    return configs.load(profile, overrides or (), {"suppliers": changes}) if changes else settings


def with_language(overrides: Sequence[str] | None, language: str | None) -> list[str]:
    """The changed keys of the command line, with the language of the report if one is given."""
    given = list(overrides or ())
    return given if language is None else [*given, f"language={language}"]


def mapping_block(mapping: Path, suppliers: Sequence[Path]) -> dict[str, object]:
    """The `suppliers:` block of a mapping file, for the files of the command line.

    Raises:
        UsageError: the file is not there, is not YAML, or is no mapping file.
    """
    import configs
    from suppliers.intake.read_list import list_paths

    block = _without_empty(configs.yaml_file(mapping).get("suppliers"))
    entries = block.get("files") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(entries, list):
        raise configs.UsageError(
            f"{mapping}: expected suppliers: with files: below it; use the file that "
            "`understory list check` writes"
        )
    named = [entry if isinstance(entry, dict) else {"path": entry} for entry in entries]
    if not suppliers:
        return {**block, "files": [_found(entry, mapping) for entry in named]}
    by_name = {Path(str(entry.get("path"))).name: entry for entry in named}
    files = [
        {**by_name.get(path.name, {}), "path": str(path)}
        for given in suppliers
        for path in (list_paths(given) if given.is_dir() else [given])
    ]
    return {**block, "files": files}


def _found(entry: dict[str, object], mapping: Path) -> dict[str, object]:
    """An entry whose path is looked for here and then beside the mapping file."""
    path = Path(str(entry.get("path")))
    beside = mapping.parent / path.name
    return {**entry, "path": str(beside if not path.exists() and beside.exists() else path)}


def _without_empty(value: object) -> object:
    """A block without the keys below which every line is a comment."""
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def request_of(settings: Settings, as_of: str | None, out: Path, force: bool) -> RunRequest:
    """What the stages are asked for; lists and mirrors in object storage are fetched.

    Raises:
        UsageError: the day is none of the calendar, or the storage does not answer.
    """
    from flows.run.storage.stored_inputs import with_local_inputs
    from flows.run.work.stage_types import RunRequest

    day = parsed_as_of(as_of)
    return RunRequest(with_local_inputs(settings, out), day, out, force)
