"""Flags from public lists, and public facts, in the data of the page, by supplier."""

from __future__ import annotations

import polars as pl

from reports.page.html_columns import counts, dictionary


def page_flags(hits: pl.DataFrame, order: pl.DataFrame) -> dict[str, object] | None:
    """Flags or facts for the page, by supplier in its order; None where there are none.

    Args:
        hits: columns of `reports.tables.list_hits.hits`.
        order: supplier_id and `supplier` (row of the page's list).
    """
    found = hits.join(order, on="supplier_id", how="inner", maintain_order="left")
    if found.is_empty():
        return None
    found = found.sort("supplier", maintain_order=True)
    return {
        "counts": counts(found["supplier"], order.height),
        "kind": dictionary(found["kind"]),
        "sentence": dictionary(found["sentence"]),
        "link": dictionary(found["link"]),
        "steps": dictionary(found["steps"]),
    }
