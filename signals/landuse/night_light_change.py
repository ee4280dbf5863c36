"""Change of night-time light around a site: the last three years against those before."""

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
    Wording,
)

CARD = SignalCard(
    id="night_light_change",
    title="Change in night-time light around the site",
    pillar=Pillar.LAND_USE,
    sources=("night_lights",),
    inputs=("stg_night_lights__site_means",),
    unit="log change of light a year",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="trace"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    location_needed="town",
    change_type=ChangeType.NIGHT_LIGHT,
    lag="Composites are published some months after the nights they show.",
    max_age_days=1095,
    valid_range=(-3.0, 3.0),
    limits=(
        "Light grows with towns, roads and electrification as much as with night work.",
        "No study links it to labour outcomes; its weight is small and capped accordingly.",
        "Monthly composites hold fires, boats and aurora; their processing changed over the years.",
        "The resolution is half a kilometre; effects of snow and moonlight remain in part.",
    ),
    references=(
        "Roman et al. 2018, Remote Sensing of Environment 210:113-143",
        "Elvidge et al. 2021, Remote Sensing 13:922",
    ),
    sentence="Night-time light around its sites in {period}: {value}.",
    wording=Wording(
        scale="log_change",
        negative="down {size} a year",
        zero="unchanged",
        positive="up {size} a year",
    ),
)

RECENT_YEARS = 3
MIN_EARLIER_YEARS = 3


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Change of log(1 + radiance) a year between the means of the two periods, per site.

    A year of several layers is their mean, and counts only with as many as the site's fullest
    year: a year that lacks a month would be of another season.
    The standard error is that of the two means. A site with too short a record is `not_covered`.
    """
    rows = (
        inputs["stg_night_lights__site_means"]
        .with_columns(year=pl.col("observed_to").dt.year())
        .sort("site_id", "observed_to")
        .group_by("site_id", "year", maintain_order=True)
        .agg(
            layers=pl.len(),
            light=pl.col("value").clip(lower_bound=0.0).mean().log1p(),
            covered_share=pl.col("covered_share").mean(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
        .filter(pl.col("layers") == pl.col("layers").max().over("site_id"))
    )
    is_recent = pl.col("year") > pl.col("year").max().over("site_id") - RECENT_YEARS
    per_site = (
        rows.with_columns(is_recent=is_recent)
        .sort("site_id", "year")
        .group_by("site_id", maintain_order=True)
        .agg(
            recent=pl.col("light").filter("is_recent").mean(),
            before=pl.col("light").filter(~pl.col("is_recent")).mean(),
            recent_year=pl.col("year").filter("is_recent").mean(),
            before_year=pl.col("year").filter(~pl.col("is_recent")).mean(),
            recent_count=pl.col("is_recent").sum(),
            before_count=(~pl.col("is_recent")).sum(),
            spread=pl.col("light").filter(~pl.col("is_recent")).std(),
            first_year=pl.col("year").min(),
            last_year=pl.col("year").max(),
            covered_share=pl.col("covered_share").mean(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
    )
    enough = (pl.col("before_count") >= MIN_EARLIER_YEARS) & (
        pl.col("recent_count") == RECENT_YEARS
    )
    years = pl.col("recent_year") - pl.col("before_year")
    error = pl.col("spread") * (1.0 / pl.col("before_count") + 1.0 / pl.col("recent_count")).sqrt()
    return per_site.select(
        "site_id",
        period=pl.format("{} to {}", "first_year", "last_year"),
        value=pl.when(enough).then((pl.col("recent") - pl.col("before")) / years),
        stderr=pl.when(enough).then(error / years),
        quality=pl.when(enough).then(pl.col("covered_share").clip(0.0, 1.0)),
        observed_to="observed_to",
        origin="origin",
        status=pl.when(~enough).then(pl.lit("not_covered")),
        status_reason=pl.when(~enough).then(
            pl.lit(f"fewer than {MIN_EARLIER_YEARS + RECENT_YEARS} years of light are known")
        ),
    )
