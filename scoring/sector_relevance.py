"""Whether a kind of change in the land means anything for a sector: r = change x relevance.

The table is configuration (SCIENCE 2.1): forest loss speaks of cattle and palm oil, bare ground of
mines and kilns, and neither of a law firm. A relevance is at most 1, so it never raises a reading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from configs.model import SectorRelevance
from scoring.alignment import AlignedSignal
from signals.card import ChangeType, Status

_KEYS = ("sector", "sector_section", "commodity_hs")


@dataclass(frozen=True)
class ChangeRelevance:
    """The table of one kind of change.

    Attributes:
        unknown: where neither sector nor goods are stated.
        other_sector: where they are stated but no line has them.
        lines: name, ISIC codes, HS chapters and relevance of each line.
    """

    unknown: float
    other_sector: float
    lines: tuple[tuple[str, frozenset[str], frozenset[str], float], ...]

    def of(
        self, division: str | None, section: str | None, chapter: str | None
    ) -> tuple[float, str | None]:
        """The relevance for a supplier, and why; of several lines the most relevant holds.

        Args:
            division: ISIC division of two digits, or a section's letter.
            section: ISIC section letter.
            chapter: HS chapter of two digits.
        """
        found = [
            (share, name)
            for name, isic, hs, share in self.lines
            if division in isic or section in isic or chapter in hs
        ]
        if found:
            share, name = max(found, key=lambda line: line[0])
            return share, f"the sector is {name}"
        if division is None and section is None and chapter is None:
            return self.unknown, "its sector is not stated"
        return self.other_sector, "the table of sectors has no line for its sector"


def change_relevance(table: SectorRelevance, change: ChangeType) -> ChangeRelevance:
    """The part of the configured table that speaks of one kind of change."""
    return ChangeRelevance(
        unknown=table.unknown,
        other_sector=table.other_sector,
        lines=tuple(
            (
                line.name,
                frozenset(line.isic),
                frozenset(line.hs),
                line.relevance.get(change.value, line.any_other_change),
            )
            for line in table.sectors
        ),
    )


def weighed_by_sector(
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
        .then(pl.format("{}, of which this kind of change tells nothing", found["because"]))
        .otherwise("status_reason"),
    )
    gone = np.where(share == 0, np.nan, 1.0)
    return replace(
        aligned,
        rows=rows,
        usable=aligned.usable * gone,
        stderr=aligned.stderr * gone,
        own_share=aligned.own_share * gone,
        relevance=share,
    )


def sectors_of(keys: pl.DataFrame, commodity_hs: pl.Series | None) -> pl.DataFrame:
    """What `weighed_by_sector` needs, from peer keys and goods; None: no goods are known."""
    goods = pl.lit(None, pl.String) if commodity_hs is None else commodity_hs
    return keys.select(
        pl.col("sector", "sector_section"), goods.cast(pl.String).alias("commodity_hs")
    )


def weighing_text(relevance: pl.Expr, because: pl.Expr) -> pl.Expr:
    """What is added to a sentence, or nothing where the reading counts in full."""
    return (
        pl.when((relevance > 0) & (relevance < 1))
        .then(pl.format(" Weighed {} because {}.", relevance.round(2), because))
        .otherwise(pl.lit(""))
    )
