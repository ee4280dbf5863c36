"""A bucket with an S3 interface: list, fetch, write; every fault in one sentence.

Credentials come from the environment alone (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
`AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL`, `AWS_REGION`), and texts of the library, which may hold
parts of them, are in no sentence.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from configs import durable_files
from configs.config_errors import UsageError
from flows.run.storage.storage_address import StorageAddress

CONNECT_SECONDS, READ_SECONDS, RETRIES, RETRY_SECONDS = 10, 60, 3, 60
_AT_ONCE = 4

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
#: Values that are sent in headers and addresses.
_SENT = (
    *_KEYS, "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
)  # fmt: skip
#: Other ways in which the environment says who asks.
_OTHER_IDENTITIES = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_WITHOUT_SIGNATURE = ("AWS_SKIP_SIGNATURE", "AWS_NO_SIGN_REQUEST")
_STATUS = re.compile(r"status code: (\d{3})")
_YES = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True)
class StoredObject:
    """An object: its path within the bucket, its bytes, its ETag and when it was written."""

    path: str
    bytes: int
    etag: str
    written_at: dt.datetime


def reject_unusable(bucket: str, given: Mapping[str, str], endpoint: str) -> None:
    """Check what the library itself does not survive.

    Raises:
        UsageError: an address that is none, or a value with a space or a control character.
    """
    address = urlsplit(endpoint)
    if endpoint and (address.scheme not in ("http", "https") or not address.hostname):
        raise UsageError(
            f"s3://{bucket}: AWS_ENDPOINT_URL is no address of a server; write it as "
            "https://host or https://host:port"
        )
    broken = [name for name in _SENT if re.search(r"[^\x21-\x7e]", given.get(name, ""))]
    if broken:
        raise UsageError(
            f"s3://{bucket}: {broken[0]} has a space or a character outside ASCII; copy it again"
        )


def _stored(path: str, meta: Mapping[str, Any]) -> StoredObject:
    return StoredObject(path, meta["size"], str(meta["e_tag"]), meta["last_modified"])


class ObjectStore:
    """A bucket, asked with the credentials of the environment."""

    def __init__(self, bucket: str, environment: Mapping[str, str] | None = None) -> None:
        """Open a bucket; nothing is asked yet.

        Raises:
            UsageError: the library is not installed, or the environment has no credentials.
        """
        self.bucket = bucket
        given = os.environ if environment is None else environment
        try:
            self._library: Any = importlib.import_module("obstore")
            store: Any = importlib.import_module("obstore.store")
        except ImportError:
            raise UsageError(
                f"s3://{bucket}: the library for object storage is not installed here; install "
                "the extra `s3` (pip install 'understory[s3]'), or give a local folder"
            ) from None
        endpoint = given.get("AWS_ENDPOINT_URL_S3") or given.get("AWS_ENDPOINT_URL") or ""
        reject_unusable(bucket, given, endpoint)
        self._where = f" at {endpoint}" if endpoint else ""
        unsigned = any(given.get(name, "").lower() in _YES for name in _WITHOUT_SIGNATURE)
        missing = [name for name in _KEYS if not given.get(name)]
        if missing and not unsigned and not any(map(given.get, _OTHER_IDENTITIES)):
            raise UsageError(
                f"s3://{bucket}: {' and '.join(missing)} must be set in the environment, or "
                "AWS_SKIP_SIGNATURE=true for a bucket that anybody may read"
            )
        config: dict[str, Any] = {"skip_signature": True} if unsigned else {}
        if endpoint:
            config["endpoint"] = endpoint
        try:
            self._store = store.S3Store(
                bucket,
                config=config,
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                    "read_timeout": timedelta(seconds=READ_SECONDS),
                    # Whole objects may take longer than any one time.
                    "timeout": timedelta(days=1),
                },
                retry_config={
                    "max_retries": RETRIES,
                    "retry_timeout": timedelta(seconds=RETRY_SECONDS),
                },
            )
        except Exception as error:
            raise UsageError(
                f"s3://{bucket}: the settings of the environment cannot be used "
                f"({type(error).__name__}); check AWS_ENDPOINT_URL and AWS_REGION"
            ) from None

    def listed(self, path: str) -> list[StoredObject]:
        """The objects below a path, by path; the object of exactly this path is not among them.

        Raises:
            UsageError: the storage does not answer, or not with a list.
        """
        found: Sequence[Any] = self._asked(
            path, lambda: self._library.list(self._store, prefix=path or None).collect()
        )
        objects = (_stored(o["path"], o) for o in found)
        return sorted(objects, key=lambda one: one.path)

    def found(self, path: str) -> StoredObject | None:
        """The object of exactly this path, or None.

        Raises:
            UsageError: the storage does not answer.
        """
        try:
            meta = self._asked(path, lambda: self._library.head(self._store, path), is_there=False)
        except FileNotFoundError:
            return None
        return _stored(path, meta)

    def fetch(self, wanted: StoredObject, target: Path) -> None:
        """Write an object to a file, whole or not at all, if it is still the one that was listed.

        Raises:
            UsageError: the storage does not answer, or the object has changed or is cut off.
        """

        def copy() -> None:
            got = self._library.get(self._store, wanted.path, options={"if_match": wanted.etag})
            with durable_files.written_whole(target) as unfinished, unfinished.open("wb") as file:
                for part in got.stream(min_chunk_size=2**20):
                    file.write(part)
                file.flush()
                if file.tell() != wanted.bytes:
                    raise ConnectionError("the object ended early")

        self._asked(wanted.path, copy)

    def read(self, path: str) -> bytes | None:
        """The content of a small object, or None where there is none.

        Raises:
            UsageError: the storage does not answer.
        """

        def ask() -> bytes:
            return bytes(self._library.get(self._store, path).bytes())

        try:
            content: bytes = self._asked(path, ask, is_there=False)
        except FileNotFoundError:
            return None
        return content

    def write(self, path: str, content: Path | bytes) -> None:
        """Write an object; it is there whole or not at all.

        Raises:
            UsageError: the storage does not take it.
        """
        self._asked(path, lambda: self._library.put(self._store, path, content))

    def write_all(self, files: Mapping[str, Path]) -> None:
        """Write files as objects, several at once.

        Args:
            files: by the path of the object.

        Raises:
            UsageError: the storage does not take one; those that are not begun are left.
        """
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            written = pool.map(lambda one: self.write(*one), files.items())
            try:
                for _ in written:
                    pass
            finally:
                pool.shutdown(cancel_futures=True)

    def remove(self, path: str) -> None:
        """Remove an object; one that is gone already is no fault.

        Raises:
            UsageError: the storage does not allow it.
        """
        with suppress(FileNotFoundError):
            self._asked(path, lambda: self._library.delete(self._store, path), is_there=False)

    def _asked(self, path: str, ask: Any, *, is_there: bool = True) -> Any:
        """What the storage answers.

        Raises:
            FileNotFoundError: there is no such object, where it need not be there.
            UsageError: any other fault, in one sentence without a text of the library.
        """
        where = StorageAddress(self.bucket, path)
        try:
            return ask()
        except Exception as error:
            text = str(error)
            is_missing = isinstance(error, FileNotFoundError)
            if is_missing and not is_there and "NoSuchBucket" not in text:
                raise FileNotFoundError(str(where)) from None
            raise UsageError(f"{where}: {self._wrong(error, text)}") from None

    def _wrong(self, error: Exception, text: str) -> str:
        status = _STATUS.search(text)
        number = status[1] if status else ""
        kind = type(error).__name__
        if "NoSuchBucket" in text:
            return f"there is no bucket {self.bucket}{self._where}; correct the address"
        if number in ("401", "403") or kind in ("PermissionDeniedError", "UnauthenticatedError"):
            return (
                f"the storage{self._where} rejects the request ({number or kind}); check "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do there"
            )
        if kind == "PreconditionError":
            return "the object changed while it was fetched; run the command again"
        if isinstance(error, FileNotFoundError):
            return "there is no such object; correct the address"
        if number.startswith("3"):
            return (
                f"the storage{self._where} names another region ({number}); set AWS_REGION to "
                "that of the bucket"
            )
        if number:
            return f"the storage{self._where} answered {number}; try again later"
        if isinstance(error, OSError) and error.errno is not None:
            return f"the local file cannot be used ({error.strerror}); free space or check it"
        return (
            f"the storage{self._where} does not answer ({kind}); check the network and "
            "AWS_ENDPOINT_URL, and run the command again"
        )
