"""The verb `understory validate`: a published run against known cases."""

from __future__ import annotations

import typer

from flows.cli.option_types import (
    DEFAULT_OUT,
    LATEST_RUN,
    AsJson,
    Out,
    Outcomes,
    RunId,
    SectorExposure,
    TopK,
)


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(validate)


def validate(
    outcomes: Outcomes,
    run: RunId = LATEST_RUN,
    count: TopK = None,
    exposure: SectorExposure = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Compare a published run with known cases."""
    from flows.cli import terminal
    from flows.run.request import experiments, outcome_files
    from flows.run.storage.local_copies import effective_hash
    from flows.tuning import run_validation

    found, lab = run_validation.validate(out, run, outcomes, count, exposure)
    sentences = found.sentences()
    experiments.record(
        out,
        experiments.Experiment(
            kind="validate",
            profile=found.run_id,
            profile_hash=effective_hash(lab.settings),
            outcomes_hash=outcome_files.outcomes_hash(outcomes),
            metrics=found.metrics(),
            verdict=" ".join(sentences[1:2]),
        ),
    )
    if as_json:
        terminal.print_json({**found.metrics(), "sentences": sentences})
        return
    k = found.orders[0].measures.count
    terminal.print_table(
        (
            "ranking",
            "AUC (90 % interval)",
            "AUC within groups",
            "AP",
            f"precision@{k}",
            f"lift@{k}",
            f"recall@{k}",
            "AUC difference versus baseline",
        ),
        (
            (
                "this run" if order.ahead is None else order.name,
                run_validation.reported(order.auc),
                *(
                    None if value != value else f"{value:.3f}"
                    for value in (
                        order.measures.within_group_auc,
                        order.measures.average_precision,
                        order.measures.precision,
                        order.measures.lift,
                        order.measures.recall,
                    )
                ),
                None if order.ahead is None else run_validation.reported(order.ahead),
            )
            for order in found.orders
        ),
    )
    typer.echo()
    terminal.print_table(
        ("sector", "cases with a score", "supplier-weighted AUC (90 % interval)"),
        (
            (
                each.sector,
                str(each.cases),
                None if each.cases == 0 else run_validation.reported(each.auc),
            )
            for each in found.by_sector.sectors
        ),
    )
    typer.echo()
    for sentence in sentences:
        typer.echo(sentence)
