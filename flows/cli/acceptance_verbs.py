"""Verbs that test weights: `understory tune compare` and `understory tune accept`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    LATEST_RUN,
    AsJson,
    FirstMonth,
    OptionalOutcomes,
    Out,
    Outcomes,
    RunId,
    SectorExposure,
    TopK,
    Verbose,
)

if TYPE_CHECKING:
    from flows.tuning.profile_comparison import Compared
    from scoring.tune.ranking_differences import SideBySide

_SHOWN = 20


def register(tune: typer.Typer) -> None:
    """Add the verbs of this file to `understory tune`."""
    tune.command("compare")(compare)
    tune.command("accept")(accept)
    tune.command("gate", hidden=True)(accept)


def compare(
    before: Annotated[str, typer.Argument(help="Profile: its name, a YAML file, or `base`.")],
    after: Annotated[
        list[str], typer.Argument(help="Profile to compare with it; several: ranks side by side.")
    ],
    run: RunId = LATEST_RUN,
    outcomes: OptionalOutcomes = None,
    count: TopK = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Compare profiles on the values of a published run."""
    from configs.config_errors import UsageError
    from flows.cli import terminal
    from flows.run.request import experiments
    from flows.run.storage.local_copies import effective_hash
    from flows.tuning import profile_comparison

    if len(after) > 1:
        if outcomes is not None:
            raise UsageError("--outcomes: compare two profiles with known cases, not several")
        names = [before, *after]
        labels = profile_comparison.distinct_labels(names)
        run_id, ranks = profile_comparison.compare_several(names, labels, out, run, count)
        _print_several(run_id, ranks, as_json=as_json)
        return
    found = profile_comparison.compare_profiles((before, after[0]), out, run, outcomes, count)
    metrics = found.metrics()
    moved = found.comparison.moves
    enter = moved.filter(moved["change"] == "enters").height
    verdict = (
        f"{enter} suppliers enter the top k and {moved.height - enter} leave it; Kendall's "
        f"tau {found.comparison.agreement:.2f}."
    )
    experiments.record(
        out,
        experiments.Experiment(
            kind="compare",
            profile=f"{before} | {after[0]}",
            profile_hash=effective_hash(found.settings[1]),
            outcomes_hash=found.outcomes_sha256,
            metrics=metrics,
            verdict=verdict,
        ),
    )
    if as_json:
        terminal.print_json(
            {
                **metrics,
                "verdict": verdict,
                "moves": moved.to_dicts(),
                "signals": found.comparison.signals.to_dicts(),
            }
        )
        return
    _print_comparison(found)
    typer.echo(verdict)


def _print_several(run_id: str, found: SideBySide, *, as_json: bool) -> None:
    import polars as pl

    from flows.cli import terminal

    if as_json:
        terminal.print_json(
            {
                "run_id": run_id,
                "profiles": list(found.names),
                "agreement": found.agreement.to_dicts(),
                "ranks": found.ranks.to_dicts(),
            }
        )
        return
    columns = [f"rank_{number}" for number in range(1, len(found.names) + 1)]
    shown = found.ranks.filter(pl.col("best") <= found.count)
    terminal.print_table(
        ("supplier", *found.names, "difference"),
        shown.select("supplier_id", *columns, "difference").iter_rows(),
    )
    typer.echo()
    terminal.print_table(
        ("profile", "Kendall's tau", f"of the first {found.count} in both"),
        ((name, tau, _share(overlap)) for name, tau, overlap in found.agreement.iter_rows()),
    )


def _print_comparison(found: Compared) -> None:
    from flows.cli import terminal

    comparison = found.comparison
    terminal.print_table(
        ("supplier", "change", "rank before", "rank after", "reason (contribution of each signal)"),
        (
            (row["supplier_id"], row["change"], row["rank_before"], row["rank_after"], row["why"])
            for row in comparison.moves.to_dicts()
        ),
    )
    typer.echo()
    terminal.print_table(
        (
            "pillar",
            "weight",
            "variance share",
            "main effect",
            "weight after",
            "variance share",
            "main effect",
        ),
        (
            tuple(_share(value) if isinstance(value, float | None) else value for value in row)
            for row in comparison.pillars.iter_rows()
        ),
    )
    typer.echo()
    terminal.print_table(
        ("signal", "weight", "variance share", "weight after", "variance share"),
        (
            (
                row["signal_id"],
                _share(row["nominal_share_before"]),
                _share(row["variance_share_before"]),
                _share(row["nominal_share_after"]),
                _share(row["variance_share_after"]),
            )
            for row in comparison.signals.sort(
                "variance_share_after", descending=True, nulls_last=True
            )
            .head(_SHOWN)
            .to_dicts()
        ),
    )
    typer.echo()
    for name, signals in comparison.dominant.items():
        for signal_id, share in signals:
            typer.echo(
                f"{name}: {signal_id} accounts for {share:.0%} of the variance of the scores."
            )
    if found.measures is not None:
        terminal.print_table(
            (
                "profile",
                "cases",
                "AUC",
                "AP",
                f"precision@{found.measures[0].count}",
                "lift",
                "recall",
            ),
            (
                (
                    order.name,
                    measures.cases,
                    *(
                        f"{value:.3f}"
                        for value in (
                            measures.auc,
                            measures.average_precision,
                            measures.precision,
                            measures.lift,
                            measures.recall,
                        )
                    ),
                )
                for order, measures in zip(found.orders, found.measures, strict=True)
            ),
        )
        typer.echo()
    for name, number in found.metrics()["unfair_beyond_chance"].items():
        typer.echo(
            f"{name}: {number} group comparisons lie outside 0.8 to 1.25 and are statistically "
            "significant."
        )


@with_list_options
def accept(
    listed: ListOptions,
    first: FirstMonth,
    outcomes: Outcomes,
    months: Annotated[int, typer.Option("--months", min=2, max=600, help="Number of months.")] = 36,
    sector_exposure: SectorExposure = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="File for the signed evidence.", metavar="FILE"),
    ] = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Test weights against the acceptance criteria.

    Back-tests the weights and writes the signed evidence.
    """
    from flows.backtest import backtest_run
    from flows.cli import terminal
    from flows.tuning import weight_acceptance

    log = terminal.start_log(verbose)
    settings = listed.settings()
    with terminal.Progress(log) as progress:
        tested, target = weight_acceptance.accept(
            weight_acceptance.AcceptanceRequest(
                settings=settings,
                profile=listed.profile or "base",
                days=backtest_run.months_from(first, months),
                outcomes=outcomes,
                out=out,
                sector_exposure=sector_exposure,
                evidence=evidence,
            ),
            progress,
        )
    sha256 = tested.record["weights_sha256"]
    if as_json:
        terminal.print_json({**tested.record, "file": str(target)})
    else:
        terminal.print_table(
            ("criterion", "met", "result"),
            ((c.name, "yes" if c.passed else "no", c.sentence) for c in tested.result.criteria),
        )
        typer.echo()
        typer.echo(tested.result.sentence())
        typer.echo(
            f"Weights {sha256[:12]}, signed by {tested.record['signature']['method']}: {target}"
        )
    raise typer.Exit(0 if tested.result.passed else 1)


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"
