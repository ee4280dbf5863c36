"""Users that a proxy in front of the desk has signed in: it names them in a header.

The proxy proves itself by a secret in another header, so that nobody who reaches the port past it
can name a user.
"""

from __future__ import annotations

import hmac
import stat
from collections.abc import Mapping
from pathlib import Path

from configs.config_errors import UsageError
from flows.desk.access.users import User

USER_HEADER, SECRET_HEADER = "x-understory-user", "x-understory-secret"
_LEAST_LETTERS = 32


def read_secret(file: Path) -> str:
    """The secret of the proxy.

    Raises:
        UsageError: others can read the file, or the secret is short.
    """
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UsageError(f"{file}: other users of this machine can read it; run chmod 600 {file}")
    secret = file.read_text(encoding="utf-8").strip()
    if len(secret) < _LEAST_LETTERS or not secret.isascii():
        raise UsageError(
            f"{file}: the secret of the proxy has fewer than {_LEAST_LETTERS} plain characters; "
            f"write one with: openssl rand -hex 32 > {file}"
        )
    return secret


class ProxySignIn:
    """Who the proxy says is asking."""

    def __init__(self, secret: str, users: Mapping[str, User]) -> None:
        self._secret, self._users = secret.encode(), users

    def user_of(self, headers: Mapping[str, str]) -> User | None:
        """The user of a request; None without the secret, or for a name that is no user."""
        sent = headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(sent, self._secret):
            return None
        return self._users.get(headers.get(USER_HEADER, ""))
