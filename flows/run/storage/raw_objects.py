"""The raw store in object storage: files by the hash of their bytes, and which a run used.

`<first two of sha256>/<sha256>` is a file, as in the folder of results, and `runs/<run>.json` says
which files a run used. Neither is written over. A record is written when all its files are there,
so that a run that is there can be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from configs.config_errors import UsageError
from flows.run.storage.object_store import ObjectStore, StoredObject
from flows.run.storage.storage_address import storage_address
from signals.fetching.fetch import file_sha256

KEY = "raw_store.address"

_RUNS = "runs"


class RawObjects:
    """The raw store at an address."""

    def __init__(self, address: str) -> None:
        """Open the store; nothing is asked yet.

        Raises:
            UsageError: it is no address, the library is missing, or there are no credentials.
        """
        self.address = storage_address(address, KEY)
        self._store = ObjectStore(self.address.bucket)

    def reject_unreachable(self) -> None:
        """Check that the bucket is there and may be read.

        Raises:
            UsageError: it is not.
        """
        self._store.listed(self._at("none"))

    def has_run(self, run_id: str) -> bool:
        """Whether the files of a run are there.

        Raises:
            UsageError: the storage does not answer.
        """
        return self._store.found(self._run(run_id)) is not None

    def record_of(self, run_id: str) -> dict[str, Any]:
        """What `keep_run` was given.

        Raises:
            UsageError: the run is not there, or the storage does not answer.
        """
        content = self._store.read(self._run(run_id))
        if content is None:
            raise UsageError(
                f"raw_store.repeat {run_id}: {self.address} has no run of this id; correct it, or "
                "set null to ask the publishers"
            )
        return self._parsed(run_id, content)

    def keep_run(self, run_id: str, record: Mapping[str, Any], files: Mapping[str, Path]) -> None:
        """Write the files that are not there yet, then the record of the run.

        Args:
            run_id: of the run.
            record: which files it used.
            files: by their SHA-256.

        Raises:
            UsageError: the storage does not take a file; the same call goes on where it ended.
        """
        self._store.write_all(
            {
                self._file(digest): path
                for digest, path in files.items()
                if not self._has(digest, path.stat().st_size)
            }
        )
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1)
        self._store.write(self._run(run_id), f"{text}\n".encode())

    def fetch(self, digest: str, target: Path) -> None:
        """Write a file of the store to a path, checked to have the bytes of its name.

        Raises:
            UsageError: it is not there or was changed, or the storage does not answer.
        """
        found = self._store.found(self._file(digest))
        if found is None:
            raise UsageError(
                f"s3://{self.address.bucket}/{self._file(digest)}: a file that the run used is "
                "gone from the raw store; set raw_store.repeat to null to ask the publishers"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        self._store.fetch(found, target)
        if file_sha256(target) != digest:
            target.unlink()
            raise UsageError(
                f"s3://{self.address.bucket}/{found.path}: this is not the file that the run used, "
                "as its bytes have another hash; restore it, or set raw_store.repeat to null"
            )

    def files(self) -> list[StoredObject]:
        """All files of the store, not the records of runs.

        Raises:
            UsageError: the storage does not answer.
        """
        runs = self._at(f"{_RUNS}/")
        listed = self._store.listed(self.address.path)
        return [
            one
            for one in listed
            if not one.path.startswith(runs) and one.path == self._file(Path(one.path).name)
        ]

    def run_objects(self) -> dict[str, StoredObject]:
        """The record of every run, by the run's id.

        Raises:
            UsageError: the storage does not answer.
        """
        return {Path(one.path).stem: one for one in self._store.listed(self._at(_RUNS))}

    def used_by(self, run_id: str) -> set[str]:
        """The hashes of all files of a run, windows of rasters among them.

        Raises:
            UsageError: as `record_of` raises it.
        """
        found: set[str] = set()
        for source in self.record_of(run_id)["sources"].values():
            for file in source.get("files", []):
                found |= {file["sha256"], *file["windows"].values()}
        return found

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects of the store.

        Raises:
            UsageError: the storage does not allow it.
        """
        for path in paths:
            self._store.remove(path)

    def _has(self, digest: str, size: int) -> bool:
        found = self._store.found(self._file(digest))
        return found is not None and found.bytes == size

    def _parsed(self, run_id: str, content: bytes) -> dict[str, Any]:
        try:
            record = json.loads(content)
        except ValueError:
            record = None
        if not isinstance(record, dict) or record.get("run") != run_id:
            raise UsageError(
                f"s3://{self.address.bucket}/{self._run(run_id)}: this is no record of the run; "
                "restore it, or remove it and run the month again"
            )
        return record

    def _run(self, run_id: str) -> str:
        return self._at(f"{_RUNS}/{run_id}.json")

    def _file(self, digest: str) -> str:
        return self._at(f"{digest[:2]}/{digest}")

    def _at(self, name: str) -> str:
        return f"{self.address.path}/{name}" if self.address.path else name
