"""Prefect's server behind a check of who asks: by its own name, and from its own page or none.

`python -m flows.orchestration.guarded_server PORT OUT HOME` serves it on loopback, with the results
of a folder. Prefect's login stands
behind; this keeps pages of other origins, and names that lead here (DNS rebinding), from asking at
all, on web sockets too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flows.orchestration.prefect_address import SERVE_HOST
from flows.orchestration.served_pages import results_key, with_pages
from flows.run.request import request_origin
from flows.run.request.request_origin import App

_NAMES = (SERVE_HOST, "localhost")


def guarded(app: App, port: int) -> App:
    """The app, for requests that name this server as host, and it or nothing as origin.

    Args:
        app: an ASGI application.
        port: that it is served on.
    """
    return request_origin.guarded(app, {f"{name}:{port}" for name in _NAMES})


def main(port: int, out: Path, home: Path) -> None:
    """Serve until the process is ended.

    Args:
        port: on loopback.
        out: folder of results.
        home: folder of Prefect's state.
    """
    import uvicorn
    from prefect.server.api.server import create_app

    uvicorn.run(
        guarded(with_pages(create_app(final=True), out, results_key(home)), port),
        host=SERVE_HOST,
        port=port,
        timeout_keep_alive=5,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        log_level="info",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
