"""Ids of suppliers in the system that a file is for, from a table of the user."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from reports.exports.published_run import PublishedRun

SUPPLIER, TARGET, NAME = "supplier_id", "target_id", "target_name"
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class TargetIds:
    """The table.

    Attributes:
        ids: id in the other system by id of the supplier list.
        names: name in the other system by id of the supplier list, where the table has one.
        findings: what is wrong, one sentence each, with file and row; empty if nothing.
    """

    ids: Mapping[str, str]
    names: Mapping[str, str]
    findings: tuple[str, ...]


def target_ids(content: bytes, file: str, run: PublishedRun) -> TargetIds:
    """Reads the table and finds everything that must be corrected.

    Args:
        content: of a CSV file with the columns `supplier_id`, `target_id` and, if names differ,
            `target_name`; separated by comma, semicolon or tab.
        file: its name, for findings.
        run: the run that is exported.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return TargetIds({}, {}, (f"{file}: the text is not UTF-8; save it as CSV UTF-8.",))
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in (SUPPLIER, TARGET) if columns.count(name) != 1]
    if missing:
        wanted = " and ".join(f"`{name}`" for name in missing)
        return TargetIds({}, {}, (f"{file}: the header needs {wanted} once; add it.",))
    reader.fieldnames = columns
    rows = [
        {key: (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        | {"row": str(number)}
        for number, row in enumerate(reader, start=2)
    ]
    filled = [row for row in rows if row.get(SUPPLIER) or row.get(TARGET)]
    findings = tuple(_findings(filled, file, frozenset(run.ranked["supplier_id"])))
    return TargetIds(
        {row[SUPPLIER]: row.get(TARGET, "") for row in filled},
        {row[SUPPLIER]: row[NAME] for row in filled if row.get(NAME)},
        findings,
    )


def _findings(rows: list[dict[str, str]], file: str, listed: frozenset[str]) -> Iterator[str]:
    if not rows:
        yield f"{file}: it has no row; add one for each supplier."
    first_of: dict[tuple[str, str], str] = {}
    for row in rows:
        where = f"{file}, row {row['row']}"
        for column, other in ((SUPPLIER, TARGET), (TARGET, SUPPLIER)):
            value = row.get(column, "")
            if not value:
                yield f"{where}: `{column}` is empty; fill it in or remove the row of {row[other]}."
                continue
            first = first_of.setdefault((column, value), row["row"])
            if first != row["row"]:
                yield f"{where}: `{column}` {value} is in row {first} already; keep one of them."
        if row.get(SUPPLIER) and row[SUPPLIER] not in listed:
            yield f"{where}: {row[SUPPLIER]} is no supplier of this run; correct the id."


def in_target_ids(run: PublishedRun, table: TargetIds) -> tuple[PublishedRun, int]:
    """The run with the ids and names of the other system, and how many suppliers have no id there.

    Suppliers without an id are left out: a system would create them or reject the file.
    """
    has_id = pl.col("supplier_id").is_in(list(table.ids))
    named = pl.col("supplier_id").replace_strict(table.names, default=None, return_dtype=pl.String)
    renamed = pl.col("supplier_id").replace_strict(table.ids, return_dtype=pl.String)
    ranked = run.ranked.filter(has_id)
    mapped = replace(
        run,
        ranked=ranked.with_columns(name=pl.coalesce(named, "name"), supplier_id=renamed),
        contributions=run.contributions.filter(has_id).with_columns(supplier_id=renamed),
    )
    return mapped, run.ranked.height - ranked.height
