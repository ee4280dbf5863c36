"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.stored_files import IN_SETTINGS, READ

SupplierFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--suppliers",
        help="Supplier list (CSV, TSV, XLSX, Parquet or a folder of them); may be repeated.",
        metavar="FILE",
    ),
    IN_SETTINGS,
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="As-of date: only data published by this day are used; default: first of this month.",
        metavar="YYYY-MM-DD",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", help="Name of a profile, or path of a YAML file."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change one configuration key; may be repeated.", metavar="KEY=VAL"),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(
        "--drop",
        help="Column of the list to leave unread; may be repeated.",
        metavar="COLUMN",
    ),
]
#: As `configs.settings.Language`, which is too slow to import for help.
ReportLanguageName = Literal["en", "es", "fr", "pt", "id", "vi", "de"]
ReportLanguage = Annotated[
    ReportLanguageName | None,
    typer.Option(
        "--language",
        help="Language of the outputs; default: that of the profile, or of the run. What is not "
        "translated stays English and is marked so.",
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        help="Mapping file of the list, as `understory list check` writes it.",
        metavar="FILE",
    ),
    IN_SETTINGS,
]
Completed = Annotated[
    Path | None,
    typer.Option(
        "--completed",
        help="Workbook of `understory list check` with the completed cells.",
        metavar="FILE",
    ),
    IN_SETTINGS,
]
MatchedQuestions = Annotated[
    Path | None,
    typer.Option(
        "--questions",
        help="Matched questions, CSV or Parquet; default: those that `understory questions match` "
        "wrote last.",
        metavar="FILE",
    ),
    READ,
]
OUT_HELP = "Folder of results."


def local_folder(out: Path) -> Path:
    """The folder of results, if it is none of an object store."""
    from flows.run.work.results_folder import reject_address

    return reject_address(out)


Out = Annotated[Path, typer.Option("--out", help=OUT_HELP, metavar="FOLDER", callback=local_folder)]
Force = Annotated[
    bool, typer.Option("--force", help="Repeat all stages, even where results exist.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Show more detail, and the traceback of an error.")
]
RunId = Annotated[
    str, typer.Option("--run", help="A published run; default: the latest.", metavar="RUN")
]
Exposure = Annotated[
    list[str] | None,
    typer.Option(
        "--exposure",
        help="Offset variable(s), e.g. workforce_band, area_km2, population; may be repeated; "
        "default: tune.exposure.",
        metavar="NAME",
    ),
]
#: Names of the estimators, as in `scoring.tune.likelihoods`, which is too slow to import for help.
MethodName = Literal["logit", "conditional", "ordinal"]
Method = Annotated[
    MethodName,
    typer.Option("--method", help="Estimator; conditional compares within countries."),
]
Outcomes = Annotated[
    Path,
    typer.Option("--outcomes", help="File of outcomes (docs/concepts/tuning.md).", metavar="FILE"),
    READ,
]
OptionalOutcomes = Annotated[
    Path | None,
    typer.Option("--outcomes", help="File of outcomes (docs/concepts/tuning.md).", metavar="FILE"),
    READ,
]
SectorExposure = Annotated[
    Path | None,
    typer.Option(
        "--sector-exposure",
        help="Table of entity_id, sector, exposure; default: every supplier counts once.",
        metavar="FILE",
    ),
    READ,
]
TopK = Annotated[
    int | None,
    typer.Option("--top", min=1, help="Audit budget k; default: scoring.top_k."),
]
FirstMonth = Annotated[str, typer.Option("--from", help="First month.", metavar="YYYY-MM")]

DEFAULT_OUT = Path("outputs")
LATEST_RUN = "latest"
