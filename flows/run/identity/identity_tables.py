"""Links and list hits as tables: pure, from the rows of the list and of the registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from signals.sources.lists.list_rows import STATEMENT
from signals.sources.registers import production_locations
from signals.sources.registers.register_rows import ENDED, MECHANISM
from signals.sources.registers.register_ties import SUCCESSOR
from suppliers.identity.linking import Link, Memory, Rules, link
from suppliers.identity.names import spellings
from suppliers.identity.parties import SCHEMES, Party
from suppliers.relations.listed_areas import HIT_SCHEMA

LINK_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "register": pl.String(),
    "register_id": pl.String(),
    "band": pl.String(),
    "score": pl.Float64(),
    "match_basis": pl.String(),
    "matched_name": pl.String(),
    "name_score": pl.Float64(),
    "legal_form": pl.String(),
    "country": pl.String(),
    "address": pl.String(),
    "identifier": pl.String(),
    "reason": pl.String(),
    "identifiers_added": pl.String(),
}
_NO_IDENTIFIERS: dict[str, object] = dict.fromkeys(SCHEMES)


def supplier_party(row: Mapping[str, Any], address: str | None) -> Party:
    """A row of the list as the matcher compares it."""
    known = {scheme: row[scheme] for scheme in SCHEMES if row[scheme]}
    return Party(row["supplier_id"], spellings(row["name"]), row["country_iso2"], address, known)


def entry_party(row: Mapping[str, Any]) -> Party:
    """A row of a register as the matcher compares it."""
    names = dict.fromkeys(
        spelling for name in (row["name"], *row["other_names"]) for spelling in spellings(name)
    )
    return Party(
        row["register_id"],
        tuple(names),
        row["country_iso2"],
        row["address"],
        {scheme: row[scheme] for scheme in SCHEMES if row[scheme]},
        row["is_active"],
    )


def link_frame(
    found: Iterable[Link], filled: Mapping[tuple[str, str, str], tuple[str, ...]]
) -> pl.DataFrame:
    """Links and questions as a table, columns of `LINK_SCHEMA`.

    Args:
        found: of all registers.
        filled: identifiers that a link brought, by supplier, register and entry.
    """
    rows = [_link_row(one, filled) for one in found]
    return pl.DataFrame(rows, schema=LINK_SCHEMA, orient="row").sort(
        "supplier_id", "register", "register_id"
    )


def with_filled(suppliers: pl.DataFrame, parties: Iterable[Party]) -> pl.DataFrame:
    """The list, columns of `stg_suppliers`, with the identifiers that were found."""
    known = pl.DataFrame(
        [(party.id, *(party.identifiers.get(scheme) for scheme in SCHEMES)) for party in parties],
        schema={"supplier_id": pl.String, **{f"{scheme}_found": pl.String for scheme in SCHEMES}},
        orient="row",
    )
    return suppliers.join(known, on="supplier_id", how="left", maintain_order="left").select(
        pl.coalesce(column, f"{column}_found").alias(column) if column in SCHEMES else column
        for column in suppliers.columns
    )


def parents_of(
    suppliers: pl.DataFrame, found: Iterable[Link], entities: pl.DataFrame, staged: pl.DataFrame
) -> list[Party]:
    """Parents by the list and by the LEI register, under the ids of their suppliers.

    Args:
        suppliers: supplier_id, name and parent, which may be another supplier's id.
        found: links of the suppliers.
        entities: entries of the registers, for the countries of parents.
        staged: parents by the LEI register, columns of `PARENT_SCHEMA`.
    """
    listed = dict(suppliers.select("supplier_id", "name").iter_rows())
    parents = [
        Party(supplier_id, spellings(listed.get(parent, parent)))
        for supplier_id, parent in suppliers.select("supplier_id", "parent").iter_rows()
        if parent
    ]
    named = staged.filter(pl.col("parent_name").is_not_null()).join(
        entities.select(parent_id="register_id", parent_country="country_iso2"),
        on="parent_id",
        how="left",
        maintain_order="left",
    )
    of_company: dict[str, list[tuple[str, str, str | None]]] = {}
    for firm, parent, name, country in named.select(
        "register_id", "parent_id", "parent_name", "parent_country"
    ).iter_rows():
        of_company.setdefault(firm, []).append((parent, name, country))
    for one in found:
        if one.register == "gleif" and one.is_accepted:
            parents += [
                Party(one.supplier_id, spellings(name), country, None, {"lei": parent})
                for parent, name, country in of_company.get(one.entry.id, ())
            ]
    return parents


def list_flags(
    suppliers: Sequence[Party],
    parents: Sequence[Party],
    listed: pl.DataFrame,
    rules: Rules,
    memory: Memory,
) -> pl.DataFrame:
    """Hits of suppliers, and of their parents, on every list: columns of `HIT_SCHEMA`."""
    rows: list[dict[str, object]] = []
    for list_id in listed["list_id"].unique().sort().to_list():
        of_list = {
            row["entry_id"]: row
            for row in listed.filter(pl.col("list_id") == list_id).iter_rows(named=True)
        }
        entries = [
            entry_party(
                row
                | {"register_id": entry_id, "is_active": True}
                | _NO_IDENTIFIERS
                | _identifiers(row)
            )
            for entry_id, row in of_list.items()
        ]
        for via, parties in (("supplier", suppliers), ("parent", parents)):
            for one in link(parties, list_id, entries, rules, memory, several=True):
                entry = of_list[one.entry.id]
                if entry["kind"] == STATEMENT and not one.is_accepted:
                    # What may be another company's statement is no fact, and no question either.
                    continue
                rows.append(
                    {
                        "supplier_id": one.supplier_id,
                        "list_id": list_id,
                        "entry_id": one.entry.id,
                        "matched_via": via,
                        "list_title": entry["list_title"],
                        "kind": entry["kind"],
                        "matched_name": one.verdict.matched_name,
                        "listed_on": entry["listed_on"],
                        "link": entry["link"],
                        "band": one.verdict.band,
                        "score": one.verdict.score,
                        "reason": one.verdict.reason,
                    }
                )
    frame = pl.DataFrame(rows, schema=HIT_SCHEMA)
    key = ["supplier_id", "list_id", "entry_id", "matched_via"]
    return frame.sort(*key, "band").unique(key, keep="first", maintain_order=True)


def register_facts(
    found: Iterable[Link],
    entities: pl.DataFrame,
    ties: pl.DataFrame,
    as_of: dt.date,
    titles: Mapping[str, str],
) -> pl.DataFrame:
    """What registers state of suppliers: ended entries, mechanisms. Columns of `HIT_SCHEMA`.

    An ended entry is a fact from its day on; a grievance mechanism from the day on which the
    register was seen to state it.

    Args:
        found: links of the suppliers; only those that hold count.
        entities: entries of the registers.
        ties: of companies with those that they were merged into, columns of `TIE_SCHEMA`.
        as_of: the as-of date.
        titles: of the registers, by id.
    """
    merged: dict[tuple[str, str], list[str]] = {}
    for register, register_id, other in (
        ties.filter(pl.col("tie") == SUCCESSOR)
        .select("register", "register_id", pl.coalesce("other_name", "other_id"))
        .sort(pl.all())
        .iter_rows()
    ):
        merged.setdefault((register, register_id), []).append(other)
    ended = {
        (register, register_id): day
        for register, register_id, day in entities.filter(pl.col("ended_on") <= as_of)
        .select("register", "register_id", "ended_on")
        .iter_rows()
    }
    mechanisms = {
        (register, register_id): (day, text)
        for register, register_id, day, text in entities.filter(
            pl.col("grievance_mechanism").is_not_null(), pl.col("observed_to") <= as_of
        )
        .select("register", "register_id", "observed_to", "grievance_mechanism")
        .iter_rows()
    }
    rows: list[dict[str, object]] = []
    for one in found:
        entry = one.register, one.entry.id
        if one.is_accepted and entry in ended:
            rows.append(_fact(one, ENDED, titles, ended[entry], _successors(one, merged)))
        if one.is_accepted and entry in mechanisms:
            rows.append(_fact(one, MECHANISM, titles, *mechanisms[entry]))
    key = ["supplier_id", "list_id", "entry_id", "matched_via"]
    return pl.DataFrame(rows, schema=HIT_SCHEMA).unique(key, keep="first").sort(key)


def _fact(
    one: Link, kind: str, titles: Mapping[str, str], day: dt.date, path: str | None
) -> dict[str, object]:
    return {
        "supplier_id": one.supplier_id,
        "list_id": one.register,
        "entry_id": one.entry.id,
        "matched_via": "supplier",
        "list_title": titles[one.register],
        "kind": kind,
        "matched_name": one.verdict.matched_name,
        "listed_on": day,
        "link": None,
        "band": one.verdict.band,
        "score": one.verdict.score,
        "reason": one.verdict.reason,
        "path": path,
    }


def _successors(one: Link, merged: Mapping[tuple[str, str], Sequence[str]]) -> str | None:
    names = merged.get((one.register, one.entry.id))
    if not names:
        return None
    # Entries of this register are sites: they move, companies merge.
    verb = "moved to" if one.register == production_locations.REGISTER else "merged into"
    return f"{verb} {' and '.join(names)}"


def _link_row(
    one: Link, filled: Mapping[tuple[str, str, str], tuple[str, ...]]
) -> tuple[object, ...]:
    verdict = one.verdict
    schemes = filled.get((one.supplier_id, one.register, one.entry.id), ())
    return (
        one.supplier_id,
        one.register,
        one.entry.id,
        verdict.band,
        verdict.score,
        one.match_basis,
        verdict.matched_name,
        verdict.name_score,
        verdict.legal_form,
        verdict.country,
        verdict.address,
        verdict.identifier,
        verdict.reason,
        ", ".join(schemes) or None,
    )


def _identifiers(row: Mapping[str, Any]) -> dict[str, object]:
    return {"lei": row["lei"], "company_number": row["company_number"]}
