"""The plan of the sources for the desk: the same as `understory sources plan`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.desk.jobs.demonstration import write_world
from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder, write_json
from flows.planning.source_plan import plan_sources
from flows.run import stages
from flows.run.request import run_request
from signals.registry import sources

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events

RESULT = "plan.json"


def plan(folder: ListFolder, request: Mapping[str, Any], events: Events) -> dict[str, Any]:
    """Plan the sources of the list and leave `plan.json`; nothing is asked of any publisher.

    Raises:
        UsageError: the settings are wrong.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    events.add("plan", "reading the list")
    write_world(folder)
    record = folder.read()
    write_settings(folder)
    settings = run_request.settings_of(str(folder.settings_file))
    with tempfile.TemporaryDirectory() as aside:
        asked = run_request.request_of(settings, request.get("as_of"), Path(aside), force=False)
        prepared = stages.prepare(replace(asked, out=Path(aside)))
        events.add("plan", "counting what each source could add")
        found = plan_sources(prepared)
    known = sources()
    cards = {name: known[name].CARD for name in settings.sources if name in known}
    result = {
        **found.as_record(),
        "version": record.version,
        "cards": {
            name: {
                "title": card.title,
                "publisher": card.publisher,
                "licence": card.licence.id,
                "variables": list(card.access.variables),
                "register_at": card.access.register_at,
                "is_on": settings.sources[name].enabled,
            }
            for name, card in cards.items()
        },
    }
    write_json(folder.path / RESULT, result)
    return {"scored": found.scored}
