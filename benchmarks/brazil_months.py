"""Weights re-estimated each month on the municipalities of Brazil, with data as published.

The areas alone are the list. The panel holds the year of a case and not the day, so a case counts
as reported on the last day of its year. Exposure is the area and the residents of the census.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import get_args

import polars as pl

import configs
from benchmarks.brazil_first import open_places
from benchmarks.shared_data import shared_data
from configs.settings import Settings
from flows.backtest.backtest_run import Backtest, BacktestRequest, backtest, months_from
from scoring.tune.backtest import LabelWindow
from scoring.tune.backtest_summary import BacktestSummary
from scoring.tune.rolling_weights import ESTIMATED_AND_EXPOSURE, FITTED_EXPOSURE, HeldOut

ID = "brazil_months"
GOAL = "weights re-estimated each month against the default ones and exposure alone"
KIND = "validate"

FIRST, MONTHS = "2018-01", 48
EMBARGO_DAYS, HORIZON_DAYS = 90, 365


def run() -> str:
    """Back-test with weights re-estimated in time, and in time and space; print both tables."""
    panel = shared_data("outcomes/brazil_panel")
    figures = []
    for held_out in get_args(HeldOut):
        found = _backtest(panel, held_out)
        if found.summary is None:
            raise ValueError("no month of the panel can be judged")
        _show(found, found.summary, held_out)
        (over,) = (
            each.ahead
            for each in found.summary.differences
            if (each.name, each.other) == (ESTIMATED_AND_EXPOSURE, FITTED_EXPOSURE)
        )
        figures.append(f"{held_out}: estimated weights and exposure less exposure {over}")
    return "; ".join(figures)


def _backtest(panel: Path, held_out: HeldOut) -> Backtest:
    with tempfile.TemporaryDirectory() as folder:
        listed, outcomes = Path(folder) / "list.csv", Path(folder) / "outcomes.csv"
        _write(panel / "panel.parquet", listed, outcomes)
        return backtest(
            BacktestRequest(
                settings=_settings(panel, listed),
                out=Path(folder) / "out",
                days=months_from(FIRST, MONTHS),
                outcomes=outcomes,
                window=LabelWindow(EMBARGO_DAYS, HORIZON_DAYS),
                count=100,
                refit=held_out,
                exposure=("area_km2", "population"),
            )
        )


def _write(panel: Path, listed: Path, outcomes: Path) -> None:
    open_places(panel).select(
        "supplier_id",
        pl.col("municipality").alias("name"),
        pl.lit("BRA").alias("country"),
        pl.col("state").alias("admin_area"),
        pl.lit("01").alias("sector"),
    ).write_csv(listed)
    pl.scan_parquet(panel).filter("outcome_visible", pl.col("n_cases") > 0).select(
        entity_id=pl.col("ibge").cast(pl.String),
        known_on=pl.format("{}-12-31", "year"),
        kind=pl.lit("public_listing"),
        source=pl.lit("inspections"),
        selection=pl.lit("public"),
    ).sort("entity_id", "known_on").collect().write_csv(outcomes)


def _settings(panel: Path, listed: Path) -> Settings:
    """The shipped weights; only the panel is read."""
    table = configs.load("real_input", local=None).sources["area_panel"].model_dump(mode="json")
    base = configs.load(local=None)
    own = {"enabled": True, "mirror": str(panel), "options": {**table["options"], "id_prefix": ""}}
    return configs.load(
        changes={
            "suppliers": {"files": [str(listed)]},
            "sources": {
                **{name: {"enabled": False} for name in base.sources},
                "area_panel": {**table, **own},
            },
            "scoring": {"missing": {"minimum_coverage": 0.1, "minimum_own_pillars": 1}},
        },
        local=None,
    )


def _show(found: Backtest, summary: BacktestSummary, held_out: HeldOut) -> None:
    learned = [weights for weights in found.weights if weights.is_estimated]
    print(
        f"{held_out}: {len(learned)} of {len(found.weights)} months learned"
        + (f", the first {learned[0].as_of:%Y-%m}" if learned else "")
    )
    print(f"{'order':36}{'months':>8}{'AUC, 90 % interval, whole states drawn':>40}")
    for order in summary.orders:
        print(f"{order.name:36}{order.months:8}{order.auc!s:>40}")
    for each in summary.differences:
        print(f"{each.name} less {each.other}, {each.months} months: {each.ahead}")
    print()
