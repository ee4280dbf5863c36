"""The command `understory`, for Linux and macOS."""

import sys

if sys.platform == "win32":
    # Locks of folders and the parent of a run's process need a POSIX system.
    raise SystemExit(
        "understory: this is Windows, where it does not run by itself; run it in WSL 2 or in the "
        "container image (deploy/Containerfile)."
    )
