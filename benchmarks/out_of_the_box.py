"""What a new user gets: default configuration, no keys, the synthetic world of publishers.

500 suppliers in 30 countries: half farms and mills, a third factories, the rest services; 60 %
with coordinates, 30 % with a town, 10 % with a country alone. Two months are run, then a list of
60 suppliers that are known by their town. Numbers of requests are those of the publishers' forms;
bytes follow from the sizes of blocks that `flows/publishers_world/rasters.py` states.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.world_runs import Traffic, WorldRun, run_month
from flows.publishers_world.server import World, publishers
from flows.publishers_world.supplier_list import Shares, write_suppliers

ID = "out_of_the_box"
GOAL = (
    "scored >= 60 %, two pillars >= 80 % of those with coordinates, second month <= 5 % of the "
    "requests; Hansen <= 6 requests and 3 MB a site, CHIRPS <= 45 requests a month"
)

_SUPPLIERS, _BY_TOWN = 500, 60
_MONTHS = (dt.date(2026, 10, 1), dt.date(2026, 11, 1))
_PROBE = re.compile(r"\.(?:aux\.xml|aux|ovr|msk|xml)$", re.IGNORECASE)
_COG = re.compile(r"/([^/]+\.cog)$")


def run() -> str:
    """Run both months and the list of towns, and print what they asked for and found.

    Returns:
        The shares and the requests that the goal names.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, publishers() as world:
        folder = Path(name)
        suppliers = write_suppliers(folder / "list.csv", _SUPPLIERS, Shares())
        months = [run_month(world, suppliers, folder / "runs", day) for day in _MONTHS]
        figures = _print_list(months, suppliers)
        towns = _towns(world, folder)
    print(f"{_BY_TOWN} suppliers known by their town: {towns} with two pillars (goal 50)")
    print(f"{time.perf_counter() - started:.0f} s for three runs")
    return f"{figures}; {towns} of {_BY_TOWN} by town have two pillars"


def _towns(world: World, folder: Path) -> int:
    suppliers = write_suppliers(folder / "towns.csv", _BY_TOWN, Shares(exact=0.0, town=1.0))
    # The windows of the first list lie in its folder and are not read again.
    found = run_month(world, suppliers, folder / "runs", _MONTHS[1]).evidence()
    return found.filter(pl.col("pillars") >= 2).height


def _print_list(months: list[WorldRun], suppliers: Path) -> str:
    first, second = months
    listed = pl.read_csv(suppliers, infer_schema=False)
    exact = listed.filter(pl.col("latitude").is_not_null())["supplier_id"].to_list()
    evidence = first.evidence()
    scored = float(evidence["is_scored"].sum()) / _SUPPLIERS
    located = evidence.filter(pl.col("supplier_id").is_in(exact))
    two = float((located["pillars"] >= 2).sum()) / len(exact)
    again = second.requests / first.requests

    print(f"{'source':<28}{'requests':>9}{'a supplier':>11}{'MB':>9}{'a supplier':>11}{'then':>7}")
    for name, one in sorted(first.traffic.items(), key=lambda pair: -pair[1].requests):
        later = second.traffic.get(name, Traffic()).requests
        megabytes = one.bytes / 1e6
        print(
            f"{name:<28}{one.requests:>9,}{one.requests / _SUPPLIERS:>11.2f}{megabytes:>9,.1f}"
            f"{megabytes / _SUPPLIERS:>11.3f}{later:>7,}"
        )
    total = sum(one.bytes for one in first.traffic.values()) / 1e6
    print(f"{'all':<28}{first.requests:>9,}{'':>11}{total:>9,.1f}{'':>11}{second.requests:>7,}")

    forest, rain = first.traffic["hansen_gfc"], first.traffic["precipitation"]
    of_data = len({match[1] for asked, _ in first.asked if (match := _COG.search(asked.path))})
    probes = sum(_PROBE.search(asked.path) is not None for asked, _ in first.asked)
    known = {match[1] for asked, _ in first.asked if (match := _COG.search(asked.path))}
    new = {match[1] for asked, _ in second.asked if (match := _COG.search(asked.path))} - known
    figures = {
        "scored": f"{scored:.0%}",
        "two pillars, of those with coordinates": f"{two:.0%}",
        "Hansen a site": (
            f"{forest.requests / len(exact):.1f} requests, {forest.bytes / 1e6 / len(exact):.1f} MB"
        ),
        "CHIRPS a month of data": (
            f"{rain.requests / of_data:.1f} requests, {rain.bytes / 1e6 / of_data:.1f} MB"
        ),
        "CHIRPS, months new in the second run": f"{len(new)}",
        "probes for files beside a raster": f"{probes}",
        "second month": f"{again:.1%} of the requests",
    }
    for name, figure in figures.items():
        print(f"{name:<42}{figure}")
    return (
        f"scored {scored:.0%}, two pillars {two:.0%}, second month {again:.1%}; Hansen "
        f"{figures['Hansen a site']} a site; CHIRPS {figures['CHIRPS a month of data']} a month"
    )
