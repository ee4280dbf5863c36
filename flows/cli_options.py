"""Options that several verbs share, and the request they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from configs.model import Settings
    from flows.run_records import RunRequest

SupplierFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--suppliers",
        help="Supplier list (CSV, TSV, XLSX, Parquet, or a folder of them); may be repeated.",
        metavar="FILE",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Use only what was published by this day; default: the first of this month (UTC).",
        metavar="YYYY-MM-DD",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", help="Name of a profile, or the path of a YAML file."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change one configuration key; may be repeated.", metavar="KEY=VAL"),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(
        "--drop",
        help="Column of the list that must never be read; may be repeated.",
        metavar="COLUMN",
    ),
]
Out = Annotated[Path, typer.Option("--out", help="Folder of the results.", metavar="FOLDER")]
Force = Annotated[bool, typer.Option("--force", help="Do all stages again, and publish again.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Say more, and show the traceback of an error.")
]
RunId = Annotated[
    str, typer.Option("--run", help="A published run; default: the latest.", metavar="RUN")
]
Exposure = Annotated[
    list[str] | None,
    typer.Option(
        "--exposure",
        help="What there is more to find on, held apart in learning: workforce_band, or a figure "
        "of areas such as area_km2, population; may be repeated; default: tune.exposure.",
        metavar="NAME",
    ),
]
Method = Annotated[
    str, typer.Option("--method", help="logit, conditional (within countries) or ordinal.")
]

DEFAULT_OUT = Path("outputs")
LATEST_RUN = "latest"


def first_of_this_month() -> dt.date:
    """The day a run stands on when nobody names one."""
    return dt.datetime.now(dt.UTC).date().replace(day=1)


def parsed_as_of(text: str | None) -> dt.date:
    """The as-of day from what the user wrote.

    Raises:
        UsageError: it is no day of the calendar.
    """
    from configs.errors import UsageError

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
    from flows.run_records import RunRequest

    return RunRequest(settings, parsed_as_of(as_of), out, force)
