"""Relations to companies on lists for readers; they are not part of the score."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle


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
        .filter(pl.col("confidence") <= pl.col("certainty"))
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
