"""Who the suppliers are: links to registers, flags from lists, and the questions left.

Runs when the sources of the role `identity` are staged and before the others are pulled, so that
a supplier known by name alone is asked for by the identifiers that were found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import polars as pl

from flows.run.identity import earlier_identity
from flows.run.identity.facility_locations import with_facility_points
from flows.run.identity.identity_inputs import (
    areas_file,
    decisions_as_memory,
    known_rows,
    linking_rules,
    listed_companies,
    match_decisions,
    supplier_parties,
)
from flows.run.identity.identity_tables import (
    link_frame,
    list_flags,
    parents_of,
    register_facts,
    with_filled,
)
from flows.run.identity.register_links import REGISTERS, linked_to_registers
from flows.run.identity.related_companies import KnownCompanies, relate
from flows.run.request import inputs
from flows.run.work import artefacts
from flows.run.work.stage_types import Identified, PreparedRun
from signals.registry import sources
from signals.sources.buyer import buyer_shipments
from signals.sources.registers.register_rows import (
    ENTITIES,
    ENTITY_SCHEMA,
    PARENT_SCHEMA,
    PARENTS,
)
from signals.sources.registers.register_ties import TIE_SCHEMA, TIES
from suppliers.identity.review_decisions import (
    Decision,
    decision_frame,
)
from suppliers.relations.listed_areas import area_hits, read_areas


def identify(prepared: PreparedRun) -> Identified:
    """Link the suppliers to what the identity sources hold, or take the result found before.

    Raises:
        DataRejectedError: the decisions or the list of areas cannot be read.
    """
    workspace = prepared.workspace
    standing, open_again = match_decisions(prepared)
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


def _fingerprint(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> str:
    workspace = prepared.workspace
    areas = read_areas(areas_file(prepared))
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
    areas = read_areas(areas_file(prepared))
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
    entities = known_rows(prepared, ENTITIES, ENTITY_SCHEMA)
    listed = listed_companies(prepared)
    rules = linking_rules(prepared)
    memory = decisions_as_memory(prepared, standing, open_again)
    shipments = known_rows(prepared, buyer_shipments.TABLE, buyer_shipments.SCHEMA)
    has_entries = not (entities.is_empty() and listed.is_empty())
    parties = supplier_parties(prepared, with_addresses=has_entries)
    parties, found, filled = linked_to_registers(parties, entities, rules, memory)
    sites = with_facility_points(prepared.listed_sites, found, entities)
    parents = known_rows(prepared, PARENTS, PARENT_SCHEMA)
    ties = known_rows(prepared, TIES, TIE_SCHEMA)
    suppliers = prepared.listed_suppliers
    direct = pl.concat(
        [
            list_flags(
                parties, parents_of(suppliers, found, entities, parents), listed, rules, memory
            ),
            register_facts(found, entities, ties, as_of, _titles()),
            area_hits(read_areas(areas_file(prepared)), suppliers, sites, as_of),
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


def _titles() -> dict[str, str]:
    """Titles of the registers, by id."""
    return {register: sources()[register].CARD.title for register in REGISTERS}
