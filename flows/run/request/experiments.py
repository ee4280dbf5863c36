"""The table of experiments on weights, each with its metrics and verdict."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import polars as pl

from sql.warehouse import Warehouse

Kind = Literal[
    "backtest",
    "compare",
    "accept",
    "validate",
    "estimate",
    "select-signals",
    "pool",
    "elicit",
    "drift",
]
#: Kinds as earlier versions recorded them.
_FORMER_KINDS = MappingProxyType(
    {"gate": "accept", "learn": "estimate", "streamline": "select-signals"}
)

_WAREHOUSE = "warehouse.duckdb"


@dataclass(frozen=True)
class Experiment:
    """One experiment.

    Attributes:
        kind: the verb.
        profile: name or path of the profile, as the user gave it.
        profile_hash: hash of the effective configuration.
        outcomes_hash: SHA-256 of the outcomes file, None where none was given.
        metrics: JSON-ready.
        verdict: one sentence.
    """

    kind: Kind
    profile: str
    profile_hash: str
    outcomes_hash: str | None
    metrics: Mapping[str, Any]
    verdict: str

    @property
    def experiment_id(self) -> str:
        """Kind and hash of settings and results: the same experiment has the same id."""
        metrics = json.dumps(self.metrics, sort_keys=True, default=str)
        text = "\n".join((self.kind, self.profile_hash, self.outcomes_hash or "", metrics))
        return f"{self.kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def record(out: Path, experiment: Experiment) -> str:
    """Store an experiment in the warehouse of a folder of results, the same one once.

    Returns:
        Its id.

    Raises:
        WarehouseError: a run holds the warehouse.
    """
    row = {
        "experiment_id": experiment.experiment_id,
        "tried_at": dt.datetime.now(dt.UTC),
        "kind": experiment.kind,
        "profile": experiment.profile,
        "profile_hash": experiment.profile_hash,
        "outcomes_hash": experiment.outcomes_hash,
        "metrics": json.dumps(experiment.metrics, sort_keys=True, default=str),
        "verdict": experiment.verdict,
    }
    frame = pl.DataFrame([row], schema_overrides={"outcomes_hash": pl.String})
    with Warehouse(out / _WAREHOUSE) as warehouse:
        known = warehouse.read("experiments")["experiment_id"].to_list()
        if experiment.experiment_id not in known:
            loaded = warehouse.load("experiments", frame, experiment.experiment_id)
            if loaded.rejected:
                raise RuntimeError(f"experiments: row breaks {dict(loaded.rejected_by_rule)}")
    return experiment.experiment_id


def read(out: Path) -> list[dict[str, Any]]:
    """The experiments of a folder of results, newest first; `metrics` as an object.

    Kinds of earlier versions are given by their present names.

    Raises:
        WarehouseError: a run holds the warehouse.
    """
    path = out / _WAREHOUSE
    if not path.is_file():
        return []
    with Warehouse(path) as warehouse:
        stored = warehouse.read("experiments").sort("tried_at", "experiment_id", descending=True)
    return [
        {
            **row,
            "kind": _FORMER_KINDS.get(row["kind"], row["kind"]),
            "metrics": json.loads(row["metrics"]),
        }
        for row in stored.to_dicts()
    ]
