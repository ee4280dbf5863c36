"""Who the parties of Open Contracting releases are: the buyer, and suppliers of the list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from signals.sources.buyer.ocds_releases import mapping, mappings
from suppliers.header_text import normalise_header
from suppliers.places.countries import country

#: Schemes of org-id.guide for Legal Entity Identifiers.
_LEI_SCHEMES = frozenset({"LEI", "XI-LEI"})
#: A scheme of org-id.guide: a country, then a register of it.
_SCHEME = re.compile(r"([A-Z]{2})-(.+)")
#: Numbers of a tax authority where companies have another number in their register.
_TAX_SCHEME = re.compile(r"VAT|GST|TAX")


class SupplierIndex:
    """Finds a supplier of the list by an identifier of the contract notice, else by exact name.

    An identifier is found within its scheme alone: a LEI by the schemes of LEI, a company number by
    a register of the supplier's own country, the list's own ids where no scheme is stated.
    """

    def __init__(self, suppliers: pl.DataFrame) -> None:
        self._by_identifier: dict[tuple[str, str], str] = {}
        names: dict[str, set[str]] = {}
        for row in suppliers.sort("supplier_id", descending=True).iter_rows(named=True):
            self._by_identifier["", _plain(row["supplier_id"])] = row["supplier_id"]
            if row.get("lei"):
                self._by_identifier["LEI", _plain(row["lei"])] = row["supplier_id"]
            if row.get("company_number") and row.get("country_iso3"):
                key = row["country_iso3"], _plain(row["company_number"])
                self._by_identifier[key] = row["supplier_id"]
            if row.get("name"):
                names.setdefault(normalise_header(row["name"]), set()).add(row["supplier_id"])
        self._by_name = {name: min(ids) for name, ids in names.items() if len(ids) == 1}

    def find(self, party: Mapping[str, Any]) -> str | None:
        """supplier_id of a party, or None."""
        identifiers = [mapping(party, "identifier"), *mappings(party, "additionalIdentifiers")]
        for identifier in identifiers:
            kind = _kind(str(identifier.get("scheme") or ""))
            number = _plain(str(identifier.get("id") or ""))
            if kind is None or not number:
                continue
            found = self._by_identifier.get((kind, number))
            if found is not None:
                return found
        return self._by_name.get(normalise_header(str(party.get("name") or "")))


def _kind(scheme: str) -> str | None:
    """What an identifier of a scheme is found among: LEI, a country's registers, or own ids."""
    scheme = scheme.strip().upper()
    if not scheme:
        return ""
    if scheme in _LEI_SCHEMES:
        return "LEI"
    match = _SCHEME.fullmatch(scheme)
    if match is None or _TAX_SCHEME.search(match[2]):
        return None
    found = country(match[1])
    return None if found is None else found.iso3


def is_of_buyer(release: Mapping[str, Any], buyer: str) -> bool:
    """Whether a release is of the buyer, by exact name or identifier in any spelling."""
    wanted = normalise_header(buyer)
    own = mapping(release, "buyer")
    party = party_of(release, own)
    texts = [
        own.get("name"), own.get("id"), mapping(own, "identifier").get("id"), party.get("name"),
        mapping(party, "identifier").get("id"), mapping(party, "identifier").get("legalName"),
    ]  # fmt: skip
    return any(normalise_header(str(text)) == wanted for text in texts if text)


def buyer_name(release: Mapping[str, Any]) -> str | None:
    """The name of a release's buyer, where it states one."""
    own = mapping(release, "buyer")
    name = own.get("name") or party_of(release, own).get("name")
    return None if name is None else str(name)


def party_of(release: Mapping[str, Any], reference: Mapping[str, Any]) -> Mapping[str, Any]:
    """The party that a reference names by its id, or an empty mapping."""
    wanted = reference.get("id")
    for party in mappings(release, "parties"):
        if wanted is not None and str(party.get("id")) == str(wanted):
            return party
    return {}


def _plain(identifier: str) -> str:
    return "".join(c for c in identifier.upper() if c.isalnum()).lstrip("0")
