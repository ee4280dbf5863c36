"""The evidence pack of one supplier for one law: an archive with an index, tables and pages.

The pack documents priorities and what they rest on. It is no evidence of forced labour, nor of its
absence, and its words are those of priority.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reports.documents.document_pages import page
from reports.documents.dossier import render_dossier
from reports.documents.evidence_index import evidence_index
from reports.documents.notice import SupplierRecord, render_notice
from reports.exports.archive import zipped
from reports.exports.packs import pack_tables
from reports.exports.packs.laws import Law
from reports.exports.published_run import PublishedRun, band_text
from reports.tables.cells import csv_bytes
from reports.tables.list_checks import list_check_lines
from reports.wording import notices

INDEX, HASHES = "index.html", "SHA256SUMS"

#: What each part holds, in the order of the index.
PARTS: Mapping[str, str] = {
    "evidence.csv": "Every data item about the supplier and every one that is missing: value, "
    "source used, date, hash, licence and what it cannot tell; where a value was read from several "
    "files, the hash of each is in sources.csv",
    "sources.csv": "The sources that were used, with licence, holder, collection and raw files",
    "ranking.csv": "Result with its uncertainty, rankings under CSDDD and LkSG, and audit plan",
    "dossier.html": "The same on one page",
    "flags.csv": "Hits on public lists and dated public facts",
    "relations.csv": "Relations that tie the supplier to a company on a list, step by step",
    "public_lists.csv": "Which public lists were checked, and of which day their content is",
    "purchasing.csv": "Your own purchasing practices towards the supplier",
    "decisions.csv": "Decisions of people that are in force",
    "notice.en.html": "The notice to the supplier: what is used and how to contest it",
    "notices.csv": "Notices that were written, with their hash",
    "run.json": "The run: as-of date, version, configuration hash, packages",
}
_OF_RUN = {
    "flags.csv": "flags.csv",
    "relations.csv": "relations.csv",
    "purchasing.csv": "purchasing_practices.csv",
}
_OF_MANIFEST = (
    "run_id", "as_of", "identity", "is_synthetic", "purpose", "result", "started_at",
    "finished_at", "code", "config_hash", "model_version", "packages", "seeds", "reference",
)  # fmt: skip
_CONTACT = "the buyer who made this pack"


@dataclass(frozen=True)
class PackInputs:
    """What a pack is made from.

    Attributes:
        run: the published run.
        record: of the supplier in it.
        receipts: rows of `notice_receipts.csv`, as texts.
        matches: decisions on matches, columns of `sql/10_raw/identity_decisions.sql`.
    """

    run: PublishedRun
    record: SupplierRecord
    receipts: pl.DataFrame
    matches: pl.DataFrame


def evidence_pack(inputs: PackInputs, law: Law) -> bytes:
    """The archive. Equal inputs give equal bytes, whatever the version of the libraries."""
    parts = _parts(inputs)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    index = page(
        "evidence_pack.html.j2",
        "dossier.css",
        law=law,
        run=inputs.run,
        supplier=inputs.record.supplier,
        supplier_id=inputs.record.supplier_id,
        band=band_text(inputs.record.supplier, "Insufficient information"),
        notices=notices(inputs.run.is_synthetic),
        not_checked=_not_checked(inputs.run),
        parts=[
            {"name": name, "content": PARTS[name], "rows": _rows(name, parts[name]), "hash": digest}
            for name, digest in hashes.items()
        ],
    ).encode()
    hashes = {INDEX: hashlib.sha256(index).hexdigest()} | hashes
    sums = "".join(f"{digest}  {name}\n" for name, digest in hashes.items())
    return zipped({INDEX: index, **parts, HASHES: sums.encode()}, compress=False)


def _parts(inputs: PackInputs) -> dict[str, bytes]:
    run, record = inputs.run, inputs.record
    supplier_id = record.supplier_id
    found = {
        "evidence.csv": csv_bytes(
            evidence_index(
                record.own(),
                run.signal_cards,
                run.source_cards,
                run.manifest,
                record.flags,
                record.supplier,
            )
        ),
        "sources.csv": csv_bytes(pack_tables.sources(run, record)),
        "ranking.csv": csv_bytes(pack_tables.ranking(run, record.supplier)),
        "dossier.html": render_dossier(
            record,
            run.signal_cards,
            run.title,
            int(run.manifest["config"]["scoring"]["top_k"]),
            run.ranks_withheld,
        ).encode(),
        "public_lists.csv": csv_bytes(pack_tables.public_lists(run)),
        "decisions.csv": csv_bytes(pack_tables.decisions(run, supplier_id, inputs.matches)),
        "notice.en.html": render_notice(
            record, run.signal_cards, run.source_cards, "en", _CONTACT
        ).encode(),
        "notices.csv": csv_bytes(inputs.receipts.filter(pl.col("supplier_id") == supplier_id)),
        "run.json": _run_json(run),
    }
    for name, file in _OF_RUN.items():
        rows = pack_tables.rows_of(run, file, supplier_id)
        if rows is not None:
            found[name] = csv_bytes(rows)
    return {name: found[name] for name in PARTS if name in found}


def _not_checked(run: PublishedRun) -> list[str]:
    """Public lists that the run did not check, with the reason: nothing follows from no hit."""
    return [
        f"{line['title']} ({line['detail']})"
        for line in list_check_lines(run.manifest)
        if not line["is_checked"]
    ]


def _rows(name: str, content: bytes) -> int | None:
    """Rows of a table; None for a page."""
    if not name.endswith(".csv"):
        return None
    return pl.read_csv(content, infer_schema=False).height


def _run_json(run: PublishedRun) -> bytes:
    record = {name: run.manifest.get(name) for name in _OF_MANIFEST}
    return f"{json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()
