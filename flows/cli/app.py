"""The command `understory`: its verbs, and how errors reach the user.

Only typer and light modules are imported here; a verb imports what it needs when it runs, so
that `--help` answers at once.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.cli import (
    alert_verbs,
    analysis_verbs,
    back_fill_verb,
    clean_verb,
    data_verbs,
    decision_verbs,
    desk_verb,
    doctor_verb,
    document_verbs,
    explain_verb,
    export_verb,
    inspect_verbs,
    list_verbs,
    new_verbs,
    pack_verb,
    publication_verbs,
    question_verbs,
    run_verbs,
    source_check_verb,
    source_verbs,
    stored_files,
    supervised,
    terminal,
    tune_verbs,
    upstream_verb,
    validate_verb,
    workspace_option,
)
from flows.cli.list_options import ListOptions, with_list_options
from flows.cli.option_types import (
    DEFAULT_OUT,
    Out,
)
from flows.orchestration import prefect_address
from flows.run.work import machine_errors, private_files

_DATA_REJECTED, _INTERRUPTED = 1, 130
_CORRECTABLE = (
    ("configs.config_errors", "UsageError", 2),
    ("configs.config_errors", "DataRejectedError", 1),
    ("configs.config_errors", "NotLatestError", 3),
    ("sql.warehouse", "WarehouseError", 1),
    ("flows.orchestration.serve", "ServerFailedError", 1),
)
_STOPPED = "stopped; nothing was published; run the same command to resume"


class _Verbs(TyperGroup):
    """Turns an exception of a verb into one sentence on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        private_files.keep_files_private()
        interrupts = _Interrupts()
        try:
            with interrupts.noted():
                return super().invoke(ctx)
        except BaseException as error:
            # Libraries turn an interrupt into errors of their own.
            if interrupts.count or isinstance(error, KeyboardInterrupt):
                _say(_STOPPED)
                raise typer.Exit(_INTERRUPTED) from None
            exit_code = _exit_code_of(error)
            sentence = str(error) if exit_code is not None else machine_errors.sentence_of(error)
            if sentence is None:
                raise
            _say(sentence)
            raise typer.Exit(_DATA_REJECTED if exit_code is None else exit_code) from None


class _Interrupts:
    """Counts Ctrl-C while a verb runs."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Count within the block; Ctrl-C still interrupts it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(number: int, frame: FrameType | None) -> None:
            self.count += 1
            signal.default_int_handler(number, frame)

        before = signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


app = typer.Typer(
    cls=_Verbs,
    name="understory",
    help="Rank suppliers by priority for forced-labour due diligence, from desk-based data.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help; the rich one takes as long to load as all the rest
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
run_verbs.register(app)
publication_verbs.register(app)
back_fill_verb.register(app)
clean_verb.register(app)
alert_verbs.register(app)
workspace_option.register(app)
inspect_verbs.register(app)
explain_verb.register(app)
doctor_verb.register(app)
source_verbs.register(app)
source_check_verb.register()
desk_verb.register(app)
data_verbs.register(app)
list_verbs.register(app)
decision_verbs.register(app)
document_verbs.register(app)
export_verb.register(app)
pack_verb.register(app)
question_verbs.register(app)
tune_verbs.register(app)
upstream_verb.register(app)
validate_verb.register(app)
new_verbs.register(app)
analysis_verbs.register(tune_verbs.tune)


@app.command()
@with_list_options
def serve(
    listed: ListOptions,
    out: Out = DEFAULT_OUT,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port of the server on loopback.")
    ] = prefect_address.SERVE_PORT,
    cron: Annotated[
        str | None,
        typer.Option(
            "--cron",
            help="Schedule in UTC; default: the one that is deployed, at first 06:00 on the first "
            "of the month.",
            metavar="CRON",
        ),
    ] = None,
) -> None:
    """Start the monthly schedule with its own Prefect server.

    The list is run on the first of every month, unless the schedule was changed. Server, worker
    and schedule are one process; stop it with Ctrl-C.
    """
    from flows.orchestration import serve as serving

    terminal.start_log()
    serving.serve(
        serving.Schedule(
            profile=listed.profile,
            suppliers=tuple(str(path) for path in listed.suppliers or []),
            overrides=tuple(listed.overrides or []),
            drop=tuple(listed.drop or []),
            mapping=listed.mapping,
            completed=listed.completed,
            out=out,
            cron=cron,
        ),
        port,
        Path.cwd(),
    )


stored_files.add_to(app)
workspace_option.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: runs a verb; exits with 0 done, 1 rejected, 2 usage, 3 held, 130 stopped.

    Args:
        arguments: of a verb that runs in this process; None for those of the command line.
    """
    if arguments is None and supervised.is_computing(sys.argv[1:]):
        supervised.supervise(app)
    else:
        app(args=None if arguments is None else list(arguments))


def _say(sentence: str) -> None:
    """Print one sentence on stderr, with the traceback only under `--verbose`."""
    if logging.getLogger(terminal.LOGGER_NAME).isEnabledFor(logging.DEBUG):
        traceback.print_exc(file=sys.stderr)
    typer.echo(f"understory: {sentence}", err=True)


def _exit_code_of(error: BaseException) -> int | None:
    """Exit code of an error that a user can correct, or None for a defect of the program.

    Nothing is imported for this: a module that was never imported has raised nothing.
    """
    for module, name, exit_code in _CORRECTABLE:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return exit_code
    return None
