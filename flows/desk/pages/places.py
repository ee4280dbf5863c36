"""Where the suppliers are: precise, by town, to be chosen, or unknown."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from starlette.responses import FileResponse, Response

from flows.desk.lists.list_folders import ListFolder
from flows.desk.pages.list_pages import CHECK, checked, frame_of, list_of, result_of, unusable_of
from flows.desk.pages.page import NotFoundError, Page, Visit
from flows.desk.views.places_view import KINDS, ROWS_A_PAGE, page_of, places_data
from reports.languages.catalogue import message

_ROWS, _MAP = "places", "places.svg"


def places(visit: Visit) -> Response:
    """Counts, map, towns to be chosen and rows."""
    folder = list_of(visit)
    job = checked(visit, folder)
    check = result_of(folder, CHECK)
    asked = visit.query.get("show", "")
    kind = asked if asked in KINDS else ""
    data = None
    if check is not None:
        page = page_of(check, kind, visit.query.get("page", "1"))
        data = places_data(folder.read(), check, _rows(folder, kind, page), kind, page)
    return visit.page(
        "places.html.j2",
        **frame_of(folder, "/places"),
        found=data,
        is_running=job.status == "running",
        unusable=unusable_of(job),
    )


def picture(visit: Visit) -> Response:
    """The map."""
    file = list_of(visit).path / _MAP
    if not file.is_file():
        raise NotFoundError(message("There is no map of this list yet."))
    return FileResponse(file, media_type="image/svg+xml")


def _rows(folder: ListFolder, kind: str, page: int) -> list[dict[str, Any]]:
    """The rows of one page; the others are passed over unread."""
    file = folder.path / _ROWS / f"{kind or 'all'}.jsonl"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8") as lines:
        first = (page - 1) * ROWS_A_PAGE
        return [json.loads(line) for line in islice(lines, first, first + ROWS_A_PAGE)]


PAGES = (
    Page("GET", "/lists/{list_id}/places", "read", places),
    Page("GET", "/lists/{list_id}/places.svg", "read", picture),
)
