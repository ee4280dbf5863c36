"""Applies the relevance of a kind of change to the values of a signal, supplier by supplier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from scoring.change_relevance import ChangeRelevance
from scoring.normalisation.alignment import AlignedSignal
from signals.card import Status

_KEYS = ("sector", "sector_section", "commodity_hs")


def weighted_by_sector(
    aligned: AlignedSignal, relevance: ChangeRelevance, sectors: pl.DataFrame
) -> AlignedSignal:
    """Give a signal its relevance for each supplier; where that is 0 it does not apply.

    Args:
        aligned: values as measured.
        relevance: the table for the signal's kind of change.
        sectors: sector, sector_section and commodity_hs of each supplier, in the list's order.
    """
    kinds = sectors.select(_KEYS).unique(maintain_order=True)
    judged = [relevance.of(*kind) for kind in kinds.rows()]
    table = kinds.with_columns(
        pl.Series("relevance", [share for share, _ in judged], dtype=pl.Float64),
        pl.Series("because", [why for _, why in judged], dtype=pl.String),
    )
    found = sectors.join(
        table, on=_KEYS, how="left", nulls_equal=True, maintain_order="left"
    ).select("relevance", "because")
    share = found["relevance"].to_numpy()
    means_nothing = pl.lit(pl.Series(share == 0))
    rows = aligned.rows.with_columns(
        relevance=found["relevance"],
        weighed_because=pl.when(pl.lit(found["relevance"]) < 1).then(pl.lit(found["because"])),
        value=pl.when(~means_nothing).then("value"),
        status=pl.when(means_nothing).then(pl.lit(Status.NOT_APPLICABLE.value)).otherwise("status"),
        status_reason=pl.when(means_nothing)
        .then(pl.format("{}, for which this signal is not informative", found["because"]))
        .otherwise("status_reason"),
    )
    gone = np.where(share == 0, np.nan, 1.0)
    return replace(
        aligned,
        rows=rows,
        usable=aligned.usable * gone,
        stderr=aligned.stderr * gone,
        shrinkage_weight=aligned.shrinkage_weight * gone,
        relevance=share,
    )


def sectors_of(keys: pl.DataFrame, commodity_hs: pl.Series | None) -> pl.DataFrame:
    """What `weighed_by_sector` needs, from peer keys and goods; None: no goods are known."""
    goods = pl.lit(None, pl.String) if commodity_hs is None else commodity_hs
    return keys.select(
        pl.col("sector", "sector_section"), goods.cast(pl.String).alias("commodity_hs")
    )


def weighting_text(relevance: pl.Expr, because: pl.Expr) -> pl.Expr:
    """What is added to a sentence, or nothing where the reading counts in full."""
    return (
        pl.when((relevance > 0) & (relevance < 1))
        .then(pl.format(" Weighed {} because {}.", relevance.round(2), because))
        .otherwise(pl.lit(""))
    )
