"""From a profile and changes to it to the request that the stages are given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from configs.settings import Settings
    from flows.run.stage_types import RunRequest


def first_of_this_month() -> dt.date:
    """The day a run stands on when no one names one."""
    return dt.datetime.now(dt.UTC).date().replace(day=1)


def parsed_as_of(text: str | None) -> dt.date:
    """The as-of day from what the user wrote.

    Raises:
        UsageError: it is no day of the calendar.
    """
    from configs.config_errors import UsageError

    if text is None:
        return first_of_this_month()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--as-of {text}: this is no day of the calendar; write it as 2022-03-01"
        ) from error


def settings_of(
    profile: str | None,
    overrides: Sequence[str] | None = None,
    suppliers: Sequence[Path | str] | None = None,
    drop: Sequence[str] | None = None,
) -> Settings:
    """The effective settings, with the list and the dropped columns of the command line.

    Columns to drop add to those of the profile; a list replaces the profile's.

    Raises:
        UsageError: the profile or a key is wrong.
    """
    import configs

    settings = configs.load(profile, overrides or ())
    changes: dict[str, object] = {}
    if suppliers:
        changes["files"] = [str(path) for path in suppliers]
    if drop:
        changes["columns"] = {"drop": [*settings.suppliers.columns.drop, *drop]}
    return configs.load(profile, overrides or (), {"suppliers": changes}) if changes else settings


def request_of(settings: Settings, as_of: str | None, out: Path, force: bool) -> RunRequest:
    """What the stages are asked for."""
    from flows.run.stage_types import RunRequest

    return RunRequest(settings, parsed_as_of(as_of), out, force)
