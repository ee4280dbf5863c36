"""The desk as an ASGI application: every request is checked here, once for all pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from importlib.resources import files

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from configs.config_errors import DataRejectedError, UsageError
from flows.desk.access.protection import protected
from flows.desk.access.proxy_sign_in import ProxySignIn
from flows.desk.access.sessions import Session, may
from flows.desk.desk_state import MEGABYTE, Desk
from flows.desk.languages.choice import words_of
from flows.desk.pages import ALL_PAGES, entrance
from flows.desk.pages.page import NotFoundError, Page, Visit
from flows.desk.templates import render
from flows.run.request.request_origin import App, guarded
from reports.languages.catalogue import message

#: Bytes of a form without files.
_LARGEST_FORM = 2 * MEGABYTE
_MOST_FIELDS, _MOST_FILES = 20_000, 50
_NO_PAGE = message("There is no such page.")
_ASSETS = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
}


def application(desk: Desk, hosts: Collection[str], pages: Iterable[Page] = ALL_PAGES) -> App:
    """The desk behind its checks.

    A request must name the desk as host, come from no other page, stay within its size, carry the
    cookie of a session, have the role that its page needs, and, where it changes something, the
    token of a form of that session.

    Args:
        desk: its state.
        hosts: its names with the port.
        pages: what it shows.
    """
    pages = tuple(pages)
    uploads = tuple(Route(page.path, lambda _: Response()) for page in pages if page.takes_files)
    routes = [
        Route("/assets/{name}", _asset, methods=["GET"]),
        *(Route(path, partial(answer, desk), methods=[method])
          for method, path, answer in entrance.OPEN_PAGES),
        *(Route(page.path, partial(_answered, desk, page), methods=[page.method])
          for page in pages),
    ]  # fmt: skip
    app = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: _http_error,
            NotFoundError: _not_found,
            UsageError: _not_usable,
            DataRejectedError: _not_usable,
            Exception: _defect,
        },
    )

    def limit_of(path: str) -> int:
        is_upload = any(route.path_regex.match(path) for route in uploads)
        return desk.largest_upload if is_upload else _LARGEST_FORM

    scheme = "https" if desk.is_encrypted else "http"
    return guarded(protected(app, limit_of), hosts, scheme)


async def _answered(desk: Desk, page: Page, request: Request) -> Response:
    session = desk.sessions.find(request.cookies.get(desk.cookie))
    if desk.proxy is not None:
        return await _by_proxy(desk, desk.proxy, page, session, request)
    if session is None:
        return _sign_in(request)
    return await _for_session(desk, page, session, request)


async def _by_proxy(
    desk: Desk, proxy: ProxySignIn, page: Page, session: Session | None, request: Request
) -> Response:
    """Answer whom the proxy names with this request; a session of another user is not used."""
    user = proxy.user_of(request.headers)
    if user is None:
        return _sign_in(request)
    if session is not None and (session.user, session.role) == (user.name, user.role):
        return await _for_session(desk, page, session, request)
    desk.sessions.end(request.cookies.get(desk.cookie))
    # The cookie comes with the page itself: one of a strict site is not sent on after a redirect.
    given = Response()
    fresh = desk.sessions.find(entrance.give_session(desk, given, user.name, user.role))
    if fresh is None:
        raise HTTPException(503, message("The desk has too many sessions; try again."))
    response = await _for_session(desk, page, fresh, request)
    response.headers["set-cookie"] = given.headers["set-cookie"]
    return response


async def _for_session(desk: Desk, page: Page, session: Session, request: Request) -> Response:
    if not may(session.role, page.role):
        raise HTTPException(403, message("Your role does not include this."))
    visit = Visit(desk, session, request.path_params, request.query_params, words=words_of(request))
    if page.method == "GET":
        return await run_in_threadpool(page.answer, visit)
    # Without an origin the page that the form is of is not known.
    if "origin" not in request.headers:
        raise HTTPException(403, message("The request does not state its origin."))
    async with request.form(
        max_files=_MOST_FILES if page.takes_files else 0, max_fields=_MOST_FIELDS
    ) as form:
        if not session.has_form_token(request.headers.get("x-form-token") or form.get("form")):
            raise HTTPException(
                403, message("The form is not of this session; open the page again.")
            )
        visit = replace(visit, form=_fields(form), files=_files(form))
        return await _done(desk, page, session, visit)


async def _done(desk: Desk, page: Page, session: Session, visit: Visit) -> Response:
    """Do what a form asks for and log it, however it ends."""
    outcome = "failed"
    try:
        response = await run_in_threadpool(page.answer, visit)
        outcome = "done" if response.status_code < 400 else "rejected"
        return response
    except (UsageError, DataRejectedError, NotFoundError):
        outcome = "rejected"
        raise
    finally:
        desk.log.add(session.user, page.action, role=session.role, outcome=outcome, **visit.path)


def _sign_in(request: Request) -> Response:
    if request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse("/sign-in", 303)
    raise HTTPException(401, message("You are not signed in; open the desk again."))


def _fields(form: FormData) -> dict[str, str]:
    """Text fields; of a name that comes several times the values as lines."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return {name: "\n".join(values) for name, values in found.items()}


def _files(form: FormData) -> tuple[UploadFile, ...]:
    return tuple(
        value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.size
    )


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404, _NO_PAGE)
    content = (files(__package__) / "assets" / name).read_bytes()
    headers = {"cache-control": "public, max-age=3600"}
    return Response(content, media_type=_ASSETS[name], headers=headers)


_Handler = Callable[[Request, Exception], Awaitable[Response]]


def _error(request: Request, status: int, sentence: str) -> Response:
    language = words_of(request).language
    text = render("error.html.j2", language, sentence=sentence, status=status)
    return Response(text, status, media_type="text/html")


async def _http_error(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    detail = str(getattr(error, "detail", "")) or message("The request cannot be answered.")
    return _error(request, status, _NO_PAGE if status == 404 else detail)


async def _not_found(request: Request, error: Exception) -> Response:
    return _error(request, 404, str(error) or _NO_PAGE)


async def _not_usable(request: Request, error: Exception) -> Response:
    return _error(request, 422, str(error))


async def _defect(request: Request, error: Exception) -> Response:
    return _error(
        request,
        500,
        message("Something went wrong in the desk. Its log in the terminal has the details."),
    )
