"""Verbs about published runs: publish --accept, withdraw, latest, report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import run_verbs, terminal
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    LATEST_RUN,
    AsJson,
    AsOf,
    Force,
    Out,
    Overrides,
    Profile,
    ReportLanguage,
    ReportLanguageName,
    RunId,
    Verbose,
)
from flows.run.request import run_request

if TYPE_CHECKING:
    from flows.run.results.decided_runs import DecidedRun

_By = Annotated[
    str | None,
    typer.Option("--by", help="Who decides; default: the account's name.", metavar="NAME"),
]
_Reason = Annotated[
    str, typer.Option("--reason", help="Why, in a sentence; it is kept.", metavar="TEXT")
]
_Run = Annotated[str, typer.Argument(help="Id of a run or its first characters.", metavar="RUN")]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (publish, withdraw, latest, report, upload):
        app.command()(verb)


@with_list_options
def publish(
    listed: ListOptions,
    accept: Annotated[
        str | None,
        typer.Option("--accept", help="Publish this held or withdrawn run instead.", metavar="RUN"),
    ] = None,
    reason: _Reason = "",
    by: _By = None,
    as_of: AsOf = None,
    out: Out = DEFAULT_OUT,
    language: ReportLanguage = None,
    force: Force = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write the outputs and update `latest`; or accept a held run."""
    if accept is None:
        settings = listed.in_language(language).settings()
        request = run_request.request_of(settings, as_of, out, force)
        run_verbs.run_stages("publish", request, None, as_json, verbose)
        return
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.results import decided_runs

    terminal.start_log(verbose)
    upload_to = listed.settings().publish.upload_to
    with one_run_at_a_time(out):
        decided = decided_runs.accept(out, accept, reason, by, upload_to)
    _print(decided, out, f"Run {decided.decision.run_id} is published.", as_json)


def withdraw(
    run: _Run,
    reason: _Reason = "",
    by: _By = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Mark a run as not to be used; `latest` moves back from it."""
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.results import decided_runs

    terminal.start_log()
    with one_run_at_a_time(out):
        decided = decided_runs.withdraw(out, run, reason, by)
    _print(decided, out, f"Run {decided.decision.run_id} is withdrawn.", as_json)


def latest(
    run: Annotated[
        str | None,
        typer.Argument(help="Id of a published run or its first characters.", metavar="RUN"),
    ] = None,
    reason: _Reason = "",
    by: _By = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Print the run that `latest` names, or point it at another."""
    from flows.run.folders import published_runs
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.results import decided_runs

    if run is None:
        folder = published_runs.run_folder(out, "latest")
        terminal.print_json({"latest": folder.name}) if as_json else typer.echo(folder.name)
        return
    terminal.start_log()
    with one_run_at_a_time(out):
        decided = decided_runs.name_latest(out, run, reason, by)
    _print(decided, out, None, as_json)


def upload(
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Folder in object storage; default: publish.upload_to.",
            metavar="s3://BUCKET/PATH",
        ),
    ] = None,
    profile: Profile = None,
    overrides: Overrides = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Upload the published runs to object storage, `latest` last."""
    from configs.config_errors import UsageError
    from flows.run.folders import uploaded_runs
    from flows.run.folders.folder_lock import one_run_at_a_time

    terminal.start_log(verbose)
    address = to or run_request.settings_of(profile, overrides).publish.upload_to
    if address is None:
        raise UsageError(
            "upload: no address is named; give --to s3://bucket/path, or set publish.upload_to"
        )
    with one_run_at_a_time(out):
        done = uploaded_runs.upload(out, address)
    if as_json:
        terminal.print_json(asdict(done))
        return
    typer.echo(f"Uploaded to {done.address}: {len(done.runs)} runs, {done.bytes:,} bytes")
    typer.echo(f"latest.json names {done.latest or 'no run'}")


def _print(decided: DecidedRun, out: Out, sentence: str | None, as_json: bool) -> None:
    """Print a decision.

    Raises:
        NotLatestError: it stands, and the run was not uploaded.
    """
    from flows.run.folders.publication import latest_run

    named = latest_run(out)
    record = {**asdict(decided.decision), "latest": named, "note": decided.note}
    if as_json:
        terminal.print_json(record)
    else:
        if sentence is not None:
            typer.echo(sentence)
        typer.echo(f"`latest` names {named}" if named else "No run is `latest`.")
        if decided.note is not None:
            typer.echo(decided.note)
    terminal.end_upload(decided.upload, record, as_json=as_json)


def report(
    language: Annotated[
        ReportLanguageName, typer.Option("--language", help="Language of the outputs.")
    ],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write the outputs of a run again in another language.

    Scores, ranks and the id of the run stay.
    """
    from flows.run.folders import uploaded_runs
    from flows.run.folders.folder_lock import one_run_at_a_time
    from flows.run.results.report_language import write_in_language

    with one_run_at_a_time(out):
        path = write_in_language(out, run, language)
        upload = uploaded_runs.upload_change(out, path.parent.name)
    typer.echo(f"Report: {path}")
    terminal.end_upload(upload, {"report": str(path)}, as_json=False)
