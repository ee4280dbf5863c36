"""Analysts' decisions: both rankings are shown, and the score never changes."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError
from suppliers.intake.person_values import rule_of_text


class Override(StrEnum):
    """What a person decided about one supplier's place."""

    LOOK_FIRST = "look_first"
    LOOK_LATER = "look_later"
    CONTESTED = "contested"


COLUMNS = (
    "supplier_id",
    "decision",
    "author_role",
    "reason",
    "evidence_link",
    "decided_on",
    "expires_on",
)

#: Columns of the file that decisions are kept in.
KEPT_COLUMNS = (*COLUMNS, "outcome")

_ORDER = {Override.LOOK_FIRST: 0, None: 1, Override.LOOK_LATER: 2}


def checked(overrides: pl.DataFrame, supplier_ids: pl.Series) -> pl.DataFrame:
    """Reject decisions that could not be defended later.

    A decision needs a reason, a link to its evidence, the role (not the name) of who decided,
    and a day on which it expires. `contested` is a supplier's own objection: it needs no link.

    Raises:
        DataRejectedError: the first row that fails, with its number and the correction.
    """
    missing = [name for name in COLUMNS if name not in overrides.columns]
    if missing:
        raise DataRejectedError(
            f"overrides: column {missing[0]} is missing; the columns are {', '.join(COLUMNS)}"
        )
    known = set(supplier_ids.to_list())
    seen: set[str] = set()
    for number, row in enumerate(overrides.select(COLUMNS).iter_rows(named=True), start=2):
        fault = _fault(row, known, seen)
        if fault:
            raise DataRejectedError(f"overrides row {number}: {fault}")
        seen.add(row["supplier_id"])
    return overrides.select(COLUMNS)


def kept(before: pl.DataFrame | None, new: pl.DataFrame) -> pl.DataFrame:
    """Decisions made before and new ones, of which the new one holds for a supplier of both."""
    if before is None:
        return new.sort("supplier_id")
    older = before.select(KEPT_COLUMNS).join(new, on="supplier_id", how="anti")
    return pl.concat([older, new], how="vertical_relaxed").sort("supplier_id")


def beside(scores: pl.DataFrame, overrides: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Put the decisions beside the computed order.

    Args:
        scores: supplier_id, rank (null without a score), priority band.
        overrides: as `checked` gives them.
        as_of: decisions whose `expires_on` lies before this day no longer hold.

    Returns:
        scores in their order, with `override` (null = none in force), `override_reason`,
        `override_evidence_link`, `override_expires_on`, `override_has_expired` (a decision that
        must be made again), `priority_band_is_frozen` (contested: the band must not be used until
        it was
        reviewed) and `order_with_overrides` (1 = first; null without a score and without a
        decision of priority).
    """
    joined = scores.join(
        overrides.select(
            "supplier_id",
            pl.col("decision").alias("override"),
            pl.col("reason").alias("override_reason"),
            pl.col("evidence_link").alias("override_evidence_link"),
            pl.col("expires_on").alias("override_expires_on"),
        ),
        on="supplier_id",
        how="left",
        maintain_order="left",
    ).with_columns(
        (pl.col("override_expires_on") < as_of).fill_null(value=False).alias("override_has_expired")
    )
    in_force = ~pl.col("override_has_expired")
    joined = joined.with_columns(
        pl.when(in_force).then("override").otherwise(None).alias("override")
    ).with_columns(
        (pl.col("override") == Override.CONTESTED)
        .fill_null(value=False)
        .alias("priority_band_is_frozen")
    )
    first = pl.col("override") == Override.LOOK_FIRST
    later = pl.col("override") == Override.LOOK_LATER
    place = (
        pl.when(first).then(_ORDER[Override.LOOK_FIRST])
        .when(later).then(_ORDER[Override.LOOK_LATER])
        .otherwise(_ORDER[None])
    )  # fmt: skip
    listed = pl.col("rank").is_not_null() | first.fill_null(value=False)
    order = (
        joined.filter(listed)
        .with_columns(place.alias("place_"))
        .sort("place_", "rank", "supplier_id", nulls_last=True)
        .select("supplier_id", pl.int_range(1, pl.len() + 1).alias("order_with_overrides"))
    )
    return joined.join(order, on="supplier_id", how="left", maintain_order="left")


def _fault(row: dict[str, Any], known: set[str], seen: set[str]) -> str | None:
    if row["supplier_id"] not in known:
        return f"supplier {row['supplier_id']} is not on the list; correct the id"
    if row["supplier_id"] in seen:
        return f"supplier {row['supplier_id']} has two decisions; keep one"
    rules = [rule_of_text(str(row[name])) for name in ("author_role", "reason") if row[name]]
    if any(rules):
        rule = next(filter(None, rules))
        return f"the reason or the role is about a person (rule {rule}); write it without"
    if row["decision"] not in set(Override):
        return f"decision {row['decision']!r} is none of {', '.join(Override)}"
    if not (row["reason"] or "").strip():
        return "the reason is missing; say in a sentence why"
    if not (row["author_role"] or "").strip() or "@" in row["author_role"]:
        return "author_role must be a role such as 'category manager', not a person"
    link = row["evidence_link"] or ""
    if row["decision"] != Override.CONTESTED and not link.startswith(("https://", "file:")):
        return "evidence_link is missing; link what the decision rests on (https://...)"
    if not isinstance(row["decided_on"], dt.date) or not isinstance(row["expires_on"], dt.date):
        return "decided_on and expires_on must be dates (YYYY-MM-DD)"
    if row["expires_on"] <= row["decided_on"]:
        return "expires_on is not after decided_on; decisions are made for a time"
    return None
