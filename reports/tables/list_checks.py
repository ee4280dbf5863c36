"""Public lists that the suppliers were checked against, in sentences for the first lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

#: A list that is the user's own, or read under a licence that the user states, is not missing.
_BY_CHOICE = ("entity_list", "opensanctions")


def list_check_lines(manifest: Mapping[str, object]) -> list[dict[str, object]]:
    """One line per public list: `title`, `is_checked`, `state` and `detail`, checked ones first.

    Raises:
        TypeError: the manifest's `list_checks` is not a list.
    """
    found = manifest.get("list_checks", [])
    if not isinstance(found, list):
        raise TypeError("the manifest's `list_checks` is not a list of records")
    lines = [_line(check) for check in found if _is_shown(check)]
    return sorted(lines, key=lambda line: not line["is_checked"])


def list_check_texts(manifest: Mapping[str, object]) -> list[str]:
    """The lines as plain sentences."""
    return [
        f"{line['title']}: {line['state']}" + (f" ({line['detail']})." if line["detail"] else ".")
        for line in list_check_lines(manifest)
    ]


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
