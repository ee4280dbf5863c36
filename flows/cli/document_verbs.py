"""Verbs about one supplier's record: notice, dossier, evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli import terminal
from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, AsJson, Out, RunId

#: Languages with a notice, as `reports.documents.notice` has them.
Language = Literal["en", "es", "fr", "pt", "id", "vi", "de", "ar"]

_Supplier = Annotated[str, typer.Argument(help="Id of the supplier in the list.")]
_Suppliers = Annotated[
    list[str] | None,
    typer.Argument(help="Ids of suppliers; default: those within the audit budget."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (notice, dossier, evidence):
        app.command()(verb)


def notice(
    supplier: _Supplier,
    language: Annotated[
        Language, typer.Option("--language", help="Language of the notice.")
    ] = "en",
    contact: Annotated[
        str, typer.Option("--contact", help="Address for contestations.", metavar="TEXT")
    ] = "the buyer who sent this notice",
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write the notice to a supplier: data used, how to contest."""
    from flows.run import published_runs
    from flows.run.supplier_records import RECEIPTS_FILE, file_name, supplier_record
    from reports.documents.notice import render_notice, signals_used
    from signals import registry

    folder = published_runs.run_folder(out, run)
    record = supplier_record(out, folder, supplier)
    text = render_notice(
        record,
        {name: signal.card for name, signal in registry.signals().items()},
        {name: module.CARD for name, module in registry.sources().items()},
        language,
        contact,
    )
    target = _write(out / "notices" / folder.name, f"{file_name(supplier)}.{language}.html", text)
    _log_receipt(out, folder, supplier, language, signals_used(record), text)
    typer.echo(f"Notice: {target}")
    typer.echo(f"Receipt: {out / RECEIPTS_FILE}")


def dossier(suppliers: _Suppliers = None, run: RunId = LATEST_RUN, out: Out = DEFAULT_OUT) -> None:
    """Write a printable page for each supplier.

    By default for the suppliers within the audit budget.
    """
    import polars as pl

    from flows.run import published_runs
    from flows.run.supplier_records import file_name, supplier_record
    from reports.documents.dossier import render_dossier
    from signals import registry

    folder = published_runs.run_folder(out, run)
    manifest = published_runs.read_manifest(folder)
    top_k = int(manifest["config"]["scoring"]["top_k"])
    ranked = published_runs.read_ranked(folder)
    chosen = suppliers or ranked.filter(pl.col("rank") <= top_k)["supplier_id"].to_list()
    cards = {name: signal.card for name, signal in registry.signals().items()}
    sources = {name: module.CARD for name, module in registry.sources().items()}
    target = out / "dossiers" / folder.name
    for supplier in chosen:
        text = render_dossier(
            supplier_record(out, folder, supplier),
            cards,
            sources,
            str(manifest["config"]["title"]),
            top_k,
            manifest.get("uncertainty", {}).get("reason"),
            ranked.height - ranked["rank"].null_count(),
        )
        _write(target, f"{file_name(supplier)}.html", text)
    typer.echo(f"{len(chosen)} dossiers in {target}")


def evidence(
    supplier: _Supplier,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
) -> None:
    """List all data items about a supplier with their source.

    Items are numbered, with date, hash and link.
    """
    import sys

    from flows.run import published_runs
    from flows.run.supplier_records import supplier_record
    from reports.documents.evidence_index import evidence_index
    from reports.tables.cells import csv_bytes
    from signals import registry

    folder = published_runs.run_folder(out, run)
    record = supplier_record(out, folder, supplier)
    index = evidence_index(
        record.own(),
        {name: signal.card for name, signal in registry.signals().items()},
        {name: module.CARD for name, module in registry.sources().items()},
        published_runs.read_manifest(folder),
        record.flags,
        record.supplier,
    )
    if as_json:
        terminal.print_json(
            {"run_id": folder.name, "supplier_id": supplier, "evidence": index.to_dicts()}
        )
    else:
        sys.stdout.buffer.write(csv_bytes(index))


def _write(folder: Path, name: str, text: str) -> Path:
    from configs import durable_files

    target = folder / name
    durable_files.write_text(target, text)
    return target


def _log_receipt(
    out: Path, folder: Path, supplier: str, language: str, used: Sequence[str], text: str
) -> None:
    """Append one row: which notice was written, when and for what purpose."""
    import polars as pl

    from configs import durable_files
    from flows.run import published_runs
    from flows.run.supplier_records import RECEIPTS_FILE
    from reports.tables.cells import csv_bytes

    entry = pl.DataFrame(
        {
            "written_at": [dt.datetime.now(dt.UTC).isoformat(timespec="seconds")],
            "run_id": [folder.name],
            "supplier_id": [supplier],
            "language": [language],
            "purpose": [str(published_runs.read_manifest(folder)["purpose"])],
            "signals_used": ["; ".join(used)],
            "notice_sha256": [hashlib.sha256(text.encode()).hexdigest()],
        }
    )
    log = out / RECEIPTS_FILE
    older = [pl.read_csv(log, infer_schema=False)] if log.is_file() else []
    durable_files.write_bytes(log, csv_bytes(pl.concat([*older, entry], how="diagonal_relaxed")))
