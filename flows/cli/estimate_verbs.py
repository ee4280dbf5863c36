"""The verb that estimates weights: `understory tune estimate`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    AsOf,
    Exposure,
    Method,
    Out,
    Outcomes,
    Verbose,
)


def register(tune: typer.Typer) -> None:
    """Add the verb of this file to `understory tune`."""
    tune.command("estimate")(estimate)
    tune.command("learn", hidden=True)(estimate)


@with_list_options
def estimate(
    listed: ListOptions,
    outcomes: Outcomes,
    as_of: AsOf = None,
    window_days: Annotated[
        int,
        typer.Option(
            "--window-days",
            min=30,
            help="Days between the signal values and the as-of date; outcomes in between are used.",
        ),
    ] = 730,
    method: Method = "logit",
    exposure: Exposure = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Estimate weights from outcomes and write a profile.

    Too few outcomes are rejected.
    """
    from flows.backtest.exposure_offset import exposure_names
    from flows.cli import terminal
    from flows.run.request import run_request
    from flows.tuning.estimated_profile import EstimationRequest
    from flows.tuning.weight_estimation import estimate_weights

    terminal.start_log(verbose)
    settings = listed.settings()
    request = EstimationRequest(
        settings=settings,
        profile=listed.profile,
        out=out,
        outcomes=outcomes,
        as_of=run_request.parsed_as_of(as_of),
        window_days=window_days,
        method=method,
        exposure=exposure_names(settings, exposure or ()),
    )
    found = estimate_weights(request)
    if as_json:
        terminal.print_json(
            {"experiment_id": found.experiment_id, "profile": str(found.path), **found.evidence}
        )
        return
    weights = found.evidence["weights"]
    terminal.print_table(
        ("signal", "weight", "90 % interval", "default"),
        (
            (
                name,
                f"{line['weight']:.3f}",
                "{:.3f} to {:.3f}".format(*line["interval"]),
                f"{line['default']:.3f}",
            )
            for name, line in weights.items()
        ),
    )
    terminal.print_table(
        ("ranking (leave-one-country-out)", "AUC", "90 % interval"),
        (
            (name, f"{value:.3f}", f"{low:.3f} to {high:.3f}")
            for name, (value, low, high) in found.evidence["validation_auc"].items()
        ),
    )
    typer.echo(
        f"{found.learned.cases} cases of {found.learned.units} units in {found.learned.blocks} "
        f"countries or states; {found.evidence['selection']}. {found.verdict}"
    )
    typer.echo(f"Profile: {found.path}; test it with `understory tune accept` before a run.")
