"""From the outcomes of sites to one outcome of their supplier."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import Status
from signals.measurable_sites import TOWN_LOCATION
from signals.source_used import SOURCE_SEPARATOR, joined_sources

#: Of what a signal computed, beside the id of the site or supplier.
COMPUTED_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "quality": pl.Float64(),
    "observed_to": pl.Date(),
    "origin": pl.String(),
    "source_id": pl.String(),
    "status": pl.String(),
    "status_reason": pl.String(),
}

#: Reason of a site that its source does not reach.
LOCATION_NOT_COVERED = "the source does not cover its location"
#: A site known by its town counts half as much as one whose position is known.
_TOWN_QUALITY = 0.5

#: Which status the supplier gets from several sites without a value: what could be corrected
#: goes before what is not known, and what does not apply comes last.
_STATUS_ORDER = (
    Status.NOT_DISCLOSED_OVERDUE,
    Status.TOO_OLD,
    Status.NOT_DISCLOSED,
    Status.NOT_COVERED,
    Status.NOT_DISCLOSED_EXEMPT,
    Status.NOT_APPLICABLE,
)


def every_site(rows: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """All sites of the list with their outcome; for those without a row, why there is none."""
    not_measurable = ~pl.col("has_measurable_location")
    reason = (
        pl.when(not_measurable)
        .then(
            pl.format(
                "its location is not known well enough to measure: {}",
                pl.col("location_reason").fill_null("no coordinates"),
            )
        )
        .otherwise(pl.lit(LOCATION_NOT_COVERED))
    )
    return (
        sites.select(
            "site_id",
            "supplier_id",
            "location_reason",
            "has_measurable_location",
            TOWN_LOCATION,
        )
        .join(rows, on="site_id", how="left")
        .with_columns(
            status_reason=pl.when(pl.col("status").is_null())
            .then(reason)
            .otherwise("status_reason"),
            status=pl.col("status").fill_null(Status.NOT_COVERED.value),
            quality=pl.when(TOWN_LOCATION)
            .then(pl.col("quality").fill_null(1.0) * _TOWN_QUALITY)
            .otherwise("quality"),
        )
        .drop(TOWN_LOCATION)
        .sort("supplier_id", "site_id")
    )


def by_supplier(per_site: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Means of each supplier; rows of one `unit` are one measurement, with one error."""
    has_value = pl.col("value").is_not_null()
    counted = per_site.with_columns(
        valued=has_value.sum().over("supplier_id"), listed=pl.len().over("supplier_id")
    )
    # Of most suppliers one site has a value or is listed at all: nothing is to be grouped.
    is_alone = (pl.col("valued") == 1) & ~pl.col("source_id").str.contains(
        SOURCE_SEPARATOR, literal=True
    ).fill_null(False)
    valued, missing = counted.filter(has_value), counted.filter(pl.col("valued") == 0)
    parts = [
        _alone(valued.filter(is_alone)),
        _means(valued.filter(~is_alone), unit),
        missing.filter(pl.col("listed") == 1),
        _first_reasons(missing.filter(pl.col("listed") > 1)),
    ]
    return pl.concat([part.select("supplier_id", *COMPUTED_SCHEMA) for part in parts])


def _alone(valued: pl.DataFrame) -> pl.DataFrame:
    """What `_means` gives of suppliers with one row each, to the bit."""
    return valued.with_columns(
        # The two zeros become one; polars leaves out the sum with a literal zero.
        value=pl.col("value") + (pl.col("value") - pl.col("value")),
        stderr=pl.col("stderr").pow(2).sqrt(),
        quality=pl.col("quality").fill_null(1.0),
        source_id=pl.col("source_id").replace("", None),
        status=_contested_if(pl.col("status") == Status.CONTESTED.value),
        status_reason=pl.lit(None, pl.String),
    )


def _means(valued: pl.DataFrame, unit: str) -> pl.DataFrame:
    valued = valued.with_columns(quality=pl.col("quality").fill_null(1.0))
    # Sites that are all of quality 0 get equal weights.
    total = pl.col("quality").sum().over("supplier_id")
    valued = valued.with_columns(
        weight=pl.when(total > 0)
        .then(pl.col("quality") / total)
        .otherwise(1.0 / pl.len().over("supplier_id"))
    ).with_columns(
        unit_weight=pl.col("weight").sum().over("supplier_id", unit),
        is_first_of_unit=pl.struct("supplier_id", unit).is_first_distinct(),
    )
    return valued.group_by("supplier_id", maintain_order=True).agg(
        period=pl.col("period").sort_by("observed_to", "site_id").last(),
        # Equal values give that value to the last digit.
        value=pl.col("value").first()
        + (pl.col("weight") * (pl.col("value") - pl.col("value").first())).sum(),
        stderr=pl.when(pl.col("stderr").is_not_null().all()).then(
            (pl.col("unit_weight") * pl.col("stderr"))
            .filter(pl.col("is_first_of_unit"))
            .pow(2)
            .sum()
            .sqrt()
        ),
        quality=pl.col("quality").mean(),
        observed_to=pl.col("observed_to").max(),
        origin=_joined_origins(),
        source_id=joined_sources(),
        status=_contested_if((pl.col("status") == Status.CONTESTED.value).any()),
        status_reason=pl.lit(None, pl.String),
    )


def _contested_if(test: pl.Expr) -> pl.Expr:
    return (
        pl.when(test).then(pl.lit(Status.CONTESTED.value)).otherwise(pl.lit(Status.OBSERVED.value))
    )


def _first_reasons(missing: pl.DataFrame) -> pl.DataFrame:
    """Of each supplier, the row of the status that goes before the others."""
    order: Mapping[str, int] = {status.value: rank for rank, status in enumerate(_STATUS_ORDER)}
    return (
        missing.with_columns(
            status_rank=pl.col("status").replace_strict(order, return_dtype=pl.Int32),
            same_reason=pl.len().over("supplier_id", "status", "status_reason"),
        )
        .sort(
            "supplier_id",
            "status_rank",
            "same_reason",
            "status_reason",
            "site_id",
            descending=[False, False, True, False, False],
            nulls_last=True,
        )
        .unique("supplier_id", keep="first", maintain_order=True)
    )


def _joined_origins() -> pl.Expr:
    origins = pl.col("origin").drop_nulls().unique().sort()
    return (
        pl.when(origins.len() > 1)
        .then(pl.format("{} and {} more", origins.first(), origins.len() - 1))
        .otherwise(origins.first())
    )
