"""Verbs about one supplier's record: notice, dossier, evidence."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from flows.cli import terminal
from flows.cli.option_types import (
    DEFAULT_OUT,
    LATEST_RUN,
    AsJson,
    Out,
    ReportLanguage,
    RunId,
)

#: Languages with a notice, as `reports.documents.notice` has them.
Language = Literal["en", "es", "fr", "pt", "id", "vi", "de", "ar"]

_Supplier = Annotated[str, typer.Argument(help="Id of the supplier in the list.")]
Suppliers = Annotated[
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
    from flows.run.folders import published_runs
    from flows.run.results.supplier_documents import write_notice
    from flows.run.results.supplier_records import RECEIPTS_FILE

    folder = published_runs.run_folder(out, run)
    typer.echo(f"Notice: {write_notice(out, folder, supplier, language, contact)}")
    typer.echo(f"Receipt: {out / RECEIPTS_FILE}")


def dossier(
    suppliers: Suppliers = None,
    language: ReportLanguage = None,
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write a printable page for each supplier.

    By default for the suppliers within the audit budget, in the language of the run.
    """
    import polars as pl

    from configs import durable_files
    from flows.run.folders import published_runs
    from flows.run.results import supplier_documents
    from flows.run.results.supplier_records import file_name

    folder = published_runs.run_folder(out, run)
    top_k = int(published_runs.read_manifest(folder)["config"]["scoring"]["top_k"])
    ranked = published_runs.read_ranked(folder)
    chosen = suppliers or ranked.filter(pl.col("rank") <= top_k)["supplier_id"].to_list()
    target = out / "dossiers" / folder.name
    for supplier in chosen:
        text = supplier_documents.dossier(out, folder, supplier, language)
        durable_files.write_text(target / f"{file_name(supplier)}.html", text)
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

    from flows.run.folders import published_runs
    from flows.run.results.supplier_records import supplier_record
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
