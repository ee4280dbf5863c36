"""From a quarter of SEC filings to ratios, against merely reading its figures with DuckDB."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.shared_data import shared_data
from signals.fetching.archives import unpacked_member
from signals.financial import cash_flow_cover, leverage, liquidity, revenue_shock
from signals.financial.altman_z_double_prime import compute as altman
from signals.financial.statements import ACCOUNT_TABLES
from signals.sources.accounts.company_facts import ITEMS_SCHEMA
from signals.sources.accounts.quarter_figures import read_quarter
from signals.sources.accounts.sec_financial_statements import TABLE
from signals.sourcing_areas import TABLE as AREA_TABLE

ID = "fsds"
GOAL = "a quarter of SEC filings to ratios in <= 3 times what DuckDB needs to read its num.txt"
KIND = "bench"

_GOAL = 3.0
_RUNS = 5
_QUARTER_END = dt.date(2009, 9, 30)

_READ = """
create or replace table num as
select * from read_csv(?, delim = '\t', header = true, quote = '', escape = '')
"""


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    path = shared_data("finance/sec_fsds") / "2009q3.zip"
    found: list[int] = []
    ours = _median_seconds(lambda: found.append(_ratios(path)))
    merely = _median_seconds(lambda: _merely_read(path))
    print(f"{'unzip and read num.txt, DuckDB':<40}{merely:>8.2f} s")
    print(f"{'quarter to ratios, from the zip':<40}{ours:>8.2f} s")
    print(f"{found[-1]} ratios of all forms; goal {_GOAL:g} times")
    return f"{ours / merely:.2f} times ({ours:.2f} s against {merely:.2f} s; goal {_GOAL:g})"


def _merely_read(path: Path) -> None:
    with unpacked_member(path, "num.txt") as num, duckdb.connect() as connection:
        connection.execute(_READ, [str(num)])


def _ratios(path: Path) -> int:
    # The first quarter of XBRL holds few annual reports: all forms give work as a real one does.
    items = read_quarter(path, forms=".").items.with_columns(
        supplier_id=pl.col("cik"),
        period_start=pl.lit(None, pl.Date),
        observed_to=pl.col("period_end"),
        origin=pl.lit(path.name),
    )
    empty = pl.LazyFrame(schema=ITEMS_SCHEMA)
    inputs = dict.fromkeys(ACCOUNT_TABLES, empty)
    inputs[TABLE] = items.select(list(ITEMS_SCHEMA)).lazy()
    inputs[AREA_TABLE] = pl.LazyFrame(schema={"supplier_id": pl.String})
    inputs["run"] = pl.LazyFrame({"as_of": [_QUARTER_END]})
    computes = (altman, leverage.compute, liquidity.compute, cash_flow_cover.compute,
                revenue_shock.compute)  # fmt: skip
    frames = pl.collect_all([compute(inputs) for compute in computes])
    return sum(int(frame["value"].count()) for frame in frames)


def _median_seconds(work: Callable[[], object]) -> float:
    work()
    seconds = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
