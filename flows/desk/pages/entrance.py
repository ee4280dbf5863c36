"""How a browser gets in: by the one-time link, or by name and password."""

from __future__ import annotations

import getpass
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.desk.access.sessions import Role
from flows.desk.desk_state import Desk
from flows.desk.languages.choice import COOKIE, COOKIE_SECONDS, NAMES, words_of
from flows.desk.templates import render
from reports.languages.catalogue import message

_WRONG_LINK = message(
    "This link was used already or is of an earlier start. Run `understory desk` again in the "
    "same folder: it prints a new link."
)
_BY_PROXY = message(
    "You are signed in by the server in front of the desk, and it named no user of the desk. Ask "
    "whoever runs it to add you."
)
_TOO_MANY = message("Too many wrong passwords; try again in {seconds} seconds.")
_WRONG_NAME = message("The name or the password is wrong.")


async def enter(desk: Desk, request: Request) -> Response:
    """Use the one-time link."""
    token = request.query_params.get("token", "")
    if desk.entry is None or not desk.entry.take(token):
        return _page(desk, request, 403, _WRONG_LINK)
    user = getpass.getuser()
    return _signed_in(desk, user, "run")


async def sign_in(desk: Desk, request: Request) -> Response:
    """Where a browser without a session arrives."""
    return _page(desk, request, 200, _BY_PROXY if desk.proxy is not None else "")


async def take_sign_in(desk: Desk, request: Request) -> Response:
    """Take a name and a password."""
    if desk.passwords is None or "origin" not in request.headers:
        return _page(desk, request, 403, _WRONG_LINK)
    async with request.form(max_files=0, max_fields=10) as form:
        name, password = str(form.get("name", "")), str(form.get("password", ""))
    keys = (f"name {name[:100]}", f"address {request.client.host if request.client else ''}")
    if seconds := desk.attempts.seconds_to_wait(*keys):
        desk.log.add(name[:100], "sign in", outcome="too many")
        sentence = words_of(request).text(_TOO_MANY, seconds=seconds)
        return _page(desk, request, 429, sentence)
    # Hashing takes a tenth of a second on purpose.
    user = await run_in_threadpool(desk.passwords.user_of, name, password)
    if user is None:
        desk.attempts.failed(*keys)
        desk.log.add(name[:100], "sign in", outcome="rejected")
        return _page(desk, request, 403, _WRONG_NAME)
    desk.attempts.succeeded(*keys)
    return _signed_in(desk, user.name, user.role)


async def sign_out(desk: Desk, request: Request) -> Response:
    """End the session."""
    if "origin" in request.headers:
        desk.sessions.end(request.cookies.get(desk.cookie))
    return RedirectResponse("/sign-in", 303)


def _signed_in(desk: Desk, user: str, role: Role) -> Response:
    response = RedirectResponse("/", 303)
    give_session(desk, response, user, role)
    return response


def give_session(desk: Desk, response: Response, user: str, role: Role) -> str:
    """Start a session and give its cookie with an answer.

    Returns:
        The value of the cookie.
    """
    desk.log.add(user, "sign in", role=role, outcome="done")
    key = desk.sessions.start(user, role)
    response.set_cookie(
        desk.cookie,
        key,
        httponly=True,
        samesite="strict",
        secure=desk.is_encrypted,
        path="/",
    )
    return key


def _page(desk: Desk, request: Request, status: int, sentence: str) -> Response:
    text = render(
        "sign_in.html.j2",
        words_of(request).language,
        has_users=desk.passwords is not None,
        has_link=desk.entry is not None,
        sentence=sentence,
    )
    return Response(text, status, media_type="text/html")


async def take_language(desk: Desk, request: Request) -> Response:
    """Take the language of the pages from now on, and go back to the page that asked."""
    if "origin" not in request.headers:
        raise HTTPException(403, "The request does not state its origin.")
    async with request.form(max_files=0, max_fields=10) as form:
        language = str(form.get("language", ""))
    response = RedirectResponse(_asked_on(request), 303)
    if language in NAMES:
        response.set_cookie(
            COOKIE, language, max_age=COOKIE_SECONDS, httponly=True, samesite="strict",
            secure=desk.is_encrypted, path="/",
        )  # fmt: skip
    return response


def _asked_on(request: Request) -> str:
    """The page of the desk that a form is on; the first one where the browser does not say."""
    stated = urlsplit(request.headers.get("referer", ""))
    is_own = stated.netloc == request.headers.get("host") and re.match("/(?![/\\\\])", stated.path)
    return urlunsplit(("", "", stated.path, stated.query, "")) if is_own else "/"


#: Pages that need no session.
OPEN_PAGES: tuple[tuple[str, str, Callable[[Desk, Request], Awaitable[Response]]], ...] = (
    ("GET", "/enter", enter),
    ("GET", "/sign-in", sign_in),
    ("POST", "/sign-in", take_sign_in),
    ("POST", "/sign-out", sign_out),
    ("POST", "/language", take_language),
)
