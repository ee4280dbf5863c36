"""Ground measured on rasters in 200 coordinate systems, against geodesic areas."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.crs
from affine import Affine
from pyproj import CRS, Geod, Transformer
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

from configs.config_errors import DataRejectedError
from signals.zonal.site_outlines import SiteShape, geodesic_circles
from signals.zonal.zonal_statistics import class_areas

ID = "areas"
KIND = "validate"
GOAL = (
    "in 200 coordinate systems areas are within 1e-3 of the geodesic ones, or the file is rejected"
)
SYSTEMS = 200
TOLERANCE = 1e-3
RADIUS_KM = 8.0
PIXELS = 60
#: Kinds that unit or meridian mistakes show in are always among the systems.
ALWAYS = (4326, 4807, 4806, 4821, 4901, 4904, 27572, 2263, 27700, 3857, 3035, 6933, 3031, 3413)
_GEOD = Geod(ellps="WGS84")


def run() -> str:
    """Measure a circle in the middle of each system's area of use."""
    within = rejected = 0
    wrong: list[str] = []
    codes = _codes()
    with tempfile.TemporaryDirectory() as folder:
        for code in codes:
            try:
                error = _relative_error(Path(folder) / f"{code}.tif", code)
            except DataRejectedError as reason:
                rejected += 1
                print(f"EPSG:{code} rejected: {reason}")
                continue
            if abs(error) <= TOLERANCE:
                within += 1
            else:
                wrong.append(f"EPSG:{code} {error:+.2e}")
    for line in wrong:
        print(f"wrong: {line}")
    return (
        f"{len(codes)} systems: {within} within {TOLERANCE:g}, {rejected} rejected, "
        f"{len(wrong)} wrong"
    )


def _codes() -> list[int]:
    """The systems that are always measured and an even sample of all others."""
    kinds = [PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS]
    known = sorted(
        int(info.code)
        for info in query_crs_info(auth_name="EPSG", pj_types=kinds)
        if int(info.code) not in ALWAYS
    )
    step = len(known) / (SYSTEMS - len(ALWAYS))
    return [*ALWAYS, *(known[int(i * step)] for i in range(SYSTEMS - len(ALWAYS)))]


def _relative_error(path: Path, code: int) -> float:
    crs = CRS.from_epsg(code)
    longitude, latitude = _middle(crs.area_of_use)
    try:
        x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(longitude, latitude)
    except ProjError:
        x, y = 0.0, 0.0  # PROJ cannot place it; the product has to say so
    unit = crs.axis_info[0].unit_conversion_factor
    step = np.radians(0.01) / unit if crs.is_geographic else 1000 / unit
    corner = PIXELS / 2 * step
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=PIXELS,
        height=PIXELS,
        count=1,
        dtype="uint8",
        crs=rasterio.crs.CRS.from_epsg(code),
        transform=Affine(step, 0, x - corner, 0, -step, y + corner),
    ) as dataset:
        dataset.write(np.ones((1, PIXELS, PIXELS), np.uint8))
    circle = geodesic_circles(np.array([longitude]), np.array([latitude]), RADIUS_KM)[0]
    table = class_areas([str(path)], [SiteShape("s", circle)], classes=[1])
    measured = float(table.areas["area_ha"].sum())
    return measured / (abs(_GEOD.geometry_area_perimeter(circle)[0]) / 10_000) - 1


def _middle(area: Any) -> tuple[float, float]:
    if area is None:
        return 10.0, 45.0
    east = area.east if area.east >= area.west else area.east + 360
    longitude = ((area.west + east) / 2 + 180) % 360 - 180
    return longitude, float(np.clip((area.south + area.north) / 2, -85, 85))
