"""Where results may go: a folder of this machine, never an address."""

from __future__ import annotations

import re
from pathlib import Path

from configs.config_errors import UsageError

#: A path keeps one of the two slashes of an address.
_ADDRESS = re.compile(r"^([a-z][a-z0-9+.-]+):/", re.IGNORECASE)


def reject_address(out: Path) -> Path:
    """The folder as it is.

    Raises:
        UsageError: it is the address of an object store or of a web server.
    """
    found = _ADDRESS.match(str(out))
    if found:
        raise UsageError(
            f"--out {found[1]}:// is an address, and results go to a folder of this machine: the "
            "warehouse needs a disk that can be locked; name a folder, and set publish.upload_to "
            "to s3://bucket/path to have each published run uploaded"
        )
    return out
