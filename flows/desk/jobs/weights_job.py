"""Tries weights for the desk: the same as `understory tune compare` and `understory validate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import yaml

import configs
from configs import durable_files
from flows.desk.lists.answers import laid_over, write_settings
from flows.desk.lists.list_folders import ListFolder, write_json
from flows.run.folders import publication, published_runs
from flows.tuning import run_validation
from flows.tuning.profile_comparison import Compared, compare_profiles

if TYPE_CHECKING:
    from flows.desk.jobs.job_process import Events

#: Result, the profile with the weights that were tried, and known cases, in the list's folder.
RESULT, PROFILE, OUTCOMES = "weights.json", "what-if.yaml", "outcomes.csv"


def try_weights(folder: ListFolder, request: Mapping[str, Any], events: Events) -> dict[str, Any]:
    """Rank the suppliers of the newest results under other weights and leave `weights.json`.

    Args:
        folder: of the list.
        request: `weights` by signal.
        events: progress.

    Raises:
        UsageError: there are no results yet, or the settings are wrong.
        DataRejectedError: the run or the known cases cannot be read.
    """
    events.add("weights", "ranking all suppliers")
    write_settings(folder)
    own = configs.yaml_file(folder.settings_file)
    tried = {"signals": {name: {"weight": one} for name, one in request["weights"].items()}}
    text = yaml.safe_dump(laid_over(own, tried), sort_keys=False, allow_unicode=True, width=100)
    durable_files.write_text(folder.path / PROFILE, text)
    file = folder.path / OUTCOMES
    outcomes = file if file.is_file() else None
    found = compare_profiles(
        (str(folder.settings_file), str(folder.path / PROFILE)),
        folder.results, publication.LATEST, outcomes, None,
    )  # fmt: skip
    validation = None
    if outcomes is not None:
        events.add("weights", "comparing with known cases")
        checked, _ = run_validation.validate(
            folder.results, publication.LATEST, outcomes, found.settings[1].scoring.top_k
        )
        validation = {"sentences": checked.sentences(), **checked.by_sector.metrics()}
    result = {
        "weights": dict(request["weights"]),
        "run_id": found.run_id,
        "top_k": found.settings[1].scoring.top_k,
        **found.metrics(),
        "moves": _named(folder, found),
        "signals": found.comparison.signals.to_dicts(),
        "uneven": _uneven(found),
        "validation": validation,
    }
    write_json(folder.path / RESULT, result)
    return {"run_id": found.run_id}


def _named(folder: ListFolder, found: Compared) -> list[dict[str, Any]]:
    """Who enters or leaves the first k, with names."""
    names = published_runs.read_ranked(folder.results / found.run_id).select("supplier_id", "name")
    moves = found.comparison.moves.join(names, on="supplier_id", how="left", maintain_order="left")
    return moves.to_dicts()


def _uneven(found: Compared) -> list[dict[str, Any]]:
    """Groups that the tried weights select unevenly, where that is statistically significant."""
    table = found.parity[1].filter(
        pl.col("within_0_80_1_25").is_in(["no", "none_elsewhere"]) & pl.col("significant_fdr5")
    )
    return table.select("dimension", "group", "suppliers").to_dicts()
