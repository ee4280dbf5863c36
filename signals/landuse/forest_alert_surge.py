"""Deforestation alerts around a site in the last three months, against the same months before.

log((recent + e) / (before + e)) with hectares a month of high confidence: the last three whole
months, and the mean of the same calendar months of up to three previous years (Methodology A.2).
"""

from __future__ import annotations

import datetime as dt
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
    id="forest_alert_surge",
    title="Surge of deforestation alerts around the site",
    pillar=Pillar.LAND_USE,
    sources=("gfw_alerts",),
    inputs=("stg_gfw_alerts__site_alerts", "stg_hansen_gfc__site_loss"),
    unit="log ratio to the same months of earlier years",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    change_type=ChangeType.VEGETATION_LOSS,
    lag="Alerts are confirmed within some weeks; the last two weeks are left out.",
    max_age_days=185,
    valid_range=(-15.0, 15.0),
    limits=(
        (
            "Alerts exist only between 30 N and 30 S, and only in forest: where the forest of "
            "2000 is known, sites with hardly any forest are not covered."
        ),
        (
            "A clearing is detected earlier with fewer clouds or with radar: a surge may be one "
            "of detection."
        ),
        (
            "Clearings below a tenth of a hectare are hardly detected; harvests of plantations "
            "count."
        ),
        "It does not show who cleared the land, nor under which conditions.",
    ),
    references=(
        "Reiche et al. 2021, Environmental Research Letters 16:024005",
        "Environmental Research Letters 19(5), 2024: alerts of two systems combined",
    ),
    sentence=(
        "Deforestation alerts around its sites in {period}: {value} the number in the "
        "same months of earlier years."
    ),
    wording=Wording(
        scale="log_ratio",
        negative="{size} times",
        zero="{size} times",
        positive="{size} times",
    ),
)

RECENT_MONTHS = 3
EARLIER_YEARS = 3
MIN_EARLIER_YEARS = 2

#: Hectares a month added to both sides, so that a site without alerts gives a finite ratio: the
#: least that radar alerts map (0.2 ha), rounded up for the month.
FLOOR_HA = 0.5

#: Alerts are made between these parallels.
LATITUDE_LIMIT = 30.0


#: Less forest of 2000 than this around a site, where it is known, holds no alerts to compare. Ours.
MIN_FOREST_HA = 1.0


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Log ratio per site; `not_covered` beyond 30 degrees, without forest and with a short record.

    The standard error is that of one period among the earlier ones: the spread of their logs.
    """
    as_of: dt.date = inputs["run"].select("as_of").collect().item()
    alerts = inputs["stg_gfw_alerts__site_alerts"].filter(
        pl.col("observed_to") == pl.col("month").dt.month_end()
    )
    last = pl.col("month").max().over("site_id")
    back = (last.dt.year() - pl.col("month").dt.year()) * 12 + (
        last.dt.month() - pl.col("month").dt.month()
    ).cast(pl.Int32)
    periods = (
        alerts.with_columns(years_back=back // 12, place=back % 12)
        .filter(pl.col("place") < RECENT_MONTHS, pl.col("years_back") <= EARLIER_YEARS)
        .sort("site_id", "month")
        .group_by("site_id", "years_back", maintain_order=True)
        .agg(
            months=pl.len(),
            ha_a_month=pl.col("high_confidence_ha").mean(),
            first=pl.col("month").min(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
        .filter(pl.col("months") == RECENT_MONTHS)
    )
    is_recent = pl.col("years_back") == 0
    level = (pl.col("ha_a_month") + FLOOR_HA).log()
    earlier = pl.col("ha_a_month").filter(~is_recent)
    per_site = periods.group_by("site_id", maintain_order=True).agg(
        recent=pl.col("ha_a_month").filter(is_recent).first(),
        before=earlier.mean(),
        years=earlier.len(),
        spread=level.filter(~is_recent).std(),
        first=pl.col("first").filter(is_recent).first(),
        observed_to=pl.col("observed_to").max(),
        origin=pl.col("origin").last(),
    )
    has_forest = ~pl.col("is_bare").fill_null(False)
    known = (pl.col("years") >= MIN_EARLIER_YEARS) & pl.col("recent").is_not_null()
    enough = known & has_forest
    bare = _bare(inputs["stg_hansen_gfc__site_loss"])
    measured = per_site.join(bare, on="site_id", how="left", maintain_order="left").select(
        "site_id",
        period=pl.format("the three months from {}", pl.col("first").dt.to_string("%Y-%m")),
        value=pl.when(enough).then(
            ((pl.col("recent") + FLOOR_HA) / (pl.col("before") + FLOOR_HA)).log()
        ),
        stderr=pl.when(enough).then(pl.col("spread") * (1.0 + 1.0 / pl.col("years")).sqrt()),
        quality=pl.when(enough).then(pl.col("years") / EARLIER_YEARS),
        observed_to="observed_to",
        origin="origin",
        status=pl.when(~enough).then(pl.lit("not_covered")),
        status_reason=pl.when(~has_forest)
        .then(pl.lit("alerts are made in forest, and there was hardly any around the site in 2000"))
        .when(~known)
        .then(pl.lit("alerts are known for too few years")),
    )
    return pl.concat([measured, _beyond(inputs["sites"], as_of)], how="diagonal_relaxed")


def _bare(loss: pl.LazyFrame) -> pl.LazyFrame:
    """site_id and is_bare of the sites whose forest of 2000 is known."""
    is_bare = pl.col("baseline_ha").max() < MIN_FOREST_HA
    return loss.filter("baseline_is_forest").group_by("site_id").agg(is_bare=is_bare)


def _beyond(sites: pl.LazyFrame, as_of: dt.date) -> pl.LazyFrame:
    """Sites where alerts are never issued: their absence there is no information."""
    return sites.filter(
        pl.col("has_measurable_location") & (pl.col("latitude").abs() > LATITUDE_LIMIT)
    ).select(
        "site_id",
        period=pl.lit(str(as_of.year)),
        status=pl.lit("not_covered"),
        status_reason=pl.lit("alerts are made between 30 N and 30 S alone"),
    )
