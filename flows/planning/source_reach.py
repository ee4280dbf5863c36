"""Which suppliers and sites of a list each source could speak for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.access import Reach
from signals.card import SignalCard, SourceCard

Flags = NDArray[np.bool_]

#: A site this precise is measured; the next ones name a town or a district, the rest at most a
#: country.
PRECISE = ("polygon", "exact")
TOWN = ("city", "admin_area")


@dataclass(frozen=True)
class Reached:
    """What of a list a source could speak for.

    Attributes:
        suppliers: [suppliers] whether it could, in the order of the list.
        identified: [suppliers] whether it could by an identifier in the list.
        sites: the sites it would be asked about.
        countries: of the suppliers that it could speak for.
    """

    suppliers: Flags
    identified: Flags
    sites: pl.DataFrame
    countries: frozenset[str]


def reach_of(card: SourceCard, signals: Iterable[SignalCard]) -> Reach:
    """The reach on the card; where it states none, as the signals of the source are measured."""
    if card.reach is not None:
        return card.reach
    supports = {signal.support for signal in signals if card.id in signal.sources}
    if "site" in supports:
        return Reach(by="location")
    return Reach(by="country" if supports == {"country"} else "name")


def reached(reach: Reach, suppliers: pl.DataFrame, sites: pl.DataFrame) -> Reached:
    """Apply a reach to a list.

    Args:
        reach: of the source.
        suppliers: columns of `stg_suppliers`.
        sites: columns of `stg_sites`.
    """
    south, north = reach.latitudes
    inside = sites.filter(pl.col("has_measurable_location")).with_columns(_latitude())
    # An outline without a point has no latitude here; it is taken as inside.
    inside = inside.filter(pl.col("at_latitude").fill_null(0.0).is_between(south, north))
    allowed = pl.lit(value=True)
    if reach.countries:
        allowed = pl.col("country_iso3").is_in(reach.countries)
        inside = inside.filter(allowed)
    identified = pl.any_horizontal(
        pl.lit(value=False), *(pl.col(name).is_not_null() for name in reach.identifiers)
    )
    by = {
        "location": pl.col("supplier_id").is_in(inside["supplier_id"].unique().to_list()),
        "identifier": identified,
        "name": pl.lit(value=True),
        "country": pl.lit(value=True),
    }[reach.by]
    flags = suppliers.select(
        "country_iso3", reached=allowed & by, identified=allowed & by & identified
    )
    countries = flags.filter("reached")["country_iso3"].drop_nulls().unique().to_list()
    return Reached(
        suppliers=flags["reached"].to_numpy().astype(np.bool_),
        identified=flags["identified"].to_numpy().astype(np.bool_),
        sites=inside.drop("at_latitude"),
        countries=frozenset(countries),
    )


def _latitude() -> pl.Expr:
    return pl.col("latitude").cast(pl.Float64).alias("at_latitude")
