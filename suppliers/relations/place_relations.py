"""Companies at one address and sites at one place, and places of too many companies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from suppliers.relations.relation_rows import (
    BUYER_LIST,
    HUB_COMPANIES,
    name_key,
    pairs_at_one_place,
    relation_frame,
)

#: Confidence that companies at one place have something else in common (0-1).
BY_PLACE = 0.7
#: At a place of more companies than this each pair is less sure in proportion.
SURE_COMPANIES = 5
#: Exact coordinates of one site differ by up to this between two sources.
SAME_SITE_METRES = 100.0

_METRES_PER_DEGREE = 111_320.0
_ADDRESS_NOISE = (
    "road|street|str|strasse|avenue|ave|rd|no|nr|block|plot|unit|building|floor|near|opp|district"
    "|city|town|province|county|state|industrial|zone|area|park|estate|village|po|box|the|and|of"
    "|rua|rue|via|calle|jalan|jl"
)
_LEAST_WORDS = 3


@dataclass(frozen=True)
class SharedPlaces:
    """Companies at one place.

    Attributes:
        relations: columns of `RELATION_SCHEMA`.
        hubs: kind and companies (how many) of places with too many companies to mean anything.
    """

    relations: pl.DataFrame
    hubs: pl.DataFrame


def address_relations(companies: pl.DataFrame) -> SharedPlaces:
    """Companies at one address: the same words and numbers, in any order, in one country.

    Args:
        companies: columns of `COMPANY_SCHEMA`; addresses without a number, or with fewer than
            three words, say too little.
    """
    words = (
        name_key("address")
        .str.replace_all(rf"\b({_ADDRESS_NOISE})\b", " ")
        .str.strip_chars()
        .str.split(" ")
        .list.filter(pl.element() != "")
        .list.unique()
        .list.sort()
    )
    known = (
        companies.filter(pl.col("address").is_not_null(), pl.col("country_iso2").is_not_null())
        .with_columns(words=words)
        .filter(
            pl.col("words").list.len() >= _LEAST_WORDS,
            pl.col("words").list.join(" ").str.contains(r"\d"),
        )
        .with_columns(
            place=pl.concat_str("country_iso2", pl.lit(":"), pl.col("words").list.join(" "))
        )
    )
    return _shared(known, "same_address")


def exact_points(sites: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Sites of suppliers that are located exactly, as `site_relations` takes them.

    Args:
        sites: supplier_id, latitude, longitude, location_precision.
        as_of: the day of the list.
    """
    return sites.filter(pl.col("location_precision").is_in(["exact", "polygon"])).select(
        "latitude",
        "longitude",
        node_id=pl.concat_str(pl.lit("supplier:"), "supplier_id"),
        source=pl.lit(BUYER_LIST),
        origin=pl.lit("sites of the supplier list"),
        known_on=pl.lit(as_of),
    )


def site_relations(located: pl.DataFrame) -> SharedPlaces:
    """Companies with a site at one place.

    Args:
        located: latitude, longitude (degrees, exact; null where not known), node_id, source,
            origin, known_on; suppliers first.
    """
    exact = located.drop_nulls(["latitude", "longitude"])
    cell = SAME_SITE_METRES / _METRES_PER_DEGREE
    points = exact.select(
        "latitude", "longitude", "node_id",
        row=(pl.col("latitude") / cell).floor().cast(pl.Int64),
        column=(
            pl.col("longitude") * pl.col("latitude").radians().cos() / cell
        ).floor().cast(pl.Int64),
    )  # fmt: skip
    steps = pl.DataFrame(
        [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)],
        schema=["down", "right"], orient="row",
    )  # fmt: skip
    around = points.join(steps, how="cross").with_columns(
        row=pl.col("row") + pl.col("down"), column=pl.col("column") + pl.col("right")
    )
    pairs = points.join(around, on=["row", "column"], suffix="_other").filter(
        pl.col("node_id") < pl.col("node_id_other"),
        (
            (pl.col("latitude") - pl.col("latitude_other")).pow(2)
            + (
                (pl.col("longitude") - pl.col("longitude_other"))
                * pl.col("latitude").radians().cos()
            ).pow(2)
        ).sqrt()
        * _METRES_PER_DEGREE
        <= SAME_SITE_METRES,
    )
    pairs = pairs.select("node_id", "node_id_other").unique().sort("node_id", "node_id_other")
    both = pl.concat([pairs["node_id"], pairs["node_id_other"]])
    counted = both.value_counts().select(
        pl.all().name.map(lambda n: n if n == "count" else "node_id")
    )
    beside = pairs.join(counted, on="node_id").join(
        counted.rename({"node_id": "node_id_other", "count": "count_other"}), on="node_id_other"
    )
    companies = pl.max_horizontal("count", "count_other") + 1
    kept = beside.filter(companies <= HUB_COMPANIES)
    hubs = beside.filter(companies > HUB_COMPANIES).select(companies=companies).unique()
    return SharedPlaces(
        relation_frame(
            _stated(kept, exact).select(
                "source",
                "origin",
                "known_on",
                kind=pl.lit("same_site"),
                from_id="node_id",
                to_id="node_id_other",
                confidence=_damped(companies),
            )
        ),
        hubs.select(pl.lit("same_site").alias("kind"), pl.col("companies").cast(pl.Int64)),
    )


def _stated(pairs: pl.DataFrame, located: pl.DataFrame) -> pl.DataFrame:
    """Pairs with source, file and day: of the public source where one of the two is of the list."""
    stated = located.select(
        "node_id", "source", "origin", "known_on", is_listed=pl.col("source") == BUYER_LIST
    ).unique("node_id", keep="first", maintain_order=True)
    long = pl.concat(
        pairs.join(stated.rename({"node_id": end}), on=end) for end in ("node_id", "node_id_other")
    )
    days = long.group_by("node_id", "node_id_other").agg(pl.col("known_on").max().alias("day"))
    return (
        long.sort("node_id", "node_id_other", "is_listed", "source")
        .unique(["node_id", "node_id_other"], keep="first", maintain_order=True)
        .join(days, on=["node_id", "node_id_other"], maintain_order="left")
        .with_columns(known_on="day")
    )


def _damped(companies: pl.Expr) -> pl.Expr:
    return BY_PLACE * pl.min_horizontal(pl.lit(1.0), SURE_COMPANIES / companies)


def _shared(located: pl.DataFrame, kind: str) -> SharedPlaces:
    sizes = located.group_by("place").agg(pl.col("node_id").n_unique().alias("companies"))
    hubs = sizes.filter(pl.col("companies") > HUB_COMPANIES).sort("companies", "place")
    pairs = pairs_at_one_place(located, HUB_COMPANIES)
    return SharedPlaces(
        relation_frame(
            pairs.select(
                "from_id", "to_id", "source", "origin", "known_on",
                kind=pl.lit(kind),
                confidence=_damped(pl.col("companies")),
            )
        ),
        hubs.select(pl.lit(kind).alias("kind"), pl.col("companies").cast(pl.Int64)),
    )  # fmt: skip
