"""Peer groups: who a supplier is compared with, from the finest level that has enough members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.model import Peers

Integers = NDArray[np.int64]

#: What peer groups are made of.
PEER_KEYS = ("sector", "sector_section", "region", "size")
#: The last level: everybody.
WHOLE_LIST = "whole list"

_SEPARATOR = "\x1f"


def peer_keys(suppliers: pl.DataFrame, income: pl.DataFrame | None) -> pl.DataFrame:
    """The keys of each supplier, one row each, in the order of the list.

    Region is the World Bank income group of the country where it is known, else the subregion;
    size is the workforce band. An unknown key is null.

    Args:
        suppliers: columns of `stg_suppliers`.
        income: country_iso3, income_group, one row per country; None where there is no table.
    """
    region: pl.Expr = pl.col("subregion")
    keyed = suppliers
    if income is not None:
        groups = income.select("country_iso3", "income_group").drop_nulls()
        keyed = suppliers.join(groups, on="country_iso3", how="left", maintain_order="left")
        region = pl.coalesce("income_group", "subregion")
    return keyed.select(
        pl.col("sector").cast(pl.String),
        pl.col("sector_section").cast(pl.String),
        region.cast(pl.String).alias("region"),
        pl.col("workforce_band").cast(pl.String).alias("size"),
    )


@dataclass(frozen=True)
class PeerGroups:
    """The groups of every level, by peer cell: a distinct combination of all keys.

    Working on cells keeps the choice of a level cheap: there are few, however many suppliers.

    Attributes:
        level_names: finest first, in the words people read; the whole list is last.
        group_of_cell: [levels, cells] number of the group, -1 where a key of the level is unknown.
        minimum: least number of members.
    """

    level_names: tuple[str, ...]
    group_of_cell: Integers
    minimum: int

    def members(self, cell_of_row: Integers) -> list[Integers]:
        """Number of rows in each group, level by level."""
        per_cell = np.bincount(cell_of_row, minlength=self.group_of_cell.shape[1])
        counts = []
        for groups in self.group_of_cell:
            known = groups >= 0
            size = int(groups.max(initial=-1)) + 1
            count = np.bincount(groups[known], weights=per_cell[known], minlength=size)
            counts.append(count.astype(np.int64))
        return counts

    def level_of_cell(self, members: Sequence[Integers]) -> Integers:
        """The finest level of each cell whose group has enough members, else the whole list."""
        last = len(self.level_names) - 1
        chosen = np.full(self.group_of_cell.shape[1], last, dtype=np.int64)
        for level in reversed(range(last)):
            groups = self.group_of_cell[level]
            enough = np.zeros(groups.shape, dtype=bool)
            known = groups >= 0
            enough[known] = members[level][groups[known]] >= self.minimum
            chosen[enough] = level
        return chosen


def peer_groups(
    frames: Sequence[pl.DataFrame], peers: Peers
) -> tuple[PeerGroups, tuple[Integers, ...]]:
    """Number the cells of several key frames together.

    Args:
        frames: each with the columns of `PEER_KEYS`, such as the present list and a reference.
        peers: the levels and the least number of members.

    Returns:
        The groups, and the cell of each row of each frame.
    """
    together = pl.concat([frame.select(PEER_KEYS) for frame in frames])
    key = pl.concat_str(
        [pl.concat_str(pl.lit("="), name).fill_null("?") for name in PEER_KEYS],
        separator=_SEPARATOR,
    )
    numbered = together.select(*PEER_KEYS, cell=key.rank("dense").cast(pl.Int64) - 1)
    cells = numbered.unique("cell").sort("cell")
    levels = [
        cells.select(
            (pl.concat_str(level, separator=_SEPARATOR).rank("dense").cast(pl.Int64) - 1).fill_null(
                -1
            )
        )
        .to_series()
        .to_numpy()
        for level in peers.levels
    ]
    levels.append(np.zeros(cells.height, dtype=np.int64))
    names = (*(", ".join(_in_words(level)) for level in peers.levels), WHOLE_LIST)
    ends = np.cumsum([frame.height for frame in frames])[:-1]
    cell_of_row = np.split(numbered["cell"].to_numpy(), ends)
    groups = PeerGroups(names, np.vstack(levels).astype(np.int64), peers.minimum)
    return groups, tuple(cell_of_row)


def _in_words(level: Sequence[str]) -> list[str]:
    return [key.replace("_", " ") for key in level]
