"""What the verbs print: results on stdout, log and progress on stderr."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import typer

if TYPE_CHECKING:
    from rich.status import Status

    from flows.run.folders.uploaded_runs import Change
    from flows.run.work.stage_types import StageEvent

LOGGER_NAME = "understory"

_VERBS = {
    "month": "Month",
    "prepare": "Reading the supplier list",
    "pull": "Pulling",
    "stage": "Staging",
    "identify": "Linking suppliers to registers",
    "measure": "Computing the signals",
    "score": "Scoring",
    "publish": "Writing the outputs",
}


def start_log(verbose: bool = False) -> logging.Logger:
    """Send the log of the program to stderr, one plain line per message."""
    log = logging.getLogger(LOGGER_NAME)
    log.setLevel(logging.DEBUG if verbose else logging.INFO)
    if not any(isinstance(handler, _StandardError) for handler in log.handlers):
        log.addHandler(_StandardError())
    # Prefect puts a handler of its own on the root logger.
    log.propagate = False
    return log


def leave_log_to_prefect() -> None:
    """Stop printing here: Prefect prints and stores the same lines."""
    log = logging.getLogger(LOGGER_NAME)
    for handler in [each for each in log.handlers if isinstance(each, _StandardError)]:
        log.removeHandler(handler)
    log.propagate = True


class _StandardError(logging.Handler):
    """Writes to the current stderr; libraries and tests replace it during a run."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")
        )

    def emit(self, record: logging.LogRecord) -> None:
        typer.echo(self.format(record), err=True)


class Progress:
    """Shows where a run is: one live line on a terminal, log lines elsewhere.

    Use as a context manager and hand it to `run_all`.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._status: Status | None = None
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("Starting")
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, event: StageEvent) -> None:
        """Show that a stage begins."""
        text = sentence_of(event)
        if self._status is None:
            self._log.info("%s", text)
        else:
            seconds = time.monotonic() - self._started
            self._status.update(f"{text} · {seconds:.0f} s")


def sentence_of(event: StageEvent) -> str:
    """The log line of a stage that begins."""
    text = _VERBS.get(event.stage, event.stage)
    if event.stage in ("pull", "stage", "month"):
        return f"{text} {event.detail} ({event.done + 1} of {event.total})"
    return text


def print_notices(folder: Path) -> None:
    """Print the notices that precede every list of a run."""
    from flows.run.folders import published_runs
    from reports.wording import ILO_NOTICE, SCREENING, SYNTHETIC_NOTICE

    typer.echo(SCREENING)
    typer.echo(ILO_NOTICE)
    if published_runs.read_manifest(folder)["is_synthetic"]:
        typer.echo(SYNTHETIC_NOTICE)
    typer.echo()


def end_upload(upload: Change, record: Mapping[str, Any], *, as_json: bool) -> None:
    """Print where a change was uploaded to, if it was to be.

    Raises:
        NotLatestError: it was not; the change stands.
    """
    from configs.config_errors import NotLatestError

    if upload.fault is not None:
        raise NotLatestError(upload.fault, record)
    if upload.address is not None and not as_json:
        typer.echo(f"Uploaded to {upload.address}")


def print_json(value: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_catalogue(form: Literal["json", "csv"], weights: Mapping[str, float]) -> None:
    """Print the catalogue of signals as JSON or CSV."""
    from reports.documents.signal_catalogue import catalogue, catalogue_table
    from reports.tables.cells import csv_bytes
    from signals import registry

    document = catalogue(
        {name: signal.card for name, signal in registry.signals().items()},
        {name: module.CARD for name, module in registry.sources().items()},
        weights,
    )
    if form == "json":
        print_json(document)
    else:
        sys.stdout.buffer.write(csv_bytes(catalogue_table(document)))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns aligned with spaces; a missing value prints as a dash."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [
        max(len(header), *(len(row[column]) for row in cells)) if cells else len(header)
        for column, header in enumerate(headers)
    ]
    for row in [list(headers), *cells]:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        typer.echo(line.rstrip())


def plain(text: str) -> str:
    """Text without control characters: names come from files, and terminals execute them."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else plain(str(value))


def print_published(record: Mapping[str, Any]) -> None:
    """Print the location of the results and their counts."""
    from reports.tables.rejections import rejections_text

    again = " (already published; nothing changed)" if record["already_published"] else ""
    typer.echo(f"Run {record['run_id']}{again}")
    typer.echo(
        f"{record['ranked']:,} suppliers ranked, {record['insufficient']:,} with insufficient "
        f"information; {rejections_text(record['rejected'], record['rejected_of_sources'])}"
    )
    for fact in record["facts"]:
        typer.echo(fact)
    for warning in record["warnings"]:
        typer.echo(f"Warning: {warning}")
    if record["latest_note"]:
        typer.echo(f"{record['latest_note']}.")
    typer.echo(f"Report: {record['report']}")
    typer.echo(f"For notebooks: {Path(record['folder']).parent / 'snapshot.duckdb'}")
