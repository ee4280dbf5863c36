"""Checksums that publishers state for a file, in a header or beside it, and whether a body has one.

Forms: `Content-MD5` (RFC 1864), `Digest` and `Repr-Digest` (RFC 3230, RFC 9530), `x-goog-hash` of
Google Cloud Storage; `md5:...` as in the records of Zenodo.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

_LENGTHS = {"md5": 16, "sha256": 32}
_GOOGLE = re.compile(r"\bmd5=([A-Za-z0-9+/=]+)")
_DIGEST = re.compile(r"\b(sha-256|md5)=:?([A-Za-z0-9+/]+=*):?", re.IGNORECASE)


def stated_checksum(headers: Mapping[str, str], *, is_part: bool) -> str:
    """The checksum of the whole file that the headers of an answer state.

    Args:
        headers: of the answer, names in lower case.
        is_part: the answer is a part of the file, which `Content-MD5` and `Digest` may be of.

    Returns:
        `sha256:` or `md5:` with the digits in hexadecimal; empty where nothing usable is stated.
    """
    if "content-encoding" in headers:
        return ""
    google = _GOOGLE.search(headers.get("x-goog-hash", ""))
    found = [("md5", google[1])] if google else []
    if not is_part:
        for name in ("repr-digest", "digest"):
            for kind, value in _DIGEST.findall(headers.get(name, "")):
                found.append((kind.lower().replace("-", ""), value))
        found.append(("md5", headers.get("content-md5", "")))
    for kind, value in sorted(found, reverse=True):
        digits = _hexadecimal(kind, value)
        if digits:
            return f"{kind}:{digits}"
    return ""


def has_checksum(path: Path, checksum: str) -> bool:
    """Whether the bytes of a file have a checksum such as `md5:9a03...`.

    Raises:
        ValueError: it is of another kind than sha256 and md5.
    """
    kind, _, digits = checksum.partition(":")
    if kind not in _LENGTHS:
        raise ValueError(f"no such kind of checksum: {kind}")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, kind).hexdigest() == digits.lower()


def _hexadecimal(kind: str, value: str) -> str:
    """Digits from base64 or hexadecimal; empty where it is neither of the right length."""
    length = _LENGTHS[kind]
    if re.fullmatch(f"[0-9a-fA-F]{{{2 * length}}}", value):
        return value.lower()
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        return ""
    return raw.hex() if len(raw) == length else ""
