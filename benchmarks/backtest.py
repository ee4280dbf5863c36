"""A back-test of 36 months against 36 scoring passes of the same list.

The floor is what the engine needs to score the months when all values are at hand: 36 times
`scoring.engine.score`. A pass of a monthly run also computes the signals; that ratio is printed
too. Time is that of the processor, which other work on the machine does not stretch.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.past_months import write_past_months
from flows import cli_options
from flows.backtest import BacktestRequest, backtest, months_from, prepare_list
from flows.past_inputs import known_on
from flows.past_values import PastValues
from scoring.engine import score
from scoring.model import scoring_model
from scoring.tune.backtest import LabelWindow
from signals.registry import signals, sources
from signals.values import income_by_country

T = TypeVar("T")

ID = "backtest"
GOAL = "a back-test of 36 months x 10,000 suppliers in at most 1.5 x 36 scoring passes"
KIND = "bench"

SUPPLIERS = 10_000
FIRST, MONTHS = "2019-01", 36
_WARM_SUPPLIERS = 50


def run() -> str:
    """Time the back-test, one scoring pass and one monthly pass; print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        # The first calls compile.
        write_past_months(Path(folder) / "warm", _WARM_SUPPLIERS)
        _backtest(Path(folder) / "warm", 2)
        write_past_months(Path(folder) / "list", SUPPLIERS)
        whole, found = _timed(lambda: _backtest(Path(folder) / "list", MONTHS))
        scoring, monthly = _passes(Path(folder) / "list")
    floor = MONTHS * scoring
    computed, asked = found
    print(f"{'':44}{'CPU seconds':>12}{'x floor':>9}")
    for name, seconds in (
        (f"floor: {MONTHS} x scoring pass", floor),
        (f"{MONTHS} x signals computed and scored", MONTHS * monthly),
        ("back-test, from files to figures", whole),
    ):
        print(f"{name:44}{seconds:12.1f}{seconds / floor:9.2f}")
    print(f"signals computed {computed} of {asked}")
    return (
        f"{whole / floor:.2f} x 36 scoring passes (floor 1.00 = {floor:.1f} s), "
        f"{whole / (MONTHS * monthly):.2f} x 36 monthly passes, "
        f"{SUPPLIERS:,} suppliers, {computed} of {asked} signals computed"
    )


def _timed(what: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    result = what()
    return time.process_time() - started, result


def _backtest(folder: Path, months: int) -> tuple[int, int]:
    request = BacktestRequest(
        settings=cli_options.settings_of(str(folder / "profile.yaml")),
        out=folder / "out",
        days=months_from(FIRST, months),
        outcomes=folder / "outcomes.csv",
        window=LabelWindow(90, 365),
        count=100,
    )
    found = backtest(request)
    return found.signals_computed, found.signals_asked


def _passes(folder: Path) -> tuple[float, float]:
    """CPU seconds of one scoring pass, and of computing all signals and scoring, of one month."""
    settings = cli_options.settings_of(str(folder / "profile.yaml"))
    day = months_from(FIRST, MONTHS)[-1]
    prepared = prepare_list(settings, folder / "out", day)
    suppliers = prepared.suppliers
    cards = {name: signal.card for name, signal in signals().items()}
    titles = {name: module.CARD for name, module in sources().items()}
    model = scoring_model(settings, cards)
    (known,) = list(known_on(prepared, [day]))
    measuring, values = _timed(lambda: PastValues(suppliers, prepared.sites).of(known))
    income = income_by_country(known.frames)
    scoring, _ = _timed(lambda: score(values, suppliers, income, cards, model, sources=titles))
    return scoring, measuring + scoring
