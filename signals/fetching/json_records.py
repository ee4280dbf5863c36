"""Records of a file that is a JSON list, or JSON Lines with one record a line."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from signals.fetching.archives import RATIO_LIMIT, SMALL_BYTES
from signals.fetching.responses import open_body, parsed_json, read_json
from signals.source_limits import limits_in_force
from suppliers.input_errors import DataRejectedError

_LONGEST_LINE = 16_000_000


def json_records(path: Path, where: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """The records by position, from 1; lines are read one at a time.

    Args:
        path: the file, gzipped or not.
        where: its name, for messages.

    Yields:
        Position and record; None for an item or a line that is not a JSON object.

    Raises:
        DataRejectedError: the file cannot be read.
    """
    try:
        with open_body(path) as stream:
            is_list = stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
        if not is_list:
            with open_body(path) as stream:
                packed, size, position = max(path.stat().st_size, 1), 0, 0
                while line := stream.readline(_LONGEST_LINE):
                    size += len(line)
                    is_swollen = size > SMALL_BYTES and size > packed * RATIO_LIMIT
                    if is_swollen or size > limits_in_force().unpacked_bytes:
                        raise DataRejectedError(
                            f"{where}: it swells beyond any plausible text when it is unpacked; it "
                            "is not read."
                        )
                    if line.strip(b"\xef\xbb\xbf \t\r\n"):
                        position += 1
                        yield position, _record(line.removeprefix(b"\xef\xbb\xbf"))
            return
    except (OSError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataRejectedError(
            f"{where}: the file cannot be unpacked; it may be cut off. Fetch it again."
        ) from error
    content = read_json(path)
    for position, item in enumerate(content if isinstance(content, list) else [], start=1):
        yield position, item if isinstance(item, dict) else None


def _record(line: bytes) -> Mapping[str, Any] | None:
    try:
        item = parsed_json(line)
    except ValueError:
        return None
    return item if isinstance(item, dict) else None
