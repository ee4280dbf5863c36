"""Files of options and arguments that lie in object storage, for every verb that reads one.

A parameter that names a file to read is marked with `READ`; its verb gets the path of a local copy.
It is done for the registered verbs, so that no verb opens an address itself.
"""

from __future__ import annotations

import functools
import inspect
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal

import typer

#: Marks a parameter whose file is read by its verb.
READ: Literal["read"] = "read"
#: Marks a parameter whose address goes into the settings, which fetch it themselves.
IN_SETTINGS: Literal["in settings"] = "in settings"


def add_to(app: typer.Typer) -> None:
    """Let every registered verb, and those below it, read files in object storage."""
    for verb in app.registered_commands:
        if verb.callback is not None:
            verb.callback = with_local_files(verb.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            add_to(group.typer_instance)


def file_parameters(verb: Callable[..., Any]) -> dict[str, str]:
    """Parameters of a verb that name files, but its folder of results: name to mark, or ""."""
    found: dict[str, str] = {}
    for name, one in inspect.signature(verb, eval_str=True).parameters.items():
        metadata = getattr(one.annotation, "__metadata__", ())
        kind = getattr(one.annotation, "__origin__", one.annotation)
        marks = [mark for mark in (READ, IN_SETTINGS) if mark in metadata]
        is_path = kind in (Path, Path | None, list[Path], list[Path] | None)
        if marks or (is_path and name != "out"):
            found[name] = marks[0] if marks else ""
    return found


def with_local_files(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb that gets local copies of what its parameters name in object storage.

    Copies lie in its folder of results, or in a temporary folder where it has none.
    """
    marks = {name: m for name, m in file_parameters(verb).items() if m != IN_SETTINGS}
    if not marks:
        return verb

    @functools.wraps(verb)
    def within(*arguments: Any, **options: Any) -> Any:
        from flows.run.storage.storage_address import is_storage

        given = {name: options[name] for name in marks if options.get(name) is not None}
        if not any(map(is_storage, (path for value in given.values() for path in _each(value)))):
            return verb(*arguments, **options)
        out = options.get("out")
        with tempfile.TemporaryDirectory() if out is None else nullcontext(out) as folder:
            for name, value in given.items():
                copies = [_local(path, name, marks[name], Path(folder)) for path in _each(value)]
                options[name] = copies if isinstance(value, list) else copies[0]
            return verb(*arguments, **options)

    signature = inspect.signature(verb, eval_str=True)
    within.__dict__["__signature__"] = signature
    within.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    return within


def _each(value: Path | list[Path]) -> list[Path]:
    return value if isinstance(value, list) else [value]


def _local(path: Path, name: str, mark: str, out: Path) -> Path:
    """The local copy of an address, any other path as it is.

    Raises:
        UsageError: the file cannot be in object storage, or the storage does not answer.
    """
    from configs.config_errors import UsageError
    from flows.run.storage.storage_address import as_written, is_storage
    from flows.run.storage.stored_inputs import local_input

    if not is_storage(path):
        return path
    if mark != READ:
        raise UsageError(
            f"{name} {as_written(path)}: this file cannot be in object storage; give the path of "
            "one on this machine"
        )
    # `cases.xlsx#2024` is a sheet of a workbook.
    file, mark_of_sheet, sheet = as_written(path).partition("#")
    return Path(f"{local_input(file, name, out)}{mark_of_sheet}{sheet}")
