"""Whether fires around a site stay above their seasonal level: Page's CUSUM of monthly counts.

Each month of the last year is scored against the mean of its calendar month in the years before,
with the site's own dispersion (quasi-Poisson); the value is the largest sum S. Above 5 it is an
alarm that occurs by chance once in 77 years of a site (Methodology A.3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="fire_persistence",
    title="Fires around the site above the seasonal level",
    pillar=Pillar.ENVIRONMENT,
    sources=("firms",),
    inputs=("stg_firms__site_fires",),
    unit="cumulated standard scores",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="trace"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    is_per_supplier=True,
    change_type=ChangeType.FIRE,
    lag="Detections appear within a day; the science-quality record months later.",
    max_age_days=185,
    valid_range=(0.0, 10_000.0),
    limits=(
        "It needs three years of fires; an archive of one year gives no value.",
        "Fire has many causes: harvest burning, clearing, kilns, wildfire.",
        "No study links it to labour outcomes; its weight is capped accordingly.",
    ),
    references=(
        "Page 1954, Biometrika 41:100-115",
        "Giglio et al. 2016, Remote Sensing of Environment 178:31-41",
    ),
    sentence=(
        "Fires around its sites above the seasonal level in {period}: {value} cumulated "
        "standard scores."
    ),
)

WATCHED_MONTHS = 12
MIN_EARLIER_YEARS = 2

#: A month counts when the archive covers at least this many of its days.
MIN_COVERED_DAYS = 20.0

#: Added to the mean count, so that one fire where there never was any gives a finite ratio.
MIN_EXPECTED = 0.5


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Largest S of the last twelve months per site; a record below three years is not covered.

    The standard error is 1: that of a single standard score, which the last month adds.
    """
    as_of: dt.date = inputs["run"].select("as_of").collect().item()
    age = (as_of.year - pl.col("month").dt.year().cast(pl.Int32)) * 12 + (
        as_of.month - pl.col("month").dt.month().cast(pl.Int32)
    )
    fires = (
        inputs["stg_firms__site_fires"]
        .filter(pl.col("covered_days") >= MIN_COVERED_DAYS)
        .sort("site_id", "month")
        .with_columns(
            count=pl.col("detections").cast(pl.Float64),
            calendar=pl.col("month").dt.month(),
            is_watched=age <= WATCHED_MONTHS,
        )
        .collect()
    )
    sites = fires.group_by("site_id", maintain_order=True).agg(
        observed_to=pl.col("observed_to").max(),
        origin=pl.col("origin").last(),
        period=pl.format("the year to {}", pl.col("month").last().dt.to_string("%Y-%m")),
        watched=pl.col("is_watched").sum(),
        before=(~pl.col("is_watched")).sum(),
    )
    enough = (pl.col("before") >= 12 * MIN_EARLIER_YEARS) & (pl.col("watched") > 0)
    short = pl.lit("fires are known for too few years")
    return (
        sites.join(_highest(fires), on="site_id", how="left", maintain_order="left")
        .select(
            "site_id",
            "period",
            value=pl.when(enough).then("highest"),
            stderr=pl.when(enough).then(1.0),
            quality=pl.when(enough).then((pl.col("watched") / WATCHED_MONTHS).clip(0.0, 1.0)),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~enough).then(pl.lit("not_covered")),
            status_reason=pl.when(~enough).then(short),
        )
        .lazy()
    )


def _highest(fires: pl.DataFrame) -> pl.DataFrame:
    """site_id and the largest S of its watched months, all sites side by side."""
    from signals.changepoint.page_cusum import page_cusum, quasi_poisson_scores

    earlier = fires.filter(~pl.col("is_watched")).with_columns(
        overall=pl.col("count").mean().over("site_id"),
        expected=pl.col("count").mean().over("site_id", "calendar"),
    )
    watched = (
        fires.filter("is_watched")
        .join(_dispersion(earlier), on="site_id", maintain_order="left")
        .join(
            earlier.select("site_id", "calendar", "expected").unique(),
            on=["site_id", "calendar"],
            how="left",
            maintain_order="left",
        )
        .select(
            "site_id",
            "count",
            "dispersion",
            # A calendar month that was never seen before is judged by all the others.
            expected=pl.max_horizontal(pl.coalesce("expected", "overall"), MIN_EXPECTED),
            site=pl.col("site_id").rle_id(),
            place=pl.int_range(pl.len()).over("site_id"),
        )
    )
    sites = watched.select("site_id", "dispersion").unique("site_id", maintain_order=True)
    if sites.is_empty():
        return pl.DataFrame(schema={"site_id": pl.String, "highest": pl.Float64})
    cells = watched["site"].to_numpy(), watched["place"].to_numpy()
    counts = np.full((sites.height, int(cells[1].max()) + 1), np.nan)
    expected = np.ones(counts.shape)
    counts[cells] = watched["count"].to_numpy()
    expected[cells] = watched["expected"].to_numpy()
    scores = quasi_poisson_scores(counts, expected, sites["dispersion"].to_numpy())
    return sites.select("site_id", highest=pl.Series(page_cusum(scores).highest))


def _dispersion(earlier: pl.DataFrame) -> pl.DataFrame:
    """Per site the overall mean, and variance over mean around the calendar months, at least 1."""
    fitted = pl.max_horizontal("expected", MIN_EXPECTED)
    freedom = pl.max_horizontal(pl.len().cast(pl.Int64) - pl.col("calendar").n_unique(), 1)
    spread = ((pl.col("count") - fitted).pow(2) / fitted).sum() / freedom
    return earlier.group_by("site_id", maintain_order=True).agg(
        overall=pl.col("overall").first(), dispersion=pl.max_horizontal(spread, 1.0)
    )
