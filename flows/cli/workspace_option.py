"""The option `--workspace` of every verb with a folder of results, and the verb that lists them.

It is added to the registered verbs, so that no verb can be without it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, AsJson, Out
from flows.run.folders import installation

Workspace = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        help="Workspace of a further list: folder, schedule and `latest` of its own within --out.",
        metavar="NAME",
    ),
]
_LISTING = "workspaces"


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command(_LISTING)(list_workspaces)


def add_to(app: typer.Typer) -> None:
    """Add the option to every registered verb that has a folder of results, and to those below."""
    for verb in app.registered_commands:
        if verb.callback is not None and verb.name != _LISTING:
            verb.callback = in_workspace(verb.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            add_to(group.typer_instance)


def in_workspace(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb with the option, which changes its `out`; one without a folder of results as it is."""
    signature = inspect.signature(verb, eval_str=True)
    out = signature.parameters.get("out")
    if out is None or out.annotation != Out or "workspace" in signature.parameters:
        return verb

    @functools.wraps(verb)
    def within(*arguments: Any, workspace: str | None = None, **options: Any) -> Any:
        if workspace is not None:
            folder = Path(options.get("out", DEFAULT_OUT))
            options["out"] = installation.workspace_folder(folder, workspace)
            own = options["out"] / installation.LIST_PROFILE
            is_named = bool(options.get("profile") or options.get("suppliers"))
            if "profile" in signature.parameters and not is_named and own.is_file():
                options["profile"] = str(own)
        return verb(*arguments, **options)

    option = inspect.Parameter(
        "workspace", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Workspace
    )
    parameters = [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in signature.parameters.values()
    ]
    place = [one.name for one in parameters].index("out") + 1
    parameters.insert(place, option)
    within.__dict__["__signature__"] = signature.replace(parameters=parameters)
    within.__annotations__ = {one.name: one.annotation for one in parameters}
    return within


def list_workspaces(out: Out = DEFAULT_OUT, as_json: AsJson = False) -> None:
    """List the workspaces: further lists with own folders."""
    from flows.run.folders import publication, run_log

    log, records = terminal.start_log(), []
    for name in installation.workspaces(out):
        folder = installation.workspace_folder(out, name)
        runs = run_log.read(folder, log)
        last = max(runs, key=lambda one: str(one["started_at"]), default=None)
        records.append(
            {
                "workspace": name,
                "latest": publication.latest_run(folder),
                "last_result": None if last is None else last["result"],
                "runs": len(runs),
            }
        )
    if as_json:
        terminal.print_json(records)
    elif not records:
        typer.echo(f"No workspace in {out}; `--workspace NAME` of any verb makes one.")
    else:
        terminal.print_table(
            ("workspace", "latest", "last result", "runs"), (tuple(one.values()) for one in records)
        )
