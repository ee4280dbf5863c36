"""Public lists that the suppliers were checked against, in sentences: all of them, and of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

#: A list that is the user's own, or read under a licence that the user states, is not missing.
_BY_CHOICE = ("entity_list", "opensanctions")


#: The kind of the line of a supplier, as `reports.tables.list_hits` names kinds.
WITHOUT_ENTRY = "Public lists"


def without_entry(
    manifest: Mapping[str, object], suppliers: pl.Series, flags: pl.DataFrame | None
) -> pl.DataFrame:
    """The lists that were checked and on which a supplier has no entry, in a sentence each.

    A list on which the supplier, its parent, a site or a related company is, or may be, is left
    out: its flag says so. A supplier without such a list has no row.

    Args:
        manifest: with `list_checks`.
        suppliers: ids of all suppliers.
        flags: supplier_id and list_id (in `flags.csv`: `list`, the title) of the hits.

    Returns:
        supplier_id, kind, sentence, link and steps, as `reports.tables.list_hits.facts`.
    """
    columns = ("supplier_id", "kind", "sentence", "link", "steps")
    checked = [check for check in _checks(manifest) if check["status"] == "checked"]
    flagged: dict[str, set[str]] = {}
    if flags is not None:
        key = "list_id" if "list_id" in flags.columns else "list"
        for supplier_id, name in flags.select("supplier_id", key).iter_rows():
            flagged.setdefault(supplier_id, set()).add(name)
    rows = []
    for supplier_id in suppliers:
        of_it = flagged.get(supplier_id, set())
        named = "; ".join(
            f"{check['title']}, {check['content_of']}"
            for check in checked
            if not {check["list_id"], check["title"]} & of_it
        )
        if named:
            sentence = f"No entry found, each list as of the day given: {named}."
            rows.append((supplier_id, WITHOUT_ENTRY, sentence, None, None))
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def list_check_lines(manifest: Mapping[str, object]) -> list[dict[str, object]]:
    """One line per public list: `title`, `is_checked`, `state` and `detail`, checked ones first.

    Raises:
        TypeError: the manifest's `list_checks` is not a list.
    """
    lines = [_line(check) for check in _checks(manifest) if _is_shown(check)]
    return sorted(lines, key=lambda line: not line["is_checked"])


def list_check_texts(manifest: Mapping[str, object]) -> list[str]:
    """The lines as plain sentences."""
    return [
        f"{line['title']}: {line['state']}" + (f" ({line['detail']})." if line["detail"] else ".")
        for line in list_check_lines(manifest)
    ]


def _checks(manifest: Mapping[str, object]) -> list[Mapping[str, Any]]:
    found = manifest.get("list_checks", [])
    if not isinstance(found, list):
        raise TypeError("the manifest's `list_checks` is not a list of records")
    return found


def _is_shown(check: Mapping[str, Any]) -> bool:
    return str(check["list_id"]) not in _BY_CHOICE or str(check["status"]) == "checked"


def _line(check: Mapping[str, Any]) -> dict[str, object]:
    if check["status"] != "checked":
        reason = str(check["reason"]).rstrip(".")
        return {
            "title": check["title"],
            "is_checked": False,
            "state": "not checked",
            "detail": reason,
        }
    day = dt.date.fromisoformat(check["content_of"])
    parts = [
        f"{check['entries']:,} {'company' if check['entries'] == 1 else 'companies'} listed",
        f"{_suppliers(check['suppliers_matched'])} on it",
    ]
    if check["suppliers_possible"]:
        parts.append(f"{_suppliers(check['suppliers_possible'])} to review")
    # Earlier runs have no count of relations.
    if check.get("suppliers_related"):
        parts.append(f"{_suppliers(check['suppliers_related'])} related to a company on it")
    return {
        "title": check["title"],
        "is_checked": True,
        "state": f"checked, list of {day.strftime('%-d %B %Y')}",
        "detail": ", ".join(parts),
    }


def _suppliers(number: int) -> str:
    return f"{number or 'no'} supplier{'' if number == 1 else 's'}"
