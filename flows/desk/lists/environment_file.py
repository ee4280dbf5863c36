"""The environment file of an installation: keys of sources, which are never shown again."""

from __future__ import annotations

import os
import re
import secrets
import shlex
from pathlib import Path

from configs.config_errors import UsageError
from reports.languages.catalogue import message

_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_LONGEST = 2_000


def read_keys(file: Path) -> dict[str, str]:
    """The variables of the file; none if the file does not exist."""
    if not file.is_file():
        return {}
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and _NAME.fullmatch(name):
            found[name] = "".join(shlex.split(value))
    return found


def write_key(file: Path, name: str, value: str | None) -> None:
    """Set a variable, or take it away; only the owner can read the file.

    Args:
        file: lines that a shell reads too.
        name: of the variable, one that a source's card names.
        value: the key; None takes it away.

    Raises:
        UsageError: the name or the value cannot be a key.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(message("this cannot be the name of a variable"))
    key = None if value is None else value.strip()
    if key is not None and not (0 < len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise UsageError(
            f"{name}: a key is one line of printable characters; copy it from the publisher again"
        )
    keys = {other: known for other, known in read_keys(file).items() if other != name}
    if key is not None:
        keys[name] = key
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(keys.items()))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(file)
