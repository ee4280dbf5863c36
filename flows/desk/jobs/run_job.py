"""The run of a list for the desk: the same as `understory run --profile list.yaml --direct`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.desk.jobs.demonstration import write_world
from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder, write_json
from flows.desk.lists.month_tables import compared
from flows.desk.views.run_view import durations
from flows.run import stages
from flows.run.folders import published_runs
from flows.run.request import run_request
from flows.run.results import alerts
from flows.run.work.stage_types import StageEvent

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events

#: Seconds of each step of the last run, for the remaining time of the next.
DURATIONS = "durations.json"


def run(folder: ListFolder, request: Mapping[str, Any], events: Events) -> dict[str, Any]:
    """Run the list; what an earlier run of the same request left is used again.

    Raises:
        UsageError: the settings are wrong.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    write_world(folder)
    write_settings(folder)
    # Outputs are in the language of the page on which the run was started.
    language = run_request.with_language(None, request.get("language"))
    settings = run_request.settings_of(str(folder.settings_file), language)
    asked = run_request.request_of(settings, request.get("as_of"), folder.results, force=False)

    noted: list[dict[str, Any]] = []

    def note(event: StageEvent) -> None:
        events.add(event.stage, event.detail, event.done, event.total)
        noted.append({"at": time.time(), "stage": event.stage, "detail": event.detail})

    published = alerts.reported(asked, lambda: stages.run_all(asked, note))
    if not published.already_published:
        write_json(folder.path / DURATIONS, durations(noted, time.time()))
        previous = published_runs.read_manifest(published.folder)["previous_run_id"]
        if previous in published_runs.run_ids(folder.results):
            # Takes seconds for a long list, which nobody should wait for at the page of months.
            compared(folder, previous, published.run_id)
    return published.as_record()
