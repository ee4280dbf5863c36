"""How much a measure of places distinguishes neighbours.

Weather is shared by a district. The share of a signal's variance that lies between sites of the
same district says how far it can order neighbours at all (Methodology 10.5).
"""

from __future__ import annotations

import polars as pl

from scoring.explanation.country_share import between_share
from signals.districts import districts


def within_cell_variance_share(
    site_values: pl.DataFrame, sites: pl.DataFrame
) -> dict[str, float | None]:
    """Share of each signal's variance that lies between sites of the same district.

    Args:
        site_values: site_id, signal_id, value.
        sites: as `signals.districts.districts` takes them; one without a place is left out.

    Returns:
        By signal: 1 less the corrected share between districts; None where it cannot be said.
    """
    placed = site_values.select("site_id", "signal_id", "value").join(
        districts(sites).drop_nulls("district"), on="site_id"
    )
    shares: dict[str, float | None] = {}
    for (signal_id,), part in placed.sort("signal_id", "site_id").group_by(
        "signal_id", maintain_order=True
    ):
        between = between_share(part["value"], part["district"])
        shares[str(signal_id)] = None if between is None else round(1.0 - between, 4)
    return shares
