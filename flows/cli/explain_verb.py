"""The verb `explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, RunId
from flows.cli.stored_files import READ
from flows.cli.upstream_verb import print_upstream, upstream_record

if TYPE_CHECKING:
    from flows.run.request.input_output_files import UpstreamContext

_ORIGINS = 5


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(explain)


def explain(
    supplier: Annotated[str, typer.Argument(help="Id of the supplier in the list.")],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    upstream: Annotated[
        Path | None,
        typer.Option(
            "--upstream",
            help="Input-output table: adds upstream inputs of country and sector, as context.",
            metavar="FILE",
        ),
        READ,
    ] = None,
    sector: Annotated[
        str | None,
        typer.Option("--sector", help="With --upstream: the supplier's sector in that table."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain the rank of one supplier, with its flags and facts."""
    import polars as pl

    from configs.config_errors import UsageError
    from flows.run.folders import published_runs
    from reports.tables.list_checks import WITHOUT_ENTRY, without_entry
    from reports.tables.list_hits import flag_line

    folder = published_runs.run_folder(out, run)
    is_supplier = pl.col("supplier_id") == supplier
    rows = published_runs.read_ranked(folder).filter(is_supplier).to_dicts()
    if not rows:
        raise UsageError(
            f"{supplier}: no such supplier in run {folder.name}; use an id of the list"
        )
    reasons = published_runs.read_contributions(folder, supplier).to_dicts()
    flags = published_runs.read_flags(folder, supplier)
    context = _upstream(rows[0], upstream, sector)
    if as_json:
        record = {"run_id": folder.name, "supplier": rows[0], "reasons": reasons, "flags": flags}
        added = {} if context is None else {"upstream": upstream_record(context, _ORIGINS)}
        terminal.print_json({**record, **added})
        return
    terminal.print_notices(folder)
    _print_rank(rows[0], folder)
    for flag in flags:
        typer.echo(f"{flag_line(flag)} Not part of the score.")
    listed = pl.DataFrame(flags, schema={"supplier_id": pl.String, "list": pl.String})
    manifest = published_runs.read_manifest(folder)
    for sentence in without_entry(manifest, pl.Series([supplier]), listed)["sentence"]:
        typer.echo(f"{WITHOUT_ENTRY}: {sentence}")
    terminal.print_table(
        ("contribution", "reason"),
        ((r["points"] if r["status"] == "observed" else None, r["sentence"]) for r in reasons),
    )
    if context is not None:
        typer.echo()
        print_upstream(context, _ORIGINS)


def _upstream(
    row: dict[str, Any], table: Path | None, sector: str | None
) -> UpstreamContext | None:
    """Upstream context of the supplier's country and a sector, where a table is given."""
    from configs.config_errors import UsageError

    if table is None and sector is None:
        return None
    if table is None or sector is None:
        raise UsageError("--upstream and --sector belong together; give both or neither")
    if row["country_iso3"] is None:
        raise UsageError(
            f"{row['supplier_id']}: the run has no country of it, which --upstream needs; "
            "add the country to the list"
        )
    from flows.run.request.input_output_files import upstream_context

    return upstream_context(table, row["country_iso3"], sector)


def _print_rank(row: dict[str, Any], folder: Path) -> None:
    from flows.run.folders import published_runs
    from reports.tables.shown_figures import percent_text, points_text
    from reports.wording import (
        decision_text,
        outside_interval,
        shown_band,
        uncertainty_sentence,
    )

    run_id = folder.name
    uncertainty = published_runs.read_manifest(folder).get("uncertainty", {})
    withheld = uncertainty.get("reason")
    priority_band = shown_band(row)
    if row["rank"] is None:
        summary = f"no rank in run {run_id}. {priority_band}: {row['insufficient_reason']}"
    else:
        interval = _rank_interval(row, uncertainty.get("top_k"))
        rank = "no single rank" if withheld else f"rank {row['rank']}"
        summary = (
            f"{rank} in run {run_id}, score {points_text(row['score'])}, "
            f"evidence coverage {percent_text(row['evidence_coverage'])}. {priority_band}{interval}"
        )
    typer.echo(terminal.plain(f"{row['supplier_id']} {row['name']}: {summary}"))
    notes = (
        decision_text(row),
        None if withheld else outside_interval(row["rank"], row["rank_p05"], row["rank_p95"]),
        row.get("priority_band_note"),
        uncertainty_sentence(row.get("main_uncertainty_source")),
        row.get("changes_to_leave_top_k"),
    )
    for text in (*notes, withheld):
        if text:
            typer.echo(terminal.plain(text))
    typer.echo()


def _rank_interval(row: dict[str, Any], top_k: int | None) -> str:
    """The rank interval, where the run has an uncertainty analysis."""
    from reports.tables.shown_figures import percent_text

    if row["rank_p05"] is None:
        return ""
    return (
        f". Uncertainty analysis: 90 % rank interval {row['rank_p05']}-{row['rank_p95']}; "
        f"in the top {top_k} in {percent_text(row['prob_top_k'])} of simulations"
    )
