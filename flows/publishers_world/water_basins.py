"""Aqueduct 4.0: the archive with its geodatabase, sub-basins as boxes of five degrees.

The publisher's has 250 MB, most of it tables and layers that are not read; they are left out.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

from flows.publishers_world.publisher import Answer, Asked

_STEP = 5
_TOP = "Aqueduct40_waterrisk_download_Y2023M07D05"


def water_basins(_: Asked) -> Answer:
    """The archive of all basins."""
    return Answer(archive(), content_type="application/zip")


@cache
def archive() -> bytes:
    """A zip with `GDB/*.gdb` (layer `baseline_annual`) and a table of the same."""
    import geopandas
    from shapely.geometry import box

    corners = [(west, south) for south in range(-60, 85, _STEP) for west in range(-180, 180, _STEP)]
    random = np.random.default_rng(40)
    stress, floods = 5.0 * random.random((2, len(corners)))
    columns = {
        "string_id": [f"{number}-A.1_1-7" for number in range(len(corners))],
        "bws_score": stress, "bws_cat": np.floor(stress),
        "rfr_score": floods, "rfr_cat": np.floor(floods),
    }  # fmt: skip
    boxes = [box(west, south, west + _STEP, south + _STEP) for west, south in corners]
    frame = geopandas.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4326")
    held = io.BytesIO()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(held, "w") as packed:
        folder = Path(name) / "Aq40_Y2023D07M05.gdb"
        frame.to_file(folder, driver="OpenFileGDB", layer="baseline_annual")
        for path in sorted(folder.iterdir()):
            packed.write(path, f"{_TOP}/GDB/{folder.name}/{path.name}")
        packed.writestr(f"{_TOP}/CVS/baseline_annual.csv", frame.drop(columns="geometry").to_csv())
    return held.getvalue()
