"""Documents about one supplier of a run: dossier, notice with its receipt, evidence pack."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import polars as pl

from configs import durable_files
from flows.run.folders import published_runs
from flows.run.results.run_exports import published_run
from flows.run.results.supplier_records import (
    RECEIPTS_FILE,
    file_name,
    match_decisions,
    receipts,
    supplier_record,
)
from reports.documents.dossier import render_dossier
from reports.documents.notice import render_notice, signals_used
from reports.exports.packs.evidence_pack import PackInputs, evidence_pack
from reports.exports.packs.laws import law
from reports.tables.cells import csv_bytes
from signals import registry


def dossier(out: Path, folder: Path, supplier: str, language: str | None = None) -> str:
    """The printable page about a supplier.

    Args:
        out: folder of results.
        folder: of the run.
        supplier: id of the supplier.
        language: one of `reports.languages.catalogue.LANGUAGES`; None: that of the run.

    Raises:
        UsageError: the run has no such supplier.
    """
    manifest = published_runs.read_manifest(folder)
    ranked = published_runs.read_ranked(folder)["rank"]
    return render_dossier(
        supplier_record(out, folder, supplier),
        {name: signal.card for name, signal in registry.signals().items()},
        str(manifest["config"]["title"]),
        int(manifest["config"]["scoring"]["top_k"]),
        manifest.get("uncertainty", {}).get("reason"),
        ranked.len() - ranked.null_count(),
        language or str(manifest["config"].get("language", "en")),
    )


def write_notice(out: Path, folder: Path, supplier: str, language: str, contact: str) -> Path:
    """Write the notice to a supplier, and the receipt that it was written.

    Args:
        out: folder of results.
        folder: of the run.
        supplier: id of the supplier.
        language: one of `reports.documents.notice.LANGUAGES`.
        contact: where the supplier writes to.

    Returns:
        The file.

    Raises:
        UsageError: the run has no such supplier, or there is no notice in the language.
    """
    record = supplier_record(out, folder, supplier)
    text = render_notice(
        record,
        {name: signal.card for name, signal in registry.signals().items()},
        {name: module.CARD for name, module in registry.sources().items()},
        language,
        contact,
    )
    target = out / "notices" / folder.name / f"{file_name(supplier)}.{language}.html"
    durable_files.write_text(target, text)
    entry = pl.DataFrame(
        {
            "written_at": [dt.datetime.now(dt.UTC).isoformat(timespec="seconds")],
            "run_id": [folder.name],
            "supplier_id": [supplier],
            "language": [language],
            "purpose": [str(published_runs.read_manifest(folder)["purpose"])],
            "signals_used": ["; ".join(signals_used(record))],
            "notice_sha256": [hashlib.sha256(text.encode()).hexdigest()],
        }
    )
    written = pl.concat([receipts(out), entry], how="diagonal_relaxed")
    durable_files.write_bytes(out / RECEIPTS_FILE, csv_bytes(written))
    return target


def write_packs(out: Path, run: str, suppliers: list[str], law_name: str) -> list[Path]:
    """Write the evidence packs of suppliers for a law.

    Args:
        out: folder of results.
        run: id of the run, its beginning, or `latest`.
        suppliers: their ids.
        law_name: one of `reports.exports.packs.laws.LAWS`.

    Returns:
        The files, in the order of the suppliers.

    Raises:
        UsageError: no such supplier or run, or the run may not be handed over.
    """
    published = published_run(out, run)
    folder = out / published.run_id
    records = [supplier_record(out, folder, supplier) for supplier in suppliers]
    written, matches = receipts(out), match_decisions(out)
    files = []
    for record in records:
        content = evidence_pack(PackInputs(published, record, written, matches), law(law_name))
        files.append(out / "packs" / published.run_id
                     / f"{file_name(record.supplier_id)}.{law_name}.zip")  # fmt: skip
        durable_files.write_bytes(files[-1], content)
    return files
