"""Share of the protected forest around a site that was lost per year, in the last three years."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="protected_forest_loss",
    title="Forest loss inside protected areas around the site",
    pillar=Pillar.LAND_USE,
    sources=("hansen_gfc",),
    inputs=("stg_hansen_gfc__site_loss", "stg_hansen_gfc__protected_loss"),
    unit="share of the protected forest a year",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=2, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    change_type=ChangeType.VEGETATION_LOSS,
    lag="A year's loss is published about May of the next year.",
    max_age_days=1095,
    valid_range=(0.0, 1.0),
    limits=(
        "It needs a layer of protected areas that you provide, under its own terms.",
        "Where clearing is illegal, work is more often hidden; the signal shows neither.",
        "Some protected areas allow felling; fires and storms also destroy forest.",
    ),
    references=("Jackson et al. 2020, Maritime Studies 19:429-444, 10.1007/s40152-020-00199-7",),
    sentence=(
        "Inside the protected areas around its sites {value} of the forest a year was lost "
        "in {period}."
    ),
)

WINDOW_YEARS = 3

#: Less protected forest than this is not worth a share. Ours.
MIN_FOREST_HA = 1.0

#: One minus the map's user's accuracy (Hansen et al. 2013).
MAP_ERROR_SHARE = 0.13


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean yearly share per site.

    A site that is measured but has no protected forest around it is `not_applicable`; when no
    layer was given, no site has a row.
    """
    protected = inputs["stg_hansen_gfc__protected_loss"]
    layer_given = protected.select(pl.len().alias("rows"))
    recent = protected.filter(
        pl.col("year") > pl.col("year").max().over("site_id") - WINDOW_YEARS,
        pl.col("baseline_ha") >= MIN_FOREST_HA,
    )
    per_site = (
        recent.sort("site_id", "year")
        .group_by("site_id", maintain_order=True)
        .agg(
            share=pl.col("loss_ha").sum() / pl.col("baseline_ha").last(),
            years=pl.len(),
            first_year=pl.col("year").min(),
            last_year=pl.col("year").max(),
            covered_share=pl.col("covered_share").last(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
    )
    sites = inputs["stg_hansen_gfc__site_loss"].select("site_id").unique()
    value = pl.col("share") / pl.col("years")
    without = pl.col("share").is_null()
    return (
        sites.join(per_site, on="site_id", how="left")
        .join(layer_given, how="cross")
        .filter(pl.col("rows") > 0)
        .sort("site_id")
        .select(
            "site_id",
            period=pl.format("{} to {}", "first_year", "last_year"),
            value=value,
            stderr=value * MAP_ERROR_SHARE,
            quality=pl.col("covered_share").clip(0.0, 1.0),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(without).then(pl.lit("not_applicable")),
            status_reason=pl.when(without).then(
                pl.lit("there is no protected forest around the site")
            ),
        )
    )
