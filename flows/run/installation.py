"""Several lists in one installation: a workspace is a folder of results of its own within it.

Everything that a list has lies in its workspace: runs, `latest`, warehouse, reference, raw files,
lock and schedule. Nothing is shared between them but the program and the server of `serve`.
"""

from __future__ import annotations

import re
from pathlib import Path

#: In the folder of results of the installation.
WORKSPACES = "workspaces"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def workspace_folder(out: Path, name: str) -> Path:
    """The folder of results of a workspace.

    Args:
        out: folder of results of the installation.
        name: of the workspace.

    Raises:
        UsageError: the name could be another folder.
    """
    from configs.config_errors import UsageError

    if not _NAME.fullmatch(name):
        raise UsageError(
            f"--workspace {name}: write lower-case letters, digits and hyphens, at most 40, such "
            "as textiles-eu"
        )
    return out / WORKSPACES / name


def workspace_name(out: Path) -> str | None:
    """Name of the workspace whose folder of results this is; None: the installation's own."""
    return out.name if out.parent.name == WORKSPACES and out.name else None


def installation_of(out: Path) -> Path:
    """The installation's own folder of results, for that or for the folder of a workspace."""
    return out if workspace_name(out) is None else out.parents[1]


def folders_of_results(out: Path) -> list[Path]:
    """Folders of all lists of an installation: its own, where it has one, and the workspaces."""
    named = [workspace_folder(out, name) for name in workspaces(out)]
    has_own = not named or (out / "latest").is_symlink()
    return [out, *named] if has_own else named


def workspaces(out: Path) -> list[str]:
    """Names of the workspaces of an installation."""
    folder = out / WORKSPACES
    return sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
