"""Districts: half-degree cells over which values of the environment pillar are averaged.

All sites of a district share its weather, water and air. Differences between neighbouring sites
mostly reflect grid, monitor and buffer positions, so ranking neighbours by them would treat noise
as evidence (Methodology 5.4).
"""

from __future__ import annotations

import polars as pl

from signals.source_used import joined_sources

#: Side of a district, in degrees: about 55 km, the cell of the coarser weather sources.
DISTRICT_DEGREES = 0.5


def districts(sites: pl.DataFrame) -> pl.DataFrame:
    """The half-degree cell of each site.

    Args:
        sites: site_id, latitude, longitude, geometry_wkt (the middle of it where a site has no
            coordinates).

    Returns:
        site_id and district, null for a site without a location, in the order of the sites.
    """
    placed = sites.select("site_id", "latitude", "longitude", "geometry_wkt")
    outlined = placed.filter(pl.col("latitude").is_null() & pl.col("geometry_wkt").is_not_null())
    if not outlined.is_empty():
        import shapely

        middles = shapely.centroid(shapely.from_wkt(outlined["geometry_wkt"].to_numpy()))
        middle = pl.DataFrame(
            {
                "site_id": outlined["site_id"],
                "middle_latitude": shapely.get_y(middles),
                "middle_longitude": shapely.get_x(middles),
            }
        )
        placed = placed.join(middle, on="site_id", how="left", maintain_order="left").with_columns(
            pl.coalesce("latitude", "middle_latitude").alias("latitude"),
            pl.coalesce("longitude", "middle_longitude").alias("longitude"),
        )
    cell = (
        (pl.col(name) / DISTRICT_DEGREES).floor().cast(pl.Int64).cast(pl.String)
        for name in ("latitude", "longitude")
    )
    return placed.select("site_id", district=pl.concat_str(*cell, separator="/"))


def at_districts(rows: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Rows of sites with the mean of the measured sites of their district in place of their own.

    Args:
        rows: one row per site: site_id, value, stderr, quality, source_id (null without a value).
        sites: as `districts` takes them.

    Returns:
        The rows in their order, with `district` (the site itself where it has none). Value,
        standard error, quality and sources are those of the district: sites weigh by quality, and
        their errors are taken as one error, because the same weather caused them; it is null when
        that of any site is. A site without a value stays without one: nothing is imputed.
    """
    district = pl.coalesce("district", "site_id").alias("district")
    placed = rows.join(districts(sites), on="site_id", how="left", maintain_order="left")
    placed = placed.with_columns(district)
    weight = pl.when((pl.col("quality") > 0).any()).then(pl.col("quality")).otherwise(1.0)
    shared = (
        placed.filter(pl.col("value").is_not_null())
        .with_columns(pl.col("quality").fill_null(1.0))
        .sort("district", "site_id")
        .group_by("district", maintain_order=True)
        .agg(
            # Equal sites give that value to the last digit.
            value=pl.col("value").first()
            + (weight * (pl.col("value") - pl.col("value").first())).sum() / weight.sum(),
            stderr=pl.when(pl.col("stderr").is_not_null().all()).then(
                (weight * pl.col("stderr")).sum() / weight.sum()
            ),
            quality=pl.col("quality").mean(),
            source_id=joined_sources(),
        )
    )
    has_value = pl.col("value").is_not_null()
    joined = placed.join(shared, on="district", how="left", suffix="_of", maintain_order="left")
    return joined.with_columns(
        pl.when(has_value).then(f"{name}_of").alias(name)
        for name in ("value", "stderr", "quality", "source_id")
    ).drop("value_of", "stderr_of", "quality_of", "source_id_of")
