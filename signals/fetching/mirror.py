"""Local folders that stand for a publisher: closed networks, archives, tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from configs.config_errors import UsageError
from signals.source_errors import SourceUnavailableError
from suppliers.intake.days import stated_day
from suppliers.intake.numbers import DecimalMark


def mirror_files(
    source_id: str, mirror: Path, patterns: Sequence[str], options: Mapping[str, object]
) -> list[Path]:
    """Files of a mirror that a source can read, in the order of their paths.

    Args:
        source_id: for messages.
        mirror: a folder, searched with its subfolders, or a single file.
        patterns: file name patterns the source knows, in lower case; case is ignored.
        options: the source's options; `files`, a list of patterns, replaces `patterns`.

    Raises:
        UsageError: there is no such folder.
        SourceUnavailableError: nothing in it matches.
    """
    if mirror.is_file():
        return [mirror]
    if not mirror.is_dir():
        raise UsageError(
            f"sources.{source_id}.mirror: the folder {mirror} does not exist; name an existing "
            "one, or null to use the publisher's address."
        )
    given = string_list(source_id, options, "files")
    wanted = [pattern.lower() for pattern in given] or list(patterns)
    found = sorted(
        path
        for path in mirror.rglob("*")
        if path.is_file() and any(_matches(path, pattern) for pattern in wanted)
    )
    if not found:
        raise SourceUnavailableError(
            f"{source_id}: no file like {', '.join(wanted)} in {mirror}; add it, or set "
            f"sources.{source_id}.options.files to the names used there."
        )
    return found


def string_list(source_id: str, options: Mapping[str, object], key: str) -> list[str]:
    """An option that is a list of texts; empty where it is not set.

    Raises:
        UsageError: it is something else.
    """
    value = options.get(key)
    if value is None:
        return []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"sources.{source_id}.options.{key}: give a list of texts.")
    return list(value)


def number(
    source_id: str, options: Mapping[str, object], key: str, default: float, *, above: float = 0.0
) -> float:
    """An option that is a number greater than `above`; `default` where it is not set or null.

    Raises:
        UsageError: it is something else.
    """
    value = options.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > above:
        raise UsageError(f"sources.{source_id}.options.{key}: give a number above {above:g}.")
    return float(value)


def decimal_option(source_id: str, options: Mapping[str, object]) -> DecimalMark | None:
    """The option `decimal`: how numbers written as text are meant; None where it is not set.

    Raises:
        UsageError: it is neither dot nor comma.
    """
    value = options.get("decimal")
    if value not in (None, "dot", "comma"):
        raise UsageError(f"sources.{source_id}.options.decimal: give dot or comma.")
    return value


def day_option(
    source_id: str, options: Mapping[str, object], key: str, default: str | dt.date
) -> dt.date:
    """An option that is a day; `default` where it is not set or null.

    Raises:
        UsageError: it is none.
    """
    value = options.get(key)
    try:
        return stated_day(default if value is None else value)
    except ValueError:
        raise UsageError(
            f"sources.{source_id}.options.{key}: give a day such as '2024-06-01'."
        ) from None


def text(source_id: str, options: Mapping[str, object], key: str, default: str) -> str:
    """An option that is a text; `default` where it is not set or null.

    Raises:
        UsageError: it is something else.
    """
    value = options.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UsageError(f"sources.{source_id}.options.{key}: give a text.")
    return value


def _matches(path: Path, pattern: str) -> bool:
    return Path(path.name.lower()).match(pattern)
