"""Who the suppliers are: links to registers, flags from lists, and the questions left.

Runs when the sources of the role `identity` are staged and before the others are pulled, so that
a supplier known by name alone is asked for by the identifiers that were found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from configs.model import Identity
from flows import inputs
from flows.run_records import Identified, PreparedRun
from flows.workspace import Workspace
from signals.sources.list_rows import SCHEMA as LIST_SCHEMA
from signals.sources.list_rows import TABLE as LIST_TABLE
from signals.sources.register_rows import (
    ENTITIES,
    ENTITY_SCHEMA,
    HOME_COUNTRY,
    PARENT_SCHEMA,
    PARENTS,
)
from sql.warehouse import Loaded, Warehouse
from suppliers.identity.areas import SHIPPED, area_hits, read_areas
from suppliers.identity.decisions import (
    DECISION_SCHEMA,
    Decision,
    decision_frame,
    merged,
    read_decisions,
)
from suppliers.identity.judge import Thresholds
from suppliers.identity.linking import Link, Memory, Rules, link, with_identifiers
from suppliers.identity.names import spellings
from suppliers.identity.parties import SCHEMES, Party

#: Registers in the order in which they are asked: the identifiers of one help with the next.
_REGISTERS = ("gleif", "companies_house", "sec_tickers", "open_supply_hub")
#: Registers of which a supplier may be several entries: its sites, and one site on many lists.
_SEVERAL = frozenset({"open_supply_hub"})

_RESULT = "identity/result.json"
_IN_FORCE = "identity/in_force.json"
_LINKS = "identity/links.parquet"
_FLAGS = "identity/flags.parquet"
_DECISIONS = "identity/decisions.parquet"

LINK_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "register": pl.String(),
    "register_id": pl.String(),
    "band": pl.String(),
    "score": pl.Float64(),
    "decided_by": pl.String(),
    "matched_name": pl.String(),
    "name_score": pl.Float64(),
    "legal_form": pl.String(),
    "country": pl.String(),
    "address": pl.String(),
    "identifier": pl.String(),
    "reason": pl.String(),
    "filled": pl.String(),
}
FLAG_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "list_id": pl.String(),
    "entry_id": pl.String(),
    "via": pl.String(),
    "list_title": pl.String(),
    "kind": pl.String(),
    "matched_name": pl.String(),
    "listed_on": pl.Date(),
    "link": pl.String(),
    "band": pl.String(),
    "score": pl.Float64(),
    "reason": pl.String(),
}


def identify(prepared: PreparedRun) -> Identified:
    """Link the suppliers to what the identity sources hold, or take the result found before.

    Raises:
        DataRefusedError: the decisions or the list of areas cannot be read.
    """
    workspace = prepared.workspace
    standing, open_again = _decisions(prepared)
    fingerprint = _fingerprint(prepared, standing, open_again)
    if workspace.has(_RESULT) and workspace.read_json(_RESULT)["fingerprint"] == fingerprint:
        result = workspace.read_json(_RESULT)
    else:
        before = workspace.read_json(_RESULT)["filled"] if workspace.has(_RESULT) else None
        result = _link_all(prepared, standing, open_again) | {"fingerprint": fingerprint}
        if before is not None and before != result["filled"]:
            # What was asked for by other identifiers, or for other suppliers, is asked anew.
            for source_id in prepared.evidence_source_ids:
                workspace.delete(f"pull/{source_id}.json")
                workspace.delete(f"stage/{source_id}.json")
        workspace.write_json(_RESULT, result)
    workspace.write_json(_IN_FORCE, {"fingerprint": fingerprint})
    return Identified(result["links"], result["flags"], result["questions"])


def thresholds(settings: Identity) -> Thresholds:
    """Where the bands of the name matcher begin."""
    return Thresholds(settings.accept, settings.review, settings.least_distinctive)


def forget_for_now(workspace: Workspace) -> None:
    """Show the list as it was read until `identify` has run in this run."""
    workspace.delete(_IN_FORCE)


def identity_part(workspace: Workspace) -> list[str]:
    """What of a run's identity lies in decisions, which are neither settings nor raw files."""
    if not workspace.has(_IN_FORCE):
        return []
    used = workspace.read_json(_RESULT)["decisions_sha256"]
    return [f"decisions:{used}"] if used else []


def links(workspace: Workspace) -> pl.DataFrame:
    """Links and questions of this run."""
    return _frame(workspace, _LINKS, LINK_SCHEMA)


def flags(workspace: Workspace) -> pl.DataFrame:
    """List hits of this run."""
    return _frame(workspace, _FLAGS, FLAG_SCHEMA)


def load(warehouse: Warehouse, prepared: PreparedRun, run_id: str) -> list[Loaded]:
    """Keep links, flags and decisions; to be called inside a transaction."""
    workspace = prepared.workspace
    run = pl.lit(run_id).alias("run_id")
    loads = []
    for table, frame in (
        ("supplier_links", links(workspace)),
        ("supplier_flags", flags(workspace)),
    ):
        warehouse.clear(table, run_id)
        loads.append(warehouse.load(table, frame.with_columns(run), run_id))
    decided = _frame(workspace, _DECISIONS, DECISION_SCHEMA)
    if not decided.is_empty():
        warehouse.empty("identity_decisions", run_id)
        loads.append(warehouse.load("identity_decisions", decided, run_id))
    return loads


def _frame(workspace: Workspace, name: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    if not workspace.has(_IN_FORCE) or not workspace.has(name):
        return pl.DataFrame(schema=schema)
    return workspace.read_frame(name)


def _decisions(prepared: PreparedRun) -> tuple[list[Decision], frozenset[tuple[str, str, str]]]:
    path = prepared.request.settings.identity.decisions
    new = [] if path is None else read_decisions(Path(path), prepared.request.as_of)
    file = prepared.request.out / "warehouse.duckdb"
    kept = pl.DataFrame(schema=DECISION_SCHEMA)
    if file.exists():
        with Warehouse(file) as warehouse:
            kept = warehouse.read("identity_decisions")
    standing, open_again = merged(kept, new)
    return standing, frozenset(open_again)


def _areas_file(prepared: PreparedRun) -> Path:
    own = prepared.request.settings.identity.listed_areas
    return SHIPPED if own is None else Path(own)


def _fingerprint(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> str:
    workspace = prepared.workspace
    areas = read_areas(_areas_file(prepared))
    parts = [repr(standing), repr(sorted(open_again)), repr(areas)]
    for source_id in prepared.identity_source_ids:
        record = f"stage/{source_id}.json"
        is_read = workspace.has(record) and not inputs.is_out(workspace, source_id)
        parts.append(f"{source_id}:{workspace.read_json(record)['fingerprint'] if is_read else ''}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _link_all(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> dict[str, Any]:
    workspace, as_of = prepared.workspace, prepared.request.as_of
    settings = prepared.request.settings.identity
    rules = Rules(
        thresholds(settings),
        settings.margin,
        settings.candidates_per_supplier,
        settings.block_limit,
    )
    memory = Memory({decision.pair: decision for decision in standing}, open_again, as_of)
    entities = _known(prepared, ENTITIES, ENTITY_SCHEMA)
    listed = _known(prepared, LIST_TABLE, LIST_SCHEMA)
    has_entries = not (entities.is_empty() and listed.is_empty())
    addresses = inputs.addresses(prepared.request.settings.suppliers) if has_entries else {}
    parties = [
        _supplier(row, addresses.get(row["supplier_id"]))
        for row in prepared.listed_suppliers.iter_rows(named=True)
    ]
    found: list[Link] = []
    filled: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for register in _REGISTERS:
        entries = [
            _entry(row)
            for row in entities.filter(pl.col("register") == register).iter_rows(named=True)
        ]
        if not entries:
            continue
        of_register = link(
            parties,
            register,
            entries,
            rules,
            memory,
            home=HOME_COUNTRY.get(register),
            several=register in _SEVERAL,
        )
        parties, given = with_identifiers(parties, of_register)
        filled |= {
            (supplier, register, entry): schemes for (supplier, entry), schemes in given.items()
        }
        found += of_register
    flagged = pl.concat(
        [
            _flags(parties, _parents(prepared, found, entities), listed, rules, memory),
            area_hits(
                read_areas(_areas_file(prepared)),
                prepared.listed_suppliers,
                prepared.sites,
                as_of,
            ),
        ]
    )
    link_frame = pl.DataFrame(
        [_link_row(one, filled) for one in found], schema=LINK_SCHEMA, orient="row"
    ).sort("supplier_id", "register", "register_id")
    decided = decision_frame(standing)
    workspace.write_frame(_LINKS, link_frame)
    workspace.write_frame(_FLAGS, flagged)
    workspace.write_frame(_DECISIONS, decided)
    workspace.write_frame("identity/suppliers.parquet", _with_filled(prepared, parties))
    return {
        "links": link_frame.filter(pl.col("band") == "accept").height,
        "questions": link_frame.filter(pl.col("band") == "review").height,
        "flags": flagged.height,
        "filled": sorted("/".join((*pair, *schemes)) for pair, schemes in filled.items()),
        "decisions_sha256": hashlib.sha256(repr(list(standing)).encode()).hexdigest()
        if standing or open_again
        else "",
    }


def _known(prepared: PreparedRun, table: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Staged rows of the identity sources that were published by the as-of date."""
    workspace = prepared.workspace
    frames = [
        workspace.read_frame(f"stage/{source_id}/{table}.parquet")
        for source_id in prepared.identity_source_ids
        if not inputs.is_out(workspace, source_id)
        and workspace.has(f"stage/{source_id}/{table}.parquet")
    ]
    known = pl.concat([pl.DataFrame(schema=schema), *frames])
    return known.filter(pl.col("published_on") <= prepared.request.as_of)


def _supplier(row: Mapping[str, Any], address: str | None) -> Party:
    known = {scheme: row[scheme] for scheme in SCHEMES if row[scheme]}
    return Party(row["supplier_id"], spellings(row["name"]), row["country_iso2"], address, known)


def _entry(row: Mapping[str, Any]) -> Party:
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
        one.decided_by,
        verdict.matched_name,
        verdict.name_score,
        verdict.legal_form,
        verdict.country,
        verdict.address,
        verdict.identifier,
        verdict.reason,
        ", ".join(schemes) or None,
    )


def _with_filled(prepared: PreparedRun, parties: Iterable[Party]) -> pl.DataFrame:
    """The list with the identifiers that were found."""
    suppliers = prepared.listed_suppliers
    known = pl.DataFrame(
        [(party.id, *(party.identifiers.get(scheme) for scheme in SCHEMES)) for party in parties],
        schema={"supplier_id": pl.String, **{f"{scheme}_found": pl.String for scheme in SCHEMES}},
        orient="row",
    )
    return suppliers.join(known, on="supplier_id", how="left", maintain_order="left").select(
        pl.coalesce(column, f"{column}_found").alias(column) if column in SCHEMES else column
        for column in suppliers.columns
    )


def _parents(prepared: PreparedRun, found: Iterable[Link], entities: pl.DataFrame) -> list[Party]:
    """Parents by the list and by the LEI register, under the ids of their suppliers."""
    parents = [
        Party(supplier_id, spellings(name))
        for supplier_id, name in prepared.listed_suppliers.select(
            "supplier_id", "parent"
        ).iter_rows()
        if name
    ]
    staged = _known(prepared, PARENTS, PARENT_SCHEMA)
    named = staged.filter(pl.col("parent_name").is_not_null()).join(
        entities.select(parent_id="register_id", parent_country="country_iso2"),
        on="parent_id",
        how="left",
        maintain_order="left",
    )
    of_firm: dict[str, list[tuple[str, str, str | None]]] = {}
    for firm, parent, name, country in named.select(
        "register_id", "parent_id", "parent_name", "parent_country"
    ).iter_rows():
        of_firm.setdefault(firm, []).append((parent, name, country))
    for one in found:
        if one.register == "gleif" and one.is_accepted:
            parents += [
                Party(one.supplier_id, spellings(name), country, None, {"lei": parent})
                for parent, name, country in of_firm.get(one.entry.id, ())
            ]
    return parents


def _flags(
    suppliers: Sequence[Party],
    parents: Sequence[Party],
    listed: pl.DataFrame,
    rules: Rules,
    memory: Memory,
) -> pl.DataFrame:
    """Hits of suppliers, and of their parents, on every list."""
    rows: list[dict[str, object]] = []
    for list_id in listed["list_id"].unique().sort().to_list():
        of_list = {
            row["entry_id"]: row
            for row in listed.filter(pl.col("list_id") == list_id).iter_rows(named=True)
        }
        entries = [
            _entry(row | {"register_id": entry_id, "is_active": True} | _NO_IDENTIFIERS | _lei(row))
            for entry_id, row in of_list.items()
        ]
        for via, parties in (("supplier", suppliers), ("parent", parents)):
            for one in link(parties, list_id, entries, rules, memory, several=True):
                entry = of_list[one.entry.id]
                rows.append(
                    {
                        "supplier_id": one.supplier_id,
                        "list_id": list_id,
                        "entry_id": one.entry.id,
                        "via": via,
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
    frame = pl.DataFrame(rows, schema=FLAG_SCHEMA)
    key = ["supplier_id", "list_id", "entry_id", "via"]
    return frame.sort(*key, "band").unique(key, keep="first", maintain_order=True)


_NO_IDENTIFIERS: dict[str, object] = dict.fromkeys(SCHEMES)


def _lei(row: Mapping[str, Any]) -> dict[str, object]:
    return {"lei": row["lei"]}
