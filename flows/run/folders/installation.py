"""Several lists in one installation: a workspace is a folder of results of its own within it.

Everything that a list has lies in its workspace: runs, `latest`, warehouse, reference, raw files,
lock and schedule. Nothing is shared between them but the program and the server of `serve`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

#: In the folder of results of the installation.
WORKSPACES = "workspaces"
#: In a workspace: the profile of a list that was made at the desk; verbs of the workspace use it.
LIST_PROFILE = "list.yaml"
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

    if not is_name(name):
        raise UsageError(
            f"--workspace {name}: write lower-case letters, digits and hyphens, at most 40, such "
            "as textiles-eu"
        )
    return out / WORKSPACES / name


def is_name(text: str) -> bool:
    """Whether a text can be the name of a workspace, and thus of no other folder."""
    return _NAME.fullmatch(text) is not None


def name_for(title: str, taken: Collection[str]) -> str:
    """The name of a workspace for a list: its title in plain letters, with a number if taken.

    Args:
        title: as the user wrote it.
        taken: names of the workspaces that are there.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-") or "list"
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return name


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
    if not folder.is_dir():
        return []
    return sorted(one.name for one in folder.iterdir() if one.is_dir() and is_name(one.name))
