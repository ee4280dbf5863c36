"""NO2 above a site less that above its surroundings: something burns there, by satellite.

Kilns, furnaces and generators show as more NO2 than the country around has. It is a trace of an
activity, not of a pollutant that people breathe; measured, unused until someone gives it a weight.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording

CARD = SignalCard(
    id="no2_column_excess",
    title="NO2 above the site compared with its surroundings",
    pillar=Pillar.ENVIRONMENT,
    sources=("sentinel5p",),
    inputs=("stg_sentinel5p__site_month",),
    unit="1e15 molecules per cm², difference to 25 to 50 km away",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    lag="Monthly means appear within weeks.",
    max_age_days=400,
    valid_range=(-50.0, 500.0),
    limits=(
        (
            "Nearby towns, roads and power plants contribute as well: it does not show who "
            "causes it."
        ),
        "It is a column of air, not what people breathe: no guideline applies to it.",
        "Cloudy months are missing; at least six of twelve must be available.",
        "No study links it to labour outcomes.",
    ),
    references=("Veefkind et al. 2012, Remote Sensing of Environment 120:70-83",),
    sentence="NO2 above its sites, {period}: {value} than 25 to 50 km away.",
    wording=Wording(
        negative="{size} × 10¹⁵ molecules per cm² lower",
        zero="neither lower nor higher",
        positive="{size} × 10¹⁵ molecules per cm² higher",
    ),
)

_MIN_MONTHS = 6


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean of the months' excess per site, its error from how they vary."""
    excess = pl.col("near") - pl.col("around")
    is_observed = pl.col("months") >= _MIN_MONTHS
    return (
        inputs["stg_sentinel5p__site_month"]
        .sort("site_id", "month")
        .group_by("site_id", maintain_order=True)
        .agg(
            months=pl.len(),
            mean=excess.mean(),
            error=excess.std() / pl.len().sqrt(),
            last=pl.col("month").max(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
        .select(
            "site_id",
            period=pl.format("year to {}", pl.col("last").dt.to_string("%Y-%m")),
            value=pl.when(is_observed).then("mean"),
            stderr=pl.when(is_observed).then("error"),
            quality=pl.when(is_observed).then((pl.col("months") / 12.0).clip(0.0, 1.0)),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~is_observed).then(pl.lit("not_covered")),
            status_reason=pl.when(~is_observed).then(
                pl.format("only {} of the last twelve months are free of cloud", "months")
            ),
        )
    )
