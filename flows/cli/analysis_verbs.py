"""Verbs of the tuning tools that look at one published run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import pool_verbs
from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, RunId

_Outcomes = Annotated[
    Path | None,
    typer.Option(
        "--outcomes", help="File of known cases (docs/concepts/tuning.md).", metavar="FILE"
    ),
]
_Countries = Annotated[
    str | None,
    typer.Option(
        "--countries",
        help="Table of countries with income_group, gdp_per_head_usd, language; default: of the "
        "run's configuration.",
        metavar="FILE",
    ),
]
_MAX_SHOWN = 20


def register(tune: typer.Typer) -> None:
    """Add the verbs of this file to `understory tune`."""
    for verb in (streamline, fairness, elicit, lab):
        tune.command()(verb)
    pool_verbs.register(tune)


def streamline(
    run: RunId = LATEST_RUN,
    draws: Annotated[
        int, typer.Option("--draws", min=16, max=4096, help="Base draws of the sensitivity study.")
    ] = 256,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Say which signals of a run could go, why, and what that saves to ask."""
    import polars as pl

    from flows.cli import terminal
    from flows.tuning import tuning_run

    found, folder = tuning_run.streamline_run(tuning_run.lab_run(out, run), draws)
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
        ("signal", "verdict", "moves places", "top k", "coverage", "tau without", "why"),
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
        f"Asks avoided: {asks['questions_replaced']} questions to suppliers are answered by the "
        f"kept signals; {asks['requests_saved']} requests no longer stand without the others"
    )
    typer.echo(f"Kept: {folder}")


def fairness(
    run: RunId = LATEST_RUN,
    outcomes: _Outcomes = None,
    countries: _Countries = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Compare groups of suppliers in a run: flagged, seen and, with outcomes, misjudged."""
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
    shown = found.table.filter(pl.col("ratio").is_not_null() | (pl.col("verdict") != "too_few"))
    terminal.print_table(
        (
            "dimension",
            "group",
            "measure",
            "suppliers",
            "ratio",
            "95 %",
            "verdict",
            "statistically significant",
        ),
        (
            (
                row["dimension"],
                row["group"],
                MEASURES.get(row["measure"], row["measure"]),
                row["suppliers"],
                _figure(row["ratio"]),
                None
                if row["ratio_low"] is None
                else f"{row['ratio_low']:.2f} to {row['ratio_high']:.2f}",
                row["verdict"],
                _yes(row["beyond_chance"]),
            )
            for row in shown.to_dicts()
        ),
    )
    typer.echo()
    typer.echo(found.summary)
    unknown = found.record()["unknown"]
    if unknown:
        typer.echo(f"Not known of any supplier: {', '.join(DIMENSIONS[name] for name in unknown)}")
    for effect in (found.slope, found.swap):
        if effect is not None:
            typer.echo(effect.sentence)
    if found.slope is None:
        typer.echo(
            "No slope on income: GDP per head is known of fewer than 5 countries with a score; "
            "--countries FILE tells it"
        )


def elicit(
    votes: Annotated[
        Path,
        typer.Option(
            "--votes",
            help="CSV: group, vote (a number), item, and points (100 a vote), or other_item and "
            "times (1/9 to 9). No names.",
            metavar="FILE",
        ),
    ],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Show the list of a run under the weights of each group that voted."""
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
        ("group", "votes", "left out", *items, "agreement", "consistency"),
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
        ("supplier", *(f"rank, {name}" for name in names), "in the top k of"),
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
        f"In the top k whoever is asked: {ranks['in_top_k_of_all'].sum()}; under one group at "
        f"least: {ranks['in_top_k_of_any'].sum()}"
    )
    typer.echo(f"Kept: {folder}")


def lab(
    run: RunId = LATEST_RUN,
    outcomes: _Outcomes = None,
    countries: _Countries = None,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write lab.html beside the report of a run: what is known of its weights, what is missing."""
    from flows.tuning import tuning_page_data, tuning_run

    read = tuning_run.lab_run(out, run)
    known = None if outcomes is None else tuning_run.lab_outcomes(read, outcomes)
    typer.echo(f"Lab page: {tuning_page_data.write_lab(read, known, countries)}")


def _figure(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"


def _percent(value: Any) -> str | None:
    return None if value is None else f"{value:.1%}"


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
