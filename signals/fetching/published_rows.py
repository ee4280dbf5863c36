"""Rows of a publisher's table of which only a part may be stored, read as strictly as any table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from signals.fetching.responses import read_body
from signals.source_errors import SourceUnavailableError
from suppliers.input_errors import DataRejectedError
from suppliers.intake.delimited_text import delimited


def published_rows(
    source_id: str, path: Path, needed: Collection[str]
) -> tuple[Sequence[str], Iterator[Mapping[str, str] | None]]:
    """The header of a delimited table in UTF-8, and its rows.

    Returns:
        The header, and each row that is not empty by its header; None for a row whose cells may
        stand under other headers than their own, because it has more or fewer of them or because
        a quotation mark of it is uncertain.

    Raises:
        SourceUnavailableError: the file is not text in UTF-8, lacks one of the columns `needed`,
            or has quotation marks that do not match.
    """
    try:
        text = read_body(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceUnavailableError(
            f"{source_id}: the file is not text in UTF-8; check whether the publisher has changed "
            f"it, or name a copy as sources.{source_id}.mirror."
        ) from error
    header, rows = text_rows(source_id, text, path.name, needed)
    named = (
        dict(zip(header, row, strict=True)) if is_certain and len(row) == len(header) else None
        for row, is_certain in rows
    )
    return header, named


def text_rows(
    source_id: str, text: str, name: str, needed: Collection[str]
) -> tuple[Sequence[str], Iterator[tuple[Sequence[str], bool]]]:
    """The header of a delimited table, and its rows that are not empty.

    Returns:
        The header, and each row with whether its quotation marks are certain.

    Raises:
        SourceUnavailableError: one of the columns `needed` is missing, or quotation marks do not
            match.
    """
    try:
        table = delimited(text, name, needed.__contains__)
    except DataRejectedError as error:
        raise SourceUnavailableError(f"{source_id}: {error}") from error
    header = next(table.rows(), [])
    _check_columns(source_id, header, needed)
    rows = (
        (row, number not in table.uncertain) for number, row in enumerate(table.rows(), 1) if row
    )
    next(rows)
    return header, rows


def _check_columns(source_id: str, headers: Collection[str], needed: Collection[str]) -> None:
    """Stop at a table that has not the columns it is known by.

    Raises:
        SourceUnavailableError: the first of `needed` that is missing.
    """
    missing = [name for name in needed if name not in headers]
    if missing:
        raise SourceUnavailableError(
            f"{source_id}: the file has no column {missing[0]!r}; check whether the publisher has "
            f"changed it, or name a copy as sources.{source_id}.mirror."
        )
