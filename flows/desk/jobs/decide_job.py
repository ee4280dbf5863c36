"""Writes decisions into the outputs: the same as `understory decisions import` does after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.desk.lists.list_folders import ListFolder
from flows.run.folders.folder_lock import one_run_at_a_time
from flows.run.folders.uploaded_runs import upload_change
from flows.run.results.decisions_in_force import bring_into_force

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events


def write_decisions(folder: ListFolder, events: Events) -> dict[str, Any]:
    """Write the outputs of the newest run again with the decisions; a run is waited for.

    Raises:
        DataRejectedError: a decision that could not be defended.
    """
    events.add("decide", "writing the outputs")
    with one_run_at_a_time(folder.results):
        shown = bring_into_force(folder.results)
        note = shown.note
        if shown.run_id is not None and note is None:
            note = upload_change(folder.results, shown.run_id).fault
    return {"run_id": shown.run_id, "note": note}
