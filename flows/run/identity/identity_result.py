"""What a run holds of who its suppliers are: links, flags and relations, once they were found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.run.identity.identity_tables import LINK_SCHEMA
from flows.run.identity.relation_reporting import REJECTED_COLUMNS, STEP_COLUMNS
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import Table, WorkFolder
from sql.warehouse import Loaded, Warehouse
from suppliers.identity.review_decisions import DECISION_SCHEMA
from suppliers.relations.listed_areas import HIT_SCHEMA
from suppliers.relations.shared_groups import GROUP_SCHEMA


def reset_identity_result(workspace: WorkFolder) -> None:
    """Show the list as it was read until `identify` has run in this run."""
    workspace.delete(artefacts.IDENTITY_IN_FORCE)


def identity_part(workspace: WorkFolder) -> list[str]:
    """What of a run's identity lies in decisions, which are neither settings nor raw files."""
    if not workspace.has(artefacts.IDENTITY_IN_FORCE):
        return []
    used = workspace.read_json(artefacts.IDENTITY_RESULT)["decisions_sha256"]
    return [f"decisions:{used}"] if used else []


def links(workspace: WorkFolder) -> pl.DataFrame:
    """Links and questions of this run."""
    return _frame(workspace, artefacts.IDENTITY_LINKS, LINK_SCHEMA)


def flags(workspace: WorkFolder) -> pl.DataFrame:
    """List hits of this run."""
    return _frame(workspace, artefacts.IDENTITY_FLAGS, HIT_SCHEMA)


def relation_tables(workspace: WorkFolder) -> dict[str, pl.DataFrame]:
    """Tables of relations of this run, by the names of their outputs."""
    return {
        "relations": _frame(workspace, artefacts.RELATIONS, STEP_COLUMNS),
        "rejected_relations": _frame(workspace, artefacts.REJECTED_RELATIONS, REJECTED_COLUMNS),
        "shared_groups": _frame(workspace, artefacts.SHARED_GROUPS, GROUP_SCHEMA),
    }


def relation_counts(workspace: WorkFolder) -> dict[str, Any]:
    """Relations by kind and the outcome of the others, for the manifest."""
    if not workspace.has(artefacts.IDENTITY_IN_FORCE):
        return {}
    counts: dict[str, Any] = workspace.read_json(artefacts.IDENTITY_RESULT)["relations"]
    return counts


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
    decided = _frame(workspace, artefacts.IDENTITY_DECISIONS, DECISION_SCHEMA)
    if not decided.is_empty():
        warehouse.empty("identity_decisions", run_id)
        loads.append(warehouse.load("identity_decisions", decided, run_id))
    return loads


def _frame(workspace: WorkFolder, name: Table, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    if not workspace.has(artefacts.IDENTITY_IN_FORCE) or not workspace.has(name):
        return pl.DataFrame(schema=schema)
    return workspace.read_frame(name)
