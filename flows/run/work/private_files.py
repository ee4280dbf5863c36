"""Who may read what runs write: their owner alone, unless the environment says otherwise."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

#: Octal mask of permissions that new files do not get, such as 027 for a folder of a group.
UMASK_VARIABLE = "UNDERSTORY_UMASK"
_OWNER_ALONE = 0o077


def keep_files_private(environment: Mapping[str, str] = os.environ) -> None:
    """Let new files and folders be readable by their owner alone, or as `UNDERSTORY_UMASK` says.

    Processes that are started later inherit this.
    """
    stated = environment.get(UMASK_VARIABLE, "")
    os.umask(int(stated, 8) if re.fullmatch(r"0?[0-7]{3}", stated) else _OWNER_ALONE)
