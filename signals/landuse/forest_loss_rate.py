"""Share of the forest around a site that was lost per year, over the last three known years.

L_y = area(loss in y inside the forest of 2000) / area(forest of 2000) (Methodology A.2); the value
is the mean of the last three published years. It is a level, never a trend: the loss product
changed its method with 2011, so years on the two sides of it are not even averaged.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="forest_loss_rate",
    title="Forest loss around the site",
    pillar=Pillar.LAND_USE,
    sources=("hansen_gfc",),
    inputs=("stg_hansen_gfc__site_loss",),
    unit="share of the forest a year",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=2, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    is_per_supplier=True,
    change_type=ChangeType.VEGETATION_LOSS,
    lag="A year's loss is published about May of the next year.",
    max_age_days=1095,
    valid_range=(0.0, 1.0),
    limits=(
        "Loss of tree cover is not deforestation: harvests of plantations count as loss.",
        "It does not show who cleared the land, nor under which conditions.",
        (
            "Without a tree-cover raster the share is of all land in view, which is lower and "
            "less certain."
        ),
        (
            "Years before 2011 are not comparable with later ones; each new version revises the "
            "past."
        ),
    ),
    references=(
        "Hansen et al. 2013, Science 342:850-853, doi 10.1126/science.1244693",
        "Jackson et al. 2020, Conservation Science and Practice, doi 10.1111/csp2.183",
    ),
    sentence="Around its sites {value} of the forest a year was lost in {period}.",
)

#: Years that are averaged.
WINDOW_YEARS = 3

#: First year of the loss product's later method.
METHOD_CHANGE_YEAR = 2011

#: Relative error of the mapped loss: one minus the global user's accuracy of 0.87 (Hansen 2013),
#: and twice that where the baseline is all ground in view.
MAP_ERROR_SHARE = 0.13
MAP_ERROR_SHARE_WITHOUT_FOREST = 0.26

#: Quality of a value whose baseline is all ground in view.
QUALITY_WITHOUT_FOREST = 0.5


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean yearly loss share per site.

    Sites without a raster get no row. A site without forest in 2000 is `not_applicable`.

    The standard error joins the sampling error of the lost share s of n pixels, by the rule
    (k + 1) / (n + 2) so that no loss is not taken for certainty, and the map's own error.
    """
    loss = inputs["stg_hansen_gfc__site_loss"]
    last = pl.col("year").max().over("site_id")
    first = pl.max_horizontal(
        last - (WINDOW_YEARS - 1),
        pl.when(last >= METHOD_CHANGE_YEAR).then(METHOD_CHANGE_YEAR).otherwise(0),
    )
    per_site = (
        loss.filter(pl.col("year") >= first)
        .sort("site_id", "year")
        .group_by("site_id", maintain_order=True)
        .agg(
            lost_ha=pl.col("loss_ha").sum(),
            years=pl.len(),
            first_year=pl.col("year").min(),
            last_year=pl.col("year").max(),
            observed_to=pl.col("observed_to").max(),
            baseline_ha=pl.col("baseline_ha").last(),
            is_forest=pl.col("baseline_is_forest").last(),
            covered_share=pl.col("covered_share").last(),
            pixel_m=pl.col("pixel_m").last(),
            origin=pl.col("origin").last(),
        )
    )
    pixels = pl.col("baseline_ha") * 10_000.0 / pl.col("pixel_m").pow(2)
    share = pl.col("lost_ha") / pl.col("baseline_ha")
    smoothed = (share * pixels + 1.0) / (pixels + 2.0)
    sampling = (smoothed * (1.0 - smoothed) / (pixels + 2.0)).sqrt()
    map_error = pl.when("is_forest").then(MAP_ERROR_SHARE).otherwise(MAP_ERROR_SHARE_WITHOUT_FOREST)
    has_baseline = pl.col("baseline_ha") > 0
    return per_site.select(
        "site_id",
        period=pl.when(pl.col("years") > 1)
        .then(pl.format("{} to {}", "first_year", "last_year"))
        .otherwise(pl.col("last_year").cast(pl.String)),
        value=pl.when(has_baseline).then(share / pl.col("years")),
        stderr=pl.when(has_baseline).then(
            (sampling.pow(2) + (share * map_error).pow(2)).sqrt() / pl.col("years")
        ),
        quality=pl.when(has_baseline).then(
            pl.col("covered_share").clip(0.0, 1.0)
            * pl.when("is_forest").then(1.0).otherwise(QUALITY_WITHOUT_FOREST)
        ),
        observed_to="observed_to",
        origin="origin",
        status=pl.when(~has_baseline).then(pl.lit("not_applicable")),
        status_reason=pl.when(~has_baseline).then(
            pl.lit("there was no forest around the site in 2000")
        ),
    )
