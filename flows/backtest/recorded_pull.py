"""Pulling for many days at once: each file is asked for once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from signals.source import RawFile, RawStore


class EachOnce:
    """A raw store that is asked for the same file once; implements `RawStore`."""

    def __init__(self, store: RawStore) -> None:
        self._store = store
        self._known: dict[tuple[str, ...], RawFile] = {}

    def keep(self, source_id: str, path: Path, *, key: str = "") -> RawFile:
        """Register a file of a local mirror."""
        return self._once(
            ("keep", str(path), key), lambda: self._store.keep(source_id, path, key=key)
        )

    def download(self, source_id: str, url: str, *, key: str = "", **how: Any) -> RawFile:
        """Fetch a file."""
        return self._once(
            ("download", url, key),
            lambda: self._store.download(source_id, url, key=key, **how),
        )

    def ask(
        self, source_id: str, url: str, question: Mapping[str, object], *, key: str = "", **how: Any
    ) -> RawFile:
        """Ask a question of a publisher."""
        asked = json.dumps(question, sort_keys=True, default=str)
        return self._once(
            ("ask", url, asked, key),
            lambda: self._store.ask(source_id, url, question, key=key, **how),
        )

    def put(self, source_id: str, origin: str, content: bytes, *, key: str = "") -> RawFile:
        """Keep an answer that took several requests."""
        return self._store.put(source_id, origin, content, key=key)

    def refer(self, source_id: str, url: str, *, key: str = "", final: bool = False) -> RawFile:
        """Register a raster that is read in windows."""
        return self._once(
            ("refer", url, key),
            lambda: self._store.refer(source_id, url, key=key, final=final),
        )

    def _once(self, name: tuple[str, ...], ask: Callable[[], RawFile]) -> RawFile:
        if name not in self._known:
            self._known[name] = ask()
        return self._known[name]
