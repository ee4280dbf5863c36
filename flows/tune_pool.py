"""Reads and combines the studies of several companies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import polars as pl

from configs.errors import UsageError
from flows import experiments
from scoring.tune.pooled_study import Study, read_study
from scoring.tune.pooling import Method, combine


def read_studies(paths: Sequence[Path]) -> list[Study]:
    """Studies of files.

    Raises:
        UsageError: a file that is not there.
        DataRefusedError: one that is no study, or tells a count below 10.
    """
    studies = []
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such study; check the path")
        studies.append(read_study(path.read_text(encoding="utf-8"), path.name))
    return studies


def combined(paths: Sequence[Path], method: str, out: Path) -> pl.DataFrame:
    """Combine studies and keep the result among the experiments.

    Raises:
        UsageError: an unknown method, or fewer than two studies.
        DataRefusedError: studies that do not fit together.
    """
    known: dict[str, Method] = {name: name for name in get_args(Method)}
    if method not in known:
        raise UsageError(f"--method {method}: give {' or '.join(known)}")
    studies = read_studies(paths)
    table = combine(studies, known[method])
    names = [study.study for study in studies]
    experiments.record(
        out,
        experiments.Experiment(
            kind="pool",
            profile=", ".join(names),
            profile_hash=hashlib.sha256(
                "".join(study.model_dump_json() for study in studies).encode()
            ).hexdigest(),
            outcomes_hash=None,
            metrics={"method": method, "signals": table.to_dicts()},
            verdict=f"{len(studies)} studies of {table.height} signals combined.",
        ),
    )
    return table
