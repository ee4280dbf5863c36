"""Names that share distinctive runs of four letters, which survive a slip in a distinctive word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

UNSAID = "??"
RUN_LETTERS = 4
_RAREST_RUNS = 6
#: Worth of a key that no name has.
WORTH = 1 << 40
_FOLDS = 1 << 22


@dataclass(frozen=True)
class Texts:
    """Names of one side without blanks, and their countries: two letters, or `UNSAID`."""

    squashed: list[str]
    countries: list[str]


def names_by_runs(
    own: Texts, theirs: Texts, mine: NDArray[np.uint32], block_limit: int
) -> pl.DataFrame:
    """Names that share their rarest runs of letters, within a country or where it is not known.

    Args:
        own: names of one side.
        theirs: names of the other side.
        mine: positions in `own` of the names that are asked about.
        block_limit: a run held by more names than this finds none.

    Returns:
        own, name (positions) and worth (`worth_of_key`): more for a rarer run.
    """
    codes = {country: code for code, country in enumerate(sorted({UNSAID, *own.countries}))}
    wanted = {own.countries[i] for i in mine.tolist()} | {UNSAID}
    held_by = np.array(
        [i for i, country in enumerate(theirs.countries) if country in wanted], dtype=np.uint32
    )
    # Every second place of the register's names will do: five equal letters in a row still meet.
    if held_by.size < mine.size:
        held = _runs(theirs, held_by, codes, step=2)
        asked = _with_unsaid_runs(_runs(own, mine, codes, held), codes[UNSAID])
    else:
        asked = _with_unsaid_runs(_runs(own, mine, codes), codes[UNSAID])
        held = _runs(theirs, held_by, codes, asked, step=2)
    sizes = held.group_by("run").len("held_by")
    rarest = (
        asked.join(sizes, on="run")
        .filter(pl.col("held_by") <= block_limit)
        .sort("name", "held_by", "run")
        .group_by("name", maintain_order=True)
        .head(_RAREST_RUNS)
        .with_columns(worth=worth_of_key())
    )
    return rarest.join(held, on="run", suffix="_theirs").select(
        pl.col("name").alias("own"), pl.col("name_theirs").alias("name"), "worth"
    )


def worth_of_key() -> pl.Expr:
    """What a key adds that `held_by` names have: a whole number, as sums are to have no order."""
    return (WORTH / (1.0 + pl.col("held_by").log1p())).round().cast(pl.Int64)


def _runs(
    side: Texts,
    names: NDArray[np.uint32],
    codes: Mapping[str, int],
    wanted: pl.DataFrame | None = None,
    step: int = 1,
) -> pl.DataFrame:
    """One row per name and run of letters in it, of those wanted and at every `step`: name, run.

    A run is a number: the country's code above the four letters, so that one join does both.
    """
    texts = [side.squashed[i] for i in names.tolist()]
    letters = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8)
    starts = np.cumsum([0, *(len(text) for text in texts)])
    owners = np.repeat(np.arange(len(texts), dtype=np.uint32), np.diff(starts))
    country = np.array([codes[side.countries[i]] for i in names.tolist()], dtype=np.uint64)
    seen = np.ones(_FOLDS, dtype=np.bool_) if wanted is None else np.zeros(_FOLDS, dtype=np.bool_)
    if wanted is not None:
        seen[_folded(wanted["run"].to_numpy().astype(np.uint32))] = True
    parts = []
    for place in range(0, RUN_LETTERS, step):
        count = (letters.size - place) // RUN_LETTERS
        run = letters[place : place + count * RUN_LETTERS].view("<u4")
        at = np.flatnonzero(seen[_folded(run)]) * RUN_LETTERS + place
        first = owners[at]
        whole = first == owners[at + RUN_LETTERS - 1]
        at, first = at[whole], first[whole]
        key = (country[first] << np.uint64(32)) | run[(at - place) // RUN_LETTERS]
        parts.append(pl.DataFrame({"name": names[first], "run": key}))
    return pl.concat(parts).unique()


def _folded(runs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Places of runs in a table that sieves most of them out before the exact join."""
    return (runs ^ (runs >> np.uint32(13))) & np.uint32(_FOLDS - 1)


def _with_unsaid_runs(runs: pl.DataFrame, unsaid: int) -> pl.DataFrame:
    letters = pl.col("run") & 0xFFFF_FFFF
    also = runs.with_columns(run=(letters + (unsaid << 32)).cast(pl.UInt64))
    return pl.concat([runs, also]).unique()
