"""Prefect's server behind a check of who asks: by its own name, and from its own page or none.

`python -m flows.orchestration.guarded_server PORT` serves it on loopback. Prefect's login stands
behind; this keeps pages of other origins, and names that lead here (DNS rebinding), from asking at
all, on web sockets too.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flows.orchestration.prefect_address import SERVE_HOST

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_NAMES = (SERVE_HOST, "localhost")
_SENTENCE = b"This server answers its own page and the commands of this machine alone."


def guarded(app: App, port: int) -> App:
    """The app, for requests that name this server as host, and it or nothing as origin.

    Args:
        app: an ASGI application.
        port: that it is served on.
    """
    hosts = {f"{name}:{port}" for name in _NAMES}
    origins = {f"http://{host}" for host in hosts}

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


def is_own(scope: Scope, hosts: set[str], origins: set[str]) -> bool:
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


def main(port: int) -> None:
    """Serve until the process is ended."""
    import uvicorn
    from prefect.server.api.server import create_app

    uvicorn.run(
        guarded(create_app(final=True), port),
        host=SERVE_HOST,
        port=port,
        timeout_keep_alive=5,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        log_level="info",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
