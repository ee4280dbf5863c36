"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
