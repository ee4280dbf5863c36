"""The run of a list for the desk: the same as `understory run --profile list.yaml --direct`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder
from flows.run import alerts, run_request, stages
from flows.run.stage_types import StageEvent

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events


def run(folder: ListFolder, request: Mapping[str, Any], events: Events) -> dict[str, Any]:
    """Run the list; what an earlier run of the same request left is used again.

    Raises:
        UsageError: the settings are wrong.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    write_settings(folder)
    settings = run_request.settings_of(str(folder.settings_file))
    asked = run_request.request_of(settings, request.get("as_of"), folder.results, force=False)

    def note(event: StageEvent) -> None:
        events.add(event.stage, event.detail, event.done, event.total)

    published = alerts.reported(asked, lambda: stages.run_all(asked, note))
    return published.as_record()
