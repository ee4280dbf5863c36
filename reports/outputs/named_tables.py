"""Tables of a run that keep the name that their stage gave them, as files."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle
from reports.tables.ranked_list import shown_ranks

_DECIMALS = 4


def named_table(bundle: ReportBundle, name: str) -> pl.DataFrame | None:
    """A table with a row per supplier: id and name first, figures with four decimals.

    Its single ranks are null where the run withholds them.

    Args:
        bundle: the run.
        name: of the table; None is given back where the run has none of it.
    """
    table = bundle.table(name)
    if table is None:
        return None
    names = bundle.suppliers.select("supplier_id", "name")
    return (
        shown_ranks(bundle, table)
        .join(names, on="supplier_id", how="left", maintain_order="left")
        .select("supplier_id", "name", pl.exclude("supplier_id", "name"))
        .with_columns(pl.col(pl.Float64).round(_DECIMALS) + 0.0)
    )


def monitoring_table(
    bundle: ReportBundle, name: str, schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """A table without suppliers, with four decimals; only headers where it was not measured."""
    table = bundle.table(name)
    if table is None:
        return pl.DataFrame(schema=dict(schema))
    return table.with_columns(pl.selectors.float().round(_DECIMALS))
