"""Which sites a source can be asked about, by how well each is located."""

import polars as pl

from signals.card import LocationNeeded
from suppliers.places.locations import TOWN_LEVEL

#: Column of the sites: whether the site is known by its town alone.
TOWN_LOCATION = "is_town_location"


def measurable_sites(sites: pl.DataFrame, needed: LocationNeeded) -> pl.DataFrame:
    """The sites with `has_measurable_location` as the need has it, and `is_town_location`.

    Args:
        sites: has_measurable_location, latitude, longitude and, where known, location_precision.
        needed: `exact` leaves the sites as they are; `town` also counts those of the precision
            `city` that have a coordinate.
    """
    if needed == "exact" or "location_precision" not in sites.columns:
        return sites.with_columns(pl.lit(False).alias(TOWN_LOCATION))
    of_town = (
        pl.col("location_precision").is_in(list(TOWN_LEVEL))
        & ~pl.col("has_measurable_location")
        & pl.col("latitude").is_not_null()
        & pl.col("longitude").is_not_null()
    )
    return sites.with_columns(
        (pl.col("has_measurable_location") | of_town).alias("has_measurable_location"),
        of_town.alias(TOWN_LOCATION),
    )
