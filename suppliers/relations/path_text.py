"""Paths of relations in words: what ties a supplier to a company on a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

#: Relation to its words along it and against it; `{to}` is the next company.
_PHRASES: Mapping[str, tuple[str, str]] = {
    "match": ("is in the register as {to}", "is the supplier {to}"),
    "parent": ("is consolidated by {to}", "consolidates {to}"),
    "listed_parent": ("belongs to {to}", "is the parent of {to}"),
    "owner": ("is owned by {to} ({note})", "owns {to} ({note})"),
    "same_identifier": ("has the same {note} as {to}", "has the same {note} as {to}"),
    "same_address": ("has the same address as {to}", "has the same address as {to}"),
    "same_site": ("has a site where {to} has one", "has a site where {to} has one"),
    "former_name": ("has or had the name {to}", "is a name of {to}"),
    "successor": ("was merged into {to}", "took over {to}"),
    "shipment": ("received goods from {to}", "sent goods to {to}"),
}
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
    "successor": "successor after a merger",
    "shipment": "shipment",
}


def step_text(step: Mapping[str, Any], name_of_next: str, source_title: str) -> str:
    """One step, with its source and the day since which it holds.

    Args:
        step: kind, is_forward, note, valid_from.
        name_of_next: of the company that the step leads to.
        source_title: where the relation is stated.
    """
    forward, backward = _PHRASES[step["kind"]]
    phrase = (forward if step["is_forward"] else backward).format(
        to=name_of_next, note=step["note"] or "identifier"
    )
    since: dt.date | None = step["valid_from"]
    beside = [source_title, *([f"since {since.isoformat()}"] if since else [])]
    if step["kind"] == "shipment" and step["note"]:
        beside.append(step["note"])
    return f"{phrase} ({', '.join(beside)})"


def path_text(first: str, steps: Sequence[tuple[str, str]]) -> str:
    """A path in one clause per step.

    Args:
        first: name of the supplier.
        steps: words of each step, and the name of the company that it leads to.
    """
    clauses, subject = [], first
    for words, following in steps:
        clauses.append(f"{subject} {words}")
        subject = following
    return "; ".join(clauses)
