"""Paths of relations as flags, tables and sentences: pure, from steps and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from suppliers.relations.listed_areas import HIT_SCHEMA
from suppliers.relations.path_text import RELATION_TITLES, path_text, step_text
from suppliers.relations.register_contradictions import REASON, RULE
from suppliers.relations.relation_graph import REASONS

#: In keys of decisions, the kind of a company's match with a list.
LISTED = "listed"
_OWN_LIST = "your supplier list"

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


def relation_key(kind: str, one: str, other: str) -> str:
    """The id of a relation in decisions."""
    return f"{kind}|{one}|{other}"


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
    hit_of = {
        (row["node_id"], row["list_id"], row["entry_id"]): row for row in hits.iter_rows(named=True)
    }
    paths: dict[tuple[str, str, str], dict[int, list[dict[str, Any]]]] = {}
    for step in steps.iter_rows(named=True):
        key = (step["start_id"], step["list_id"], step["entry_id"])
        paths.setdefault(key, {}).setdefault(step["relations"], []).append(step)
    flags: list[dict[str, Any]] = []
    reported: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}

    def called(node: str) -> str:
        return names.get(node, node)

    for (start, list_id, entry_id), by_length in paths.items():
        # The shortest path that is sure; if none is, the shortest.
        whole = sorted(by_length.values(), key=lambda p: (p[0]["certainty"] < accept, len(p)))[0]
        hit = hit_of[whole[-1]["to_id"], list_id, entry_id]
        supplier_id = start.removeprefix("supplier:")
        numbers[supplier_id] = numbers.get(supplier_id, 0) + 1
        certainty = float(whole[0]["certainty"])
        ends = [*whole, {"kind": LISTED, "confidence": hit["confidence"]}]
        weakest = min(ends, key=lambda step: float(step["confidence"]))
        words = [
            (
                step_text(step, called(step["to_id"]), titles.get(step["source"], _OWN_LIST)),
                called(step["to_id"]),
            )
            for step in whole
        ]
        flags.append(
            {
                "supplier_id": supplier_id,
                "list_id": list_id,
                "entry_id": entry_id,
                "matched_via": "relation",
                "list_title": hit["list_title"],
                "kind": hit["kind"],
                "matched_name": hit["matched_name"],
                "listed_on": hit["listed_on"],
                "link": hit["link"],
                "band": "accept" if certainty >= accept else "review",
                "score": certainty,
                "reason": _reason(certainty, weakest, len(whole)),
                "path": path_text(names[start], words),
            }
        )
        reported += _step_rows(whole, hit, names, supplier_id, numbers[supplier_id])
    return (
        pl.DataFrame(flags, schema=HIT_SCHEMA).sort("supplier_id", "list_id", "entry_id"),
        pl.DataFrame(reported, schema=STEP_COLUMNS).sort("supplier_id", "path", "step"),
    )


def _reason(certainty: float, weakest: Mapping[str, Any], relations: int) -> str:
    """Why a path is no surer than it is."""
    if certainty < float(weakest["confidence"]):
        return (
            f"the goods went to another company of the group, which is weak evidence about this "
            f"supplier ({certainty:.2f} at most)"
        )
    weak = RELATION_TITLES.get(weakest["kind"], "match with the list")
    return (
        f"the weakest of {relations} relation{'s' if relations > 1 else ''} is as sure as "
        f"{certainty:.2f}: {weak}"
    )


def _step_rows(
    whole: Sequence[Mapping[str, Any]],
    hit: Mapping[str, Any],
    names: Mapping[str, str],
    supplier_id: str,
    number: int,
) -> list[dict[str, Any]]:
    shared = {
        "supplier_id": supplier_id,
        "path": number,
        "certainty": whole[0]["certainty"],
        "list_id": hit["list_id"],
        "entry_id": hit["entry_id"],
    }
    result = [
        {
            **shared,
            "step": step["position"],
            "from_company": names.get(step["from_id"], step["from_id"]),
            "relation": RELATION_TITLES[step["kind"]],
            "to_company": names.get(step["to_id"], step["to_id"]),
            "since": step["valid_from"],
            "until": step["valid_to"],
            "known_on": step["known_on"],
            "confidence": step["confidence"],
            "source": step["source"],
            "file": _file(step["origin"]),
            "link": step["link"],
            "note": step["note"],
            "key": relation_key(
                step["kind"],
                *(
                    (step["from_id"], step["to_id"])
                    if step["is_forward"]
                    else (step["to_id"], step["from_id"])
                ),
            ),
        }
        for step in whole
    ]
    last = whole[-1]["to_id"]
    result.append(
        {
            **shared,
            "step": len(whole) + 1,
            "from_company": names.get(last, last),
            "relation": "on the list",
            "to_company": hit["matched_name"],
            "since": hit["listed_on"],
            "confidence": hit["confidence"],
            "source": hit["list_id"],
            "file": hit["list_title"],
            "link": hit["link"],
            "note": hit["reason"],
            "key": hit["key"],
        }
    )
    return result


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
