"""Who the suppliers are: links to registers, flags from lists, and the questions left.

Runs when the sources of the role `identity` are staged and before the others are pulled, so that
a supplier known by name alone is asked for by the identifiers that were found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from configs.settings import Identity
from flows.run.decisions.decision_files import IDENTITY_FILE
from flows.run.identity import earlier_identity
from flows.run.identity.facility_locations import with_facility_points
from flows.run.identity.identity_tables import (
    entry_party,
    link_frame,
    list_flags,
    parents_of,
    register_facts,
    supplier_party,
    with_filled,
)
from flows.run.identity.related_companies import KnownCompanies, relate
from flows.run.request import inputs
from flows.run.request.list_reading import addresses as addresses_of
from flows.run.work import artefacts
from flows.run.work.stage_types import Identified, PreparedRun
from signals.registry import sources
from signals.sources.buyer import buyer_shipments
from signals.sources.lists.list_rows import SCHEMA as LIST_SCHEMA
from signals.sources.lists.list_rows import TABLE as LIST_TABLE
from signals.sources.registers.register_rows import (
    ENTITIES,
    ENTITY_SCHEMA,
    HOME_COUNTRY,
    PARENT_SCHEMA,
    PARENTS,
)
from signals.sources.registers.register_ties import TIE_SCHEMA, TIES
from sql.warehouse import Warehouse
from suppliers.identity.linking import Link, Memory, Rules, link, with_identifiers
from suppliers.identity.match_scoring import Thresholds
from suppliers.identity.parties import Party
from suppliers.identity.review_decisions import (
    DECISION_SCHEMA,
    Decision,
    decision_frame,
    merged,
    read_decisions,
)
from suppliers.relations.listed_areas import SHIPPED, area_hits, read_areas

#: Registers in the order in which they are asked: the identifiers of one help with the next.
_REGISTERS = (
    "gleif",
    "companies_house",
    "french_company_register",
    "norwegian_company_register",
    "brazil_company_register",
    "sec_tickers",
    "ownership_statements",
    "open_supply_hub",
)
_PAIR = ("supplier_id", "register", "register_id")
#: Registers of which a supplier may be several entries: its sites, and one site on many lists.
_SEVERAL = frozenset({"open_supply_hub"})


def identify(prepared: PreparedRun) -> Identified:
    """Link the suppliers to what the identity sources hold, or take the result found before.

    Raises:
        DataRejectedError: the decisions or the list of areas cannot be read.
    """
    workspace = prepared.workspace
    standing, open_again = _decisions(prepared)
    fingerprint = _fingerprint(prepared, standing, open_again)
    if (
        workspace.has(artefacts.IDENTITY_RESULT)
        and workspace.read_json(artefacts.IDENTITY_RESULT)["fingerprint"] == fingerprint
        and workspace.has(artefacts.IDENTIFIED_SITES)
    ):
        result = workspace.read_json(artefacts.IDENTITY_RESULT)
    else:
        before = (
            workspace.read_json(artefacts.IDENTITY_RESULT)["filled"]
            if workspace.has(artefacts.IDENTITY_RESULT)
            else None
        )
        result = _found(prepared, standing, open_again) | {"fingerprint": fingerprint}
        if before is not None and before != result["filled"]:
            # What was asked for by other identifiers, or for other suppliers, is asked again.
            for source_id in prepared.evidence_source_ids:
                workspace.delete(artefacts.pulled(source_id))
                workspace.delete(artefacts.staged(source_id))
        workspace.write_json(artefacts.IDENTITY_RESULT, result)
    workspace.write_json(artefacts.IDENTITY_IN_FORCE, {"fingerprint": fingerprint})
    return Identified(result["links"], result["flags"], result["questions"])


def thresholds(settings: Identity) -> Thresholds:
    """Where the bands of the name matcher begin."""
    return Thresholds(settings.accept, settings.review, settings.least_distinctive)


def active_match_decisions(prepared: PreparedRun) -> Hashable:
    """What persons have decided of links, as it holds on the request's day."""
    standing, open_again = _decisions(prepared)
    as_of = prepared.request.as_of
    held = ((one.pair, one.decision, one.is_expired(as_of)) for one in standing)
    return tuple(sorted(held)), open_again


def linked_list(prepared: PreparedRun, entities: pl.DataFrame) -> pl.DataFrame:
    """The list with the identifiers that registers give, without keeping anything.

    Args:
        prepared: its list as read, and the day on which decisions hold.
        entities: entries of the registers known by then, columns of `ENTITY_SCHEMA`.

    Raises:
        DataRejectedError: the decisions cannot be read.
    """
    if entities.is_empty():
        return prepared.listed_suppliers
    memory = _memory(prepared, *_decisions(prepared))
    parties = _parties(prepared, with_addresses=True)
    linked, _, _ = _linked(parties, entities, _rules(prepared), memory)
    return with_filled(prepared.listed_suppliers, linked)


def listed_companies(prepared: PreparedRun) -> pl.DataFrame:
    """Entries of all public lists that were known by the as-of date."""
    return _known(prepared, LIST_TABLE, LIST_SCHEMA)


def _decisions(prepared: PreparedRun) -> tuple[list[Decision], frozenset[tuple[str, str, str]]]:
    path = prepared.request.settings.identity.decisions
    new = [] if path is None else read_decisions(Path(path), prepared.request.as_of)
    own_file = prepared.request.out / IDENTITY_FILE
    own = read_decisions(own_file, prepared.request.as_of) if own_file.is_file() else []
    file = prepared.request.out / "warehouse.duckdb"
    kept = pl.DataFrame(schema=DECISION_SCHEMA)
    if file.exists():
        with Warehouse(file) as warehouse:
            kept = warehouse.read("identity_decisions")
    # An answer that was changed takes the place of what an earlier run kept, on the same day too.
    answered = [one.pair for one in own]
    others = [pair not in answered for pair in kept.select(_PAIR).iter_rows()]
    standing, open_again = merged(kept.filter(pl.Series(others, dtype=pl.Boolean)), [*new, *own])
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
        record = artefacts.staged(source_id)
        is_read = workspace.has(record) and not inputs.is_unavailable(workspace, source_id)
        parts.append(f"{source_id}:{workspace.read_json(record)['fingerprint'] if is_read else ''}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _found(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> dict[str, Any]:
    """The result of linking, taken over where an earlier request has the same."""
    if standing or open_again:
        return _link_all(prepared, standing, open_again)
    areas = read_areas(_areas_file(prepared))
    made_from = earlier_identity.inputs_of_list(prepared, areas)
    if made_from is None:
        return _link_all(prepared, standing, open_again)
    taken = earlier_identity.take_over(prepared, made_from)
    if taken is None:
        return _link_all(prepared, standing, open_again) | {"made_from": made_from}
    return taken


def _link_all(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> dict[str, Any]:
    workspace, as_of = prepared.workspace, prepared.request.as_of
    entities = _known(prepared, ENTITIES, ENTITY_SCHEMA)
    listed = listed_companies(prepared)
    rules = _rules(prepared)
    memory = _memory(prepared, standing, open_again)
    shipments = _known(prepared, buyer_shipments.TABLE, buyer_shipments.SCHEMA)
    has_entries = not (entities.is_empty() and listed.is_empty())
    parties = _parties(prepared, with_addresses=has_entries)
    parties, found, filled = _linked(parties, entities, rules, memory)
    sites = with_facility_points(prepared.listed_sites, found, entities)
    parents = _known(prepared, PARENTS, PARENT_SCHEMA)
    ties = _known(prepared, TIES, TIE_SCHEMA)
    suppliers = prepared.listed_suppliers
    direct = pl.concat(
        [
            list_flags(
                parties, parents_of(suppliers, found, entities, parents), listed, rules, memory
            ),
            register_facts(found, entities, ties, as_of, _titles()),
            area_hits(read_areas(_areas_file(prepared)), suppliers, sites, as_of),
        ]
    )
    linked = link_frame(found, filled)
    related = relate(
        KnownCompanies(
            parties, suppliers, sites, linked, entities, parents, ties, shipments, listed,
            {name: module.CARD.title for name, module in sources().items()},
        ),
        direct,
        rules,
        memory,
    )  # fmt: skip
    flagged = pl.concat([direct, related.flags])
    decided = decision_frame(standing)
    workspace.write_frame(artefacts.IDENTITY_LINKS, linked)
    workspace.write_frame(artefacts.IDENTITY_FLAGS, flagged)
    workspace.write_frame(artefacts.IDENTITY_DECISIONS, decided)
    workspace.write_frame(artefacts.IDENTIFIED_SITES, sites)
    workspace.write_frame(artefacts.RELATIONS, related.steps)
    workspace.write_frame(artefacts.REJECTED_RELATIONS, related.rejected)
    workspace.write_frame(artefacts.SHARED_GROUPS, related.groups)
    workspace.write_frame(
        artefacts.IDENTIFIED_SUPPLIERS, with_filled(prepared.listed_suppliers, parties)
    )
    return {
        "links": linked.filter(pl.col("band") == "accept").height,
        "questions": linked.filter(pl.col("band") == "review").height,
        "flags": flagged.height,
        "relations": related.counts,
        "filled": sorted("/".join((*pair, *schemes)) for pair, schemes in filled.items())
        + _moved(prepared.listed_sites, sites),
        "decisions_sha256": hashlib.sha256(repr(list(standing)).encode()).hexdigest()
        if standing or open_again
        else "",
    }


def _moved(listed: pl.DataFrame, sites: pl.DataFrame) -> list[str]:
    """The sites that have another point than in the list: their evidence is asked for there."""
    columns = ("site_id", "latitude", "longitude")
    keys = ["site_id", "latitude", "longitude", "location_precision"]
    moved = sites.join(listed.select(keys), on=keys, how="anti", nulls_equal=True)
    return sorted(f"{site}@{lat},{lon}" for site, lat, lon in moved.select(columns).iter_rows())


def _rules(prepared: PreparedRun) -> Rules:
    settings = prepared.request.settings.identity
    return Rules(
        thresholds(settings),
        settings.margin,
        settings.candidates_per_supplier,
        settings.block_limit,
        settings.review_registers,
    )


def _titles() -> dict[str, str]:
    """Titles of the registers, by id."""
    return {register: sources()[register].CARD.title for register in _REGISTERS}


def _memory(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> Memory:
    by_pair = {decision.pair: decision for decision in standing}
    return Memory(by_pair, open_again, prepared.request.as_of)


def _parties(prepared: PreparedRun, *, with_addresses: bool) -> list[Party]:
    addresses = addresses_of(prepared.request.settings.suppliers) if with_addresses else {}
    return [
        supplier_party(row, addresses.get(row["supplier_id"]))
        for row in prepared.listed_suppliers.iter_rows(named=True)
    ]


def _linked(
    parties: list[Party], entities: pl.DataFrame, rules: Rules, memory: Memory
) -> tuple[list[Party], list[Link], dict[tuple[str, str, str], tuple[str, ...]]]:
    """The suppliers with what the registers give them, the links, and what each link gave."""
    found: list[Link] = []
    filled: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for register in _REGISTERS:
        entries = [
            entry_party(row)
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
    return parties, found, filled


def _known(prepared: PreparedRun, table: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Staged rows of the identity sources that were published by the as-of date."""
    workspace = prepared.workspace
    frames = [
        workspace.read_frame(artefacts.staged_rows(source_id, table))
        for source_id in prepared.identity_source_ids
        if not inputs.is_unavailable(workspace, source_id)
        and workspace.has(artefacts.staged_rows(source_id, table))
    ]
    # Frames that an earlier version staged may lack a column.
    known = pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal")
    return known.filter(pl.col("published_on") <= prepared.request.as_of)
