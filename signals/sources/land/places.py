"""The place of a site: a circle around its centre, as wide as a town is known.

It is the same ground whether a site has an outline, a point or the town's coordinate.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from signals.source import PullContext

#: A site that is known by its town lies within some 10 km of the coordinate.
PLACE_RADIUS_KM = 10.0


def at_centres(context: PullContext) -> PullContext:
    """The context with the centre of every measurable site in place of its outline.

    Args:
        context: of the run.
    """
    from signals.zonal.site_outlines import site_shapes

    centres = {shape.site_id: shape.geometry.centroid for shape in site_shapes(context.sites, 1.0)}
    found = pl.DataFrame(
        {
            "site_id": list(centres),
            "latitude": [centre.y for centre in centres.values()],
            "longitude": [centre.x for centre in centres.values()],
        },
        schema={"site_id": pl.String, "latitude": pl.Float64, "longitude": pl.Float64},
    )
    sites = (
        context.sites.drop("latitude", "longitude")
        .with_columns(geometry_wkt=pl.lit(None, pl.String))
        .join(found, on="site_id", how="left", maintain_order="left")
    )
    return replace(context, sites=sites)
