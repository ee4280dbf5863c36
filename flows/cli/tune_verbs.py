"""Verbs of the tuning tools: `understory tune …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.cli import acceptance_verbs, estimate_verbs
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    Exposure,
    FirstMonth,
    Method,
    OptionalOutcomes,
    Out,
    SectorExposure,
    TopK,
    Verbose,
)

if TYPE_CHECKING:
    from flows.backtest.backtest_outputs import KeptBacktest
    from flows.backtest.backtest_run import Backtest, BacktestRequest

#: What is held out when weights are estimated, and kinds of experiments: as
#: `scoring.tune.rolling_weights` and `flows.run.request.experiments` have them, which are slow to
#: import.
_HeldOut = Literal["time", "space"]
_Kind = Literal[
    "backtest",
    "compare",
    "accept",
    "validate",
    "estimate",
    "select-signals",
    "pool",
    "elicit",
    "drift",
]

#: Other files add their verbs to this group.
tune = typer.Typer(
    name="tune",
    help="Back-test, compare, estimate and accept weights.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    acceptance_verbs.register(tune)
    estimate_verbs.register(tune)
    app.add_typer(tune)


@tune.command("experiments")
def experiments(
    out: Out = DEFAULT_OUT,
    kind: Annotated[_Kind | None, typer.Option("--kind", help="List only this kind.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the experiments on weights, newest first."""
    from flows.cli import terminal
    from flows.run.request import experiments as experiment_log

    records = [row for row in experiment_log.read(out) if kind in (None, row["kind"])]
    if as_json:
        terminal.print_json(records)
        return
    if not records:
        typer.echo(f"No experiment in {out} yet; start one with `understory tune backtest`.")
        return
    terminal.print_table(
        ("experiment", "time", "profile", "configuration", "outcomes", "verdict"),
        (
            (
                row["experiment_id"],
                row["tried_at"].isoformat(timespec="seconds"),
                row["profile"],
                row["profile_hash"][:8],
                (row["outcomes_hash"] or "")[:8] or None,
                row["verdict"],
            )
            for row in records
        ),
    )


@tune.command("backtest")
@with_list_options
def backtest(
    listed: ListOptions,
    first: FirstMonth,
    months: Annotated[int, typer.Option("--months", min=1, max=600, help="Number of months.")] = 36,
    outcomes: OptionalOutcomes = None,
    embargo_days: Annotated[
        int | None,
        typer.Option("--embargo-days", min=0, help="Default: tune.backtest.embargo_days."),
    ] = None,
    horizon_days: Annotated[
        int | None,
        typer.Option("--horizon-days", min=1, help="Default: tune.backtest.horizon_days."),
    ] = None,
    count: TopK = None,
    refit: Annotated[
        _HeldOut | None,
        typer.Option(
            "--refit",
            help="Re-estimate weights each month from outcomes known by then (time), also "
            "without the supplier's own country or state (space).",
        ),
    ] = None,
    method: Method = "logit",
    exposure: Exposure = None,
    sector_exposure: SectorExposure = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Rank as of past months and validate on later outcomes."""
    from flows.backtest import backtest_outputs
    from flows.backtest import backtest_run as backtesting
    from flows.backtest.exposure_offset import exposure_names
    from flows.cli import terminal
    from scoring.tune.backtest import LabelWindow

    log = terminal.start_log(verbose)
    settings = listed.settings()
    usual = settings.tune.backtest
    request = backtesting.BacktestRequest(
        settings=settings,
        out=out,
        days=backtesting.months_from(first, months),
        outcomes=outcomes,
        window=LabelWindow(
            usual.embargo_days if embargo_days is None else embargo_days,
            usual.horizon_days if horizon_days is None else horizon_days,
        ),
        count=count or settings.scoring.top_k,
        refit=refit,
        method=method,
        exposure=exposure_names(settings, exposure or ()),
        sector_exposure=sector_exposure,
    )
    with terminal.Progress(log) as progress:
        found = backtesting.backtest(request, progress)
    kept = backtest_outputs.keep(request, found, listed.profile or "base")
    if as_json:
        summary = None if found.summary is None else found.summary.metrics()
        terminal.print_json(
            {
                "experiment_id": kept.experiment_id,
                "folder": str(kept.folder),
                "verdict": kept.verdict,
                "summary": summary,
                "learned_weights": backtest_outputs.weight_records(found),
                "months": found.months.to_dicts(),
                "agreement": found.agreement.to_dicts(),
            }
        )
        return
    _print_backtest(request, found, kept)


def _print_backtest(request: BacktestRequest, found: Backtest, kept: KeptBacktest) -> None:
    from flows.cli import terminal

    if not found.months.is_empty():
        k = request.count
        terminal.print_table(
            (
                "month",
                "ranking",
                "cases",
                "AUC",
                "AP",
                f"precision@{k}",
                f"lift@{k}",
                f"recall@{k}",
                "complete outcome window",
            ),
            (
                (
                    f"{row['as_of']:%Y-%m}",
                    row["order"],
                    row["cases"],
                    *(
                        _figure(row[name])
                        for name in ("auc", "average_precision", "precision", "lift", "recall")
                    ),
                    "yes" if row["is_whole"] else "no",
                )
                for row in found.months.to_dicts()
            ),
        )
        typer.echo()
    if found.summary is not None:
        terminal.print_table(
            (
                "ranking",
                "months",
                "AUC (90 % interval)",
                "AUC within clusters",
                "AUC difference versus baseline",
                "minimum leave-one-cluster-out AUC",
            ),
            (
                (
                    order.name,
                    order.months,
                    str(order.auc),
                    _figure(order.within),
                    None if order.ahead is None else str(order.ahead),
                    f"{_figure(order.least)} (without {order.least_without})",
                )
                for order in found.summary.orders
            ),
        )
        typer.echo()
        terminal.print_table(
            ("source of the report", "cases", "AUC of the profile"),
            ((source, cases, _figure(auc)) for source, cases, auc in found.summary.by_source),
        )
        typer.echo()
        if found.summary.by_sector is not None:
            typer.echo(found.summary.by_sector.sentence())
            typer.echo()
    if found.weights:
        _print_weights(request, found)
    typer.echo(kept.verdict)
    typer.echo(
        f"Signals computed: {found.signals_computed} of {found.signals_asked}; the others had not "
        f"changed. {found.seconds:.0f} s"
    )
    typer.echo(f"Experiment {kept.experiment_id}: {kept.folder}")


def _print_weights(request: BacktestRequest, found: Backtest) -> None:
    from flows.backtest.exposure_offset import exposure_label
    from flows.cli import terminal

    terminal.print_table(
        ("month", "weights", "signals as of", "cases", "entities"),
        (
            (
                f"{weights.as_of:%Y-%m}",
                (weights.reason and f"default: {weights.reason}") or "estimated",
                ", ".join(f"{day:%Y-%m}" for day in weights.read_on) or None,
                weights.cases or None,
                weights.units or None,
            )
            for weights in found.weights
        ),
    )
    typer.echo()
    if found.summary is not None and found.summary.differences:
        terminal.print_table(
            (
                "weights re-estimated monthly",
                "baseline",
                "months",
                "AUC difference (90 % interval)",
            ),
            (
                (each.name, each.other, each.months, str(each.ahead))
                for each in found.summary.differences
            ),
        )
        typer.echo()
    typer.echo(f"Exposure: {exposure_label(request.exposure)}.")
    verdict = None if found.summary is None else found.summary.estimated_sentence()
    if verdict:
        typer.echo(verdict)


def _figure(value: float | None) -> str | None:
    return None if value is None or value != value else f"{value:.3f}"
