"""The verb `understory upstream`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import terminal
from flows.cli.option_types import AsJson
from flows.cli.stored_files import READ

if TYPE_CHECKING:
    from flows.run.request.input_output_files import UpstreamContext

_CONTEXT_ONLY = (
    "Context of the country and sector only: no evidence about a supplier, and no part of a score."
)


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(upstream)


def upstream(
    table: Annotated[
        Path,
        typer.Option("--table", help="Input-output table: CSV, TSV, XLSX, ODS or Parquet."),
        READ,
    ],
    country: Annotated[
        str, typer.Option("--country", help="Country of the sector, as an ISO code.", metavar="XX")
    ],
    sector: Annotated[str, typer.Option("--sector", help="Sector, as the table names it.")],
    top: Annotated[int, typer.Option("--top", min=1, help="How many origins to print.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Print where the inputs of a country's sector come from.

    Over all tiers, by an input-output table of yours; context only, never part of a score.
    """
    from flows.run.request.input_output_files import upstream_context

    found = upstream_context(table, country, sector)
    if as_json:
        terminal.print_json(upstream_record(found, top))
    else:
        print_upstream(found, top)


def upstream_record(found: UpstreamContext, top: int) -> dict[str, object]:
    """The largest origins as a record for JSON."""
    return {
        "country": found.country,
        "sector": found.sector,
        "year": found.year,
        "source": found.source,
        "context_only": True,
        "origins": found.origins.head(top).drop("to_country", "to_sector").to_dicts(),
    }


def print_upstream(found: UpstreamContext, top: int) -> None:
    """Print the largest origins, marked as context."""
    shown = found.origins.head(top)
    typer.echo(
        f"Upstream inputs of {terminal.plain(found.sector)} in {found.country}, {found.year}, "
        f"source: {terminal.plain(found.source)}"
    )
    typer.echo(_CONTEXT_ONLY)
    typer.echo()
    if found.origins.is_empty():
        typer.echo("The table has no inputs above 0 for it.")
        return
    terminal.print_table(
        ("country", "sector", "direct share", "upstream share"),
        (
            (origin, name, _percent(direct), _percent(share))
            for origin, name, direct, share in shown.select(
                "from_country", "from_sector", "direct_share", "upstream_share"
            ).iter_rows()
        ),
    )
    typer.echo()
    typer.echo(
        f"{shown.height:,} of {found.origins.height:,} origins, with "
        f"{_percent(sum(shown['upstream_share']))} of all inputs upstream."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
