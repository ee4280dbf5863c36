"""Verbs of the tuning tools that analyse one published run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import pool_verbs
from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, OptionalOutcomes, Out, RunId
from flows.cli.stored_files import READ

_Countries = Annotated[
    Path | None,
    typer.Option(
        "--countries",
        help="Country table: income_group, gdp_per_head_usd, language; default: tune.countries.",
        metavar="FILE",
    ),
    READ,
]
_MAX_SHOWN = 20


def register(tune: typer.Typer) -> None:
    """Add the verbs of this file to `understory tune`."""
    tune.command("select-signals")(select_signals)
    tune.command("streamline", hidden=True)(select_signals)
    for verb in (fairness, elicit, lab):
        tune.command()(verb)
    pool_verbs.register(tune)


def select_signals(
    run: RunId = LATEST_RUN,
    draws: Annotated[
        int,
        typer.Option("--draws", min=16, max=4096, help="Base sample size of the Sobol analysis."),
    ] = 256,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Recommend which signals to keep (redundancy analysis)."""
    import polars as pl

    from flows.cli import terminal
    from flows.tuning import tuning_run

    found, folder = tuning_run.select_signals(tuning_run.lab_run(out, run), draws)
    if as_json:
        terminal.print_json(
            {
                "folder": str(folder),
                "signals": found.table.to_dicts(),
                "asks_avoided": dict(found.asks_avoided),
                "notes": list(found.notes),
            }
        )
        return
    judged = found.table.filter(pl.col("decision") != "not_measured")
    terminal.print_table(
        (
            "signal",
            "decision",
            "index, rank shift",
            "index, top k",
            "coverage",
            "Kendall tau without",
            "reason",
        ),
        (
            (
                row["signal_id"],
                row["decision"],
                _percent(row["index_rank_shift"]),
                _percent(row["index_top_k"]),
                _percent(row["coverage"]),
                _figure(row["tau_without"]),
                row["reason"],
            )
            for row in judged.to_dicts()
        ),
    )
    typer.echo()
    for note in found.notes:
        typer.echo(note)
    asks = found.asks_avoided
    typer.echo(
        f"Supplier questionnaire items avoided: {asks['questions_replaced']:,}. "
        f"Outstanding data requests removed by dropping signals: {asks['requests_saved']:,}."
    )
    typer.echo(f"Results: {folder}")


def fairness(
    run: RunId = LATEST_RUN,
    outcomes: OptionalOutcomes = None,
    countries: _Countries = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Compare error and selection rates between supplier groups."""
    import polars as pl

    from flows.cli import terminal
    from flows.tuning import tuning_run
    from scoring.tune.fairness import MEASURES
    from scoring.tune.fairness_groups import DIMENSIONS

    read = tuning_run.lab_run(out, run)
    known = None if outcomes is None else tuning_run.lab_outcomes(read, outcomes)
    found = tuning_run.fairness_of(read, known, countries)
    if as_json:
        terminal.print_json({**found.record(), "comparisons": found.table.to_dicts()})
        return
    shown = found.table.filter(
        pl.col("rate_ratio").is_not_null() | (pl.col("within_0_80_1_25") != "too_few")
    )
    terminal.print_table(
        (
            "dimension",
            "group",
            "measure",
            "suppliers",
            "rate ratio",
            "95 %",
            "within 0.80-1.25",
            "statistically significant",
        ),
        (
            (
                row["dimension"],
                row["group"],
                MEASURES.get(row["measure"], row["measure"]),
                row["suppliers"],
                _figure(row["rate_ratio"]),
                None
                if row["rate_ratio_low"] is None
                else f"{row['rate_ratio_low']:.2f} to {row['rate_ratio_high']:.2f}",
                row["within_0_80_1_25"],
                _yes(row["significant_fdr5"]),
            )
            for row in shown.to_dicts()
        ),
    )
    typer.echo()
    typer.echo(found.summary)
    unknown = found.record()["unknown"]
    if unknown:
        typer.echo(f"Unknown for all suppliers: {', '.join(DIMENSIONS[name] for name in unknown)}")
    for effect in (found.slope, found.swap):
        if effect is not None:
            typer.echo(effect.sentence)
    if found.slope is None:
        typer.echo(
            "No income slope: GDP per head is known for fewer than 5 countries with scored "
            "suppliers; provide it with --countries FILE."
        )


def elicit(
    votes: Annotated[
        Path,
        typer.Option(
            "--votes",
            help="CSV of votes: group, vote, item, and points (budget allocation) or other_item "
            "and times (AHP, 1/9 to 9). No names.",
            metavar="FILE",
        ),
        READ,
    ],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Rank under stakeholder weights (budget allocation or AHP)."""
    import polars as pl

    from flows.cli import terminal
    from flows.tuning import tuning_run

    groups, ranks, folder = tuning_run.elicited(tuning_run.lab_run(out, run), votes)
    if as_json:
        terminal.print_json(
            {
                "folder": str(folder),
                "groups": [
                    {
                        "group": group.group,
                        "method": group.method,
                        "votes": group.votes,
                        "left_out": group.left_out,
                        "shares": dict(group.shares),
                        "concentration": group.concentration,
                        "consistency_ratio": group.consistency_ratio,
                    }
                    for group in groups
                ],
                "suppliers": ranks.to_dicts(),
            }
        )
        return
    items = list(groups[0].shares)
    terminal.print_table(
        ("group", "votes", "excluded", *items, "concentration", "consistency ratio"),
        (
            (
                group.group,
                group.votes,
                group.left_out,
                *(f"{group.shares[item]:.3f}" for item in items),
                None if group.concentration is None else f"{group.concentration:.0f}",
                _figure(group.consistency_ratio),
            )
            for group in groups
        ),
    )
    typer.echo()
    names = ["default", *(group.group for group in groups)]
    top = ranks.filter(pl.col("in_top_k_of_any")).head(_MAX_SHOWN)
    terminal.print_table(
        ("supplier", *(f"rank, {name}" for name in names), "in the top k of groups"),
        (
            (
                row["supplier_id"],
                *(row[f"rank_{name}"] for name in names),
                f"{row['groups_in_top_k']} of {len(groups)}",
            )
            for row in top.to_dicts()
        ),
    )
    typer.echo()
    typer.echo(
        f"In the top k under the weights of every group: {ranks['in_top_k_of_all'].sum()}; of at "
        f"least one group: {ranks['in_top_k_of_any'].sum()}"
    )
    typer.echo(f"Results: {folder}")


def lab(
    run: RunId = LATEST_RUN,
    outcomes: OptionalOutcomes = None,
    countries: _Countries = None,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write the validation page lab.html next to the report."""
    from flows.tuning import tuning_page_data, tuning_run

    read = tuning_run.lab_run(out, run)
    known = None if outcomes is None else tuning_run.lab_outcomes(read, outcomes)
    typer.echo(f"Validation page: {tuning_page_data.write_lab(read, known, countries)}")


def _figure(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"


def _percent(value: Any) -> str | None:
    return None if value is None else f"{value:.1%}"


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
