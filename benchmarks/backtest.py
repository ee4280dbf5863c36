"""A back-test of 36 months against 36 scoring passes of the same list.

A scoring pass of a month computes its signals from what is staged and scores the list. The floor
is 36 times the score alone, with all values available. Time is that of the processor, which other
work on the machine does not stretch. The back-test's includes reading and staging all files.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.past_months import write_past_months
from configs.settings import Settings
from flows.backtest.backtest_run import BacktestRequest, backtest, months_from
from flows.backtest.point_in_time_inputs import known_on
from flows.backtest.point_in_time_values import PastValues
from flows.run import stages
from flows.run.request import run_request
from flows.run.work.stage_types import RunRequest
from scoring.engine import score
from scoring.scoring_model import scoring_model
from scoring.tune.backtest import LabelWindow
from signals.registry import signals, sources
from signals.values import income_by_country

T = TypeVar("T")

ID = "backtest"
GOAL = "a back-test of 36 months x 10,000 suppliers in at most 1.5 x 36 scoring passes"
KIND = "bench"

SUPPLIERS = 10_000
FIRST, MONTHS = "2019-01", 36
_WARM_SUPPLIERS, _WARM_MONTHS = 50, 2


def run() -> str:
    """Time one scoring pass, one monthly pass and the back-test; print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        # The first calls compile.
        warm = write_past_months(Path(folder) / "warm", _WARM_SUPPLIERS)
        backtest(_request(run_request.settings_of(str(warm)), warm.parent, _WARM_MONTHS))
        profile = write_past_months(Path(folder) / "list", SUPPLIERS)
        request = _request(run_request.settings_of(str(profile)), profile.parent, MONTHS)
        scoring, monthly = _passes(request)
        whole, found = _timed(lambda: backtest(request))
    floor = MONTHS * scoring
    print(f"{'':44}{'CPU seconds':>12}{'x floor':>9}")
    for name, seconds in (
        (f"floor: {MONTHS} x score alone", floor),
        (f"{MONTHS} x signals computed and scored", MONTHS * monthly),
        ("back-test, from files to figures", whole),
    ):
        print(f"{name:44}{seconds:12.1f}{seconds / floor:9.2f}")
    return (
        f"{whole / (MONTHS * monthly):.2f} x {MONTHS} scoring passes (signals and score; "
        f"{monthly:.1f} s each), {whole / floor:.2f} x {MONTHS} scores alone (floor 1.00 = "
        f"{scoring:.1f} s each), {SUPPLIERS:,} suppliers, {found.signals_computed} of "
        f"{found.signals_asked} signals computed"
    )


def _timed(what: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    result = what()
    return time.process_time() - started, result


def _request(settings: Settings, folder: Path, months: int) -> BacktestRequest:
    return BacktestRequest(
        settings=settings,
        out=folder / "out",
        days=months_from(FIRST, months),
        outcomes=folder / "outcomes.csv",
        window=LabelWindow(90, 365),
        count=100,
    )


def _passes(request: BacktestRequest) -> tuple[float, float]:
    """CPU seconds of scoring one month, and of computing all its signals and scoring it."""
    day = request.days[-1]
    prepared = stages.prepare(RunRequest(request.settings, day, request.out))
    suppliers = prepared.listed_suppliers
    cards = {name: signal.card for name, signal in signals().items()}
    titles = {name: module.CARD for name, module in sources().items()}
    model = scoring_model(request.settings, cards, titles)
    (known,) = list(known_on(prepared, [day]))
    measuring, values = _timed(lambda: PastValues(suppliers, prepared.sites).of(known))
    income = income_by_country(known.frames)
    scoring, _ = _timed(lambda: score(values, suppliers, income, cards, model, sources=titles))
    return scoring, measuring + scoring
