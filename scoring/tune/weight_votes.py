"""Votes on weights as a table: checked, and brought to weights per group.

A vote is a number within its group. No names: the table has the columns `group`, `vote`, `item` and
either `points` (budget allocation) or `other_item` and `times` (pairwise comparison).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NoReturn

import numpy as np
import polars as pl
from rapidfuzz import process

from configs.config_errors import DataRejectedError
from scoring.tune.elicitation import (
    MAX_COMPARED,
    GroupWeights,
    budget_weights,
    compared_weights,
)
from suppliers.intake.numbers import number_of, number_style

BUDGET_COLUMNS = ("group", "vote", "item", "points")
COMPARISON_COLUMNS = ("group", "vote", "item", "other_item", "times")

#: Saaty's scale ends at 9.
_MAX_TIMES = 9.0
#: A vote in thirds is rounded.
_ROUNDING = 0.5
_GROUP = re.compile(r"[a-z][a-z_]{2,39}")


def group_weights(
    votes: pl.DataFrame, known: Collection[str], where: str = "the votes"
) -> list[GroupWeights]:
    """Weights of each group, in the order of the names.

    Args:
        votes: text columns `BUDGET_COLUMNS` or `COMPARISON_COLUMNS`; others are rejected.
        known: items that may be voted on (pillars, or signals).
        where: name of the table, for messages.

    Raises:
        DataRejectedError: a column that is not known, a group that reads like a name of a person, a
            vote that is not a number, an unknown item, points or comparisons that cannot be used.
    """
    columns = COMPARISON_COLUMNS if "times" in votes.columns else BUDGET_COLUMNS
    _check_columns(votes, columns, where)
    _check_cells(votes, known, where)
    amount = columns[-1]
    check = _times_in_range if amount == "times" else _points_share_100
    style = number_style(votes, [amount], checks=[check])
    typed = votes.with_columns(number_of(amount, style))
    bad = typed.filter(~pl.col(amount).is_finite().fill_null(False) | (pl.col(amount) < 0))
    if bad.height:
        _reject(where, bad, f"{amount} is not a number of 0 or more")
    found = []
    for (group,), part in sorted(typed.partition_by("group", as_dict=True).items()):
        made = (
            _compared(str(group), part, where)
            if amount == "times"
            else _shared(str(group), part, where)
        )
        found.append(made)
    if len({tuple(sorted(weights.shares)) for weights in found}) > 1:
        raise DataRejectedError(
            f"{where}: the groups voted on different items; ask all of them about the same"
        )
    return found


def _points_share_100(votes: pl.DataFrame) -> pl.Series:
    total = pl.col("points").sum().over("group", "vote")
    return votes.select((total - 100).abs() <= _ROUNDING).to_series()


def _times_in_range(votes: pl.DataFrame) -> pl.Series:
    return votes.select(pl.col("times").is_between(1 / _MAX_TIMES, _MAX_TIMES)).to_series()


def _shared(group: str, part: pl.DataFrame, where: str) -> GroupWeights:
    if part.select("vote", "item").is_duplicated().any():
        raise DataRejectedError(f"{where}: a vote of {group} gives points to an item twice")
    items = sorted(part["item"].unique())
    wide = part.pivot(on="item", index="vote", values="points").sort("vote")
    points = wide.select(pl.col(items).fill_null(0.0)).to_numpy()
    wrong = np.flatnonzero(np.abs(points.sum(axis=1) - 100) > _ROUNDING)
    if wrong.size:
        raise DataRejectedError(
            f"{where}: vote {wide['vote'][int(wrong[0])]} of {group} shares "
            f"{points.sum(axis=1)[wrong[0]]:g} points; every vote must share 100"
        )
    return budget_weights(group, items, points)


def _compared(group: str, part: pl.DataFrame, where: str) -> GroupWeights:
    items = sorted({*part["item"], *part["other_item"]})
    if len(items) > MAX_COMPARED:
        raise DataRejectedError(
            f"{where}: {group} compares {len(items)} items; at most {MAX_COMPARED} can be "
            "compared, so compare pillars, or share points"
        )
    place = {item: number for number, item in enumerate(items)}
    matrices = []
    for (vote,), rows in sorted(part.partition_by("vote", as_dict=True).items()):
        matrix = np.full((len(items), len(items)), np.nan)
        np.fill_diagonal(matrix, 1.0)
        for one, other, times in rows.select("item", "other_item", "times").iter_rows():
            i, j = place[one], place[other]
            if i == j or not 1 / _MAX_TIMES <= times <= _MAX_TIMES:
                raise DataRejectedError(
                    f"{where}: vote {vote} of {group} on {one} and {other}: compare two items, "
                    "from 1/9 to 9 times"
                )
            if not np.isnan(matrix[i, j]) and not np.isclose(matrix[i, j], times, rtol=0.01):
                raise DataRejectedError(
                    f"{where}: vote {vote} of {group} says two things of {one} and {other}"
                )
            matrix[i, j], matrix[j, i] = times, 1 / times
        if np.isnan(matrix).any():
            i, j = np.argwhere(np.isnan(matrix))[0]
            raise DataRejectedError(
                f"{where}: vote {vote} of {group} does not compare {items[i]} with {items[j]}; "
                "every pair is needed once"
            )
        matrices.append(matrix)
    made = compared_weights(group, items, matrices)
    if made is None:
        raise DataRejectedError(
            f"{where}: no vote of {group} is consistent (consistency ratio below 0.1); ask again, "
            "or let the group share points"
        )
    return made


def _check_columns(votes: pl.DataFrame, columns: Sequence[str], where: str) -> None:
    lacking = [name for name in columns if name not in votes.columns]
    if lacking:
        raise DataRejectedError(f"{where}: the column {lacking[0]} is missing; add it")
    odd = [name for name in votes.columns if name not in (*columns, "source_row")]
    if odd:
        raise DataRejectedError(
            f"{where}: the column {odd[0]} is not read; votes carry {', '.join(columns)} and "
            "nothing of who voted"
        )


def _check_cells(votes: pl.DataFrame, known: Collection[str], where: str) -> None:
    if votes.is_empty():
        raise DataRejectedError(f"{where}: there is no vote")
    # The value of a bad cell is not shown: it may be a person's name.
    for row in votes.rows(named=True):
        if not _GROUP.fullmatch(str(row["group"] or "")):
            _reject(
                where,
                pl.DataFrame([row]),
                "the group must be a kind of organisation in small letters, such as "
                "worker_organisations, and never a name",
            )
        if not str(row["vote"] or "").isdecimal():
            _reject(where, pl.DataFrame([row]), "the vote must be a number, never a name")
    for column in ("item", "other_item"):
        for name in sorted(set(votes[column].to_list())) if column in votes.columns else ():
            if name not in known:
                nearest = process.extractOne(str(name), list(known))
                hint = f"; did you mean {nearest[0]}?" if nearest else ""
                raise DataRejectedError(f"{where}: {name} is no pillar and no signal{hint}")


def _reject(where: str, rows: pl.DataFrame, what: str) -> NoReturn:
    row = rows["source_row"][0] if "source_row" in rows.columns else None
    place = "" if row is None else f", row {row}"
    raise DataRejectedError(f"{where}{place}: {what}")
