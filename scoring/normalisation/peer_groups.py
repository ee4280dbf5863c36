"""Peer groups: who a supplier is compared with, from the finest level that has enough members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.settings import Peers

Integers = NDArray[np.int64]

#: What peer groups are made of.
PEER_KEYS = ("sector", "sector_section", "region", "size", "disclosure")

#: Disclosure regimes under which the law lets a company leave out most of its accounts.
ABRIDGED = ("micro", "small")

#: Regimes as numbers, for groups.
_REGIMES = ("listed", "full", *ABRIDGED)

#: What the law asks of a company of this size, where no filing of its own shows it.
_REGIME_OF_BAND = {"1-9": "micro", "10-49": "small"}
#: The last level: everybody.
WHOLE_LIST = "whole list"

_SEPARATOR = "\x1f"


def peer_keys(suppliers: pl.DataFrame, income: pl.DataFrame | None) -> pl.DataFrame:
    """The keys of each supplier, one row each, in the order of the list.

    Region is the World Bank income group of the country where it is known, else the subregion;
    size is the workforce band; disclosure is the regime of the supplier's own filings where that
    is known, else micro below 10 people and small below 50. An unknown key is null.

    Args:
        suppliers: columns of `stg_suppliers`, and disclosure_regime where it is known.
        income: country_iso3, income_group, one row per country; None where there is no table.
    """
    region: pl.Expr = pl.col("subregion")
    keyed = suppliers
    if income is not None:
        groups = income.select("country_iso3", "income_group").drop_nulls()
        keyed = suppliers.join(groups, on="country_iso3", how="left", maintain_order="left")
        region = pl.coalesce("income_group", "subregion")
    filed = (
        pl.col("disclosure_regime").cast(pl.String)
        if "disclosure_regime" in suppliers.columns
        else pl.lit(None, pl.String)
    )
    by_size = pl.col("workforce_band").replace_strict(
        _REGIME_OF_BAND, default=None, return_dtype=pl.String
    )
    return keyed.select(
        pl.col("sector").cast(pl.String),
        pl.col("sector_section").cast(pl.String),
        region.cast(pl.String).alias("region"),
        pl.col("workforce_band").cast(pl.String).alias("size"),
        pl.coalesce(filed, by_size).alias("disclosure"),
    )


@dataclass(frozen=True)
class PeerGroups:
    """The groups of every level, by peer cell: a distinct combination of all keys.

    Working on cells keeps the choice of a level cheap: there are few, however many suppliers.

    Attributes:
        level_names: finest first, in the words people read; the whole list is last.
        group_of_cell: [levels, cells] number of the group, -1 where a key of the level is unknown.
        minimum: least number of members.
        regime_of_cell: [cells] number of the disclosure regime, -1 where it is unknown.
    """

    level_names: tuple[str, ...]
    group_of_cell: Integers
    minimum: int
    regime_of_cell: Integers

    def by_disclosure(self) -> PeerGroups:
        """The groups in which figures of accounts are compared.

        Each level is tried within the supplier's own disclosure regime, then within its side:
        companies that may abridge their accounts, and all others. The last level is the side's
        whole list, however few are in it, so that a micro-entity never meets a listed company.
        """
        abridged = [_REGIMES.index(regime) for regime in ABRIDGED]
        side = np.isin(self.regime_of_cell, abridged).astype(np.int64)
        names: list[str] = []
        levels: list[Integers] = []
        for name, groups in zip(self.level_names, self.group_of_cell, strict=True):
            names += [f"{name}, disclosure", f"{name}, abridged or not"]
            levels += [_crossed(groups, self.regime_of_cell), _crossed(groups, side)]
        return replace(self, level_names=tuple(names), group_of_cell=np.vstack(levels))

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
    numbers = {regime: number for number, regime in enumerate(_REGIMES)}
    regimes = cells["disclosure"].replace_strict(numbers, default=-1, return_dtype=pl.Int64)
    groups = PeerGroups(
        names, np.vstack(levels).astype(np.int64), peers.minimum, regimes.fill_null(-1).to_numpy()
    )
    return groups, tuple(cell_of_row)


def _crossed(groups: Integers, regimes: Integers) -> Integers:
    """Groups split by regime; -1 where either is unknown."""
    return np.where((groups >= 0) & (regimes >= 0), groups * len(_REGIMES) + regimes, -1)


def _in_words(level: Sequence[str]) -> list[str]:
    return [key.replace("_", " ") for key in level]
