"""Forest loss by year around mills: this engine, exactextract and rasterstats on the same work."""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.shared_data import shared_data
from benchmarks.zonal_comparison import (
    SEED,
    Outcome,
    Work,
    circles,
    compare,
    made_raster,
    made_sites,
)
from configs.config_errors import DataRejectedError
from signals.zonal.raster_grid import read_grid

ID = "zonal_first"
GOAL = "forest loss around mills, exact, and faster than exactextract and rasterstats"

REPEATS = 5
SIDE = 4000


def run() -> str:
    """Measure all works on one thread each and print a table.

    Returns:
        Time, ratios to the others and to decoding the touched blocks once, and the largest
        relative difference from exactextract in the loss share of a site, per work.
    """
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [compare(work, REPEATS, REPEATS) for work in _works(Path(folder))]
    print(f"{'':<24}{'sites':>6}{'decode':>9}{'ours':>9}{'exactextract':>14}{'rasterstats':>13}")
    for outcome in outcomes:
        seconds = (outcome.decode, outcome.ours, outcome.exactextract, outcome.rasterstats)
        print(
            f"{outcome.work.title:<24}{len(outcome.work.shapes):>6}"
            + "".join(
                f"{1000 * value:>{width}.1f}"
                for value, width in zip(seconds, (9, 9, 14, 13), strict=True)
            )
        )
    print(f"milliseconds of processor time, medians of {REPEATS}; rasterstats counts centres")
    return "; ".join(_figures(outcome) for outcome in outcomes)


def _figures(outcome: Outcome) -> str:
    """Say the outcome in one line."""
    return (
        f"{outcome.work.title} {len(outcome.work.shapes)} sites {outcome.ours * 1000:.0f} ms, "
        f"exactextract {outcome.exactextract / outcome.ours:.1f}x, "
        f"rasterstats {outcome.rasterstats / outcome.ours:.1f}x, "
        f"{outcome.of_decode:.1f}x decoding, "
        f"worst difference {outcome.worst_relative:.1e} of a mill's loss"
    )


def _works(folder: Path) -> list[Work]:
    works = [Work("synthetic 30 m", made_raster(folder, SIDE), made_sites(SIDE, 100, 5.0))]
    try:
        works += [_jambi(), _annamites()]
    except DataRejectedError as error:
        print(f"synthetic raster only: {error}")
    return works


def _jambi() -> Work:
    """Take the mills whose 5 km circle lies in the Jambi raster."""
    path = str(shared_data("earth/hansen-jambi-300m/lossyear.tif"))
    mills = pl.read_csv(shared_data("outcomes/palm_mills/mills.csv"))
    left, bottom, right, top = read_grid(path).bounds
    inside = mills.filter(
        pl.col("lon").is_between(left + 0.05, right - 0.05),
        pl.col("lat").is_between(bottom + 0.05, top - 0.05),
    )
    return Work("Jambi mills 300 m", path, circles(inside["lon"], inside["lat"], 5.0))


def _annamites() -> Work:
    path = str(shared_data("earth/hansen-annamites-30m/lossyear.tif"))
    rng = np.random.default_rng(SEED)
    longitudes, latitudes = rng.uniform(107.14, 107.26, 100), rng.uniform(16.602, 16.673, 100)
    return Work("Annamites 30 m", path, circles(longitudes, latitudes, 2.0))
