"""Tables of a source that the guard has searched, so that the same bytes are not searched again.

Only the verdict that nothing was found is kept, as a hash of all that it depends on: the bytes of
the file, the columns that are read, what the user declared, and the code of the guard. A table in
which anything was found is searched each time. The verdicts of a source lie in one file, which
holds those of its last staging alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from configs import durable_files
from suppliers.intake.fields import FieldKind
from suppliers.intake.guard_report import GuardSettings


class SearchedTables:
    """Verdicts of one source.

    Attributes:
        used: verdicts of this staging.
    """

    def __init__(self, code: str, before: frozenset[str]) -> None:
        self._code, self._before = code, before
        self.used: set[str] = set()

    def key(
        self,
        path: Path,
        content: str,
        sheet: str | None,
        columns: Mapping[str, int],
        kinds: Mapping[str, FieldKind],
        settings: GuardSettings,
    ) -> str | None:
        """Hash of all that the verdict on a table depends on; None where the file has changed.

        Args:
            path: of the file, which has been read.
            content: `content_hash` of it before it was read.
            sheet: the one sheet that is read; None for the table of the file.
            columns: position in the file by name.
            kinds: of the values, by name.
            settings: columns dropped and false alarms declared.
        """
        if content_hash(path) != content:
            return None
        declared = sorted(settings.declared_false_alarms.items())
        parts = (
            self._code, content, path.suffix.lower(), sheet, sorted(columns.items()),
            sorted(kinds.items()), sorted(settings.drop), declared, settings.sole_traders,
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def has_nothing(self, key: str) -> bool:
        """Whether nothing was found in the table of a key when it was searched."""
        if key in self._before:
            self.used.add(key)
        return key in self._before

    def note(self, key: str) -> None:
        """Remember that nothing was found."""
        self.used.add(key)


def content_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_tables: ContextVar[SearchedTables | None] = ContextVar("tables", default=None)


@contextmanager
def verdicts_kept(file: Path, code: str) -> Iterator[None]:
    """Use the verdicts of a file within the block, and leave those of the block in it.

    An error within the block leaves the file as it was.

    Args:
        file: made if it is not there; one that is torn counts as none.
        code: version of all code of the guard and of the readers of tables.
    """
    before = _verdicts(file)
    tables = SearchedTables(code, before)
    token = _tables.set(tables)
    try:
        yield
    finally:
        _tables.reset(token)
    if tables.used != before and (tables.used or file.exists()):
        durable_files.write_text(file, json.dumps(sorted(tables.used), indent=0))


def searched_tables() -> SearchedTables | None:
    """Verdicts in force; None outside of `verdicts_kept`."""
    return _tables.get()


def _verdicts(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    try:
        return frozenset(map(str, json.loads(file.read_text(encoding="utf-8"))))
    except ValueError:
        return frozenset()
