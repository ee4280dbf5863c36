"""The login of the Prefect API that `understory serve` starts: new at every start, one user's own.

Whoever may write to that API can run commands on this machine, so that neither another user of the
machine nor a web page in the operator's browser may.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_FILE = "api-login.json"


@dataclass(frozen=True)
class ApiLogin:
    """Address and login (`user:password`) of an API."""

    address: str
    login: str

    def for_server(self) -> dict[str, str]:
        """Settings of Prefect's server: the login, and requests of its own page alone."""
        origin = self.address.removesuffix("/api")
        return {
            "PREFECT_SERVER_API_AUTH_STRING": self.login,
            "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": origin,
            "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        }

    def for_client(self) -> dict[str, str]:
        """Settings of what asks the API."""
        return {"PREFECT_API_AUTH_STRING": self.login} if self.login else {}


def login_file(home: Path) -> Path:
    """Where the login is while the server runs; its owner alone can read it."""
    return home / _FILE


@contextmanager
def new_login(address: str, home: Path) -> Iterator[ApiLogin]:
    """A login for one start of the server, in a file for as long as it runs.

    Args:
        address: of the API.
        home: folder of the file.
    """
    login = ApiLogin(address, f"understory:{secrets.token_urlsafe(32)}")
    path = login_file(home)
    path.unlink(missing_ok=True)
    content = json.dumps({"address": address, "login": login.login, "process": os.getpid()})
    # Made with its mode: another user must not open it in between.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(content)
    try:
        yield login
    finally:
        path.unlink(missing_ok=True)


def stored_login(home: Path) -> ApiLogin | None:
    """The login of a server that was started with this folder; None where there is none.

    A file of another owner counts as none: it could lead us to that user's server.
    """
    path = login_file(home)
    try:
        if path.stat().st_uid != os.getuid():
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
        return ApiLogin(str(content["address"]), str(content["login"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
