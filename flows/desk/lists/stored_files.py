"""Files that were sent, copied part by part."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import IO

_PART = 1 << 20


def store_parts(content: IO[bytes], target: Path) -> tuple[int, str]:
    """Copy part by part; size and hash."""
    temporary = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("wb") as stream:
            while part := content.read(_PART):
                stream.write(part)
                digest.update(part)
                size += len(part)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return size, digest.hexdigest()
