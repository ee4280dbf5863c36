"""Verbs about sources: what they are, and what they could add to a list."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from flows.cli import terminal
from flows.cli.default_verb import DefaultToList
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    AsJson,
    AsOf,
    Profile,
    Verbose,
)
from flows.run.request import run_request

if TYPE_CHECKING:
    from configs.settings import Settings
    from flows.planning.source_plan import SourcePlan
    from flows.run.work.stage_types import RunRequest

#: Other files add their verbs to this group.
sources_group = typer.Typer(
    cls=DefaultToList,
    name="sources",
    help="List the sources, or plan what they could add to a list.",
    rich_markup_mode=None,
)

_MOST_COUNTED = 8


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    sources_group.command("list")(sources)
    sources_group.command("plan")(plan)
    app.add_typer(sources_group)


def sources(profile: Profile = None, as_json: AsJson = False) -> None:
    """List the sources with licence, access and location."""
    from flows.run.request.source_keys import access_text
    from signals.registry import sources as known

    settings = run_request.settings_of(profile)
    records = [
        {**module.CARD.model_dump(mode="json"), "read_from": _read_from(settings, name)}
        for name, module in known().items()
    ]
    if as_json:
        terminal.print_json(records)
        return
    terminal.print_table(
        ("source", "licence", "cadence", "access", "read from", "title"),
        (
            (
                r["id"],
                r["licence"]["id"],
                r["cadence"],
                access_text(known()[r["id"]].CARD),
                r["read_from"],
                r["title"],
            )
            for r in records
        ),
    )


@with_list_options
def plan(
    listed: ListOptions,
    as_of: AsOf = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show what each source could add to a list, and its cost.

    Nothing is asked of any publisher. Figures are upper bounds: every source is taken to answer
    for every supplier that it could speak for.
    """
    terminal.start_log(verbose)
    settings = listed.settings()
    found = plan_of(run_request.request_of(settings, as_of, DEFAULT_OUT, force=False))
    if as_json:
        terminal.print_json(found.as_record())
        return
    if found.steps:
        typer.echo("Next steps:")
    for number, step in enumerate(found.steps, 1):
        typer.echo(f"{number}. {step.sentence}")
    for line in summary_lines(found):
        typer.echo(line)
    typer.echo()
    terminal.print_table(
        ("source", "status", "access", "suppliers", "requests", "MB", "minutes",
         "scored with it", "scored without it"),
        (
            (
                s.source_id, s.status, s.access, s.suppliers, s.requests, s.megabytes, s.minutes,
                s.scored_with, s.scored_without,
            )
            for s in found.sources
        ),
    )  # fmt: skip
    unread = [s for s in found.sources if s.off_because]
    if unread:
        typer.echo("\nNot read by default, though no key is needed:")
    for s in unread:
        typer.echo(f"{s.source_id}: {s.off_because}")


def plan_of(request: RunRequest) -> SourcePlan:
    """The plan of a request; the list is read into a temporary folder.

    Raises:
        UsageError: no list is named, or a file is not there.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    from flows.planning.source_plan import plan_sources
    from flows.run import stages

    with tempfile.TemporaryDirectory() as folder:
        return plan_sources(stages.prepare(replace(request, out=Path(folder))))


def summary_lines(found: SourcePlan) -> list[str]:
    """The list and the expected yield in a few lines."""
    listed = found.listed
    ready = [source for source in found.sources if source.status == "ready"]
    return [
        f"Suppliers: {listed['suppliers']}; at most {found.scored} would be scored",
        f"Countries: {_counted(listed['countries'])}",
        f"Sectors (ISIC section): {_counted(listed['sectors'])}",
        f"Locations: {_counted(listed['locations'])}",
        f"Identifiers: {_counted(listed['identifiers'])}",
        f"First run of the {len(ready)} sources that are ready: "
        f"{sum(source.requests for source in ready):,} requests, "
        f"{sum(source.megabytes for source in ready):,.0f} MB, "
        f"{sum(source.minutes for source in ready):,.0f} minutes at the pace that hosts allow",
    ]


def _counted(counts: dict[str, Any]) -> str:
    """The largest counts, and how many more there are."""
    named = list(counts.items())
    more = f", and {len(named) - _MOST_COUNTED} more" if len(named) > _MOST_COUNTED else ""
    return ", ".join(f"{name} {number}" for name, number in named[:_MOST_COUNTED]) + more


def _read_from(settings: Settings, source_id: str) -> str:
    source = settings.sources.get(source_id)
    if source is None or not source.enabled:
        return "switched off"
    return source.mirror or source.url or "no location: set a mirror"
