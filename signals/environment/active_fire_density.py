"""Active-fire detections per square kilometre and year around a site.

Counts are few and archives may be short, so each site's rate is shrunk towards the list's mean by
empirical Bayes: n detections in T km2-years with a gamma distribution (a, b) over the sites
give (n + a) / (T + b), standard error sqrt(n + a) / (T + b). Its moments are Marshall's (1991,
Applied Statistics 40:283-294). One fire gives several detections in one overpass, so counts of a
few days spread more than the model's; b is therefore at least a quarter of a year of a site's
land, and a single day of data cannot dominate.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import (
    ChangeType,
    EvidenceGrade,
    IloIndicator,
    IloLink,
    Pillar,
    SignalCard,
    Status,
)

CARD = SignalCard(
    id="active_fire_density",
    title="Fires around the site",
    pillar=Pillar.ENVIRONMENT,
    sources=("firms",),
    inputs=("stg_firms__site_fires",),
    unit="detections per km2 and year",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    change_type=ChangeType.FIRE,
    lag=(
        "Detections appear within a day; the archives of countries, which are read without a key, "
        "up to a year and a half after the first day of their year."
    ),
    # From the end of the newest archive to the release of the next one.
    max_age_days=560,
    valid_range=(0.0, 10_000.0),
    limits=(
        "Fire has many causes: harvest burning, clearing, kilns, wildfire.",
        (
            "Clouds and the overpass times of the satellites hide fires; small kilns are seldom "
            "detected."
        ),
        "No study links it to labour outcomes; its weight is capped accordingly.",
    ),
    references=(
        "Giglio et al. 2016, Remote Sensing of Environment 178:31-41",
        "Marshall 1991, Applied Statistics 40:283-294",
    ),
    sentence="Satellites detected {value} fires per km² and year around its sites in {period}.",
)

DAYS_PER_YEAR = 365.0

#: Fewer days than this, a quarter of a year, do not stand for the seasons of one. Ours.
MIN_COVERED_DAYS = 90

#: A record that ends longer than a quarter of a year before the date is an archive of the past.
RECENT_DAYS = 92

#: The least weight of the list's mean, in years of the median site's land. Ours.
MIN_PRIOR_YEARS = 0.25


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Shrunken fire rate per site over the months that begin within the year up to the date.

    Where nothing of its last `RECENT_DAYS` is known, the year ends with the last covered day.

    Sites the archive does not cover get no row; those that it covers for fewer than
    `MIN_COVERED_DAYS` are not covered, because fires have seasons and a short window without one
    does not describe the year. They take no part in the list's mean. Quality is the covered share
    of a year.
    """
    as_of = inputs["run"].select("as_of")
    fires = inputs["stg_firms__site_fires"].join(as_of, how="cross")
    known_to = pl.col("observed_to").max().over("site_id")
    is_recent = known_to >= pl.col("as_of").dt.offset_by(f"-{RECENT_DAYS}d")
    end = pl.when(is_recent).then("as_of").otherwise(known_to.dt.offset_by("1d"))
    window = fires.filter(pl.col("month") >= end.dt.offset_by("-1y"))
    per_site = (
        window.sort("site_id", "month")
        .group_by("site_id", maintain_order=True)
        .agg(
            count=pl.col("detections").sum(),
            covered_days=pl.col("covered_days").sum(),
            area_km2=pl.col("area_km2").last(),
            first_month=pl.col("month").min(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
        .with_columns(exposure=pl.col("area_km2") * pl.col("covered_days") / DAYS_PER_YEAR)
    )
    events = pl.col("count") + pl.col("prior_count")
    exposure = pl.col("exposure") + pl.col("prior_exposure")
    enough = pl.col("covered_days") >= MIN_COVERED_DAYS
    long = per_site.filter(enough).with_columns(*prior())
    short = per_site.filter(~enough).select(
        "site_id",
        period=_period(),
        observed_to="observed_to",
        origin="origin",
        status=pl.lit(Status.NOT_COVERED.value),
        status_reason=pl.format(
            "the fire archive covers {} of the last 365 days; at least {} are needed",
            pl.col("covered_days").round(0).cast(pl.Int64),
            MIN_COVERED_DAYS,
        ),
    )
    observed = long.select(
        "site_id",
        period=_period(),
        value=events / exposure,
        stderr=events.sqrt() / exposure,
        quality=(pl.col("covered_days") / DAYS_PER_YEAR).clip(0.0, 1.0),
        observed_to="observed_to",
        origin="origin",
    )
    return pl.concat([observed, short], how="diagonal").sort("site_id")


def _period() -> pl.Expr:
    return pl.format(
        "{} to {}",
        pl.col("first_month").dt.to_string("%Y-%m"),
        pl.col("observed_to").dt.to_string("%Y-%m-%d"),
    )


def prior() -> tuple[pl.Expr, pl.Expr]:
    """The list's gamma distribution as columns `prior_count` a and `prior_exposure` b.

    From columns `count` n, `exposure` T and `area_km2`: mean rate m = sum n / sum T; where there is
    no fire at all half a fire (Jeffreys) over sum T, or over a year of all the ground where the
    archive is shorter, so that few days without a fire do not read as many; variance between sites
    A = sum T (n/T - m)² / sum T - m / mean T, at least m / sum T; b = m / A, at least a quarter
    of a year of the middle site's ground; a = m b.
    """
    count, exposure = pl.col("count"), pl.col("exposure")
    total = exposure.sum()
    year = pl.max_horizontal(total, pl.col("area_km2").sum())
    mean = pl.when(count.sum() > 0).then(count.sum() / total).otherwise(0.5 / year)
    spread = (exposure * (count / exposure - mean).pow(2)).sum() / total
    between = pl.max_horizontal(spread - mean / exposure.mean(), mean / total)
    least = MIN_PRIOR_YEARS * pl.col("area_km2").median()
    worth = pl.max_horizontal(mean / between, least)
    return (mean * worth).alias("prior_count"), worth.alias("prior_exposure")
