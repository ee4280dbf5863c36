"""Weights: what others would change for all suppliers, beside known cases, and saving them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from configs import durable_files
from configs.config_errors import UsageError
from flows.desk.lists.list_folders import ListFolder
from flows.desk.lists.profile_files import save_profile, saved_weights
from flows.desk.pages.list_pages import frame_of, list_of, start_job, state_of
from flows.desk.pages.page import Page, Visit, to
from flows.desk.pages.profiles import profiles_shown
from flows.desk.views.check_view import for_the_desk
from flows.run.folders.publication import latest_run
from reports.languages.catalogue import message

#: As the job writes and reads them; its module is too slow to import for a page.
_RESULT, _OUTCOMES = "weights.json", "outcomes.csv"
_LARGEST_OUTCOMES = 20_000_000


def weights(visit: Visit) -> Response:
    """The weights of the list, and what the last attempt would change."""
    from flows.desk.views.weights_view import pillars_shown, trial_shown
    from signals.registry import signals

    folder = list_of(visit)
    record, job = folder.read(), state_of(folder, "weights")
    cards = {name: signal.card for name, signal in signals().items()}
    file = folder.path / _RESULT
    result: dict[str, Any] | None = (
        json.loads(file.read_text(encoding="utf-8"))
        if file.is_file() and job.status == "done"
        else None
    )
    tried = job.request.get("weights", {}) if job.status != "none" else {}
    tried = saved_weights(folder, visit.query.get("profile", "")) or tried
    titles = {name: card.title for name, card in cards.items()}
    return visit.page(
        "weights.html.j2",
        **frame_of(folder, "/weights"),
        has_results=latest_run(folder.results) is not None,
        pillars=pillars_shown(cards, _current(folder), tried),
        is_own=record.weights is not None,
        is_running=job.status == "running",
        sentence=for_the_desk(
            str(job.outcome.get("sentence", "")), {one.stored: one.label for one in record.files}
        ),
        trial=None if result is None else trial_shown(result, titles),
        has_outcomes=(folder.path / _OUTCOMES).is_file(),
        **profiles_shown(visit, folder),
    )


def weights_state(visit: Visit) -> Response:
    """Asked every second while weights are tried: reloads the page when they were."""
    if state_of(list_of(visit), "weights").status == "running":
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


def try_weights(visit: Visit) -> Response:
    """Rank all suppliers under the weights of the form, or save them with the list."""
    from flows.desk.views.weights_view import weights_of

    folder = list_of(visit)
    chosen = weights_of(visit.form, _current(folder))
    if visit.form.get("save") == "yes":
        return _saved(visit, folder, chosen)
    if visit.form.get("save") == "profile":
        save_profile(folder, visit.form.get("title", ""), chosen)
        return to(f"/lists/{folder.list_id}/weights", "profile-saved")
    start_job(visit, folder, "weights", weights=chosen)
    return to(f"/lists/{folder.list_id}/weights")


def use_default(visit: Visit) -> Response:
    """Let the list use the default weights again."""
    folder = list_of(visit)
    with folder.changed(visit.session.user, message("took the default weights")) as held:
        if held[0].weights is not None:
            held[0] = replace(held[0], weights=None, version=held[0].version + 1)
    return to(f"/lists/{folder.list_id}/weights", "weights-default")


def take_outcomes(visit: Visit) -> Response:
    """Store the known cases that weights are compared with."""
    folder = list_of(visit)
    if len(visit.files) != 1 or not str(visit.files[0].filename).lower().endswith(".csv"):
        raise UsageError(message("send one file of known cases, as .csv"))
    content = visit.files[0].file.read(_LARGEST_OUTCOMES + 1)
    if len(content) > _LARGEST_OUTCOMES:
        raise UsageError(
            message("the file of known cases is larger than 20 MB; send a smaller one")
        )
    durable_files.write_bytes(folder.path / _OUTCOMES, content)
    return to(f"/lists/{folder.list_id}/weights", "outcomes")


def _saved(visit: Visit, folder: ListFolder, chosen: Mapping[str, float]) -> Response:
    with folder.changed(visit.session.user, message("saved weights")) as held:
        held[0] = replace(held[0], weights=dict(chosen), version=held[0].version + 1)
    return to(f"/lists/{folder.list_id}/weights", "weights-saved")


def _current(folder: ListFolder) -> dict[str, float]:
    """Weights of the signals in the settings of the list, in their order."""
    import configs
    from signals.registry import signals

    record = folder.read()
    below = None if record.profile is None else str(folder.path / record.profile)
    has_profile = below is not None and (folder.path / str(record.profile)).is_file()
    settings = configs.load(below if has_profile else None)
    known = signals()
    return {
        name: (record.weights or {}).get(name, line.weight)
        for name, line in settings.signals.items()
        if name in known
    }


PAGES = (
    Page("GET", "/lists/{list_id}/weights", "read", weights),
    Page("GET", "/lists/{list_id}/weights/state", "read", weights_state),
    Page("POST", "/lists/{list_id}/weights", "run", try_weights, "try or save weights"),
    Page("POST", "/lists/{list_id}/weights/default", "run", use_default, "use default weights"),
    Page("POST", "/lists/{list_id}/weights/outcomes", "run", take_outcomes, "add known cases",
         takes_files=True),
)  # fmt: skip
