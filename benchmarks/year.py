"""Twelve months of one list: how the folder of results grows.

After each month `clean` is applied with the default policy, on a calendar that is moved: files of
the work folders are a month older with each run. `YEAR_SUPPLIERS` sets the size.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

import configs
from benchmarks.monthly_world import AS_OF, write_world
from benchmarks.whole_months import megabytes, run_month, sizes
from flows.run.folders import retention

ID = "year"
GOAL = "twelve months of 10,000 suppliers: folder <= 3 x that of the first month"
KIND = "bench"

_MONTHS = 12
_MONTH_SECONDS = 31 * 86_400


def run() -> str:
    """Run twelve months in one folder."""
    (suppliers,) = sizes("1000", "YEAR_SUPPLIERS")
    print(f"{'month':>8} {'seconds':>8} {'peak':>8} {'warehouse':>10} {'folder':>8}")
    of_month = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile, out = write_world(folder / "world", suppliers), folder / "out"
        for number in range(_MONTHS):
            month = AS_OF.month - 1 + number
            day = dt.date(AS_OF.year + month // 12, month % 12 + 1, 1)
            done = run_month(profile, out, day)
            _clean(out, day)
            of_month.append(megabytes(out))
            warehouse = (out / "warehouse.duckdb").stat().st_size / 1e6
            print(
                f"{day:%Y-%m} {done.seconds:>9.1f} {done.peak_gb:>5.2f} GB "
                f"{warehouse:>7.1f} MB {of_month[-1]:>5.1f} MB"
            )
    first, last = of_month[0], of_month[-1]
    return (
        f"{suppliers:,} suppliers: {last:.0f} MB after twelve months, {last / first:.1f} x the "
        f"first ({first:.0f} MB); {(last - first) / (_MONTHS - 1):.1f} MB a month"
    )


def _clean(out: Path, day: dt.date) -> None:
    """Apply the default policy on a day, and let a month pass."""
    policy = configs.load(None, local=None).retention
    on_the_day = dt.datetime.combine(day, dt.time(), dt.UTC)
    found = retention.removable(out, policy, on_the_day)
    aged = retention.removable(out, policy, dt.datetime.now(dt.UTC))
    retention.remove(out, [*found, *(one for one in aged if one.kind == "work folder")])
    for path in (out / ".work").rglob("*"):
        before = path.stat()
        os.utime(path, (before.st_atime, before.st_mtime - _MONTH_SECONDS))
