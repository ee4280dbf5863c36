"""Drought where a place's migrants come from: who had to leave, and on what terms.

Failed harvests at home make people borrow to leave and take work on any terms. The figure is of
corridors between places and never of a supplier's workers; where the corridor is not known, nothing
is said.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.site_months import enough_years
from signals.environment.spi import standard_error
from signals.environment.water_balance import balance_index

CARD = SignalCard(
    id="origin_shock",
    title="Drought in migrants' regions of origin",
    pillar=Pillar.ENVIRONMENT,
    sources=("migrant_corridors",),
    inputs=("stg_migrant_corridors__shares", "stg_migrant_corridors__weather"),
    unit="mean depth of drought at the origins (SPEI-12 below 0, by share of migrants)",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    lag="Reanalyses appear two to three months after the month's end; tables of migration are "
    "years old.",
    max_age_days=250,
    valid_range=(0.0, 3.0),
    limits=(
        "Whether the supplier employs migrants at all is not known.",
        ("All suppliers of the destination have the same value: it cannot distinguish neighbours."),
        "It covers only the regions that the user's table names as origins.",
        "A driver of vulnerability, not a trace of forced labour; no dose-response is known.",
    ),
    references=(
        "Brickell, Parsons and Natarajan 2018, Blood Bricks, Royal Holloway",
        "Vicente-Serrano, Beguería and López-Moreno 2010, Journal of Climate 23:1696-1718",
    ),
    sentence=(
        "Drought in the regions of origin of migrants to its area: mean depth {value} "
        "(SPEI-12 below 0, weighted by migrants; {period})."
    ),
)

MONTHS = 12
#: Less of a destination's migrants than this from places with weather gives no value.
MIN_SHARE = 0.3

_UNKNOWN = "no table states where the migrants in its area come from"
_NO_WEATHER = f"less than {MIN_SHARE:.0%} of the migrants come from places whose drought is known"


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Sum of share x depth of drought over the known origins, divided by their shares.

    A table of a site's region goes before that of its country. `quality` is the share of the
    corridors whose drought is known. A destination that no table knows is `not_covered`.
    """
    shares = inputs["stg_migrant_corridors__shares"].collect()
    depth = _depth(inputs["stg_migrant_corridors__weather"].collect())
    by_destination = (
        shares.join(depth, on="place_id", how="left")
        .group_by("destination_iso3", region=pl.col("destination_region").str.to_lowercase())
        .agg(
            known=pl.col("share").filter(pl.col("depth").is_not_null()).sum(),
            total=pl.col("share").sum(),
            value=(pl.col("share") * pl.col("depth")).sum(),
            error=(pl.col("share") * pl.col("error")).pow(2).sum().sqrt(),
            month=pl.col("month").max(),
            observed_to=pl.col("observed_to_right").max(),
            origin=pl.col("origin").first(),
        )
    )
    sites = inputs["sites"].select("site_id", "country_iso3", "admin_area").collect()
    region = pl.col("admin_area").fill_null("").str.to_lowercase().alias("region")
    on = ["destination_iso3", "region"]
    asked = sites.select("site_id", region, destination_iso3="country_iso3")
    own = asked.filter(pl.col("region") != "").join(by_destination, on=on, how="inner")
    of_country = (
        asked.join(own, on="site_id", how="anti")
        .with_columns(region=pl.lit(""))
        .join(by_destination, on=on, how="left")
    )
    is_known = (pl.col("known") >= MIN_SHARE).fill_null(False)
    return (
        pl.concat([own, of_country.select(own.columns)])
        .sort("site_id")
        .select(
            "site_id",
            period=pl.col("month").dt.to_string("%Y-%m"),
            value=pl.when(is_known).then(pl.col("value") / pl.col("known")),
            stderr=pl.when(is_known).then(pl.col("error") / pl.col("known")),
            quality=pl.when(is_known).then((pl.col("known") / pl.col("total")).clip(0.0, 1.0)),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~is_known).then(pl.lit("not_covered")),
            status_reason=pl.when(pl.col("total").is_null())
            .then(pl.lit(_UNKNOWN))
            .when(~is_known)
            .then(pl.lit(_NO_WEATHER)),
        )
        .lazy()
    )


def _depth(weather: pl.DataFrame) -> pl.DataFrame:
    """place_id, depth (of the last month's SPEI-12 below 0), error, month, observed_to_right."""
    schema = {
        "place_id": pl.String, "depth": pl.Float64, "error": pl.Float64, "month": pl.Date,
        "observed_to_right": pl.Date,
    }  # fmt: skip
    found = balance_index(weather.rename({"place_id": "site_id"}), MONTHS)
    if found is None:
        return pl.DataFrame(schema=schema)
    places, now = found.months.sites, found.months.last_column
    every = np.arange(now.size)
    years = found.series.years[every, now % 12].astype(np.int64)
    is_long = enough_years(years, places["months"].to_numpy())
    index = np.where(is_long, found.series.index[every, now], np.nan)
    return places.select(
        place_id="site_id",
        depth=pl.Series(np.maximum(-index, 0.0)).fill_nan(None),
        error=pl.Series(standard_error(index, np.maximum(years, 1))).fill_nan(None),
        month="month",
        observed_to_right="observed_to",
    ).drop_nulls("depth")
