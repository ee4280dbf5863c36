"""Pages that `understory serve` adds to Prefect's server: results of runs, and whether all is well.

A browser that follows a link sends no login. So the address of a run's files has a code that only
this server makes, and that stands in Prefect's page behind the login. The files are in a sandbox of
their own: a script in them has another origin than Prefect's page, whose login it cannot read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import mimetypes
import os
import re
import secrets
from pathlib import Path

from flows.orchestration.api_login import stored_login
from flows.run.folders import folder_health
from flows.run.folders.installation import folders_of_results
from flows.run.request.request_origin import App, Receive, Scope, Send

#: Address under which an own web server shows the folder of results, such as https://example.org/r.
BASE_VARIABLE = "UNDERSTORY_RESULTS_URL"
_KEY_FILE = "results-key"
_RESULT = re.compile(
    r"/results/([0-9]{8}-[0-9a-f]{8})/([0-9a-f]{64})/([A-Za-z0-9_-][A-Za-z0-9._-]*)"
)
_HEADERS = {
    "content-security-policy": "sandbox allow-scripts allow-downloads allow-popups allow-modals",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def results_key(home: Path) -> bytes:
    """The key of the codes in addresses: made once per folder, so that old links go on working.

    Args:
        home: folder of Prefect's state, which only its owner can read.
    """
    path = home / _KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(32))
    return path.read_bytes()


def report_address(run_id: str, environment: dict[str, str] | os._Environ[str]) -> str | None:
    """Where a browser opens the report of a run; None where no server shows it."""
    base = environment.get(BASE_VARIABLE, "").rstrip("/")
    if base:
        return f"{base}/{run_id}/report.html"
    home = Path(environment.get("PREFECT_HOME", ""))
    login = stored_login(home) if environment.get("PREFECT_HOME") else None
    if login is None or login.address != environment.get("PREFECT_API_URL"):
        return None
    code = _code(results_key(home), run_id)
    return f"{login.address.removesuffix('/api')}/results/{run_id}/{code}/report.html"


def with_pages(app: App, out: Path, key: bytes) -> App:
    """The app, and besides it `/health` and the files of published runs.

    Args:
        app: an ASGI application.
        out: folder of results of the installation; `/health` is that of the list that needs a
            person, if one does.
        key: of `results_key`.
    """

    async def shown(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == "/health" or path.startswith("/results/")):
            await app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, "text/plain", b"")
        elif path == "/health":
            states = [folder_health.health_of(one) for one in folders_of_results(out)]
            state = min(states, key=lambda one: one.is_well)
            body = json.dumps(state.as_record()).encode()
            await _answer(send, 200 if state.is_well else 503, "application/json", body)
        else:
            file = _file_of(path, out, key)
            if file is None:
                await _answer(send, 404, "text/plain", b"No such result.")
            else:
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                await _answer(send, 200, kind, file.read_bytes())

    return shown


def _file_of(path: str, out: Path, key: bytes) -> Path | None:
    """The file of a run that an address names with its code; no link, and nothing outside."""
    named = _RESULT.fullmatch(path)
    if named is None or not hmac.compare_digest(named[2], _code(key, named[1])):
        return None
    for folder in (results / named[1] for results in folders_of_results(out)):
        file = folder / named[3]
        if file.is_file() and not folder.is_symlink() and not file.is_symlink():
            return file
    return None


def _code(key: bytes, run_id: str) -> str:
    return hmac.new(key, run_id.encode(), hashlib.sha256).hexdigest()


async def _answer(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = {**_HEADERS, "content-type": kind, "content-length": str(len(body))}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
