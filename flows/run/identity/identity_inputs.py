"""What suppliers are linked by: settings, decisions of persons, rows of the identity sources."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import polars as pl

from configs.settings import Identity
from flows.run.decisions.decision_files import IDENTITY_FILE
from flows.run.identity.identity_tables import supplier_party
from flows.run.request import inputs
from flows.run.request.list_reading import addresses as addresses_of
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from signals.sources.lists.list_rows import SCHEMA as LIST_SCHEMA
from signals.sources.lists.list_rows import TABLE as LIST_TABLE
from sql.warehouse import Warehouse
from suppliers.identity.linking import Memory, Rules
from suppliers.identity.match_scoring import Thresholds
from suppliers.identity.parties import Party
from suppliers.identity.review_decisions import (
    DECISION_SCHEMA,
    Decision,
    merged,
    read_decisions,
)
from suppliers.relations.listed_areas import SHIPPED

_PAIR = ("supplier_id", "register", "register_id")


def thresholds(settings: Identity) -> Thresholds:
    """Where the bands of the name matcher begin."""
    return Thresholds(settings.accept, settings.review, settings.least_distinctive)


def active_match_decisions(prepared: PreparedRun) -> Hashable:
    """What persons have decided of links, as it holds on the request's day."""
    standing, open_again = match_decisions(prepared)
    as_of = prepared.request.as_of
    held = ((one.pair, one.decision, one.is_expired(as_of)) for one in standing)
    return tuple(sorted(held)), open_again


def listed_companies(prepared: PreparedRun) -> pl.DataFrame:
    """Entries of all public lists that were known by the as-of date."""
    return known_rows(prepared, LIST_TABLE, LIST_SCHEMA)


def match_decisions(
    prepared: PreparedRun,
) -> tuple[list[Decision], frozenset[tuple[str, str, str]]]:
    """The decisions of persons on links, and the pairs accepted and rejected on the same day.

    Raises:
        DataRejectedError: a file of decisions cannot be read.
    """
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


def areas_file(prepared: PreparedRun) -> Path:
    """The list of areas: the user's, or else the one of this version."""
    own = prepared.request.settings.identity.listed_areas
    return SHIPPED if own is None else Path(own)


def linking_rules(prepared: PreparedRun) -> Rules:
    """How suppliers are linked, by the `identity` block of the configuration."""
    settings = prepared.request.settings.identity
    return Rules(
        thresholds(settings),
        settings.margin,
        settings.candidates_per_supplier,
        settings.block_limit,
        settings.review_registers,
    )


def decisions_as_memory(
    prepared: PreparedRun,
    standing: Sequence[Decision],
    open_again: frozenset[tuple[str, str, str]],
) -> Memory:
    """Decisions as `link` looks them up, on the request's day."""
    by_pair = {decision.pair: decision for decision in standing}
    return Memory(by_pair, open_again, prepared.request.as_of)


def supplier_parties(prepared: PreparedRun, *, with_addresses: bool) -> list[Party]:
    """The suppliers of the list; their addresses are read where they are compared."""
    addresses = addresses_of(prepared.request.settings.suppliers) if with_addresses else {}
    return [
        supplier_party(row, addresses.get(row["supplier_id"]))
        for row in prepared.listed_suppliers.iter_rows(named=True)
    ]


def known_rows(
    prepared: PreparedRun, table: str, schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
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
