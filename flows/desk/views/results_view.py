"""What the page of results shows: the months of a list and the files of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reports.languages.catalogue import message

#: Files that people open first, with what they are.
_FIRST = {
    "workbook.xlsx": message("Workbook, with a sheet for decisions"),
    "report.html": message("Report, one file without network"),
    "all_suppliers.csv": message("Every supplier once"),
    "ranked.csv": message("Ranking"),
    "insufficient_information.csv": message("Suppliers without a score"),
    "audit_plan.csv": message("Suppliers to assess within the budget"),
    "manifest.json": message("Manifest: what was used, with hashes"),
}
_STATES = {
    "published": message("published"),
    "held": message("held: a person must decide"),
    "nothing_ranked": message("no supplier ranked"),
    "withdrawn": message("withdrawn"),
}


def months(manifests: Mapping[str, Mapping[str, Any]], latest: str | None) -> list[dict[str, Any]]:
    """The runs of a list, the newest as-of date first.

    Args:
        manifests: by run id.
        latest: the run that counts as the result of the list.
    """
    return [
        {
            "run_id": run_id,
            "as_of": manifest["as_of"],
            "finished": str(manifest["finished_at"]),
            "state": _STATES.get(str(manifest["result"]), str(manifest["result"])),
            "is_latest": run_id == latest,
        }
        for run_id, manifest in sorted(
            manifests.items(),
            key=lambda one: (one[1]["as_of"], str(one[1]["finished_at"])),
            reverse=True,
        )
    ]


def result_files(names: Iterable[str]) -> list[dict[str, str]]:
    """Files of a run, those that people open first before the others."""
    known = set(names)
    first = [{"name": name, "what": what} for name, what in _FIRST.items() if name in known]
    return first + [{"name": name, "what": ""} for name in sorted(known - set(_FIRST))]
