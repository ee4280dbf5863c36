"""Relations of suppliers to companies on lists: from what a run knows to flags with their paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from flows.run.identity.identity_tables import entry_party, list_flags
from flows.run.identity.named_companies import named_matches, named_parties
from flows.run.identity.relation_reporting import LISTED, reported_paths, reported_rejections
from signals.sources.lists.list_rows import STATEMENT
from signals.sources.registers.register_rows import ENDED, MECHANISM
from suppliers.identity.linking import Memory, Rules
from suppliers.identity.names import spellings
from suppliers.identity.parties import SCHEMES, Party
from suppliers.relations import relation_rows as rows
from suppliers.relations.place_relations import (
    address_relations,
    exact_points,
    site_relations,
)
from suppliers.relations.register_contradictions import RULE, compare_registers
from suppliers.relations.register_relations import (
    former_name_relations,
    match_relations,
    parent_relations,
    tie_relations,
)
from suppliers.relations.relation_graph import (
    paths_to_lists,
    reachable,
    sound_relations,
)
from suppliers.relations.shared_groups import shared_groups

#: In decisions, the register of a relation; its id is the relation's key.
RELATION = "relation"
_FACTS = (STATEMENT, ENDED, MECHANISM)


@dataclass(frozen=True)
class KnownCompanies:
    """What a run knows of companies, as of its day.

    Attributes:
        parties: the suppliers, with addresses and the identifiers found.
        suppliers: the list, columns of `stg_suppliers`.
        sites: columns of `stg_sites`.
        links: columns of `LINK_SCHEMA`.
        entities: entries of registers, columns of `stg_register_entities`.
        parents: columns of `stg_register_parents`.
        ties: owners and successors, columns of `stg_register_ties`.
        shipments: columns of `stg_buyer_shipments__shipments`.
        listed: entries of lists, columns of `stg_list_entries`.
        titles: of sources, by id.
    """

    parties: Sequence[Party]
    suppliers: pl.DataFrame
    sites: pl.DataFrame
    links: pl.DataFrame
    entities: pl.DataFrame
    parents: pl.DataFrame
    ties: pl.DataFrame
    shipments: pl.DataFrame
    listed: pl.DataFrame
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Related:
    """What relations give.

    Attributes:
        flags: columns of `HIT_SCHEMA`, `matched_via` relation.
        steps: columns of `STEP_COLUMNS`, the last step of each path being the list.
        rejected: columns of `REJECTED_COLUMNS`.
        groups: columns of `GROUP_SCHEMA`.
        counts: relations by kind, and how many were rejected, later, ended or at hubs.
    """

    flags: pl.DataFrame
    steps: pl.DataFrame
    rejected: pl.DataFrame
    groups: pl.DataFrame
    counts: dict[str, Any]


def relate(known: KnownCompanies, direct: pl.DataFrame, rules: Rules, memory: Memory) -> Related:
    """Paths from suppliers to companies on lists.

    Args:
        known: the companies.
        direct: flags of the suppliers themselves, their parents and sites, which need no path.
        rules: how names are matched; a path below `rules.thresholds.accept` is to be reviewed.
        memory: decisions; those of the register `relation` are about relations.
    """
    as_of = memory.as_of
    companies, others = _companies(known)
    named = named_parties(known.suppliers, known.shipments, known.entities, known.links)
    addresses = address_relations(companies)
    sites = site_relations(pl.concat([exact_points(known.sites, as_of), _facilities(known)]))
    whole = rows.all_relations(
        [
            match_relations(known.links, dict(known.titles), as_of),
            parent_relations(known.parents),
            tie_relations(known.ties),
            rows.listed_parent_relations(known.suppliers, as_of),
            former_name_relations(others),
            rows.identifier_relations(companies),
            addresses.relations,
            sites.relations,
            rows.shipment_relations(named.shipments, as_of),
            named_matches(known.parties, named.parties, rules, memory),
        ]
    )
    sound = sound_relations(whole, as_of)
    decided = _decided(memory)
    names = {
        **_parent_names(known.parents),
        **_other_names(known.ties),
        **dict(companies.select("node_id", "name").iter_rows()),
        **{party.id: party.names[0] for party in named.parties},
    }
    accept = rules.thresholds.accept
    compared = compare_registers(sound.relations, names, least=accept)
    relations = _with_decisions(compared.relations, decided)
    starts = companies.filter(pl.col("source") == rows.BUYER_LIST)["node_id"]
    hits = pl.concat(
        [
            _list_hits(known, relations, starts, names, rules, memory),
            direct.filter(
                pl.col("matched_via").is_in(["supplier", "site"]), ~pl.col("kind").is_in(_FACTS)
            ).with_columns(supplier_id=pl.concat_str(pl.lit("supplier:"), "supplier_id")),
        ]
    )
    hits = _decided_hits(hits, decided)
    # A supplier that is itself on a list, or whose parent is, has that flag already.
    near = direct.select(
        start_id=pl.concat_str(pl.lit("supplier:"), "supplier_id"), list_id="list_id",
        entry_id="entry_id",
    ).unique()  # fmt: skip
    steps = paths_to_lists(relations, starts, hits).join(
        near, on=["start_id", "list_id", "entry_id"], how="anti", maintain_order="left"
    )
    flags, reported = reported_paths(steps, hits, names, known.titles, accept)
    return Related(
        flags,
        reported,
        reported_rejections(
            pl.concat([sound.rejected, compared.contradicting.with_columns(rule=pl.lit(RULE))]),
            names,
        ),
        shared_groups(relations, known.suppliers, names, least=accept),
        {
            "relations": dict(sorted(relations["kind"].value_counts().iter_rows())),
            "rejected": dict(sorted(sound.rejected["rule"].value_counts().iter_rows())),
            "registers_contradict": compared.contradicting.height,
            "later": sound.later,
            "ended": sound.ended,
            "places_of_too_many_companies": addresses.hubs.height + sites.hubs.height,
            "paths": flags.height,
        },
    )


def _companies(known: KnownCompanies) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Suppliers and entries of registers; and the entries with their other names."""
    parties = known.parties
    listed = pl.DataFrame(
        {
            "node_id": [rows.supplier_node(party.id) for party in parties],
            "name": known.suppliers["name"],
            "country_iso2": [party.country for party in parties],
            "address": [party.address for party in parties],
            **{scheme: [party.identifiers.get(scheme) for party in parties] for scheme in SCHEMES},
            "source": pl.repeat(rows.BUYER_LIST, len(parties), dtype=pl.String, eager=True),
            "origin": pl.repeat("supplier list", len(parties), dtype=pl.String, eager=True),
            "known_on": pl.repeat(None, len(parties), dtype=pl.Date, eager=True),
        },
        schema=rows.COMPANY_SCHEMA,
    )
    entries = known.entities.with_columns(
        node_id=pl.concat_str("register", pl.lit(":"), "register_id"),
        source=pl.col("register"),
        known_on=pl.col("published_on"),
    )
    columns = list(rows.COMPANY_SCHEMA)
    matched = known.links.select(
        node_id=pl.concat_str("register", pl.lit(":"), "register_id")
    ).unique()
    others = entries.join(matched, on="node_id", how="semi", maintain_order="left")
    return pl.concat([listed, entries.select(columns)]), others


def _facilities(known: KnownCompanies) -> pl.DataFrame:
    """Production sites of registers that have a point, as `site_relations` takes them."""
    return known.entities.filter(pl.col("latitude").is_not_null()).select(
        "latitude",
        "longitude",
        node_id=pl.concat_str("register", pl.lit(":"), "register_id"),
        source="register",
        origin="origin",
        known_on="published_on",
    )


def _parent_names(parents: pl.DataFrame) -> dict[str, str]:
    named = parents.filter(pl.col("parent_name").is_not_null())
    return dict(
        named.select(pl.concat_str("register", pl.lit(":"), "parent_id"), "parent_name").iter_rows()
    )


def _other_names(ties: pl.DataFrame) -> dict[str, str]:
    named = ties.filter(pl.col("other_name").is_not_null())
    return dict(
        named.select(pl.concat_str("register", pl.lit(":"), "other_id"), "other_name").iter_rows()
    )


def _decided(memory: Memory) -> dict[str, str]:
    """Decisions on relations that hold on the day, by the relation's key."""
    return {
        key: decision.decision
        for (_, register, key), decision in memory.standing.items()
        if register == RELATION and not decision.is_expired(memory.as_of)
    }


def _with_decisions(relations: pl.DataFrame, decided: Mapping[str, str]) -> pl.DataFrame:
    """Relations without the rejected ones; one that a person confirmed is sure."""
    key = pl.concat_str("kind", pl.lit("|"), "from_id", pl.lit("|"), "to_id")
    accepted = [one for one, word in decided.items() if word == "accept"]
    rejected = [one for one, word in decided.items() if word == "reject"]
    return relations.filter(~key.is_in(rejected)).with_columns(
        confidence=pl.when(key.is_in(accepted)).then(1.0).otherwise("confidence")
    )


def _list_hits(
    known: KnownCompanies,
    relations: pl.DataFrame,
    starts: pl.Series,
    names: Mapping[str, str],
    rules: Rules,
    memory: Memory,
) -> pl.DataFrame:
    """Companies near a supplier that are on lists: columns of `HIT_SCHEMA`, by node."""
    near = set(reachable(relations, starts)) - set(starts)
    entry = {f"{row['register']}:{row['register_id']}": row for row in
             known.entities.filter(
                 pl.concat_str("register", pl.lit(":"), "register_id").is_in(sorted(near))
             ).iter_rows(named=True)}  # fmt: skip
    parties = [
        replace(entry_party(entry[node] | {"other_names": []}), id=node)
        if node in entry
        else Party(node, spellings(names[node]), _country(node))
        for node in sorted(near)
        if node in entry or node in names
    ]
    flagged = known.listed.filter(pl.col("kind") != STATEMENT)
    return list_flags(parties, [], flagged, rules, memory)


def _decided_hits(hits: pl.DataFrame, decided: Mapping[str, str]) -> pl.DataFrame:
    """Hits with node_id, key and confidence, after what persons decided of them."""
    key = pl.concat_str(
        pl.lit(f"{LISTED}|"), "node_id", pl.lit("|"), "list_id", pl.lit(":"), "entry_id"
    )
    is_sure = (pl.col("decision") == "accept").fill_null(value=False)
    return (
        hits.rename({"supplier_id": "node_id"})
        .with_columns(key=key)
        .with_columns(
            decision=pl.col("key").replace_strict(
                dict(decided), default=None, return_dtype=pl.String
            )
        )
        .filter(pl.col("decision").ne_missing("reject"))
        .with_columns(confidence=pl.when(is_sure).then(1.0).otherwise("score"))
        .filter(pl.col("confidence") > 0)
    )


def _country(node: str) -> str | None:
    parts = node.split(":", 2)
    return parts[1] or None if parts[0] == "named" else None
