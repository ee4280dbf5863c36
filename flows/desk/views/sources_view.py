"""What the page of sources shows: each source with its state, and what a run costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reports.languages.catalogue import message

#: State of a source to its heading, in the order of the page.
_GROUPS = {
    "ready": message("Ready"),
    "key missing": message("Needs a key"),
    "licence": message("Not for this use"),
    "switched off": message("Switched off"),
    "no location": message("Needs a folder or an address"),
}
USES = {
    "commercial": message("For a company's own due diligence"),
    "non_commercial": message("Non-commercial"),
    "research": message("Research"),
}


def sources_data(plan: Mapping[str, Any], set_keys: Collection[str], use: str) -> dict[str, Any]:
    """Data of the page of sources.

    Args:
        plan: `plan.json`.
        set_keys: variables that the environment file of the installation has.
        use: of the list.

    Returns:
        `totals` of what is ready; `groups` of sources by state; `steps` that bring most; `uses`.
        No value of a key.
    """
    sources = [_source(one, plan["cards"].get(one["source_id"], {}), set_keys)
               for one in plan["sources"]]  # fmt: skip
    ready = [one for one in sources if one["status"] == "ready"]
    groups: list[dict[str, Any]] = [
        {
            "status": status,
            "label": label,
            "sources": sorted(
                (one for one in sources if one["status"] == status),
                key=lambda one: (-one["suppliers"], one["title"]),
            ),
        }
        for status, label in _GROUPS.items()
    ]
    return {
        "suppliers": plan["list"]["suppliers"],
        "scored": plan["scored_at_most"],
        "totals": {
            "sources": len(ready),
            "requests": sum(one["requests"] for one in ready),
            "megabytes": round(sum(one["megabytes"] for one in ready)),
            "minutes": round(sum(one["minutes"] for one in ready)),
        },
        "groups": [group for group in groups if group["sources"]],
        "steps": [step["sentence"] for step in plan["next_steps"]],
        "uses": [{"value": value, "label": label, "is_chosen": value == use}
                 for value, label in USES.items()],
    }  # fmt: skip


def variables_of(plan: Mapping[str, Any]) -> set[str]:
    """The variables that the cards of the plan name: a key is stored under no other name."""
    return {name for card in plan["cards"].values() for name in card["variables"]}


def _source(
    planned: Mapping[str, Any], card: Mapping[str, Any], set_keys: Collection[str]
) -> dict[str, Any]:
    variables = card.get("variables", [])
    # One that is off for want of a key is switched on by the key.
    lacks_key = bool(planned["missing_variables"]) and "optional" not in planned["access"]
    waits_for_key = planned["status"] == "switched off" and lacks_key
    return {
        **planned,
        "status": "key missing" if waits_for_key else planned["status"],
        "title": card.get("title", planned["source_id"]),
        "publisher": card.get("publisher", ""),
        "licence": card.get("licence", ""),
        "register_at": card.get("register_at", ""),
        "is_on": card.get("is_on", False),
        "variables": [{"name": name, "is_set": name in set_keys} for name in variables],
    }
