"""A month of a long list from the files to the report, the same month again, and the next one.

Accounts, fires, rain of 154 stations and forest loss are read. `MONTHLY_SUPPLIERS` sets the sizes.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.monthly_world import AS_OF, write_world
from benchmarks.whole_months import MeasuredMonth, megabytes, run_month, sizes, table_of_parts

ID = "monthly"
GOAL = (
    "100,000 suppliers in <= 4 GB and <= 6 minutes of processor time, slope <= 1.05; unchanged "
    "rerun <= 5 %, second month <= 35 % of the first"
)
KIND = "bench"

_NEXT = dt.date(2022, 4, 1)


def run() -> str:
    """Run each size in a folder of its own."""
    print(
        f"{'suppliers':>9} {'month':>9} {'clock':>9} {'again':>8} {'next':>8} {'peak':>8} "
        f"{'folder':>9}"
    )
    first: dict[int, MeasuredMonth] = {}
    parts = []
    for suppliers in sizes("1000,10000", "MONTHLY_SUPPLIERS"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            profile = write_world(folder / "world", suppliers)
            out = folder / "out"
            month, again, following = (
                run_month(profile, out, as_of) for as_of in (AS_OF, AS_OF, _NEXT)
            )
            if again.run_id != month.run_id:
                raise RuntimeError("the same month again is another run")
            print(
                f"{suppliers:>9,} {month.seconds:>7.1f} s {month.wall:>7.1f} s "
                f"{again.seconds:>6.1f} s {following.seconds:>6.1f} s {month.peak_gb:>5.2f} GB "
                f"{megabytes(out):>6.0f} MB"
            )
            print(table_of_parts(month.parts), "          next month", sep="\n")
            print(table_of_parts(following.parts))
        first[suppliers] = month
        parts.append(
            f"{suppliers:,}: {month.seconds:.1f} s ({month.wall:.1f} s on the clock), "
            f"{month.peak_gb:.2f} GB, again {again.seconds / month.seconds:.0%}, next "
            f"{following.seconds / month.seconds:.0%} and {following.peak_gb:.2f} GB"
        )
    if len(first) > 1:
        seconds = [month.seconds for month in first.values()]
        slope = np.polyfit(np.log(list(first)), np.log(seconds), 1)[0]
        parts.append(f"slope {slope:.2f}")
    return "; ".join(parts)
