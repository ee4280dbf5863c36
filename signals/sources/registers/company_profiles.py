"""Profiles and search results of Companies House: the companies in them, without anybody else.

Profiles name persons only in passing, such as in care of whom an address is; searches can hold
officers beside companies. Of both only the fields that are read are stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signals.fetching.responses import read_json
from signals.source import RawFile
from suppliers.input_errors import DataRejectedError

#: What the interface calls a company: in a search, among search results of several kinds.
_KINDS_OF_COMPANIES = frozenset({"searchresults#company", "search-results#company"})
_FIELDS = (
    "kind", "company_number", "company_name", "title", "company_status", "type", "company_type",
    "date_of_creation", "date_of_cessation", "accounts", "has_insolvency_history", "has_charges",
)  # fmt: skip
_ADDRESS_FIELDS = ("address_line_1", "address_line_2", "postal_code", "locality")


def companies_alone(path: Path) -> bytes:
    """What may be kept of a profile or a search: the fields that are read, of companies alone.

    Of an item that is no company its kind is kept, so that it can be counted. What is neither a
    profile nor a search is not kept, and is rejected when it is staged.
    """
    content = read_json(path)
    if not isinstance(content, dict):
        return b"{}"
    if not isinstance(content.get("items"), list):
        return json.dumps(_kept(content)).encode()
    items = [_kept(item) if isinstance(item, dict) else {} for item in content["items"]]
    return json.dumps({"items": items}).encode()


def _kept(item: Mapping[str, Any]) -> dict[str, Any]:
    if "kind" in item and item["kind"] not in _KINDS_OF_COMPANIES:
        return {"kind": item["kind"]}
    kept = {name: item[name] for name in _FIELDS if name in item}
    for place in ("registered_office_address", "address"):
        if isinstance(item.get(place), dict):
            kept[place] = {name: item[place].get(name) for name in _ADDRESS_FIELDS}
    former = item.get("previous_company_names")
    if isinstance(former, list):
        names = [one.get("name") for one in former if isinstance(one, dict)]
        kept["previous_company_names"] = [{"name": name} for name in names]
    return kept


def company_items(content: object, raw: RawFile) -> tuple[list[int], list[Mapping[str, Any]]]:
    """The companies of a profile or a search, and the positions of the persons beside them.

    Searches state what each of their items is, such as `searchresults#officer`. An item of which
    this is not known to be a company counts as a person.
    """
    if not isinstance(content, dict):
        raise not_of_companies_house(raw)
    persons: list[int] = []
    companies: list[Mapping[str, Any]] = []
    for position, item in enumerate(content.get("items", [content]), start=1):
        if not isinstance(item, dict):
            raise not_of_companies_house(raw)
        if "kind" in item and item["kind"] not in _KINDS_OF_COMPANIES:
            persons.append(position)
        else:
            companies.append(item)
    return persons, companies


def not_of_companies_house(raw: RawFile) -> DataRejectedError:
    """The rejection of an answer that is of another kind."""
    return DataRejectedError(
        f"{Path(raw.origin).name}: it is no company profile or search of Companies House; "
        "fetch it again."
    )
