"""Several months of one list in order: what does not depend on the month is brought once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from configs.config_errors import UsageError
from flows.run import stages
from flows.run.carried_months import Carried, carry_over, staging_day, undated
from flows.run.folders import published_runs, readers_snapshot, run_states, uploaded_runs
from flows.run.folders.folder_lock import one_run_at_a_time
from flows.run.request.list_reading import read_list
from flows.run.results import decisions_in_force
from flows.run.results.publish_stage import move_latest
from flows.run.work.stage_types import PreparedRun, RunRequest, StageEvent
from flows.run.work.work_folder import Record
from reports.write import has_documents
from signals.source_errors import SourceUnavailableError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
#: In the work folder of a month: the run that it became.
_DONE = Record("back_filled.json")


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
    *,
    every_report: bool = False,
) -> list[FilledMonth]:
    """Run months in order; those that are done are left, and `latest` moves once, at the end.

    Args:
        request: of the list; its as-of date is not used.
        months: first days, ascending.
        progress: called at the start of each stage.
        every_report: whether each month gets a report and a workbook, not the last one alone.
    """
    tell = progress or (lambda event: None)
    filled: list[FilledMonth] = []
    carried = started(request, months)
    for number, day in enumerate(months):
        tell(StageEvent("month", f"{day:%Y-%m}", number, len(months)))
        of_month = month_request(request, day, months[-1], every_report)
        month, carried = fill_month(of_month, carried, tell)
        filled.append(month)
    move_latest_to_last(request, filled, carried, tell)
    return filled


def started(request: RunRequest, months: Sequence[dt.date]) -> Carried:
    """What the months share before the first is run: the list, read and guarded once.

    Raises:
        UsageError: no list is named, or a file of it is not there.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    stages.reject_no_list(request.settings)
    return Carried(months[-1], read_list(request.settings.suppliers))


def month_request(
    request: RunRequest, day: dt.date, last: dt.date, every_report: bool
) -> RunRequest:
    """The request of one month: documents for persons belong to the last one, or to each."""
    is_last = day == last
    return replace(
        request, as_of=day, writes_documents=every_report or is_last, is_followed=not is_last
    )


def fill_month(
    request: RunRequest, carried: Carried, tell: Callable[[StageEvent], None]
) -> tuple[FilledMonth, Carried]:
    """Run one month with what an earlier one brought, unless it is done.

    Another run in the folder is waited for.

    Returns:
        The month, and what it brought for the next one.
    """
    with one_run_at_a_time(request.out):
        return _fill_month(request, carried, tell)


def _fill_month(
    request: RunRequest, carried: Carried, tell: Callable[[StageEvent], None]
) -> tuple[FilledMonth, Carried]:
    prepared = stages.prepare(replace(request, moves_latest=False), carried.intake)
    done = None if request.force else _done(prepared)
    if done is not None:
        return done, carried
    for number, source_id in enumerate(prepared.source_ids):
        if number == len(prepared.identity_source_ids):
            stages.identify(prepared)
        tell(StageEvent("pull", source_id, number, len(prepared.source_ids)))
        carry_over(carried, prepared, source_id)
        try:
            stages.pull(prepared, source_id)
        except SourceUnavailableError as error:
            stages.mark_source_unavailable(prepared, source_id, error)
        stages.stage(prepared, source_id, staging_day(carried, prepared, source_id))
    if not prepared.evidence_source_ids:
        stages.identify(prepared)
    for name, run in (("measure", stages.measure), ("score", stages.score)):
        tell(StageEvent(name, "", 0, 1))
        run(prepared)
    tell(StageEvent("publish", "", 0, 1))
    present = replace(carried, prepared=prepared, pulled=undated(prepared))
    published = stages.publish(prepared)
    prepared.workspace.write_json(_DONE, {"run_id": published.run_id})
    month = FilledMonth(
        request.as_of, published.run_id, published.state, published.attention, was_done=False
    )
    return month, present


def move_latest_to_last(
    request: RunRequest,
    filled: Sequence[FilledMonth],
    carried: Carried,
    tell: Callable[[StageEvent], None],
) -> None:
    """Move `latest` to the last month that is published, unless it names a later one.

    Where the last month of all is held, the one that `latest` names gets its documents here.
    """
    out = request.out
    published = [month for month in filled if month.state == run_states.PUBLISHED]
    with one_run_at_a_time(out):
        if published:
            day, run_id = published[-1].as_of, published[-1].run_id
            if not has_documents(out / run_id):
                _fill_month(month_request(request, day, day, False), carried, tell)
            move_latest(out, run_id)
            # Earlier months show the decisions of their time; this one is the last after all.
            decisions_in_force.bring_into_force(out)
            upload_to = request.settings.publish.upload_to
            if upload_to is not None:
                uploaded_runs.upload(out, upload_to, [run_id])
        readers_snapshot.write_snapshot(out)


def _done(prepared: PreparedRun) -> FilledMonth | None:
    out, workspace = prepared.request.out, prepared.workspace
    if not workspace.has(_DONE):
        return None
    run_id = str(workspace.read_json(_DONE)["run_id"])
    if not (out / run_id / "manifest.json").is_file():
        return None
    if prepared.request.writes_documents and not has_documents(out / run_id):
        return None
    record = published_runs.read_manifest(out / run_id)
    attention = run_states.attention(out, record)
    return FilledMonth(prepared.request.as_of, run_id, record["result"], attention, was_done=True)
