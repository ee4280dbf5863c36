"""Data of the page as text inside it: harmless in a script element, and compressed where long."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass

from reports.page.html_packing import packed, plain

#: JSON longer than this is compressed; shorter data stay readable in the file.
COMPRESS_FROM_BYTES = 500_000

#: Takes a third of the time of the next but one, which is 2 % smaller.
_COMPRESSION = 6


@dataclass(frozen=True)
class EmbeddedData:
    """Data as it stands inside the page.

    Attributes:
        encoding: `json`, or `gzip-base64`.
        text: harmless inside a script element of any type: it holds no `<`, no `&` and no line
            separator that ends a JavaScript string.
    """

    encoding: str
    text: str


def embed(data: Mapping[str, object]) -> EmbeddedData:
    """The data as text for a script element; long data compressed, equal data equal text."""
    text = _json(packed(data))
    if len(text) < COMPRESS_FROM_BYTES and len(whole := _json(plain(data))) < COMPRESS_FROM_BYTES:
        return EmbeddedData("json", escaped(whole))
    small = gzip.compress(text.encode("utf-8"), compresslevel=_COMPRESSION, mtime=0)
    return EmbeddedData("gzip-base64", base64.b64encode(small).decode("ascii"))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def escaped(text: str) -> str:
    """JSON that cannot end the script element it is in."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
