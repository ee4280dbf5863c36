"""The folder of the user in which what can be made again is kept."""

from __future__ import annotations

import os
from pathlib import Path


def user_cache() -> Path | None:
    """``understory`` in ``XDG_CACHE_HOME``, else in ``~/.cache``; None for a user without a home.

    It may not exist yet, and may not be writable.
    """
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "understory"
    except RuntimeError:
        return None
