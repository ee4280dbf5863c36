"""Compares and tests profiles for the desk: as `understory tune compare` and `tune accept`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from configs import durable_files
from configs.config_errors import UsageError
from flows.backtest.backtest_run import months_from
from flows.desk.jobs.weights_job import OUTCOMES
from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder, write_json
from flows.desk.lists.profile_files import profile_of
from flows.run.folders import publication, published_runs
from flows.run.request import run_request
from flows.tuning import weight_acceptance
from flows.tuning.profile_comparison import compare_several
from reports.tables.cells import csv_bytes

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events
    from flows.run.work.stage_types import StageEvent

#: In the folder of the list: ranks side by side, those of all suppliers as a table, and criteria.
COMPARED, RANKS, ACCEPTED = "profiles.json", "profiles.csv", "acceptance.json"
_DIFFERENCES = 50


def compare(folder: ListFolder, request: Mapping[str, Any], events: Events) -> dict[str, Any]:
    """Rank the suppliers of the newest results under several profiles, side by side.

    Args:
        folder: of the list.
        request: `profiles`, keys; `labels`, what each is called.
        events: progress.

    Raises:
        UsageError: there are no results yet, or a profile is wrong.
        DataRejectedError: the run cannot be read.
    """
    events.add("profiles", "ranking all suppliers")
    write_settings(folder)
    profiles = [profile_of(folder, key) for key in request["profiles"]]
    run_id, found = compare_several(
        profiles, request["labels"], folder.results, publication.LATEST, None
    )
    listed = published_runs.read_ranked(folder.results / run_id).select("supplier_id", "name")
    ranks = found.ranks.join(listed, on="supplier_id", how="left", maintain_order="left")
    numbers = range(1, len(found.names) + 1)
    titles = {f"{what}_{n}": f"{what}: {found.names[n - 1]}"
              for n in numbers for what in ("rank", "score")}  # fmt: skip
    table = ranks.select("supplier_id", "name", *titles, "difference").rename(titles)
    durable_files.write_bytes(folder.path / RANKS, csv_bytes(table))
    names = dict(listed.iter_rows())
    result = {
        "run_id": run_id,
        "profiles": list(found.names),
        "top_k": found.count,
        "agreement": found.agreement.to_dicts(),
        "top": [
            [row["position"], *([one, names.get(one)] for one in
                                (row[f"supplier_{n}"] for n in numbers))]
            for row in found.top().to_dicts()
        ],
        "differences": [
            {"supplier_id": row["supplier_id"], "name": row["name"],
             "difference": row["difference"], "ranks": [row[f"rank_{n}"] for n in numbers]}
            for row in ranks.filter(pl.col("difference") > 0)
            .sort("difference", "best", "supplier_id", descending=[True, False, False])
            .head(_DIFFERENCES).to_dicts()
        ],
        "moved": ranks.filter(pl.col("difference") > 0).height,
        "suppliers": ranks.height,
    }  # fmt: skip
    write_json(folder.path / COMPARED, result)
    return {"run_id": run_id}


def accept(folder: ListFolder, request: Mapping[str, Any], events: Events) -> dict[str, Any]:
    """Test a profile against the acceptance criteria on past months.

    Args:
        folder: of the list.
        request: `profile`, its key; `label`; `first`, a month; `months`.
        events: progress.

    Raises:
        UsageError: known cases are not there, or no month is whole.
        DataRejectedError: the list, a source or the known cases are rejected.
    """
    write_settings(folder)
    outcomes = folder.path / OUTCOMES
    if not outcomes.is_file():
        raise UsageError("the criteria need known cases; store a file of them first")
    profile = profile_of(folder, request["profile"])

    def note(event: StageEvent) -> None:
        events.add(event.stage, event.detail, event.done, event.total)

    tested, file = weight_acceptance.accept(
        weight_acceptance.AcceptanceRequest(
            settings=run_request.settings_of(None if profile == "base" else profile),
            profile=request["label"],
            days=months_from(request["first"], request["months"]),
            outcomes=outcomes,
            out=folder.results,
        ),
        note,
    )
    result = {
        "label": request["label"],
        "passed": tested.result.passed,
        "verdict": tested.result.sentence(),
        "criteria": [
            {"name": one.name, "passed": one.passed, "sentence": one.sentence}
            for one in tested.result.criteria
        ],
        "file": file.name,
    }
    write_json(folder.path / ACCEPTED, result)
    return {"passed": tested.result.passed}
