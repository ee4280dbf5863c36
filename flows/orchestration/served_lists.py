"""The lists that `serve` runs: its own, and those of the workspaces of the installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from configs import durable_files
from configs.config_errors import UsageError
from flows.run.folders.installation import (
    installation_of,
    workspace_folder,
    workspace_name,
    workspaces,
)
from flows.run.request import run_request

#: In the folder of a workspace: its schedule, for every later start of the server.
FILE = "schedule.json"


@dataclass(frozen=True)
class Schedule:
    """What runs, and when: by default on the first of every month."""

    profile: str | None
    suppliers: tuple[str, ...]
    overrides: tuple[str, ...]
    out: Path
    drop: tuple[str, ...] = ()
    mapping: Path | None = None
    completed: Path | None = None
    cron: str | None = None
    working_directory: Path | None = None

    def parameters(self) -> dict[str, Any]:
        """Of the flow `monthly`."""
        return {
            "profile": self.profile,
            "suppliers": list(self.suppliers),
            "overrides": list(self.overrides),
            "drop": list(self.drop),
            "mapping": None if self.mapping is None else str(self.mapping),
            "completed": None if self.completed is None else str(self.completed),
            "out": str(self.out.resolve()),
        }

    def has_list(self) -> bool:
        """Whether it names a list, itself or by its profile.

        Raises:
            UsageError: the configuration is wrong.
        """
        settings = run_request.settings_of(
            self.profile,
            self.overrides,
            list(self.suppliers),
            self.drop,
            self.mapping,
            self.completed,
        )
        return bool(settings.suppliers.files)


def to_serve(schedule: Schedule) -> list[Schedule]:
    """The given schedule, which is kept if it is a workspace's, and those that were kept.

    Raises:
        UsageError: no list is named, neither now nor before.
    """
    others = [one for one in kept(installation_of(schedule.out)) if one.out != schedule.out]
    if schedule.has_list():
        if workspace_name(schedule.out) is not None:
            _keep(schedule)
        return [schedule, *others]
    if workspace_name(schedule.out) is not None or not others:
        raise UsageError("no supplier list: give one with --suppliers FILE, or a profile that has")
    return others


def kept(installation: Path) -> Iterator[Schedule]:
    """The schedules of the workspaces of an installation.

    Raises:
        UsageError: a file is not one that was kept.
    """
    for name in workspaces(installation):
        folder = workspace_folder(installation, name)
        path = folder / FILE
        if path.is_file():
            try:
                yield _from_record(json.loads(path.read_text(encoding="utf-8")), folder)
            except (ValueError, TypeError, KeyError) as error:
                raise UsageError(
                    f"{path}: this is no schedule; delete it and start `understory serve "
                    f"--workspace {name}` with the list again"
                ) from error


def _keep(schedule: Schedule) -> None:
    record = asdict(schedule)
    del record["out"]
    text = json.dumps(record, indent=1, sort_keys=True, default=str)
    durable_files.write_text(schedule.out / FILE, text)


def _from_record(record: dict[str, Any], out: Path) -> Schedule:
    paths = ("mapping", "completed", "working_directory")
    several = ("suppliers", "overrides", "drop")
    values = {one.name: record[one.name] for one in fields(Schedule) if one.name != "out"}
    values |= {name: None if values[name] is None else Path(values[name]) for name in paths}
    values |= {name: tuple(values[name]) for name in several}
    return Schedule(**values, out=out)
