"""The log of who did what at the desk: lines are added and never changed."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any


class ActionLog:
    """A file of JSON lines that its owner alone can read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, user: str, action: str, **facts: str | int) -> None:
        """Write one line, on the disk before this returns.

        Args:
            user: who.
            action: what, such as `save answers`.
            facts: the list and the like; never a key, a name of a supplier or a value of a list.
        """
        record = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "user": user,
            "action": action,
            **facts,
        }
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps(record, ensure_ascii=False) + "\n"
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def entries(self) -> list[dict[str, Any]]:
        """All lines, oldest first."""
        if not self._file.is_file():
            return []
        return [json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
