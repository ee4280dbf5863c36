"""The tables of an evidence pack: rows of a run's tables about one supplier."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl

from reports.documents.evidence_index import public_origin, sources_of
from reports.documents.notice import SupplierRecord
from reports.exports.lineage import UsedFile, used_files
from reports.exports.published_run import PublishedRun

#: Of `ranked.parquet`: the result, with its uncertainty and the recommended step.
_RESULT = (
    "score", "priority_band", "priority_band_note", "evidence_coverage", "ilo_indicator_coverage",
    "rank", "rank_p05", "rank_p95", "prob_top_k", "score_best_case", "score_worst_case",
    "peer_median_score", "country_context_score", "insufficient_reason", "lowest_cost_data_gap",
    "main_uncertainty_source", "order_basis", "context_position", "priority_band_is_frozen",
    "next_step", "next_step_reason",
)  # fmt: skip
_LISTS = (
    "list_id", "title", "status", "reason", "content_of", "newest_entry", "entries",
)  # fmt: skip


def rows_of(run: PublishedRun, file: str, supplier_id: str) -> pl.DataFrame | None:
    """The supplier's rows of a CSV table of the run, as texts; None where the run has no such."""
    content = run.files.get(file)
    if content is None:
        return None
    table = pl.read_csv(io.BytesIO(content), infer_schema=False)
    return table.filter(pl.col("supplier_id") == supplier_id)


def ranking(run: PublishedRun, supplier: Mapping[str, object]) -> pl.DataFrame:
    """Result and legal rankings, as figure and value.

    Returns:
        figure, value and table (the file of the run that it is from), a row per figure. Ranks are
        left out where the run withholds them.
    """
    hidden = ("rank", "rank_p05", "rank_p95", "prob_top_k") if run.ranks_withheld else ()
    rows = [(name, supplier.get(name), "ranked.parquet") for name in _RESULT if name not in hidden]
    for file in ("legal_rankings.csv", "audit_plan.csv"):
        found = rows_of(run, file, str(supplier["supplier_id"]))
        if found is not None and found.height:
            own = found.drop("supplier_id", "name").row(0, named=True)
            rows += [(name, value, file) for name, value in own.items() if name not in hidden]
    return pl.DataFrame(
        [(name, None if value is None else str(value), file) for name, value, file in rows],
        schema={"figure": pl.String, "value": pl.String, "table": pl.String},
        orient="row",
    )


def public_lists(run: PublishedRun) -> pl.DataFrame:
    """Which public lists were checked, and of which day their content is."""
    rows = [
        {name: _text(check.get(name)) for name in _LISTS}
        for check in run.manifest.get("list_checks", [])
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_LISTS, pl.String))


def sources(run: PublishedRun, record: SupplierRecord) -> pl.DataFrame:
    """The sources that gave a value about the supplier, a row for each of their raw files.

    Returns:
        source_id, source, publisher, url, licence, licence_url, redistributable, held_by,
        collection, citation, file, address, sha256, fetched_at and publisher_version. A file is one
        that the run read from the source, which need not be about this supplier alone.
    """
    used = {
        card.id: card
        for row in record.own().filter(pl.col("value").is_not_null()).iter_rows(named=True)
        if row["signal_id"] in run.signal_cards
        for card in sources_of(row, run.signal_cards[row["signal_id"]], run.source_cards)
    }
    raw = used_files(run)
    rows = []
    for source_id, card in sorted(used.items()):
        files: list[UsedFile | None] = [file for file in raw if file.source_id == source_id]
        for file in files or [None]:
            rows.append(
                {
                    "source_id": source_id,
                    "source": card.title,
                    "publisher": card.publisher,
                    "url": card.url,
                    "licence": card.licence.id,
                    "licence_url": card.licence.url,
                    "redistributable": str(card.licence.redistributable).lower(),
                    "held_by": card.held_by,
                    "collection": card.collection.value,
                    "citation": card.citation,
                    "file": None if file is None else file.name,
                    "address": None if file is None else file.address,
                    "sha256": None if file is None else file.sha256,
                    "fetched_at": None if file is None else file.fetched_at,
                    "publisher_version": None if file is None else file.version,
                }
            )
    return pl.DataFrame(rows, schema=dict.fromkeys(_SOURCES, pl.String))


_SOURCES = (
    "source_id", "source", "publisher", "url", "licence", "licence_url", "redistributable",
    "held_by", "collection", "citation", "file", "address", "sha256", "fetched_at",
    "publisher_version",
)  # fmt: skip


def decisions(run: PublishedRun, supplier_id: str, matches: pl.DataFrame) -> pl.DataFrame:
    """Decisions of people that are in force: on the result and on matches with registers.

    Args:
        run: the run.
        supplier_id: of the supplier.
        matches: columns of `sql/10_raw/identity_decisions.sql`.

    Returns:
        about, decision, reason, evidence, decided_on and expires_on; never who decided.
    """
    made = rows_of(run, "overrides.csv", supplier_id)
    rows: list[dict[str, object]] = [
        {
            "about": "the result",
            "decision": row["override"],
            "reason": row["override_reason"],
            "evidence": public_origin(row["override_evidence_link"] or None, None),
            "expires_on": row["override_expires_on"],
        }
        for row in ([] if made is None else made.iter_rows(named=True))
        if row["override"]
    ]
    in_force = matches.filter(
        pl.col("supplier_id") == supplier_id,
        pl.col("decided_on") <= run.as_of,
        pl.col("expires_on").is_null() | (pl.col("expires_on") >= run.as_of),
    ).sort("register", "register_id")
    rows += [
        {
            "about": f"the match with {row['register']} {row['register_id']}",
            "decision": row["decision"],
            "reason": row["reason"],
            "decided_on": row["decided_on"].isoformat(),
            "expires_on": _text(row["expires_on"]),
        }
        for row in in_force.iter_rows(named=True)
    ]
    columns = ("about", "decision", "reason", "evidence", "decided_on", "expires_on")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
