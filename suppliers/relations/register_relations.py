"""Relations that registers state: matches with their entries, parents, owners, other names.

Every function gives rows of `RELATION_SCHEMA`.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from suppliers.relations.relation_rows import (
    BY_FORMER_NAME,
    BY_MINORITY,
    BY_REGISTER,
    name_key,
    named_node,
    relation_frame,
)

#: More than this is a majority (percent).
_HALF = 50.0
_GLEIF_RECORD = "https://search.gleif.org/#/record/"


def match_relations(links: pl.DataFrame, titles: dict[str, str], as_of: dt.date) -> pl.DataFrame:
    """Suppliers and the register entries that they are, or may be.

    Args:
        links: supplier_id, register, register_id, band, score, match_basis, reason.
        titles: of the registers, by id.
        as_of: the day on which the match holds.
    """
    return relation_frame(
        links.select(
            kind=pl.lit("match"),
            from_id=pl.concat_str(pl.lit("supplier:"), "supplier_id"),
            to_id=pl.concat_str("register", pl.lit(":"), "register_id"),
            source="register",
            origin=pl.col("register").replace_strict(titles, default=pl.col("register")),
            link=_record_page(),
            known_on=pl.lit(as_of),
            confidence=pl.when(pl.col("band") == "accept", pl.col("match_basis") != "name")
            .then(1.0)
            .otherwise("score"),
            note="reason",
        )
    )


def parent_relations(parents: pl.DataFrame) -> pl.DataFrame:
    """Companies and who consolidates them: columns of `stg_register_parents`."""
    return relation_frame(
        parents.filter(pl.col("parent_id").is_not_null()).select(
            kind=pl.lit("parent"),
            from_id=pl.concat_str("register", pl.lit(":"), "register_id"),
            to_id=pl.concat_str("register", pl.lit(":"), "parent_id"),
            source="register",
            origin="origin",
            link=_record_page(),
            valid_from="observed_to",
            known_on="published_on",
            confidence=pl.lit(BY_REGISTER),
            note="relation",
        )
    )


def tie_relations(ties: pl.DataFrame) -> pl.DataFrame:
    """Companies with their owners, and with those they were merged into.

    An owner with a majority of the shares or votes, or with control, is as sure as a parent; a
    smaller one, or one whose share is not stated, is to be checked.

    Args:
        ties: columns of `stg_register_ties`.
    """
    least, most = pl.col("least_percent"), pl.col("most_percent")
    share = (
        pl.when(least.is_null() & most.is_null())
        .then(pl.lit("share not stated"))
        .when(least.eq_missing(most))
        .then(pl.format("{} %", _whole(least)))
        .when(most.is_null())
        .then(pl.format("{} % or more", _whole(least)))
        .otherwise(pl.format("{} to {} %", _whole(least.fill_null(0.0)), _whole(most)))
    )
    manner = (
        pl.when(pl.col("is_direct")).then(pl.lit(", direct"))
        .when(~pl.col("is_direct")).then(pl.lit(", indirect"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    is_owner = pl.col("tie") == "owner"
    is_sure = ~is_owner | pl.col("has_control") | (least > _HALF).fill_null(value=False)
    return relation_frame(
        ties.select(
            "valid_from",
            "valid_to",
            "origin",
            kind="tie",
            from_id=pl.concat_str("register", pl.lit(":"), "register_id"),
            to_id=pl.concat_str("register", pl.lit(":"), "other_id"),
            source="register",
            link=_record_page(),
            known_on="published_on",
            confidence=pl.when(is_sure).then(BY_REGISTER).otherwise(BY_MINORITY),
            note=pl.when(is_owner).then(
                pl.when("has_control").then(pl.lit("control")).otherwise(share) + manner
            ),
        )
    )


def _whole(percent: pl.Expr) -> pl.Expr:
    return percent.round(1).cast(pl.String).str.strip_suffix(".0")


def _record_page() -> pl.Expr:
    """The page of an entry, where its register has one."""
    page = pl.concat_str(pl.lit(_GLEIF_RECORD), "register_id")
    return pl.when(pl.col("register") == "gleif").then(page)


def former_name_relations(companies: pl.DataFrame) -> pl.DataFrame:
    """Companies and the other names that their registers give.

    Args:
        companies: node_id, name, other_names (list), country_iso2, source, origin, known_on.
    """
    others = companies.explode("other_names", empty_as_null=False).filter(
        pl.col("other_names").is_not_null(), name_key("other_names") != name_key("name")
    )
    return relation_frame(
        others.select(
            kind=pl.lit("former_name"),
            from_id="node_id",
            to_id=named_node("other_names", "country_iso2"),
            source="source",
            origin="origin",
            known_on="known_on",
            confidence=pl.lit(BY_FORMER_NAME),
        )
    )
