"""The tables of a run that follow from decisions of people, computed again without a source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.run.decisions import decision_files
from flows.run.decisions.prioritisation_stage import decide
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from signals.registry import signals
from sql.warehouse import Warehouse

_TABLES = ("overrides", "audit_plan")


def are_shown(out: Path, record: Mapping[str, Any]) -> bool:
    """Whether the outputs of a run show the decisions that stand in its folder of results.

    Args:
        out: folder of results.
        record: manifest of the run.
    """
    shown = record.get("decisions", {"sha256": ""})
    return bool(shown["sha256"] == decision_files.fingerprint(out))


def with_decisions(prepared: PreparedRun, record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the tables with the decisions as they stand now.

    Scores and ranks stay as they were, so the run keeps its id.

    Args:
        prepared: with the work folder that the run left.
        record: its manifest.

    Returns:
        The manifest that states which decisions the outputs show.
    """
    request, workspace = prepared.request, prepared.workspace
    with Warehouse(request.out / "warehouse.duckdb") as warehouse:
        peers = warehouse.read("peer_keys", str(record["run_id"])).drop("run_id")
    decided = decide(
        request,
        workspace.read_frame(artefacts.SCORES),
        workspace.read_frame(artefacts.CONTRIBUTIONS),
        peers,
        (prepared.suppliers, prepared.sites),
        {name: signal.card for name, signal in signals().items()},
    )
    for name, table in zip(_TABLES, (decided.overrides, decided.plan), strict=True):
        workspace.delete(artefacts.output_table(name))
        if not table.is_empty():
            workspace.write_frame(artefacts.output_table(name), table)
    former = set(record.get("decisions", {"notes": []})["notes"])
    return {
        **record,
        "decisions": decided.record(),
        "warnings": [*(one for one in record["warnings"] if one not in former), *decided.notes],
    }
