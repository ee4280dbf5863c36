"""The users file of a desk that is not on loopback: names, argon2 hashes and roles."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml

import configs
from configs import durable_files
from configs.config_errors import UsageError
from flows.desk.access.sessions import ROLES, Role

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_LEAST_LETTERS = 12


@dataclass(frozen=True)
class User:
    """One user of the file."""

    name: str
    password: str
    role: Role


def read_users(file: Path, *, has_passwords: bool = True) -> dict[str, User]:
    """The users of a file, by name.

    Args:
        file: YAML.
        has_passwords: false where a proxy signs them in.

    Raises:
        UsageError: no such file, others can read it, or an entry is wrong.
    """
    entries = configs.yaml_file(file).get("users")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UsageError(f"{file}: other users of this machine can read it; run chmod 600 {file}")
    if not isinstance(entries, dict) or not entries:
        raise UsageError(f"{file}: no users; add one with `understory desk --add-user NAME`")
    found = {}
    for name, entry in entries.items():
        values = entry if isinstance(entry, dict) else {}
        password, role = values.get("password"), values.get("role")
        lacks_password = has_passwords and not str(password).startswith("$argon2")
        if lacks_password or role not in ROLES:
            raise UsageError(
                f"{file}: user {name} needs a password (argon2 hash) and a role "
                f"({', '.join(ROLES)}); add the user again with --add-user"
            )
        found[str(name)] = User(str(name), str(password), cast("Role", role))
    return found


def add_user(file: Path, name: str, role: Role, password: str | None) -> None:
    """Add a user to the file, or replace one; the password is kept as an argon2 hash.

    Args:
        file: made if it is not there.
        name: of the user.
        role: of the user.
        password: None for a user whom a proxy signs in.

    Raises:
        UsageError: the password is too short, or argon2-cffi is not installed.
    """
    if password is not None and len(password) < _LEAST_LETTERS:
        raise UsageError(f"the password has fewer than {_LEAST_LETTERS} characters; give more")
    content = configs.yaml_file(file) if file.exists() else {}
    users = dict(content.get("users") or {})
    kept = {} if password is None else {"password": _hasher().hash(password)}
    users[name] = {**kept, "role": role}
    with durable_files.written_whole(file) as path:
        path.chmod(0o600)
        path.write_text(yaml.safe_dump({"users": users}), encoding="utf-8")


class Passwords:
    """Checks passwords; an unknown name takes as long as a known one."""

    def __init__(self, users: dict[str, User]) -> None:
        self._users = users
        self._hasher = _hasher()
        self._of_nobody = self._hasher.hash("a password of nobody")

    def user_of(self, name: str, password: str) -> User | None:
        """The user of a name and a password."""
        from argon2.exceptions import InvalidHashError, VerificationError

        user = self._users.get(name)
        try:
            self._hasher.verify(self._of_nobody if user is None else user.password, password)
        except (VerificationError, InvalidHashError):
            return None
        return user


def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise UsageError(
            "--auth needs argon2-cffi; install it with: pip install 'understory[desk-users]'"
        ) from error
    return PasswordHasher()
