"""Verbs that compute: run, demo, and the stages one by one."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import terminal
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    AsOf,
    Force,
    Out,
    ReportLanguage,
    Verbose,
    local_folder,
)
from flows.orchestration import prefect_address
from flows.run.request import run_request

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.orchestration.api_login import ApiLogin
    from flows.run.work.stage_types import PreparedRun, Published, RunRequest

#: Stages that can be limited to some sources.
_BY_SOURCE = ("pull", "stage")

_TOP_ROWS = 10


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("run")(run)
    app.command("demo")(demo)
    for name in _STAGE_HELP:
        app.command(name, help=_STAGE_HELP[name])(_stage_verb(name))


@with_list_options
def run(
    listed: ListOptions,
    as_of: AsOf = None,
    out: Out = DEFAULT_OUT,
    prefect: Annotated[
        bool | None,
        typer.Option(
            "--prefect/--direct",
            help="Run through Prefect, or in this process; default: Prefect if its API answers.",
        ),
    ] = None,
    language: ReportLanguage = None,
    force: Force = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check the list, then print the plan.")
    ] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Rank a supplier list and publish the report."""
    log = terminal.start_log(verbose)
    listed = listed.in_language(language)
    request = run_request.request_of(listed.settings(), as_of, out, force)
    if dry_run:
        _print_plan(request, as_json)
        return
    api = _api_to_use(log, prefect, out)
    if api is None:
        record = _run_here(log, request)
    else:
        record = _run_with_prefect(
            api,
            **listed.parameters(),
            as_of=request.as_of.isoformat(),
            out=str(out),
            force=force,
        )
    _print_result(record, as_json)
    _raise_attention(record)


def demo(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="Folder of the demonstration.",
            metavar="FOLDER",
            callback=local_folder,
        ),
    ] = (DEFAULT_OUT / "demo"),
    language: ReportLanguage = None,
    force: Force = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Generate a synthetic data set and rank it."""
    from flows.demo_world import DEMO_AS_OF, write_demo_world
    from flows.run.work.stage_types import RunRequest

    log = terminal.start_log(verbose)
    log.info("Writing the synthetic data set to %s", out / "world")
    world = write_demo_world(out / "world")
    settings = run_request.settings_of(
        str(world.profile_path), run_request.with_language(None, language)
    )
    request = RunRequest(settings, DEMO_AS_OF, out, force)
    record = _run_here(log, request)
    _print_result(record, as_json)
    if not as_json:
        typer.echo("In a browser, with lists of your own: understory desk")
    _raise_attention(record)


#: Stages in order; the verb of a stage brings the earlier ones up to date first. The last one,
#: `publish`, is with the verbs that decide on runs.
_STAGE_HELP = {
    "pull": "Download the raw files of the sources.",
    "stage": "Read the raw files into typed tables.",
    "measure": "Compute the signals from the staged tables.",
    "score": "Compute scores, ranks and rank intervals.",
}


def _stage_verb(name: str) -> Callable[..., None]:
    """The verb of a stage; only pulling and staging are done source by source."""

    @with_list_options
    def for_all(
        listed: ListOptions,
        as_of: AsOf = None,
        out: Out = DEFAULT_OUT,
        force: Force = False,
        as_json: AsJson = False,
        verbose: Verbose = False,
    ) -> None:
        request = run_request.request_of(listed.settings(), as_of, out, force)
        run_stages(name, request, None, as_json, verbose)

    @with_list_options
    def by_source(
        listed: ListOptions,
        source: Annotated[
            list[str] | None, typer.Argument(help="Ids of sources; default: all.")
        ] = None,
        as_of: AsOf = None,
        out: Out = DEFAULT_OUT,
        force: Force = False,
        as_json: AsJson = False,
        verbose: Verbose = False,
    ) -> None:
        request = run_request.request_of(listed.settings(), as_of, out, force)
        run_stages(name, request, source, as_json, verbose)

    return by_source if name in _BY_SOURCE else for_all


def run_stages(
    last: str, request: RunRequest, source: list[str] | None, as_json: bool, verbose: bool
) -> None:
    """Run the stages up to one and print what each gave.

    Raises:
        NotLatestError: the run was written and did not become a usual publication.
    """
    log = terminal.start_log(verbose)
    results, published = _run_up_to(log, last, request, source or [])
    if as_json:
        terminal.print_json(results)
    else:
        terminal.print_table(("item", "result"), results.items())
    _raise_attention({} if published is None else published.as_record())


def _raise_attention(record: dict[str, Any]) -> None:
    from configs.config_errors import NotLatestError

    if record.get("attention"):
        raise NotLatestError(record["attention"], record)


def _run_up_to(
    log: logging.Logger, last: str, request: RunRequest, only: list[str]
) -> tuple[dict[str, Any], Published | None]:
    """Run the stages up to one; results of earlier calls are used again."""
    from flows.run import stages
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.work.stage_types import StageEvent
    from signals.source_errors import SourceUnavailableError

    published = None
    with one_run_at_a_time(request.out), terminal.Progress(log) as progress:
        progress(StageEvent("prepare", "", 0, 1))
        prepared = stages.prepare(request)
        chosen = _chosen(prepared, only)
        results: dict[str, Any] = {"request": prepared.request_key}
        for done, source_id in enumerate(chosen):
            if last != "pull" and source_id in prepared.evidence_source_ids:
                stages.identify(prepared)
            progress(StageEvent("pull", source_id, done, len(chosen)))
            try:
                pulled = stages.pull(prepared, source_id)
            except SourceUnavailableError as error:
                stages.mark_source_unavailable(prepared, source_id, error)
                results[source_id] = f"not available: {error}"
                continue
            results[source_id] = f"{len(pulled.files)} files"
            if last != "pull":
                progress(StageEvent("stage", source_id, done, len(chosen)))
                rows = stages.stage(prepared, source_id).rows
                results[source_id] = f"{sum(rows.values())} rows"
        if last in ("measure", "score", "publish"):
            stages.identify(prepared)
            progress(StageEvent("measure", "", 0, 1))
            measured = stages.measure(prepared)
            results["run"] = measured.run_id
            results |= {f"signal {name}": f"{n} observed" for name, n in measured.observed.items()}
        if last in ("score", "publish"):
            progress(StageEvent("score", "", 0, 1))
            scored = stages.score(prepared)
            results |= {"ranked": scored.ranked, "insufficient": scored.insufficient}
        if last == "publish":
            progress(StageEvent("publish", "", 0, 1))
            published = stages.publish(prepared)
            results |= {"state": published.state, "report": str(published.report)}
    return results, published


def _chosen(prepared: PreparedRun, only: list[str]) -> list[str]:
    from configs.config_errors import UsageError

    ready = prepared.source_ids
    for name in only:
        if name not in ready:
            raise UsageError(
                f"source {name}: it is unknown, switched off, or has neither address nor mirror; "
                f"ready are {', '.join(ready) or 'none'}"
            )
    return only or list(ready)


def _run_here(log: logging.Logger, request: RunRequest) -> dict[str, Any]:
    from flows.run import stages
    from flows.run.results import alerts

    with terminal.Progress(log) as progress:
        published = alerts.reported(request, lambda: stages.run_all(request, progress))
    return published.as_record()


def _api_to_use(log: logging.Logger, prefect: bool | None, out: Path) -> ApiLogin | None:
    """The Prefect API to run through, or None for this process; logs which."""
    from configs.config_errors import UsageError

    if prefect is False:
        return None
    api = prefect_address.find_api(out)
    if api is not None:
        log.info("Running through Prefect at %s", api.address)
    elif prefect:
        named = prefect_address.configured_address()
        raise UsageError(
            f"--prefect: no Prefect API answers at {named or 'an address of this folder'}; start "
            "one with `understory serve` and the same --out, set PREFECT_API_URL, or use --direct"
        )
    else:
        log.info("Running in this process: no Prefect API answers")
    return api


def _run_with_prefect(api: ApiLogin, **parameters: Any) -> dict[str, Any]:
    os.environ.update(prefect_address.run_environment(api.address, os.environ))
    os.environ.update(api.for_client())
    from configs.config_errors import NotLatestError
    from flows.orchestration.monthly import monthly

    terminal.leave_log_to_prefect()
    state: State[dict[str, Any]] = monthly(**parameters, return_state=True)
    if state.is_completed():
        return state.result()
    error = state.result(raise_on_failure=False)
    if isinstance(error, NotLatestError):
        return error.record
    if isinstance(error, BaseException):
        raise error
    raise RuntimeError(f"the flow run ended {state.name}: {state.message}")


def _print_plan(request: RunRequest, as_json: bool) -> None:
    """Print what a run would do; the list is read into a temporary folder."""
    from flows.cli.source_verbs import summary_lines
    from flows.planning.source_plan import plan_sources
    from flows.run import stages
    from flows.run.work import artefacts

    with tempfile.TemporaryDirectory() as folder:
        prepared = stages.prepare(replace(request, out=Path(folder)))
        plan = {
            "as_of": request.as_of.isoformat(),
            "request": prepared.request_key,
            "suppliers": prepared.suppliers.height,
            "sites": prepared.sites.height,
            "rejected": prepared.workspace.read_frame(artefacts.LIST_REJECTED).height,
            "notes": prepared.workspace.read_json(artefacts.LIST_INTAKE)["notes"],
            "sources": list(prepared.source_ids),
            "out": str(request.out),
        }
        planned = plan_sources(prepared)
        plan["plan"] = planned.as_record()
    if as_json:
        terminal.print_json(plan)
        return
    del plan["plan"]
    for key, value in plan.items():
        for part in value if isinstance(value, list) else [value]:
            typer.echo(f"{key}: {part}")
    for line in summary_lines(planned):
        typer.echo(line)
    for source in planned.sources:
        if source.status == "ready":
            typer.echo(f"{source.source_id}: suppliers it could speak for: {source.suppliers}")


def _print_result(record: dict[str, Any], as_json: bool) -> None:
    from flows.run.folders import published_runs
    from reports.tables.shown_figures import percent_text, points_text
    from reports.wording import band_label

    if as_json:
        terminal.print_json(record)
        return
    folder = Path(record["folder"])
    ranked = published_runs.read_ranked(folder).drop_nulls("rank")
    uncertainty = published_runs.read_manifest(folder).get("uncertainty", {})
    terminal.print_notices(folder)
    if ranked.is_empty():
        typer.echo(
            "No supplier can be ranked yet: every one is below the minimum evidence. "
            "insufficient_information.csv names the lowest-cost data gap of each."
        )
    elif uncertainty.get("reason") is None:
        terminal.print_table(
            ("rank", "supplier", "name", "priority band", "score"),
            (
                (
                    row["rank"],
                    row["supplier_id"],
                    row["name"],
                    band_label(row["priority_band"]),
                    points_text(row["score"]),
                )
                for row in ranked.head(_TOP_ROWS).to_dicts()
            ),
        )
    else:
        likeliest = ranked.sort("prob_top_k", "supplier_id", descending=[True, False]).head(
            _TOP_ROWS
        )
        terminal.print_table(
            ("90 % rank interval", "P(top k)", "supplier", "name", "priority band"),
            (
                (
                    f"{row['rank_p05']}-{row['rank_p95']}",
                    percent_text(row["prob_top_k"]),
                    row["supplier_id"],
                    row["name"],
                    band_label(row["priority_band"]),
                )
                for row in likeliest.to_dicts()
            ),
        )
    typer.echo()
    terminal.print_published(record)
