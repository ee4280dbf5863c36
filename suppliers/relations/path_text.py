"""Paths of relations in words: what ties a supplier to a company on a list."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

#: Relation to its words along it and against it; `{to}` is the next company.
STEP_PHRASES: Mapping[str, tuple[str, str]] = {
    "match": ("is in the register as {to}", "is the supplier {to}"),
    "named": ("is the company named {to}", "is the supplier {to}"),
    "parent": ("is consolidated by {to}", "consolidates {to}"),
    "listed_parent": ("belongs to {to}", "is the parent of {to}"),
    "owner": ("is owned by {to} ({note})", "owns {to} ({note})"),
    "same_identifier": ("has the same {note} as {to}", "has the same {note} as {to}"),
    "same_address": ("has the same address as {to}", "has the same address as {to}"),
    "same_site": ("has a site where {to} has one", "has a site where {to} has one"),
    "former_name": ("has or had the name {to}", "is a name of {to}"),
    "successor": ("was succeeded by {to}", "is the successor of {to}"),
    "shipment": ("received goods from {to}", "sent goods to {to}"),
}
#: Title of the source of what the buyer's own list and records say.
OWN_LIST = "your supplier list"
#: The same relations for tables.
RELATION_TITLES: Mapping[str, str] = {
    "match": "match with a register entry",
    "parent": "parent in a register",
    "listed_parent": "parent in the supplier list",
    "owner": "owner by a statement of ownership",
    "same_identifier": "same identifier",
    "same_address": "same address",
    "same_site": "same site",
    "former_name": "other or former name",
    "successor": "successor after a merger or a move",
    "shipment": "shipment",
}


def clause_text(source_title: str) -> pl.Expr:
    """One step of a path in words, with its source and the day since which it holds.

    Args:
        source_title: the column with the title of the source; beside it kind, is_forward, note,
            valid_from, from_company and to_company (names of both ends of the step).
    """
    # A company that the list or shipments only name is in no register.
    is_named = (pl.col("kind") == "match") & (pl.col(source_title) == OWN_LIST)
    phrase = pl.concat_str(
        pl.when(is_named).then(pl.lit("named")).otherwise("kind"),
        pl.when("is_forward").then(pl.lit("")).otherwise(pl.lit("<")),
    ).replace_strict(
        {
            f"{kind}{mark}": phrase
            for kind, both in STEP_PHRASES.items()
            for mark, phrase in zip(("", "<"), both, strict=True)
        },
        return_dtype=pl.String,
    )
    note = pl.when(pl.col("note") != "").then("note")
    # The note is put in first: a name of a company may hold the mark of the note.
    before, after = (_part_of(phrase, note, at) for at in (0, 1))
    has_note = pl.col("kind") == "shipment"
    beside = pl.concat_str(
        source_title,
        pl.concat_str(pl.lit(", since "), pl.col("valid_from").cast(pl.String)).fill_null(""),
        pl.when(has_note).then(pl.concat_str(pl.lit(", "), note)).fill_null(""),
    )
    return pl.concat_str(
        "from_company", pl.lit(" "), before, "to_company", after, pl.lit(" ("), beside, pl.lit(")")
    )


def _part_of(phrase: pl.Expr, note: pl.Expr, at: int) -> pl.Expr:
    """What is before (0) or after (1) the next company in a phrase."""
    return (
        phrase.str.split("{to}")
        .list.get(at)
        .str.replace("{note}", note.fill_null("identifier"), literal=True)
    )
