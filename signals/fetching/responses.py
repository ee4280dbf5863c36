"""Whether a body is what was asked for, and reading bodies that may be gzipped."""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast, get_args

import numpy as np

from signals.fetching.archives import RATIO_LIMIT, SMALL_BYTES
from signals.source_limits import limits_in_force
from suppliers.input_errors import DataRejectedError

BodyKind = Literal["json", "csv", "tiff", "zip", "geopackage", "html", "text"]

#: A gzip file may unpack to at most this many bytes.
UNPACKED_LIMIT_BYTES = 2_000_000_000

_GZIP_MAGIC = b"\x1f\x8b"
_TIFF_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_SQLITE_MAGIC = b"SQLite format 3\x00"
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_DELIMITERS = (",", ";", "\t", "|")
_HTML_MARKS = (b"<html", b"<!doctype html", b"<head", b"<body")
_PEEK_BYTES = 4096
_CHUNK_BYTES = 1 << 20
_HALF_A_PAGE = "it is no whole HTML page"
#: A backslash and, in the group, what makes it an escape of JSON.
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_MOST_DIGITS = 300
#: What may be a number beyond those that a float holds.
_HUGE = re.compile(rb"[0-9][eE]\+?[0-9]{3}|[0-9]{%d}" % _MOST_DIGITS)
#: What a byte of JSON adds to the level of nesting.
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
#: How Python marks a byte that is not UTF-8.
_FOREIGN_BYTE = re.compile("[\udc80-\udcff]")


def body_fault(path: Path, expect: str) -> str | None:
    """What is wrong with a body, in a few words, or None.

    Args:
        path: the body as stored; gzip is looked through, save for zip and tiff.
        expect: `json` (parses whole), `csv` (a delimiter in the first line), `tiff`, `zip`
            and `geopackage` (magic bytes), `html` (a page that ends), `text` (anything but a page).

    Raises:
        ValueError: `expect` is no kind of body.
    """
    if expect not in get_args(BodyKind):
        raise ValueError(f"no such kind of body: {expect}")
    try:
        with open_body(path) as stream:
            head = stream.read(_PEEK_BYTES)
        if not head:
            return "the body is empty"
        if expect == "html":
            return None if b"</html" in _whole(path)[-_PEEK_BYTES:].lower() else _HALF_A_PAGE
        if expect != "zip" and any(mark in head[:1024].lower() for mark in _HTML_MARKS):
            return f"an HTML page came instead of {expect}"
        if expect == "json":
            parsed_json(_whole(path))
        elif expect == "csv" and not any(mark in _first_line(head) for mark in _DELIMITERS):
            return "the first line has no delimiter, so it is not CSV"
        elif expect == "tiff" and not head.startswith(_TIFF_MAGIC):
            return "it does not begin as a TIFF does"
        elif expect == "zip" and not head.startswith(_ZIP_MAGIC):
            return "it does not begin as a zip archive does"
        elif expect == "geopackage" and not head.startswith(_SQLITE_MAGIC):
            return "it does not begin as a GeoPackage does"
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return "the gzip data are cut off or broken"
    except ValueError:
        return "the JSON does not parse; it may be cut off"
    except DataRejectedError as error:
        return str(error).rstrip(".")
    return None


def open_body(path: Path) -> BinaryIO:
    """Open a file for reading bytes, unpacking gzip by its magic bytes and not by its name."""
    with path.open("rb") as stream:
        packed = stream.read(2) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def read_body(path: Path) -> bytes:
    """All bytes of a file, unpacked.

    Raises:
        DataRejectedError: it is cut off or broken, unpacks to more than `UNPACKED_LIMIT_BYTES`,
            or swells beyond `RATIO_LIMIT`.
    """
    try:
        return _whole(path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataRejectedError(
            f"{path.name}: the gzip data are cut off or broken; fetch the file again."
        ) from error


def _whole(path: Path) -> bytes:
    packed, parts, size = max(path.stat().st_size, 1), [], 0
    most = min(UNPACKED_LIMIT_BYTES, limits_in_force().unpacked_bytes)
    with open_body(path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            parts.append(chunk)
            size += len(chunk)
            if size > most:
                raise DataRejectedError(
                    f"{path.name}: it unpacks to more than {most} bytes; split the file."
                )
            if size > SMALL_BYTES and size > packed * RATIO_LIMIT:
                raise DataRejectedError(
                    f"{path.name}: it swells beyond any plausible text when it is unpacked; it is "
                    "not read."
                )
    return b"".join(parts)


def read_json(path: Path) -> object:
    """A JSON file, gzipped or not.

    Raises:
        DataRejectedError: it does not parse.
    """
    try:
        parsed = parsed_json(read_body(path))
    except ValueError as error:
        raise DataRejectedError(
            f"{path.name}: the JSON does not parse and may be cut off; fetch the file again."
        ) from error
    return parsed


def parsed_json(data: bytes) -> object:
    """The content of a JSON body, also if single strings in it break the grammar.

    Publishers put headlines into JSON as they came: with raw tabs and line ends, with backslashes
    that begin no escape, with bytes of an older encoding. Such a string keeps these characters, so
    that it costs neither its record nor the other records of the page. A number that no computer
    holds (`NaN`, `Infinity`, `1e999`) is null: it is none.

    Raises:
        ValueError: it does not parse otherwise, such as a body that is cut off or nested without
            end.
    """
    most = limits_in_force().nesting
    try:
        content = _loaded(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _most_levels(data) > most and _levels(content) > most:
        raise ValueError("nested too deeply")
    return content


def _most_levels(data: bytes) -> int:
    """Levels of a JSON body at most: brackets inside of texts count too."""
    level = highest = 0
    for start in range(0, len(data), _CHUNK_BYTES):
        steps = _STEPS[np.frombuffer(data[start : start + _CHUNK_BYTES], dtype=np.uint8)]
        levels = np.cumsum(steps, dtype=np.int64)
        highest = max(highest, level + int(levels.max()))
        level += int(levels[-1])
    return highest


def _levels(content: object) -> int:
    """Levels of a document's lists and records inside one another."""
    inside, levels = [content], 0
    while inside := [one for one in inside if isinstance(one, dict | list)]:
        levels += 1
        inside = [
            value for one in inside for value in (one.values() if isinstance(one, dict) else one)
        ]
    return levels


def _loaded(data: bytes) -> object:
    numbers = _HUGE_NUMBERS if _HUGE.search(data) else _NUMBERS
    try:
        content: object = json.loads(data, **numbers)
    except ValueError:
        encoding = json.detect_encoding(data)
        if encoding.startswith("utf-8"):
            text = data.decode(encoding, errors="surrogateescape")
            text = _FOREIGN_BYTE.sub(_western_letter, text)
        else:
            text = data.decode(encoding)
        content = json.loads(_ESCAPE.sub(_kept_escape, text), strict=False, **numbers)
    return content


def _none(text: str) -> None:
    """No number."""
    del text


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _small_enough(text: str) -> int | None:
    # A whole number that no float holds; Python reads those of 4,300 digits at most.
    return int(text) if len(text) < _MOST_DIGITS else None


_NUMBERS: dict[str, Any] = {"parse_constant": _none}
_HUGE_NUMBERS: dict[str, Any] = {
    **_NUMBERS, "parse_float": _finite, "parse_int": _small_enough
}  # fmt: skip


def _western_letter(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", errors="replace")


def _kept_escape(match: re.Match[str]) -> str:
    return match[0] if match[1] else "\\" + match[0]


def read_text_body(path: Path) -> bytes:
    """The bytes of a text table, unpacked.

    Raises:
        DataRejectedError: cut off, broken or empty.
    """
    content = read_body(path)
    if not content.strip():
        raise DataRejectedError(f"{path.name}: the file is empty; give a table with a header.")
    return content


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _first_line(head: bytes) -> str:
    return _decoded(head).lstrip().split("\n", 1)[0]
