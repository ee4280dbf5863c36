"""Relations to companies on lists for readers; they are not part of the score."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle

#: What the last step of a path is called: the list, which has its own link.
_LAST_STEP = "on the list"


def relation_table(bundle: ReportBundle, name: str) -> pl.DataFrame | None:
    """A table of the run's relations as it is; None where it is empty."""
    table = bundle.table(name)
    return None if table is None or table.is_empty() else table


def relations_csv_table(bundle: ReportBundle) -> pl.DataFrame | None:
    """The columns of `relations.csv`, one row per step of a path; None where there is none."""
    steps = relation_table(bundle, "relations")
    if steps is None:
        return None
    return (
        steps.join(bundle.suppliers.select("supplier_id", "name"), on="supplier_id")
        .sort("supplier_id", "path", "step")
        .with_columns(pl.col("confidence", "certainty").round(3))
        .select(
            "supplier_id", "name", "path", "step", "from_company", "relation", "to_company",
            "since", "until", "known_on", "confidence", "certainty", "source", "file", "link",
            "note",
            relation_id="key",
        )
    )  # fmt: skip


def relation_links(bundle: ReportBundle) -> pl.DataFrame:
    """The addresses of the steps of each path: supplier_id, list_id, entry_id, steps.

    `steps` has a line per step that has an address: its words, a tab and the address.
    """
    empty = dict.fromkeys(("supplier_id", "list_id", "entry_id", "steps"), pl.String)
    table = relation_table(bundle, "relations")
    if table is None:
        return pl.DataFrame(schema=empty)
    line = pl.concat_str(
        pl.lit("Step "),
        pl.col("step").cast(pl.String),
        pl.lit(": "),
        "relation",
        pl.lit("\t"),
        "link",
    )
    return (
        table.filter(pl.col("link").is_not_null(), pl.col("relation") != _LAST_STEP)
        .sort("supplier_id", "path", "step")
        .group_by("supplier_id", "list_id", "entry_id", maintain_order=True)
        .agg(line.str.join("\n").alias("steps"))
    )


def _is_asked_elsewhere() -> pl.Expr:
    """A match of the supplier itself, with a register or a list, has a question of its own."""
    with_register = pl.col("key").str.starts_with("match|supplier:") & ~pl.col("key").str.contains(
        "|named:", literal=True
    )
    return with_register | pl.col("key").str.starts_with("listed|supplier:")


def relation_questions(bundle: ReportBundle) -> pl.DataFrame | None:
    """The weakest relation of each path that awaits review, once, as a question.

    Returns:
        supplier_id, register, register_id, matched_name, score, reason; None where there is none.
    """
    steps = relation_table(bundle, "relations")
    if steps is None or bundle.flags is None:
        return None
    open_paths = bundle.flags.filter(
        pl.col("matched_via") == "relation", pl.col("band") == "review"
    ).select("supplier_id", "list_id", "entry_id", "list_title", "path")
    weakest = (
        steps.drop("path")
        .join(open_paths, on=["supplier_id", "list_id", "entry_id"])
        .filter(pl.col("confidence") <= pl.col("certainty"), ~_is_asked_elsewhere())
        .sort("supplier_id", "list_id", "entry_id", "step")
        .unique("key", keep="first", maintain_order=True)
    )
    return weakest.select(
        "supplier_id",
        register=pl.lit("relation"),
        register_id="key",
        matched_name="to_company",
        score="confidence",
        reason=pl.concat_str(
            "from_company", pl.lit(": "), "relation", pl.lit(", "), "to_company",
            pl.lit(". On the way to "), "list_title", pl.lit(": "), "path",
        ),
    )  # fmt: skip
