"""Who asks a service on this machine: by its own name, and from its own page or none.

Pages of other origins, and names that lead here (DNS rebinding), are turned away before anything
is read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SENTENCE = b"This server answers its own page and the commands of this machine alone."


def guarded(app: App, hosts: Collection[str], scheme: str = "http") -> App:
    """The app, for requests that name this server as host, and it or nothing as origin.

    Args:
        app: an ASGI application.
        hosts: names of the server with its port, as in the header `Host`.
        scheme: http or https.
    """
    origins = {f"{scheme}://{host}" for host in hosts}

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_own(scope, hosts, origins):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": _SENTENCE})

    return checked


def is_own(scope: Scope, hosts: Collection[str], origins: Collection[str]) -> bool:
    """Whether a request came by the server's own name and from no page but its own."""
    sent: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        sent.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").lower())
    if len(sent.get("host", [])) != 1 or sent["host"][0] not in hosts:
        return False
    if any(origin not in origins for origin in sent.get("origin", [])):
        return False
    # A browser says so itself, also where it leaves the origin out.
    return not {"cross-site", "same-site"} & set(sent.get("sec-fetch-site", []))
