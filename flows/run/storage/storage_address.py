"""Addresses of object storage, `s3://bucket/path`, and where copies of their objects lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from configs.config_errors import UsageError

#: A path keeps one of the two slashes of an address.
_S3 = re.compile(r"^s3:/{1,2}(?P<bucket>[^/]*)/?(?P<path>.*)$", re.IGNORECASE | re.DOTALL)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class StorageAddress:
    """A bucket, and the path of an object or of a folder in it, without slashes at its ends."""

    bucket: str
    path: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.path}".rstrip("/")


def is_storage(text: str | Path) -> bool:
    """Whether a text, or what a path has kept of it, is an address of object storage."""
    return _S3.match(str(text)) is not None


def as_written(path: Path) -> str:
    """A path as text, with both slashes of an address, of which a path keeps one."""
    text = str(path)
    return re.sub(r"(?i)^s3:/(?!/)", "s3://", text)


def storage_address(text: str | Path, of: str) -> StorageAddress:
    """The address in a text.

    Args:
        text: As the user wrote it, or what a path has kept of it.
        of: The option or key, for the sentence.

    Raises:
        UsageError: it is no address of an S3 bucket, or leads out of its folder.
    """
    found = _S3.match(str(text))
    if found is None or not _BUCKET.fullmatch(found["bucket"]):
        raise UsageError(
            f"{of} {str(text)!r}: this is no address of object storage; write it as "
            "s3://bucket/path, with a bucket of lower-case letters, digits, dots and hyphens"
        )
    path = found["path"].strip("/")
    if path and not is_safe(path):
        raise UsageError(
            f"{of} {str(text)!r}: its path has an empty part, a dot part or a control character; "
            "write it as s3://bucket/path"
        )
    return StorageAddress(found["bucket"], path)


def is_safe(path: str) -> bool:
    """Whether a path stays within the folder that it is appended to, on any system."""
    parts = path.split("/")
    return not any(part in ("", ".", "..") for part in parts) and not re.search(
        r"[\x00-\x1f\x7f\\:]", path
    )
