"""The register of the raw store: which file answers which address of a source, and since when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signals.fetching.fetch import write_json_atomically
from signals.source import RawFile

#: Answers of an unfinished pull older than this are asked for again.
RESUMED_DAYS = 7

#: In the index: how long runs take a file from the store without asking for it.
ALWAYS = "always"


@dataclass(frozen=True)
class RawRegister:
    """Indices of a folder `<root>/<first two of sha256>/<sha256>`, one per source.

    Attributes:
        root: the folder of the raw store.
        now: the time.
    """

    root: Path
    now: Callable[[], dt.datetime]

    @contextmanager
    def pulling(self, source_id: str) -> Iterator[None]:
        """Pull a source within the block; one that stopped before its end is continued.

        Answers that an unfinished pull of the last `RESUMED_DAYS` days brought are taken from the
        store, so that this one goes on at the next request. What ends a pull early (a limit, an
        outage, an interruption, a killed process) leaves it unfinished.
        """
        path = self._unfinished_file(source_id)
        now = self.now().replace(microsecond=0)
        began = self._unfinished(source_id).get("began")
        is_resumed = began is not None and now - began <= dt.timedelta(days=RESUMED_DAYS)
        record = {"began": (began if is_resumed and began else now).isoformat()}
        if is_resumed:
            record["resumed"] = now.isoformat()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(path, record)
        yield
        path.unlink(missing_ok=True)

    def _unfinished_file(self, source_id: str) -> Path:
        return self.root / "unfinished" / f"{source_id}.json"

    def _unfinished(self, source_id: str) -> dict[str, dt.datetime]:
        path = self._unfinished_file(source_id)
        if not path.exists():
            return {}
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return {}
        return {name: dt.datetime.fromisoformat(value) for name, value in record.items()}

    def of_unfinished_pull(self, source_id: str, url: str, key: str) -> RawFile | None:
        """The answer that the unfinished pull brought before it was resumed."""
        pull = self._unfinished(source_id)
        if "resumed" not in pull:
            return None
        known = self.known(source_id, url, key)
        is_of_it = known is not None and pull["began"] <= known.fetched_at <= pull["resumed"]
        return known if is_of_it else None

    def remove(self, source_id: str, urls: Sequence[str]) -> int:
        """Remove files of a source by their addresses; the bytes freed.

        Bytes that another address has too stay.
        """
        index = self._index(source_id)
        gone = [index.pop(url)["sha256"] for url in urls if url in index]
        if not gone:
            return 0
        write_json_atomically(self._index_file(source_id), index)
        others = (self._index(path.stem) for path in (self.root / "index").glob("*.json"))
        needed = {entry["sha256"] for other in others for entry in other.values()}
        freed = 0
        for digest in sorted(set(gone) - needed):
            place = self.place(digest)
            freed += place.stat().st_size if place.exists() else 0
            place.unlink(missing_ok=True)
        return freed

    def final_files(self) -> list[RawFile]:
        """Files that runs take from here without asking, by source and address."""
        found = []
        for path in sorted((self.root / "index").glob("*.json")):
            for url, entry in sorted(self._index(path.stem).items()):
                key = entry.get("key", "")
                raw = self.brought(path.stem, url, key)
                if raw is not None:
                    found.append(raw)
        return found

    def brought(self, source_id: str, url: str, key: str) -> RawFile | None:
        """A file that `bring` fetched for the time being; None where there is none."""
        until = self._index(source_id).get(url, {}).get("brought_until")
        if until is None:
            return None
        if until != ALWAYS and dt.datetime.fromisoformat(until) < self.now():
            return None
        return self.known(source_id, url, key)

    def place(self, digest: str) -> Path:
        """Where the file of a digest lies."""
        return self.root / digest[:2] / digest

    def _index_file(self, source_id: str) -> Path:
        return self.root / "index" / f"{source_id}.json"

    def _index(self, source_id: str) -> dict[str, dict[str, str]]:
        path = self._index_file(source_id)
        if not path.exists():
            return {}
        try:
            content: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            # Torn by a failure of the disk: its files are fetched again.
            return {}
        return content

    def known(self, source_id: str, url: str, key: str) -> RawFile | None:
        """A file that an earlier download brought; None where there is none."""
        entry = self._index(source_id).get(url)
        if entry is None or not self.place(entry["sha256"]).exists():
            return None
        place = self.place(entry["sha256"])
        return RawFile(
            source_id=source_id,
            path=str(place),
            origin=url,
            sha256=entry["sha256"],
            fetched_at=dt.datetime.fromisoformat(entry["fetched_at"]),
            bytes=place.stat().st_size,
            key=key,
            version=entry.get("version", ""),
        )

    def remember(self, raw: RawFile, brought_until: str = "") -> None:
        """Note a file; `brought_until` as in `ContentStore.bring`, a time or `ALWAYS`."""
        path = self._index_file(raw.source_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        entry = {"sha256": raw.sha256, "fetched_at": raw.fetched_at.isoformat()}
        if raw.version:
            entry["version"] = raw.version
        if brought_until:
            entry |= {"brought_until": brought_until, "key": raw.key}
        write_json_atomically(path, self._index(raw.source_id) | {raw.origin: entry})
