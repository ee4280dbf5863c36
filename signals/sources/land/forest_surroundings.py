"""The ground around a site that forest loss is compared with: its ring, and protected areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from configs.config_errors import UsageError
from signals.fetching.mirror import number, text
from signals.source import PullContext
from suppliers.input_errors import DataRejectedError

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

RING_TABLE = "stg_hansen_gfc__ring_loss"
PROTECTED_TABLE = "stg_hansen_gfc__protected_loss"

_SOURCE = "hansen_gfc"


def more_shapes(
    shapes: Sequence[SiteShape], context: PullContext, radius_km: float
) -> Iterator[tuple[str, list[SiteShape]]]:
    """Yield a table and its shapes for each surrounding that the options ask for.

    Raises:
        DataRejectedError: the layer of protected areas cannot be read.
        UsageError: a ring no wider than the circle, or no such layer.
    """
    if context.options.get("ring_radius_km") is not None:
        outer = number(_SOURCE, context.options, "ring_radius_km", 25.0, above=radius_km)
        yield RING_TABLE, _rings(shapes, context, outer)
    layer = text(_SOURCE, context.options, "protected_areas", "")
    if layer:
        yield PROTECTED_TABLE, _protected(shapes, Path(layer))


def _rings(shapes: Sequence[SiteShape], context: PullContext, outer_km: float) -> list[SiteShape]:
    import polars as pl
    import shapely

    from signals.zonal.site_outlines import SiteShape, site_shapes

    points = context.sites.filter(pl.col("geometry_wkt").is_null())
    inner = {shape.site_id: shape.geometry for shape in shapes}
    return [
        SiteShape(shape.site_id, shapely.difference(shape.geometry, inner[shape.site_id]))
        for shape in site_shapes(points, outer_km)
    ]


def _protected(shapes: Sequence[SiteShape], layer: Path) -> list[SiteShape]:
    """The part of each site's ground inside any protected area; sites without are left out."""
    import geopandas
    import shapely

    from signals.zonal.site_outlines import SiteShape

    if not layer.is_file():
        raise UsageError(
            f"sources.{_SOURCE}.options.protected_areas: the file {layer} does not exist; name one."
        )
    try:
        frame = geopandas.read_file(layer, columns=[])
    except RuntimeError as error:
        # What GDAL says of a file it cannot open is a RuntimeError of its reader.
        raise DataRejectedError(
            f"{layer.name}: cannot be read as a vector layer; give GeoPackage, GeoJSON or a "
            "shapefile."
        ) from error
    if frame.crs is None:
        raise DataRejectedError(f"{layer.name}: has no coordinate system; assign the right one.")
    areas = frame.to_crs(4326).geometry.make_valid()
    tree = areas.sindex
    found = []
    for shape in shapes:
        near = areas.iloc[tree.query(shape.geometry, predicate="intersects")]
        inside = shapely.intersection(shape.geometry, shapely.union_all(near.to_numpy()))
        polygons = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon"]
        if polygons:
            found.append(SiteShape(shape.site_id, shapely.MultiPolygon(polygons)))
    return found
