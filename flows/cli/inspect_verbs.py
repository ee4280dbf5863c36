"""Verbs that only read: signals, check, compare, runs, version."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from flows.cli import terminal
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    Out,
    Profile,
    Verbose,
)
from flows.run.request import run_request

if TYPE_CHECKING:
    from configs.settings import Settings

_RUN_ARGUMENT = "Id of a published run, its first characters, or `latest`."
CatalogueFormat = Literal["json", "csv"]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (check, signals, compare, runs, version):
        app.command()(verb)


def signals(
    profile: Profile = None,
    as_json: AsJson = False,
    catalogue: Annotated[
        CatalogueFormat | None,
        typer.Option(
            "--format",
            help="Print the full catalogue with sources, limits and references.",
        ),
    ] = None,
) -> None:
    """List the signals with unit, evidence grade and weight."""
    from signals.registry import signals as known

    settings = run_request.settings_of(profile)
    if catalogue is not None:
        terminal.print_catalogue(catalogue, {n: _weight(settings, n) for n in known()})
        return
    if as_json:
        terminal.print_json(
            [
                {**signal.card.model_dump(mode="json"), "weight": _weight(settings, name)}
                for name, signal in known().items()
            ]
        )
        return
    terminal.print_table(
        ("signal", "pillar", "grade", "weight", "unit", "title"),
        (
            (
                name,
                signal.card.pillar.value,
                signal.card.evidence_grade.value,
                _weight(settings, name),
                signal.card.unit,
                signal.card.title,
            )
            for name, signal in known().items()
        ),
    )


@with_list_options
def check(
    listed: ListOptions,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Check configuration, cards, SQL and inputs offline."""
    from configs.config_errors import DataRejectedError, UsageError

    terminal.start_log(verbose)
    settings = listed.settings()
    checks: dict[str, Callable[[Settings], str]] = {
        "configuration": lambda settings: f"{len(settings.signals)} signals weighted",
        "cards": _check_cards,
        "sql": _check_sql,
        "mirrors": _check_mirrors,
        "suppliers": _check_suppliers,
    }
    found: dict[str, str] = {}
    exit_code = 0
    for name, check_of in checks.items():
        try:
            found[name] = check_of(settings)
        except (UsageError, DataRejectedError) as error:
            found[name] = f"PROBLEM: {error}"
            exit_code = exit_code or error.exit_code
    if as_json:
        terminal.print_json(found)
    else:
        for name, result in found.items():
            typer.echo(f"{name}: {result}")
    raise typer.Exit(exit_code)


def compare(
    before: Annotated[str, typer.Argument(help=_RUN_ARGUMENT)],
    after: Annotated[str, typer.Argument(help=_RUN_ARGUMENT)],
    out: Out = DEFAULT_OUT,
    everyone: Annotated[
        bool, typer.Option("--all", help="Include suppliers whose rank did not change.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List rank changes between two published runs."""
    from flows.run.folders import published_runs

    folders = [published_runs.run_folder(out, run) for run in (before, after)]
    moves = published_runs.rank_moves(*(published_runs.read_ranked(folder) for folder in folders))
    ledger = published_runs.read_movements(folders[1], folders[0].name)
    moves = moves.join(ledger, on="supplier_id", how="left", maintain_order="left")
    rows = [row for row in moves.to_dicts() if everyone or _has_moved(row)]
    if as_json:
        terminal.print_json({"before": folders[0].name, "after": folders[1].name, "moves": rows})
        return
    terminal.print_notices(folders[1])
    typer.echo(f"{folders[0].name} to {folders[1].name}: {len(rows)} of {moves.height} listed")
    terminal.print_table(
        ("rank", "rank before", "change", "supplier", "name", "reason (Shapley decomposition)"),
        (
            (
                r["rank_after"],
                r["rank_before"],
                r["moved"],
                r["supplier_id"],
                r["name"],
                r["sentence"] or "",
            )
            for r in rows
        ),
    )
    if ledger.is_empty() and rows:
        typer.echo("No reasons: rank changes are decomposed only against the published run before.")


def runs(out: Out = DEFAULT_OUT, as_json: AsJson = False) -> None:
    """List the runs with result, also running and crashed ones."""
    from flows.run.folders import run_log

    records = run_log.read(out, terminal.start_log())
    if as_json:
        terminal.print_json(records)
        return
    if not records:
        typer.echo(f"No run in {out} yet; start one with `understory run`.")
        return
    terminal.print_table(
        ("run", "as of", "started", "result", "latest"),
        (
            (r["run_id"], r["as_of"], r["started_at"], r["result"], "*" if r["is_latest"] else "")
            for r in records
        ),
    )


def version() -> None:
    """Print the version of the program."""
    from importlib import metadata

    typer.echo(f"understory {metadata.version('understory')}")


def _weight(settings: Settings, signal_id: str) -> float:
    entry = settings.signals.get(signal_id)
    return 0.0 if entry is None else entry.weight


def _check_cards(settings: Settings) -> str:
    from configs.config_errors import UsageError
    from flows.scaffold.unfilled import TO_FILL, unfilled
    from signals.registry import signals as known_signals
    from signals.registry import sources as known_sources

    findings = []
    for kind, known, configured in (
        ("signals", set(known_signals()), set(settings.signals)),
        ("sources", set(known_sources()), set(settings.sources)),
    ):
        findings += [
            f"{kind}.{name}: has a card, but no entry in the configuration; add one"
            for name in sorted(known - configured)
        ]
        findings += [
            f"{kind}.{name}: is configured, but no card has this id; correct the id"
            for name in sorted(configured - known)
        ]
    findings += [f"{line}: fill what is marked `{TO_FILL}`" for line in unfilled()]
    if findings:
        raise UsageError("; ".join(findings))
    return f"{len(known_sources())} sources, {len(known_signals())} signals"


def _check_sql(settings: Settings) -> str:
    import sql
    from sql.warehouse import Warehouse

    with Warehouse(None):
        return f"{sum(len(sql.tables(layer)) for layer in sql.LAYERS)} tables"


def _check_mirrors(settings: Settings) -> str:
    from configs.config_errors import UsageError
    from flows.run.storage.storage_address import is_storage
    from flows.run.storage.stored_inputs import reject_empty

    for name, source in settings.sources.items():
        if source.enabled and source.mirror is not None and is_storage(source.mirror):
            reject_empty(source.mirror, f"sources.{name}.mirror")
    named = {
        name: Path(source.mirror)
        for name, source in settings.sources.items()
        if source.enabled and source.mirror is not None
    }
    for name, folder in named.items():
        if not is_storage(folder) and not folder.exists():
            raise UsageError(f"sources.{name}.mirror: folder {folder} not found; correct the path")
    return f"{len(named)} folders"


def _check_suppliers(settings: Settings) -> str:
    from flows.run.request import list_reading
    from flows.run.storage.stored_inputs import with_local_list

    if not settings.suppliers.files:
        return "no list named"
    with tempfile.TemporaryDirectory() as folder:
        local = with_local_list(settings, Path(folder))
        intake = list_reading.read_list(local.suppliers)
    return (
        f"{intake.suppliers.height} suppliers, {intake.sites.height} sites, "
        f"{intake.rejected.height} rows rejected"
    )


def _has_moved(row: dict[str, Any]) -> bool:
    return bool(row["rank_before"] != row["rank_after"])
