"""Declares `contributions.parquet`."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reports.bundle import ReportBundle
from reports.outputs.output import Column, TableOutput
from reports.redistribution import withhold_contributions

#: Suppliers whose rows are read at a time, as the stage wrote them, and those sorted and written at
#: a time: sorting and writing take several times the rows.
_READ, _WRITTEN = 20_000, 3_000


def _parts(bundle: ReportBundle) -> Iterator[pl.DataFrame] | None:
    """The rows by supplier and signal, some suppliers at a time, without withheld values.

    First those that hold for every supplier, which a long list would repeat for each of them.
    """
    rows = bundle.every_contribution
    return None if rows is None else _by_supplier(rows, bundle)


def _by_supplier(rows: pl.LazyFrame, bundle: ReportBundle) -> Iterator[pl.DataFrame]:
    shared = bundle.shared_rows
    if not shared.is_empty():
        yield shared
    single = withhold_contributions(
        rows.filter(~pl.col("signal_id").is_in(shared["signal_id"].implode())),
        bundle.signal_cards,
        bundle.source_cards,
    )
    ids = bundle.suppliers["supplier_id"].sort()
    for start in range(0, ids.len(), _READ):
        some = ids.slice(start, _READ)
        read = single.filter(_within(some)).collect()
        signal_ids = read["signal_id"].unique().sort()
        for first in range(0, some.len(), _WRITTEN):
            written = some.slice(first, _WRITTEN)
            # One number as the key takes half the time of two texts, in one piece half of that.
            part = read.filter(_within(written)).rechunk()
            yield part.sort(
                _place("supplier_id", written) * signal_ids.len() + _place("signal_id", signal_ids)
            )


def _place(name: str, sorted_ids: pl.Series) -> pl.Expr:
    """The place of each text of a column among sorted ones."""
    return pl.col(name).cast(pl.Enum(sorted_ids)).to_physical().cast(pl.Int64)


def _within(ids: pl.Series) -> pl.Expr:
    return pl.col("supplier_id").is_between(pl.lit(ids[0]), pl.lit(ids[-1]))


OUTPUT = TableOutput(
    file="contributions.parquet",
    order=60,
    content="every signal of every supplier with its points; without supplier_id, of all",
    columns=(
        Column(
            "supplier_id",
            "text",
            "",
            "the supplier's id in your list; empty in a row that holds for every supplier, "
            "such as that of a signal whose source is switched off",
        ),
        Column("signal_id", "text"),
        Column("pillar", "text"),
        Column("status", "text"),
        Column("value", "number", "see unit"),
        Column("stderr", "number", "see unit"),
        Column("unit", "text"),
        Column("shrunk_value", "number", "see unit"),
        Column("shrinkage_weight", "number", "share, 0-1"),
        Column("peer_value", "number", "see unit"),
        Column("sector_relevance", "number", "share, 0-1"),
        Column("risk", "number", "risk, 0-1"),
        Column("peer_risk", "number", "risk, 0-1"),
        Column("weight", "number", "share"),
        Column("points", "number", "points"),
        Column("period", "text"),
        Column("data_through", "date"),
        Column("candidate_sources", "text"),
        Column("source_file", "text"),
        Column("source_used", "text"),
        Column("sentence", "text"),
    ),
    frame=lambda bundle, ranked: bundle.contributions.sort("supplier_id", "signal_id").collect(),
    warehouse_table="contributions",
    parts=_parts,
)
