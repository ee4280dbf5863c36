"""Brings decisions on suppliers into the outputs of the newest run, without asking any source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from flows.run.decisions import decision_tables
from flows.run.folders import publication, published_runs, readers_snapshot
from flows.run.results import publish_stage
from flows.run.results.published_work import prepared_of
from sql.warehouse import Warehouse

#: Runs of before there were others are in English.
_FIRST_LANGUAGE = "en"
_GONE = (
    "What {} was computed from was removed or is of another version, so its outputs cannot be "
    "written again; the next run shows the decisions."
)


@dataclass(frozen=True)
class InForce:
    """Which run shows the decisions.

    Attributes:
        run_id: of `latest`; None where nothing was published yet.
        note: why its outputs do not show them, a sentence; None where they do.
    """

    run_id: str | None
    note: str | None = None


def bring_into_force(out: Path) -> InForce:
    """Write the outputs of `latest` again if they do not show the decisions; needs the lock.

    Raises:
        DataRejectedError: a decision that could not be defended.
    """
    run_id = publication.latest_run(out)
    if run_id is None:
        return InForce(None, "No run is published yet; the first one will show the decisions.")
    record = published_runs.read_manifest(out / run_id)
    # A decision may be made while the outputs are written.
    while not decision_tables.are_shown(out, record):
        prepared = prepared_of(out, record, record["config"].get("language", _FIRST_LANGUAGE))
        if prepared is None:
            return InForce(run_id, _GONE.format(run_id))
        record = decision_tables.with_decisions(prepared, record)
        publish_stage.rewrite(prepared, record)
        with Warehouse(out / "warehouse.duckdb") as warehouse:
            ended = dt.datetime.fromisoformat(str(record["finished_at"]))
            warehouse.finish_run(run_id, str(record["result"]), ended, record)
        readers_snapshot.write_snapshot(out)
    return InForce(run_id)
