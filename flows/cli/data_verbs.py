"""Verbs about static data: what changes once a year at most is fetched once for all runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import terminal
from flows.cli.default_verb import DefaultToList
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    AsOf,
    Out,
    Verbose,
)
from flows.run.request import run_request

if TYPE_CHECKING:
    from flows.run.static_data import StaticPlan

_INTERRUPTED = 130

_group = typer.Typer(
    cls=DefaultToList,
    name="data",
    help="Fetch, list or remove data that change once a year at most.",
    rich_markup_mode=None,
)

Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Fetch this source alone; may be repeated.", metavar="SOURCE"),
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    _group.command("list")(list_data)
    _group.command("fetch")(fetch)
    _group.command("remove")(remove)
    app.add_typer(_group)


@with_list_options
def fetch(
    listed: ListOptions,
    only: Only = None,
    whole_rasters: Annotated[
        bool,
        typer.Option(
            "--whole-rasters",
            help="Fetch whole rasters that runs read in windows; for closed networks.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show files and sizes; fetch nothing.")
    ] = False,
    as_of: AsOf = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Fetch static data once into the store that all runs use.

    The list says for which tiles and countries; without one, only data of the whole world are
    fetched. Runs with the same --out take the files from there without a request. Interrupted
    downloads resume. The exit code is 1 where a file could not be fetched.
    """
    from flows.run.static_data import check_space, fetch_static, plan_static

    log = terminal.start_log(verbose)
    settings = listed.settings()
    request = run_request.request_of(settings, as_of, out, force=False)
    plan = plan_static(request, only or (), whole_rasters=whole_rasters)
    if as_json and dry_run:
        terminal.print_json({**plan.as_record(), "fetched": [], "failed": {}})
    if not as_json:
        _print_plan(plan)
    for name, reason in plan.problems.items():
        log.warning("source %s: %s", name, reason)
    if not dry_run:
        check_space(plan, out)
        progress = _Bars(plan)
        try:
            with progress.shown():
                brought, failed = fetch_static(plan, request, progress)
        except KeyboardInterrupt:
            typer.echo(
                "understory: stopped; files that came and parts of files are kept; run the same "
                "command to resume",
                err=True,
            )
            raise typer.Exit(_INTERRUPTED) from None
        if as_json:
            origins = [raw.origin for raw in brought]
            terminal.print_json({**plan.as_record(), "fetched": origins, "failed": failed})
        elif brought:
            megabytes = sum(raw.bytes for raw in brought) / 1e6
            typer.echo(f"Files fetched: {len(brought)}, {megabytes:,.1f} MB, into {out / 'raw'}.")
        for reason in failed.values():
            log.warning("%s", reason)
        if failed:
            raise typer.Exit(1)
    if plan.problems:
        raise typer.Exit(1)


def list_data(out: Out = DEFAULT_OUT, as_json: AsJson = False) -> None:
    """List the static data in the store, by source."""
    from flows.run.static_data import list_static

    files = list_static(out, run_request.settings_of(None))
    if as_json:
        terminal.print_json(
            [
                {
                    "source_id": raw.source_id, "key": raw.key, "origin": raw.origin,
                    "sha256": raw.sha256, "bytes": raw.bytes, "version": raw.version,
                    "fetched_at": raw.fetched_at.isoformat(),
                }
                for raw in files
            ]
        )  # fmt: skip
        return
    if not files:
        typer.echo(f"No static data in {out / 'raw'}; fetch them with understory data fetch.")
        return
    by_source = {raw.source_id: [f for f in files if f.source_id == raw.source_id] for raw in files}
    terminal.print_table(
        ("source", "files", "MB", "fetched", "version"),
        (
            (
                name,
                len(held),
                round(sum(raw.bytes for raw in held) / 1e6, 1),
                max(raw.fetched_at for raw in held).date().isoformat(),
                held[0].version if len(held) == 1 else "",
            )
            for name, held in by_source.items()
        ),
    )


def remove(
    only: Annotated[list[str], typer.Argument(help="Sources.", metavar="SOURCE...")],
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """Remove static data of sources.

    Runs ask for them again.
    """
    from flows.run.static_data import remove_static

    count, freed = remove_static(out, run_request.settings_of(None), only)
    if as_json:
        terminal.print_json({"files": count, "bytes_freed": freed})
    else:
        typer.echo(f"Removed {count} files; {freed / 1e6:,.1f} MB are free again.")


def _print_plan(plan: StaticPlan) -> None:
    """The total first, then each source."""
    from flows.run.static_data import sizes_by_source

    unknown = sum(not file.bytes for file in plan.missing)
    more = f", and {unknown} of unknown size" if unknown else ""
    if plan.missing:
        typer.echo(
            f"To fetch: {len(plan.missing)} files, {plan.missing_bytes / 1e6:,.1f} MB{more}."
        )
    elif plan.files:
        typer.echo(f"Nothing to fetch: all {len(plan.files)} files are in the store.")
    else:
        typer.echo("Nothing to fetch: no source has static files for this list.")
    if plan.windowed:
        megabytes = sum(file.bytes for file in plan.windowed) / 1e6
        typer.echo(
            f"Runs read windows of {len(plan.windowed)} rasters ({megabytes:,.0f} MB) and keep "
            "them; --whole-rasters fetches them whole."
        )
    if plan.files:
        terminal.print_table(
            ("source", "files", "in the store", "MB to fetch"),
            (
                (name, count, there, round(size / 1e6, 1))
                for name, count, there, size in sizes_by_source(plan.files)
            ),
        )


class _Bars:
    """A bar for each file and one for all on a terminal, a log line per file elsewhere."""

    def __init__(self, plan: StaticPlan) -> None:
        self._plan = plan
        self._there = {file.url: file.bytes_there for file in plan.missing}
        self._show: Callable[[str, str, int, int], None] = self._log_once
        self._begun: set[str] = set()

    def shown(self) -> AbstractContextManager[object]:
        """Show the bars within the block."""
        import sys

        if not sys.stderr.isatty() or not self._plan.missing:
            return nullcontext()
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TaskID,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        bars = Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(),
            TransferSpeedColumn(), TimeRemainingColumn(),
            console=Console(stderr=True),
        )  # fmt: skip
        total = sum(file.bytes for file in self._plan.missing)
        whole = bars.add_task("all", total=total or None, completed=sum(self._there.values()))
        count = len(self._plan.missing)
        tasks: dict[str, TaskID] = {}

        def show(name: str, url: str, there: int, size: int) -> None:
            if url not in tasks:
                tasks[url] = bars.add_task(f"{name} {len(tasks) + 1}/{count}", total=size or None)
            bars.update(tasks[url], completed=there, total=size or None)
            bars.update(whole, completed=sum(self._there.values()))
            if size and there >= size:
                bars.update(tasks[url], visible=False)

        self._show = show
        return bars

    def __call__(self, name: str, url: str, there: int, size: int) -> None:
        """Show that bytes of a file came."""
        self._there[url] = there
        self._show(name, url, there, size)

    def _log_once(self, name: str, url: str, there: int, size: int) -> None:
        if url not in self._begun:
            self._begun.add(url)
            known = f", {size / 1e6:,.1f} MB" if size else ""
            terminal.start_log().info("Fetching %s: %s%s", name, Path(url).name, known)
