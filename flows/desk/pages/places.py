"""Where the suppliers are: precise, by town, to be chosen, or unknown."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import FileResponse, Response

from flows.desk.lists.list_folders import ListFolder
from flows.desk.pages.list_pages import CHECK, checked, frame_of, list_of, result_of
from flows.desk.pages.page import NotFoundError, Page, Visit
from flows.desk.views.places_view import places_data

_ROWS, _MAP = "places.jsonl", "places.svg"


def places(visit: Visit) -> Response:
    """Counts, map, towns to be chosen and rows."""
    folder = list_of(visit)
    job = checked(visit, folder)
    check = result_of(folder, CHECK)
    page = visit.query.get("page", "1")
    data = None
    if check is not None:
        data = places_data(
            folder.read(), check, _rows(folder), visit.query.get("show", ""),
            int(page) if page.isdecimal() else 1,
        )  # fmt: skip
    return visit.page(
        "places.html.j2",
        **frame_of(folder, "/places"),
        found=data,
        is_running=job.status == "running",
    )


def picture(visit: Visit) -> Response:
    """The map."""
    file = list_of(visit).path / _MAP
    if not file.is_file():
        raise NotFoundError("There is no map of this list yet.")
    return FileResponse(file, media_type="image/svg+xml")


def _rows(folder: ListFolder) -> list[dict[str, Any]]:
    file = folder.path / _ROWS
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [json.loads(line) for line in lines]


PAGES = (
    Page("GET", "/lists/{list_id}/places", "read", places),
    Page("GET", "/lists/{list_id}/places.svg", "read", picture),
)
