"""Open Contracting releases: out of JSON packages, and merged by contracting process.

Read by an allow-list of paths. `contactPoint` and every other field about a person is never
touched. Releases of one process are merged by the rules of the standard (with its maintainers'
`ocdsmerge`): a later release that holds a part changes that part and keeps the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ocdsmerge import Merger

from signals.fetching.responses import read_body, read_json
from suppliers.input_errors import DataRejectedError

Allowed: TypeAlias = Mapping[str, "Allowed | None"]

#: Paths that are read: a mapping goes on below, None is a value or taken whole.
_IDENTIFIER: Allowed = {"scheme": None, "id": None, "legalName": None}
_PARTY: Allowed = {
    "id": None,
    "name": None,
    "identifier": _IDENTIFIER,
    "additionalIdentifiers": _IDENTIFIER,
}
_VALUE: Allowed = {"amount": None, "currency": None}
_ITEM: Allowed = {
    "id": None,
    "description": None,
    "quantity": None,
    "unit": {"value": _VALUE},
    "classification": {"id": None},
}
_RELEASE: Allowed = {
    "ocid": None,
    "id": None,
    "date": None,
    "buyer": _PARTY,
    "parties": _PARTY,
    "awards": {"id": None, "date": None, "suppliers": _PARTY},
    "contracts": {
        "id": None,
        "awardID": None,
        "status": None,
        "dateSigned": None,
        "value": _VALUE,
        "suppliers": _PARTY,
        "items": _ITEM,
        "amendments": {"id": None, "date": None},
    },
}
_IDS = frozenset({"id", "awardID"})
#: Rules of the release schema 1.1 for the paths above.
_MERGE_RULES = {
    ("id",): "omitWhenMerged",
    ("date",): "omitWhenMerged",
    ("buyer", "additionalIdentifiers"): "wholeListMerge",
    ("parties", "additionalIdentifiers"): "wholeListMerge",
}
_MERGER = Merger(merge_rules=_MERGE_RULES)


def read_package(path: Path, where: str) -> tuple[list[Mapping[str, Any]], list[tuple[int, str]]]:
    """The releases of a file: one JSON package, or JSON Lines with one package or release a line.

    Args:
        path: the file, gzipped or not.
        where: its name, for messages.

    Returns:
        The releases, and of JSON Lines the number of each line that cannot be read with the reason.

    Raises:
        DataRejectedError: there is no release in it.
    """
    try:
        parsed = read_json(path)
    except DataRejectedError:
        found, broken = _of_lines(read_body(path).decode("utf-8", errors="replace"), where)
        if not found:
            raise
        return found, broken
    return releases(parsed, where), []


def _of_lines(text: str, where: str) -> tuple[list[Mapping[str, Any]], list[tuple[int, str]]]:
    found: list[Mapping[str, Any]] = []
    broken: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found += releases(json.loads(line), where)
        except (ValueError, RecursionError) as error:
            broken.append((number, f"the line is not JSON ({error}); fetch the file again."))
        except DataRejectedError as error:
            broken.append((number, str(error)))
    return found, broken


def releases(parsed: object, where: str) -> list[Mapping[str, Any]]:
    """The releases of a package, a record package, a versioned record or a bare release.

    Compiled releases are taken only where no single release is available: they show the state of
    the day they were compiled, not what was known when.

    Raises:
        DataRejectedError: it is none of these.
    """
    found = list(_releases(parsed, where))
    if not found:
        raise DataRejectedError(
            f"{where}: there is no Open Contracting release in it; give release or record packages "
            "(standard.open-contracting.org)."
        )
    return found


def _releases(parsed: object, where: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(parsed, list):
        for part in parsed:
            yield from _releases(part, where)
    elif isinstance(parsed, Mapping):
        stated = mappings(parsed, "releases")
        single = [part for part in stated if "ocid" in part]
        if single:
            yield from single
        elif isinstance(parsed.get("records"), list):
            for record in mappings(parsed, "records"):
                yield from _releases(record, where)
        elif isinstance(parsed.get("compiledRelease"), Mapping):
            yield parsed["compiledRelease"]
        elif any("url" in part for part in stated):
            raise DataRejectedError(
                f"{where}: record package of linked releases ({len(stated)} addresses, no "
                "contents); download the releases, or give a package that embeds them."
            )
        elif isinstance(parsed.get("versionedRelease"), Mapping):
            raise DataRejectedError(
                f"{where}: record package of versioned releases, which hold every field's history "
                "instead of a state; give the package with its releases or compiled releases."
            )
        elif "ocid" in parsed:
            yield parsed


def allowed(release: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a release that is read, its ids as text: `1` and `"1"` are one id.

    Parts of a list without an id are numbered, so that a later release changes the same one.
    """
    return _pruned(release, _RELEASE)


def compiled(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The state of one contracting process after its releases, each as `allowed` gives it.

    Args:
        found: releases of one ocid in the order of their dates, at least one.
    """
    merged: dict[str, Any] = _MERGER.create_compiled_release([dict(one) for one in found])
    return merged


def _pruned(part: Mapping[str, Any], paths: Allowed) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, below in paths.items():
        value = part.get(key)
        if value is None:
            continue
        if below is None:
            kept[key] = str(value) if key in _IDS else value
        elif isinstance(value, Mapping):
            kept[key] = _pruned(value, below)
        elif isinstance(value, list):
            parts = [_pruned(one, below) for one in value if isinstance(one, Mapping)]
            kept[key] = [{"id": f"#{place}"} | one for place, one in enumerate(parts, start=1)]
    return kept


def mapping(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping under a key, or an empty one."""
    value = parent.get(key)
    return value if isinstance(value, Mapping) else {}


def mappings(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The mappings in the list under a key, or none."""
    value = parent.get(key)
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
