"""What stands before every page: bodies within limits, and headers that browsers act on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from flows.run.request.request_origin import App, Receive, Scope, Send

#: The desk's own pages: nothing from elsewhere, no script or style inside a page.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
#: A report: its own script and style, no request, and no origin to act from.
REPORT_POLICY = (
    "sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; form-action 'none'; frame-ancestors 'self'; base-uri 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    # With no-referrer, browsers send the origin "null" with the desk's own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TOO_LARGE = "The request is larger than the desk takes."
_SECONDS_BETWEEN_PARTS = 30.0


def protected(app: App, limit_of: Callable[[str], int]) -> App:
    """The app with limits on what it is sent and headers on what it answers.

    Args:
        app: an ASGI application.
        limit_of: bytes that a path takes.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            else:
                await app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        if _stated_length(scope) > limit:
            await _reject(send)
            return
        await app(scope, _limited(receive, limit), _with_headers(send))

    return checked


def _stated_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _limited(receive: Receive, limit: int) -> Receive:
    """Count what arrives, also where no length was stated, and wait for no sender forever."""
    taken, is_whole = 0, False

    async def counted() -> MutableMapping[str, Any]:
        nonlocal taken, is_whole
        if is_whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), _SECONDS_BETWEEN_PARTS)
        except TimeoutError as error:
            raise HTTPException(408, "The request did not arrive in time.") from error
        taken += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if taken > limit:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            own = {**_HEADERS, "content-security-policy": PAGE_POLICY, "cache-control": "no-store"}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in own.items()
                    if name.encode() not in given
                ),
            ]
        await send(message)

    return sent


async def _reject(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _TOO_LARGE.encode()})
