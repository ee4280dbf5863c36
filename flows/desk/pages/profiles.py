"""Profiles on the page of weights: side by side, against the acceptance criteria, and saved."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.responses import FileResponse, Response

from configs.config_errors import UsageError
from flows.desk.lists.list_folders import ListFolder
from flows.desk.lists.profile_files import DEFAULT, LIST, TRIED, known_profiles, remove_profile
from flows.desk.pages.list_pages import list_of, start_job, state_of
from flows.desk.pages.page import NotFoundError, Page, Visit, to
from reports.languages.catalogue import message

#: As the job writes them; its module is too slow to import for a page.
_COMPARED, _RANKS, _ACCEPTED = "profiles.json", "profiles.csv", "acceptance.json"
_MOST_COMPARED, _MOST_MONTHS, _LEAST_MONTHS = 6, 120, 2
_TITLES = {
    DEFAULT: message("Default weights"),
    LIST: message("This list as it is saved"),
    TRIED: message("Weights tried last"),
}


def profiles_shown(visit: Visit, folder: ListFolder) -> dict[str, Any]:
    """What the page of weights shows of profiles."""
    compared, tested = state_of(folder, "profiles"), state_of(folder, "acceptance")
    return {
        "profiles": _titles(visit, folder),
        "saved": [key for key in known_profiles(folder) if key.startswith("saved-")],
        "chosen": compared.request.get("profiles", [DEFAULT, LIST, TRIED]),
        "is_comparing": compared.status == "running",
        "compared": _result(folder, _COMPARED) if compared.status == "done" else None,
        "compare_sentence": str(compared.outcome.get("sentence", "")),
        "is_testing": tested.status == "running",
        "tested": _result(folder, _ACCEPTED) if tested.status == "done" else None,
        "test_sentence": str(tested.outcome.get("sentence", "")),
        "asked": {"profile": TRIED, "first": "", "months": 36, **tested.request},
    }


def compare(visit: Visit) -> Response:
    """Rank all suppliers under the ticked profiles."""
    folder = list_of(visit)
    titles = _titles(visit, folder)
    chosen = [key for key in visit.form.get("profile", "").split("\n") if key in titles]
    if not 2 <= len(chosen) <= _MOST_COMPARED:
        raise UsageError(f"choose from two to {_MOST_COMPARED} profiles to compare")
    start_job(visit, folder, "profiles", profiles=chosen, labels=[titles[key] for key in chosen])
    return to(f"/lists/{folder.list_id}/weights#profiles")


def accept(visit: Visit) -> Response:
    """Test a profile against the acceptance criteria."""
    folder = list_of(visit)
    titles, key = _titles(visit, folder), visit.form.get("profile", "")
    first, months = visit.form.get("first", "").strip(), visit.form.get("months", "").strip()
    if key not in titles:
        raise UsageError("this profile is not known; choose one of the list")
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", first, re.ASCII):
        raise UsageError("the first month is not a month; write it as 2019-01")
    if not re.fullmatch(r"\d{1,3}", months, re.ASCII) or not (
        _LEAST_MONTHS <= int(months) <= _MOST_MONTHS
    ):
        raise UsageError(f"the months are not from {_LEAST_MONTHS} to {_MOST_MONTHS}; correct them")
    request = {"profile": key, "label": titles[key], "first": first, "months": int(months)}
    start_job(visit, folder, "acceptance", **request)
    return to(f"/lists/{folder.list_id}/weights#acceptance")


def profiles_state(visit: Visit) -> Response:
    """Asked every second while profiles are compared or tested: reloads the page when they were."""
    folder = list_of(visit)
    if "running" in (state_of(folder, "profiles").status, state_of(folder, "acceptance").status):
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


def all_ranks(visit: Visit) -> Response:
    """Ranks of all suppliers under the profiles that were compared last."""
    file = list_of(visit).path / _RANKS
    if not file.is_file():
        raise NotFoundError("No profiles were compared yet.")
    return FileResponse(file, filename=file.name, media_type="text/csv")


def forget_profile(visit: Visit) -> Response:
    """Remove a saved profile."""
    folder = list_of(visit)
    remove_profile(folder, visit.form.get("profile", ""))
    return to(f"/lists/{folder.list_id}/weights", "saved")


def _titles(visit: Visit, folder: ListFolder) -> dict[str, str]:
    """Title of each profile by its key, in the language of the page."""
    return {
        key: visit.words.text(_TITLES[key]) if key in _TITLES else title
        for key, title in known_profiles(folder).items()
    }


def _result(folder: ListFolder, name: str) -> dict[str, Any] | None:
    file = folder.path / name
    if not file.is_file():
        return None
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result


PAGES = (
    Page("GET", "/lists/{list_id}/weights/profiles.csv", "read", all_ranks),
    Page("GET", "/lists/{list_id}/weights/profiles/state", "read", profiles_state),
    Page("POST", "/lists/{list_id}/weights/profiles", "run", compare, "compare profiles"),
    Page("POST", "/lists/{list_id}/weights/profiles/remove", "run", forget_profile,
         "remove profile"),
    Page("POST", "/lists/{list_id}/weights/acceptance", "run", accept, "test acceptance"),
)  # fmt: skip
