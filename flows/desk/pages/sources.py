"""The sources of a list: which are read, which need a key, and what a run costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from configs.config_errors import UsageError
from flows.desk.lists.environment_file import read_keys, write_key
from flows.desk.lists.list_folders import ListFolder, use_of
from flows.desk.pages.list_pages import frame_of, list_of, result_of, start_job, state_of
from flows.desk.pages.page import Page, Visit, to
from flows.desk.views.check_view import for_the_desk
from flows.desk.views.sources_view import sources_data, variables_of
from reports.languages.catalogue import message

_RESULT = "plan.json"


def sources(visit: Visit) -> Response:
    """The plan."""
    folder = list_of(visit)
    record, job = folder.read(), state_of(folder, "plan")
    plan = result_of(folder, _RESULT)
    if plan is None and job.status != "running" and job.request.get("version") != record.version:
        _plan_again(visit, folder)
        plan, job = result_of(folder, _RESULT), state_of(folder, "plan")
    keys = read_keys(visit.desk.keys_file)
    return visit.page(
        "sources.html.j2",
        **frame_of(folder, "/sources"),
        found=None if plan is None else sources_data(plan, keys, record.use),
        is_running=job.status == "running",
        sentence=""
        if plan is not None
        else for_the_desk(
            str(job.outcome.get("sentence", "")), {file.stored: file.label for file in record.files}
        ),
    )


def plan_state(visit: Visit) -> Response:
    """Asked every second while a plan is made: reloads the page when it is."""
    if state_of(list_of(visit), "plan").status == "running":
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


def plan_again(visit: Visit) -> Response:
    """Make the plan again."""
    folder = list_of(visit)
    _plan_again(visit, folder)
    return to(f"/lists/{folder.list_id}/sources")


def take_key(visit: Visit) -> Response:
    """Store a key and switch on the sources that it opens, or take it away."""
    folder = list_of(visit)
    plan, name = result_of(folder, _RESULT), visit.form.get("variable", "")
    if plan is None or name not in variables_of(plan):
        raise UsageError(message("no source of this list names this key; open the page again"))
    is_removed = visit.form.get("remove") == "yes"
    write_key(visit.desk.keys_file, name, None if is_removed else visit.form.get("key", ""))
    opened = [one for one, card in plan["cards"].items() if name in card["variables"]]
    if not is_removed:
        _switch(visit, folder, dict.fromkeys(opened, True))
    _plan_again(visit, folder)
    return to(f"/lists/{folder.list_id}/sources", "key-removed" if is_removed else "key-saved")


def switch(visit: Visit) -> Response:
    """Switch a source on or off for this list."""
    folder = list_of(visit)
    plan, name = result_of(folder, _RESULT), visit.form.get("source", "")
    if plan is None or name not in plan["cards"]:
        raise UsageError(message("the list has no such source; open the page again"))
    is_on = visit.form.get("on") == "yes"
    _switch(visit, folder, {name: is_on})
    return _with_check(visit, folder)


def set_use(visit: Visit) -> Response:
    """State for which use sources are read."""
    folder = list_of(visit)
    use = use_of(visit.form.get("use", ""))
    if use is None:
        raise UsageError(message("this use is not known; choose one of the list"))
    with folder.changed(visit.session.user, f"set the use to {use}") as held:
        held[0] = replace(held[0], use=use, version=held[0].version + 1)
    return _with_check(visit, folder)


def _switch(visit: Visit, folder: ListFolder, sources: Mapping[str, bool]) -> None:
    """Switch sources on or off in the settings of the list."""
    words = ", ".join(f"{name} {'on' if is_on else 'off'}" for name, is_on in sources.items())
    with folder.changed(visit.session.user, f"switched {words}") as held:
        switched = {**(held[0].switched or {}), **sources}
        if switched != held[0].switched:
            held[0] = replace(held[0], switched=switched, version=held[0].version + 1)


def _with_check(visit: Visit, folder: ListFolder) -> Response:
    """Plan again; the check is of this version too, so that its page need not wait."""
    start_job(visit, folder, "check", version=folder.read().version)
    _plan_again(visit, folder)
    return to(f"/lists/{folder.list_id}/sources", "saved")


def _plan_again(visit: Visit, folder: ListFolder) -> None:
    record = folder.read()
    start_job(visit, folder, "plan", as_of=record.as_of, version=record.version)


PAGES = (
    Page("GET", "/lists/{list_id}/sources", "read", sources),
    Page("GET", "/lists/{list_id}/sources/state", "read", plan_state),
    Page("POST", "/lists/{list_id}/sources/plan", "run", plan_again, "plan sources"),
    Page("POST", "/lists/{list_id}/sources/key", "run", take_key, "store key"),
    Page("POST", "/lists/{list_id}/sources/switch", "run", switch, "switch source"),
    Page("POST", "/lists/{list_id}/sources/use", "run", set_use, "set use"),
)
