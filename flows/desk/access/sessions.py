"""Sessions of browsers, and the one-time link that starts one."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

#: What a user may do; each role may do what those before it may.
Role = Literal["read", "decide", "run"]
ROLES: tuple[Role, ...] = ("read", "decide", "run")

_IDLE_SECONDS = 12 * 3600.0
_MOST_SESSIONS = 200
_TOKEN_BYTES = 32


def may(role: Role, needed: Role) -> bool:
    """Whether a role includes another."""
    return ROLES.index(role) >= ROLES.index(needed)


@dataclass(frozen=True)
class Session:
    """One browser that is signed in.

    Attributes:
        user: name in the log.
        role: what they may do.
        form_token: that every form of this session carries (CSRF).
    """

    user: str
    role: Role
    form_token: str

    def has_form_token(self, sent: object) -> bool:
        """Whether a form was made for this session."""
        return isinstance(sent, str) and hmac.compare_digest(
            sent.encode(), self.form_token.encode()
        )


class Sessions:
    """The sessions of one server; they end with it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_seen: dict[str, float] = {}
        self._sessions: dict[str, Session] = {}

    def start(self, user: str, role: Role) -> str:
        """Start a session; the oldest one ends where there are too many.

        Returns:
            The value of its cookie.
        """
        key = secrets.token_urlsafe(_TOKEN_BYTES)
        if len(self._sessions) >= _MOST_SESSIONS:
            self.end(min(self._last_seen, key=self._last_seen.__getitem__))
        self._sessions[key] = Session(user, role, secrets.token_urlsafe(_TOKEN_BYTES))
        self._last_seen[key] = self._clock()
        return key

    def find(self, key: str | None) -> Session | None:
        """The session of a cookie; None for an unknown or idle one."""
        session = self._sessions.get(key or "")
        if session is None or key is None:
            return None
        if self._clock() - self._last_seen[key] > _IDLE_SECONDS:
            self.end(key)
            return None
        self._last_seen[key] = self._clock()
        return session

    def any(self) -> bool:
        """Whether any browser is signed in."""
        return bool(self._sessions)

    def end(self, key: str | None) -> None:
        """End a session, if it is there."""
        self._sessions.pop(key or "", None)
        self._last_seen.pop(key or "", None)


class EntryLink:
    """The link that opens the desk once, in a file of its owner alone; used, it is replaced."""

    def __init__(self, file: Path, address: str) -> None:
        self._file, self._address = file, address
        self._token = ""
        self._renew()

    @property
    def link(self) -> str:
        """The current link."""
        return f"{self._address}/enter?token={self._token}"

    def take(self, token: str) -> bool:
        """Use the link; a wrong token changes nothing."""
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return False
        self._renew()
        return True

    def close(self) -> None:
        """Take the file away: the server ends."""
        self._file.unlink(missing_ok=True)

    def _renew(self) -> None:
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._file.unlink(missing_ok=True)
        # Made with its mode: another user must not open it in between.
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"link": self.link, "process": os.getpid()}, stream)


def stored_link(file: Path) -> str | None:
    """The link of a desk that is running with this folder; None where there is none.

    A file of another owner counts as none: it could lead to that user's server.
    """
    try:
        if file.stat().st_uid != os.getuid():
            return None
        record = json.loads(file.read_text(encoding="utf-8"))
        os.kill(int(record["process"]), 0)
        return str(record["link"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
