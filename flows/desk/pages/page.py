"""What a page is: a path, the role it needs, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from flows.desk.access.sessions import Role, Session
from flows.desk.desk_state import Desk
from flows.desk.templates import render
from reports.languages.catalogue import Translator, translator


class NotFoundError(Exception):
    """There is no such list, run or file."""


@dataclass(frozen=True)
class Visit:
    """One request that passed every check.

    Attributes:
        desk: of the page.
        session: who asks.
        path: parts of the path.
        query: of the address.
        form: fields of the form; the first value of each name.
        files: that were sent.
        words: texts of the language of the page.
    """

    desk: Desk
    session: Session
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[UploadFile] = ()
    words: Translator = field(default_factory=partial(translator, "en"))

    def page(self, template: str, status: int = 200, **data: Any) -> Response:
        """A template as a whole page, or as a part of one."""
        note = self.query.get("note", "")
        text = render(template, self.words.language, session=self.session, note=note, **data)
        return Response(text, status, media_type="text/html")


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        action: what it does, in the log; "" for a page that changes nothing.
        takes_files: whether its form holds files; any other form is small.
    """

    method: Literal["GET", "POST"]
    path: str
    role: Role
    answer: Callable[[Visit], Response]
    action: str = ""
    takes_files: bool = False


def to(path: str, note: str = "") -> Response:
    """Go to a page of the desk after a form was taken."""
    joined = "&" if "?" in path else "?"
    return RedirectResponse(path + (f"{joined}note={quote(note)}" if note else ""), 303)
