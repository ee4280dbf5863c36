"""A month of a million suppliers: accounts, fires, rain of 154 stations and one raster of loss.

`MILLION_SUPPLIERS` sets the size. With `MILLION_MINUTES` the run is stopped after so many minutes
on the clock, and the parts that ended are printed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.monthly_world import AS_OF, write_world
from benchmarks.whole_months import megabytes, run_month, sizes, table_of_parts

ID = "million"
GOAL = "1,000,000 suppliers, table sources and one raster, in <= 16 GB"
KIND = "bench"


def run() -> str:
    """Run the month once."""
    (suppliers,) = sizes("1000000", "MILLION_SUPPLIERS")
    minutes = os.environ.get("MILLION_MINUTES")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile, out = write_world(folder / "world", suppliers), folder / "out"
        within = None if minutes is None else 60 * float(minutes)
        month = run_month(profile, out, AS_OF, within_seconds=within)
        size = megabytes(out)
    print(table_of_parts(month.parts))
    ended = "the whole run" if month.run_id else f"stopped after {minutes} minutes; ended: "
    if not month.run_id:
        ended += ", ".join(dict.fromkeys(one.part for one in month.parts)) or "nothing"
    return (
        f"{suppliers:,} suppliers, {ended}: {month.seconds:.0f} s of processor time, "
        f"{month.wall:.0f} s on the clock, peak {month.peak_gb:.2f} GB, folder {size:.0f} MB"
    )
