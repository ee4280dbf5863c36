"""What the months of a back-fill share: the list, files of sources, and rows of a later day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from flows.run.request.list_reading import ListRead
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import WorkFolder
from signals.conservation import data_through
from signals.registry import sources
from sql.warehouse import was_published_earlier


@dataclass(frozen=True)
class Carried:
    """What the months of a back-fill share.

    Attributes:
        through: the last month.
        intake: the list as it was read and guarded once.
        prepared: the request of the month before; None in the first that is run.
        pulled: records of the sources whose files do not depend on the month, by source.
    """

    through: dt.date
    intake: ListRead
    prepared: PreparedRun | None = None
    pulled: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def undated(prepared: PreparedRun) -> dict[str, Mapping[str, Any]]:
    """Records of whole sources that asked nothing of the day when they were pulled."""
    workspace = prepared.workspace
    records = {
        source_id: workspace.read_json(artefacts.pulled(source_id))
        for source_id in prepared.source_ids
        if workspace.has(artefacts.pulled(source_id))
    }
    return {
        source_id: record
        for source_id, record in records.items()
        if record.get("is_dated") is False and not record["stopped_early"]
    }


def staging_day(carried: Carried, prepared: PreparedRun, source_id: str) -> dt.date | None:
    """The last month, where rows staged on it hold those of this one; else None.

    A source says with `day_cut` what of the day its rows depend on beside their publication. The
    files must be those of every month.
    """
    workspace, as_of = prepared.workspace, prepared.request.as_of
    cut = getattr(sources()[source_id], "day_cut", None)
    if cut is None or as_of >= carried.through or cut(as_of) != cut(carried.through):
        return None
    record = artefacts.pulled(source_id)
    is_shared = workspace.has(record) and workspace.read_json(record).get("is_dated") is False
    return carried.through if is_shared else None


def carry_over(carried: Carried, prepared: PreparedRun, source_id: str) -> None:
    """Lay what a source brought for an earlier month into a month whose list is the same."""
    if carried.prepared is None:
        return
    before, now = carried.prepared.workspace, prepared.workspace
    if (
        source_id not in carried.pulled
        or now.has(artefacts.pulled(source_id))
        or not _list_for(carried.prepared, source_id).equals(_list_for(prepared, source_id))
    ):
        return
    now.write_json(artefacts.pulled(source_id), carried.pulled[source_id])
    record = artefacts.staged(source_id)
    if not before.has(record):
        return
    content = before.read_json(record)
    if content["is_dated"] is False:
        _share_rows(before, now, source_id, content["rows"])
    elif _has_rows_of(content, carried.prepared.request.as_of, prepared.request.as_of, source_id):
        content["rows"] = _cut_rows(before, now, source_id, content["rows"], prepared)
    else:
        return
    rows = (now.read_frame(artefacts.staged_rows(source_id, table)) for table in content["rows"])
    through = data_through(rows, prepared.request.as_of)
    content["data_through"] = None if through is None else through.isoformat()
    now.write_json(record, content)


def _has_rows_of(content: Mapping[str, Any], before: dt.date, day: dt.date, source_id: str) -> bool:
    """Whether what an earlier month staged on a later day holds the rows of this day."""
    if content["through"] is None:
        return False
    cut = getattr(sources()[source_id], "day_cut", None)
    return cut is not None and cut(before) == cut(day)


def _share_rows(before: WorkFolder, now: WorkFolder, source_id: str, tables: Iterable[str]) -> None:
    for table in tables:
        for name in (
            artefacts.staged_rows(source_id, table),
            artefacts.staged_rejected(source_id, table),
        ):
            now.share(before, name)


def _cut_rows(
    before: WorkFolder,
    now: WorkFolder,
    source_id: str,
    tables: Iterable[str],
    prepared: PreparedRun,
) -> dict[str, int]:
    """Leave the rows published by this month, and hand the whole span on; the rows by table."""
    counts = {}
    for table in tables:
        span = artefacts.span_rows(source_id, table)
        rows = was_published_earlier(before.read_frame(span), prepared.request.as_of)
        now.write_frame(artefacts.staged_rows(source_id, table), rows)
        refused = artefacts.staged_rejected(source_id, table)
        now.share(before, refused)
        (before.folder / span).replace(now.folder / span)
        counts[table] = rows.height
    return counts


def _list_for(prepared: PreparedRun, source_id: str) -> pl.DataFrame:
    """The list that a source is asked about: registers are asked before they identify it."""
    if source_id in prepared.identity_source_ids:
        return prepared.listed_suppliers
    return prepared.suppliers
