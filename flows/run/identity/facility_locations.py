"""Exact points of sites from Open Supply Hub's facilities that suppliers are linked to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.sources.registers import open_supply_hub
from suppliers.identity.linking import Link
from suppliers.intake.amounts import decimals_of
from suppliers.places.countries import great_circle_km
from suppliers.places.locations import Points, judge_points

_REGISTER = open_supply_hub.CARD.id
#: Entries of one facility in several lists lie no farther apart.
_SAME_FACILITY_KM = 1.0
#: A facility belongs to a town of the list within this distance of the town's centre.
_NEAR_TOWN_KM = 25.0
_UNKNOWN = ("city", "admin_area", "country")


@dataclass(frozen=True)
class _Facility:
    link: Link
    latitude: float
    longitude: float


def with_facility_points(
    sites: pl.DataFrame, found: Iterable[Link], entities: pl.DataFrame
) -> pl.DataFrame:
    """The sites, those without an exact location at the point of their supplier's facility.

    A point is taken only if the link holds without asking; the supplier has one site and its
    linked facilities are one place; the address, an identifier or a person's decision speaks for
    it, or the town of the list is near; and the point passes the checks of any coordinate of a
    list (`suppliers.places.locations`). A coordinate of the list that is wrong stays unused.

    Args:
        sites: columns of `stg_sites`.
        found: links of the suppliers.
        entities: entries of the registers, columns of `ENTITY_SCHEMA`.
    """
    points = {
        register_id: (latitude, longitude)
        for register_id, latitude, longitude in entities.filter(register=_REGISTER)
        .drop_nulls(["latitude", "longitude"])
        .select("register_id", "latitude", "longitude")
        .iter_rows()
    }
    facilities: dict[str, list[_Facility]] = {}
    for one in found:
        if one.register == _REGISTER and one.is_accepted and one.entry.id in points:
            at = _Facility(one, *points[one.entry.id])
            facilities.setdefault(one.supplier_id, []).append(at)
    if not facilities:
        return sites
    alone = sites.filter(
        (pl.len().over("supplier_id") == 1)
        & pl.col("location_precision").is_in(_UNKNOWN)
        & pl.col("supplier_id").is_in(list(facilities))
    )
    rows = list(_placed(alone, facilities))
    placed = pl.DataFrame(
        rows,
        schema={
            "site_id": pl.String(),
            "_latitude": pl.Float64(),
            "_longitude": pl.Float64(),
            "_reason": pl.String(),
        },
        orient="row",
    )
    joined = sites.join(placed, on="site_id", how="left", maintain_order="left")
    is_placed = pl.col("_reason").is_not_null()
    return joined.with_columns(
        pl.coalesce("_latitude", "latitude").alias("latitude"),
        pl.coalesce("_longitude", "longitude").alias("longitude"),
        pl.when(is_placed)
        .then(pl.lit("exact"))
        .otherwise("location_precision")
        .alias("location_precision"),
        pl.coalesce("_reason", "location_reason").alias("location_reason"),
        (pl.col("has_measurable_location") | is_placed).alias("has_measurable_location"),
    ).select(sites.columns)


def _placed(
    sites: pl.DataFrame, facilities: dict[str, list[_Facility]]
) -> Iterator[tuple[str, float, float, str]]:
    for site in sites.iter_rows(named=True):
        linked = [
            one
            for one in facilities[site["supplier_id"]]
            if _is_supported(one, site["location_precision"], site["latitude"], site["longitude"])
        ]
        if not linked or not _is_one_place(linked):
            continue
        chosen = max(linked, key=lambda one: (one.link.verdict.score, one.link.entry.id))
        iso2 = chosen.link.entry.country
        if iso2 is None or not _is_exact(iso2, chosen):
            continue
        reason = (
            f"the point of facility {chosen.link.entry.id} in Open Supply Hub, matched by "
            f"{_basis(chosen.link)}"
        )
        yield site["site_id"], chosen.latitude, chosen.longitude, reason


def _is_supported(
    facility: _Facility, precision: str, latitude: float | None, longitude: float | None
) -> bool:
    link = facility.link
    if link.verdict.has_corroboration or link.match_basis == "decision":
        return True
    if precision != "city" or latitude is None or longitude is None:
        return False
    return _distance_km(facility, latitude, longitude) <= _NEAR_TOWN_KM


def _is_one_place(linked: Sequence[_Facility]) -> bool:
    first = linked[0]
    return all(
        _distance_km(one, first.latitude, first.longitude) <= _SAME_FACILITY_KM for one in linked
    )


def _is_exact(iso2: str, facility: _Facility) -> bool:
    decimals = max(decimals_of(repr(facility.latitude)), decimals_of(repr(facility.longitude)))
    (verdict,) = judge_points(
        Points(
            iso2=[iso2],
            latitude=np.array([facility.latitude]),
            longitude=np.array([facility.longitude]),
            decimals=np.array([decimals]),
            addresses=[None],
            names=[""],
        )
    )
    return verdict.precision == "exact"


def _distance_km(facility: _Facility, latitude: float, longitude: float) -> float:
    return float(
        great_circle_km(
            np.array([facility.latitude]), np.array([facility.longitude]), latitude, longitude
        )[0]
    )


def _basis(link: Link) -> str:
    if link.match_basis == "decision":
        return "your decision"
    if link.verdict.address == "same":
        return "name and address"
    return "identifier" if link.verdict.has_corroboration else "name and town"
