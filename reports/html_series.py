"""Series for the small figures of a supplier's page."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle

#: Suppliers from the top whose page has figures; of more the page would grow too long.
SERIES_FOR = 200

_LEAST_POINTS = 2


def series(bundle: ReportBundle, order: pl.DataFrame) -> dict[str, list[dict[str, object]]] | None:
    """Series by row of the page; only of signals whose value may be shown; None without any.

    Args:
        bundle: the run, past `reports.disclosure.disclosable`.
        order: supplier_id and supplier (row of the page's list).
    """
    if bundle.series is None or bundle.series.is_empty():
        return None
    shown = bundle.contributions.filter(pl.col("value").is_not_null())
    rows = (
        bundle.series.join(order.head(SERIES_FOR), on="supplier_id")
        .join(shown, on=["supplier_id", "signal_id"], how="semi")
        .sort("supplier", "signal_id", "year")
    )
    found: dict[str, list[dict[str, object]]] = {}
    for (supplier, title, unit), part in rows.group_by(
        "supplier", "title", "unit", maintain_order=True
    ):
        if part.height >= _LEAST_POINTS:
            found.setdefault(str(supplier), []).append(
                {
                    "title": title,
                    "unit": unit,
                    "years": part["year"].to_list(),
                    "values": part["value"].round_sig_figs(3).to_list(),
                }
            )
    return found
