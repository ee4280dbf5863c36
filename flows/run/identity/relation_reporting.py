"""Paths of relations as flags, tables and sentences: pure, from steps and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from suppliers.relations.listed_areas import HIT_SCHEMA
from suppliers.relations.path_text import OWN_LIST, RELATION_TITLES, clause_text
from suppliers.relations.register_contradictions import REASON, RULE
from suppliers.relations.relation_graph import REASONS

#: In keys of decisions, the kind of a company's match with a list.
LISTED = "listed"
#: What identifies a path: of several between a supplier and an entry, one is shown.
_PATH = ["start_id", "list_id", "entry_id"]

STEP_COLUMNS: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "path": pl.Int64(),
    "step": pl.Int64(),
    "from_company": pl.String(),
    "relation": pl.String(),
    "to_company": pl.String(),
    "since": pl.Date(),
    "until": pl.Date(),
    "known_on": pl.Date(),
    "confidence": pl.Float64(),
    "certainty": pl.Float64(),
    "source": pl.String(),
    "file": pl.String(),
    "link": pl.String(),
    "note": pl.String(),
    "key": pl.String(),
    "list_id": pl.String(),
    "entry_id": pl.String(),
}
REJECTED_COLUMNS: dict[str, pl.DataType] = {
    "relation": pl.String(),
    "from_company": pl.String(),
    "to_company": pl.String(),
    "source": pl.String(),
    "file": pl.String(),
    "rule": pl.String(),
    "reason": pl.String(),
}


def reported_paths(
    steps: pl.DataFrame,
    hits: pl.DataFrame,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    accept: float,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Flags, one per supplier and entry, and the steps of their paths.

    Args:
        steps: columns of `STEP_SCHEMA`.
        hits: node_id, confidence, key and columns of `HIT_SCHEMA`.
        names: by node.
        titles: of sources, by id.
        accept: a path at least as sure as this needs no review.

    Returns:
        Columns of `HIT_SCHEMA`, and of `STEP_COLUMNS`.
    """
    if steps.is_empty():
        return pl.DataFrame(schema=HIT_SCHEMA), pl.DataFrame(schema=STEP_COLUMNS)
    paths = _whole_paths(_chosen_steps(steps, accept), hits, names, titles)
    flags = paths.last.select(
        "supplier_id", "list_id", "entry_id", "list_title", "kind", "matched_name", "listed_on",
        "link", "path",
        matched_via=pl.lit("relation"),
        band=pl.when(pl.col("certainty") >= accept)
        .then(pl.lit("accept"))
        .otherwise(pl.lit("review")),
        score="certainty",
        reason=_reason(),
    )  # fmt: skip
    reported = pl.concat(
        [
            _table(paths.steps, STEP_COLUMNS),
            _table(
                paths.last.select(
                    "supplier_id", "certainty", "list_id", "entry_id", "link", "confidence", "key",
                    path="number",
                    step=pl.col("relations") + 1,
                    from_company="to_company",
                    relation=pl.lit("on the list"),
                    to_company="matched_name",
                    since="listed_on",
                    source="list_id",
                    file="list_title",
                    note="reason",
                ),
                STEP_COLUMNS,
            ),
        ]
    )  # fmt: skip
    return (
        _table(flags, HIT_SCHEMA).sort("supplier_id", "list_id", "entry_id"),
        reported.sort("supplier_id", "path", "step"),
    )


@dataclass(frozen=True)
class _Paths:
    """Paths with names and words.

    Attributes:
        steps: columns of `STEP_COLUMNS`, without the last step.
        last: one row per path: the hit (columns of `HIT_SCHEMA`, confidence and key), supplier_id,
            number, relations, certainty, to_company, path (words), weakest_kind and
            weakest_confidence of its relations.
    """

    steps: pl.DataFrame
    last: pl.DataFrame


def _chosen_steps(steps: pl.DataFrame, accept: float) -> pl.DataFrame:
    """Of each supplier and entry the shortest path that is sure; if none is, the shortest."""
    chosen = (
        steps.filter(pl.col("position") == 1)
        .sort(*_PATH, pl.col("certainty") < accept, "relations")
        .unique(_PATH, keep="first", maintain_order=True)
        .select(*_PATH, "relations", number=pl.int_range(1, pl.len() + 1).over("start_id"))
    )
    return steps.join(chosen, on=[*_PATH, "relations"], maintain_order="left")


def _whole_paths(
    steps: pl.DataFrame, hits: pl.DataFrame, names: Mapping[str, str], titles: Mapping[str, str]
) -> _Paths:
    nodes = pl.concat([steps["from_id"], steps["to_id"]]).unique().to_list()
    called = {node: names.get(node, node) for node in nodes}
    ends = ("from_id", "to_id")
    one, other = (
        pl.when("is_forward").then(first).otherwise(second)
        for first, second in (ends, reversed(ends))
    )
    origins = {origin: _file(origin) for origin in steps["origin"].unique()}
    named = steps.with_columns(
        supplier_id=pl.col("start_id").str.strip_prefix("supplier:"),
        from_company=pl.col("from_id").replace_strict(called, return_dtype=pl.String),
        to_company=pl.col("to_id").replace_strict(called, return_dtype=pl.String),
        relation=pl.col("kind").replace_strict(dict(RELATION_TITLES), return_dtype=pl.String),
        file=pl.col("origin").replace_strict(origins, return_dtype=pl.String),
        source_title=pl.col("source").replace_strict(dict(titles), default=pl.lit(OWN_LIST)),
        key=pl.concat_str("kind", one, other, separator="|"),
    ).with_columns(clause=clause_text("source_title"))
    last = (
        named.group_by(_PATH, maintain_order=True)
        .agg(
            pl.col("supplier_id", "number", "relations", "certainty").first(),
            pl.col("to_id", "to_company").last(),
            path=pl.col("clause").str.join("; "),
            weakest_kind=pl.col("kind").get(pl.col("confidence").arg_min()),
            weakest_confidence=pl.col("confidence").min(),
        )
        .join(
            hits.drop("supplier_id", "path", "score", "band", strict=False),
            left_on=["to_id", "list_id", "entry_id"],
            right_on=["node_id", "list_id", "entry_id"],
            maintain_order="left",
        )
    )
    reported = named.with_columns(
        path="number", step="position", since="valid_from", until="valid_to"
    )
    return _Paths(reported, last)


def _reason() -> pl.Expr:
    """Why a path is no surer than it is."""
    weakest = pl.min_horizontal("weakest_confidence", "confidence")
    certainty = pl.col("certainty").map_elements(lambda one: f"{one:.2f}", pl.String)
    weak = (
        pl.when(pl.col("confidence") < pl.col("weakest_confidence"))
        .then(pl.lit("match with the list"))
        .otherwise(
            pl.col("weakest_kind").replace_strict(dict(RELATION_TITLES), return_dtype=pl.String)
        )
    )
    return (
        pl.when(pl.col("certainty") < weakest)
        .then(
            pl.format(
                "the goods went to another company of the group, which is weak evidence about this "
                "supplier ({} at most)",
                certainty,
            )
        )
        .otherwise(
            pl.format(
                "the weakest of {} relation{} is as sure as {}: {}",
                "relations",
                pl.when(pl.col("relations") > 1).then(pl.lit("s")).otherwise(pl.lit("")),
                certainty,
                weak,
            )
        )
    )


def _table(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame with the columns of a schema; those that it lacks are null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def reported_rejections(rejected: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Relations that contradict themselves or others, columns of `REJECTED_COLUMNS`.

    Args:
        rejected: of `SoundRelations`, and those of registers that contradict each other.
        names: by node.
    """
    found = [
        {
            "relation": RELATION_TITLES[row["kind"]],
            "from_company": names.get(row["from_id"], row["from_id"]),
            "to_company": names.get(row["to_id"], row["to_id"]),
            "source": row["source"],
            "file": _file(row["origin"]),
            "rule": row["rule"],
            "reason": {**REASONS, RULE: REASON}[row["rule"]],
        }
        for row in rejected.iter_rows(named=True)
    ]
    return pl.DataFrame(found, schema=REJECTED_COLUMNS).sort(list(REJECTED_COLUMNS))


def _file(origin: str | None) -> str | None:
    """A file of a folder by its name, an address as it is."""
    if origin is None or origin.startswith(("http://", "https://")):
        return origin
    return Path(origin).name
