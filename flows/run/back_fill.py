"""Several months of one list in order: what does not depend on the month is brought once."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from configs import durable_files
from configs.config_errors import UsageError
from flows.run import artefacts, published_runs, readers_snapshot, run_states, stages
from flows.run.folder_lock import one_run_at_a_time
from flows.run.publish_stage import move_latest
from flows.run.stage_types import PreparedRun, RunRequest, StageEvent
from flows.run.workspace import Record
from signals.conservation import data_through
from signals.source_errors import SourceUnavailableError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
#: In the work folder of a month: the run that it became.
_DONE = Record("back_filled.json")


@dataclass(frozen=True)
class Brought:
    """What a month brought, for the months after it.

    Attributes:
        prepared: the request of that month.
        pulled: records of the sources whose files do not depend on the month, by source.
    """

    prepared: PreparedRun
    pulled: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class FilledMonth:
    """A month of a back-fill: its day and run, the run's state, and what needs attention."""

    as_of: dt.date
    run_id: str
    state: str
    attention: str | None
    was_done: bool

    def as_record(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {**self.__dict__, "as_of": self.as_of.isoformat()}


def months_between(first: str, last: str) -> tuple[dt.date, ...]:
    """First days of the months from one to another, both included.

    Raises:
        UsageError: one is not a month, is still to come, or the last is before the first.
    """
    for option, text in (("--from", first), ("--to", last)):
        if not _MONTH.fullmatch(text):
            raise UsageError(f"{option} {text}: this is not a month; write it as 2024-01")
    start, end = (dt.date.fromisoformat(f"{text}-01") for text in (first, last))
    if end < start:
        raise UsageError(f"--to {last}: this is before --from {first}; exchange them")
    if end > dt.datetime.now(dt.UTC).date():
        raise UsageError(f"--to {last}: this month is still to come; give a past month")
    count = 12 * (end.year - start.year) + end.month - start.month + 1
    return tuple(
        dt.date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    )


def back_fill(
    request: RunRequest,
    months: Sequence[dt.date],
    progress: Callable[[StageEvent], None] | None = None,
) -> list[FilledMonth]:
    """Run months in order; those that are done are left, and `latest` moves once, at the end.

    Args:
        request: of the list; its as-of date is not used.
        months: first days, ascending.
        progress: called at the start of each stage.
    """
    tell = progress or (lambda event: None)
    filled: list[FilledMonth] = []
    brought: Brought | None = None
    for number, day in enumerate(months):
        tell(StageEvent("month", f"{day:%Y-%m}", number, len(months)))
        month, brought = fill_month(replace(request, as_of=day), brought, tell)
        filled.append(month)
    move_latest_to_last(request.out, filled)
    return filled


def fill_month(
    request: RunRequest, brought: Brought | None, tell: Callable[[StageEvent], None]
) -> tuple[FilledMonth, Brought | None]:
    """Run one month with what an earlier one brought, unless it is done.

    Another run in the folder is waited for.

    Returns:
        The month, and what it brought for the next one.
    """
    with one_run_at_a_time(request.out):
        return _fill_month(request, brought, tell)


def _fill_month(
    request: RunRequest, brought: Brought | None, tell: Callable[[StageEvent], None]
) -> tuple[FilledMonth, Brought | None]:
    prepared = stages.prepare(replace(request, moves_latest=False))
    done = None if request.force else _done(prepared)
    if done is not None:
        return done, brought
    for number, source_id in enumerate(prepared.source_ids):
        if number == len(prepared.identity_source_ids):
            stages.identify(prepared)
        tell(StageEvent("pull", source_id, number, len(prepared.source_ids)))
        if brought is not None:
            _carry_over(brought, prepared, source_id)
        try:
            stages.pull(prepared, source_id)
        except SourceUnavailableError as error:
            stages.mark_source_unavailable(prepared, source_id, error)
        stages.stage(prepared, source_id)
    if not prepared.evidence_source_ids:
        stages.identify(prepared)
    for name, run in (("measure", stages.measure), ("score", stages.score)):
        tell(StageEvent(name, "", 0, 1))
        run(prepared)
    tell(StageEvent("publish", "", 0, 1))
    present = Brought(prepared, _undated(prepared))
    published = stages.publish(prepared)
    prepared.workspace.write_json(_DONE, {"run_id": published.run_id})
    month = FilledMonth(
        request.as_of, published.run_id, published.state, published.attention, was_done=False
    )
    return month, present


def move_latest_to_last(out: Path, filled: Sequence[FilledMonth]) -> None:
    """Move `latest` to the last month that is published, unless it names a later one."""
    published = [month for month in filled if month.state == run_states.PUBLISHED]
    with one_run_at_a_time(out):
        if published:
            move_latest(out, published[-1].run_id)
        readers_snapshot.write_snapshot(out)


def _done(prepared: PreparedRun) -> FilledMonth | None:
    out, workspace = prepared.request.out, prepared.workspace
    if not workspace.has(_DONE):
        return None
    run_id = str(workspace.read_json(_DONE)["run_id"])
    if not (out / run_id / "manifest.json").is_file():
        return None
    record = published_runs.read_manifest(out / run_id)
    attention = run_states.attention(out, record)
    return FilledMonth(prepared.request.as_of, run_id, record["result"], attention, was_done=True)


def _undated(prepared: PreparedRun) -> dict[str, Mapping[str, Any]]:
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


def _carry_over(brought: Brought, prepared: PreparedRun, source_id: str) -> None:
    """Lay what a source brought for an earlier month into a month whose list is the same."""
    before, now = brought.prepared.workspace, prepared.workspace
    if (
        source_id not in brought.pulled
        or now.has(artefacts.pulled(source_id))
        or not _list_for(brought.prepared, source_id).equals(_list_for(prepared, source_id))
    ):
        return
    now.write_json(artefacts.pulled(source_id), brought.pulled[source_id])
    record = artefacts.staged(source_id)
    if not before.has(record) or before.read_json(record).get("is_dated") is not False:
        return
    content = before.read_json(record)
    for table in content["rows"]:
        for name in (
            artefacts.staged_rows(source_id, table),
            artefacts.staged_rejected(source_id, table),
        ):
            _share(before.folder / name, now.folder / name)
    rows = (now.read_frame(artefacts.staged_rows(source_id, table)) for table in content["rows"])
    through = data_through(rows, prepared.request.as_of)
    content["data_through"] = None if through is None else through.isoformat()
    now.write_json(record, content)


def _list_for(prepared: PreparedRun, source_id: str) -> pl.DataFrame:
    """The list that a source is asked about: registers are asked before they identify it."""
    if source_id in prepared.identity_source_ids:
        return prepared.listed_suppliers
    return prepared.suppliers


def _share(before: Path, now: Path) -> None:
    """Give a file a second name: results are replaced, never written into."""
    now.parent.mkdir(parents=True, exist_ok=True)
    now.unlink(missing_ok=True)
    try:
        os.link(before, now)
    except OSError:
        # Another disk, or one without such names.
        with durable_files.written_whole(now) as path:
            shutil.copyfile(before, path)
    else:
        durable_files.flush(now.parent)
