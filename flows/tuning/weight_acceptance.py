"""The acceptance test of a weight set: evidence from its back-test, signed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.backtest.backtest_run import Backtest, BacktestRequest, LastMonth, backtest
from flows.run.request import experiments, outcome_files
from flows.run.request.weight_approval import KEY_VARIABLE
from flows.run.storage.local_copies import effective_hash
from flows.run.work.stage_types import StageEvent
from flows.run.work.work_folder import Record, WorkFolder
from scoring.tune.acceptance_criteria import AcceptanceEvidence, AcceptanceResult, judge
from scoring.tune.backtest import LabelWindow
from scoring.tune.backtest_summary import BacktestSummary
from scoring.tune.effective_weights import effective_weights
from scoring.tune.fairness import Outcomes, parity
from scoring.tune.fairness_groups import fairness_groups
from scoring.tune.outcomes import known_cases
from scoring.tune.weight_set import content_hash, signature, weight_set


@dataclass(frozen=True)
class Accepted:
    """A tested weight set.

    Attributes:
        result: the criteria.
        record: the signed evidence, as it is written.
    """

    result: AcceptanceResult
    record: dict[str, Any]


@dataclass(frozen=True)
class AcceptanceRequest:
    """A weight set to be tested.

    Attributes:
        settings: of the profile.
        profile: what it is called.
        days: months of the back-test.
        outcomes: file of known cases.
        out: folder of results.
        sector_exposure: file of the number of suppliers by sector, or None.
        evidence: file for the signed evidence; None: named by the weights, below `tune`.
    """

    settings: Settings
    profile: str
    days: tuple[dt.date, ...]
    outcomes: Path
    out: Path
    sector_exposure: Path | None = None
    evidence: Path | None = None


def accept(
    request: AcceptanceRequest, progress: Callable[[StageEvent], None] | None = None
) -> tuple[Accepted, Path]:
    """Back-test a weight set, test it against the criteria, and write the signed evidence.

    Returns:
        The result, and the file of the evidence.

    Raises:
        UsageError: the list, a mirror or the outcomes are not there, or no month is whole.
        DataRejectedError: the list, a source or the outcomes are rejected.
    """
    settings, windows = request.settings, request.settings.tune.backtest
    found = backtest(
        BacktestRequest(
            settings=settings,
            out=request.out,
            days=request.days,
            outcomes=request.outcomes,
            window=LabelWindow(windows.embargo_days, windows.horizon_days),
            count=settings.scoring.top_k,
            sector_exposure=request.sector_exposure,
        ),
        progress,
    )
    outcomes_hash = outcome_files.outcomes_hash(request.outcomes)
    tested = acceptance(settings, found, outcomes_hash)
    sha256 = tested.record["weights_sha256"]
    target = request.evidence or request.out / "tune" / f"weights-{sha256[:12]}.json"
    write(tested.record, target)
    experiments.record(
        request.out,
        experiments.Experiment(
            kind="accept",
            profile=request.profile,
            profile_hash=effective_hash(settings),
            outcomes_hash=outcomes_hash,
            metrics={"weights_sha256": sha256, "criteria": tested.record["criteria"]},
            verdict=tested.result.sentence(),
        ),
    )
    return tested, target


def acceptance(settings: Settings, found: Backtest, outcomes_hash: str) -> Accepted:
    """Test a back-test against the acceptance criteria and sign the result, passed or not.

    Args:
        settings: of the profile.
        found: its back-test, with outcomes.
        outcomes_hash: SHA-256 of the outcomes file.

    Raises:
        UsageError: no month of the back-test has a complete outcome window.
    """
    if found.summary is None:
        raise UsageError(
            "the acceptance criteria need months with a complete outcome window: give --outcomes, "
            "earlier months, or a shorter tune.backtest.horizon_days"
        )
    last = found.last
    own = last.orders.normalised.own
    shares = effective_weights(own, last.model, last.orders.totals.has_score).drop_nulls()
    evidence = AcceptanceEvidence(
        auc_low=found.summary.profile.auc.low,
        ahead={
            order.name: order.ahead.value
            for order in found.summary.orders
            if order.ahead is not None
        },
        agreement=_mean(found.agreement["top_overlap"]),
        variance_share=dict(shares.select("signal_id", "variance_share").iter_rows()),
        parity=parity_of(last, settings.scoring.top_k),
        supplier_auc_low=_supplier_auc_low(found.summary),
    )
    result = judge(evidence, settings.tune.acceptance)
    content = weight_set(settings)
    record: dict[str, Any] = {
        "weights": content,
        "weights_sha256": content_hash(content),
        "passed": result.passed,
        "verdict": result.sentence(),
        "criteria": result.record(),
        "asked": settings.tune.acceptance.model_dump(mode="json"),
        "backtest": found.summary.metrics(),
        "outcomes_sha256": outcomes_hash,
        "judged_on": dt.datetime.now(dt.UTC).date().isoformat(),
    }
    record["signature"] = signature(record, os.environ.get(KEY_VARIABLE))
    return Accepted(result, record)


def _supplier_auc_low(summary: BacktestSummary) -> float | None:
    of_sectors = summary.by_sector
    return of_sectors.mean.low if of_sectors is not None and of_sectors.in_mean else None


def parity_of(last: LastMonth, top_k: int) -> pl.DataFrame:
    """Rates of the supplier groups among flagged suppliers and found cases (`parity`)."""
    groups = fairness_groups(last.suppliers, last.income)
    known = None
    if last.outcomes is not None:
        ids = groups["supplier_id"]
        drawn = last.outcomes.filter(pl.col("selection") == "random")["entity_id"].unique()
        known = Outcomes(known_cases(last.outcomes, ids), ids.is_in(drawn.implode()).to_numpy())
    return parity(groups, last.orders.scores, top_k, known)


def write(record: Mapping[str, Any], path: Path) -> None:
    """Write signed evidence."""
    WorkFolder(path.parent).write_json(Record(path.name), record)


def _mean(series: pl.Series) -> float:
    mean = series.drop_nans().mean()
    return mean if isinstance(mean, float) else float("nan")
