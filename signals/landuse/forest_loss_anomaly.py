"""How unusual the forest loss around a site is: for its own past, and for its surroundings.

A = log((L_recent + e) / (L_before + e)) with L the mean yearly loss share of the last three and of
the up to ten years before, e = 0.01 % a year (Methodology A.2). Where the ring around the site is
measured, its A is taken off: what remains is peculiar to the place.
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
    Wording,
)

CARD = SignalCard(
    id="forest_loss_anomaly",
    title="Unusual forest loss around the site",
    pillar=Pillar.LAND_USE,
    sources=("hansen_gfc",),
    inputs=("stg_hansen_gfc__site_loss", "stg_hansen_gfc__ring_loss"),
    unit="log ratio to its own earlier level",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    is_per_supplier=True,
    change_type=ChangeType.VEGETATION_LOSS,
    lag="A year's loss is published about May of the next year.",
    max_age_days=1095,
    valid_range=(-10.0, 10.0),
    limits=(
        "Loss of tree cover is not deforestation: harvests of plantations come in cycles.",
        (
            "The loss product changed in 2011 and again in 2015; only years from 2011 are used, "
            "and the second change may look like a rise."
        ),
        ("Without the surrounding ring, a bad year for the whole region counts as the site's own."),
    ),
    references=(
        "Hansen et al. 2013, Science 342:850-853, doi 10.1126/science.1244693",
        "Jackson et al. 2020, Conservation Science and Practice, doi 10.1111/csp2.183",
    ),
    sentence=(
        "Forest loss around its sites in {period}: {value} the level expected from earlier years."
    ),
    wording=Wording(
        scale="log_ratio",
        negative="{size} times",
        zero="{size} times",
        positive="{size} times",
    ),
)

RECENT_YEARS = 3
EARLIER_YEARS = 10
MIN_EARLIER_YEARS = 5

#: First year of the loss product's later method.
METHOD_CHANGE_YEAR = 2011

#: Added to both shares, so that a site without loss gives a finite ratio.
FLOOR_SHARE = 0.0001

#: Quality of a value that is not compared with its ring.
QUALITY_WITHOUT_RING = 0.7


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Anomaly per site; without forest in 2000 `not_applicable`, with a short record not covered.

    The standard error is that of the two means of yearly log shares, from the spread of the
    earlier years; the ring's is joined to it.
    """
    site = _anomalies(inputs["stg_hansen_gfc__site_loss"])
    ring = _anomalies(inputs["stg_hansen_gfc__ring_loss"]).select(
        "site_id", ring_anomaly="anomaly", ring_error="error"
    )
    has_forest = pl.col("baseline_ha") > 0
    is_known = has_forest & pl.col("anomaly").is_not_null()
    has_ring = pl.col("ring_anomaly").is_not_null()
    return (
        site.join(ring, on="site_id", how="left")
        .sort("site_id")
        .select(
            "site_id",
            period=pl.format("{} to {}", "first_recent", "last_year"),
            value=pl.when(is_known).then(pl.col("anomaly") - pl.col("ring_anomaly").fill_null(0.0)),
            stderr=pl.when(is_known).then(
                (pl.col("error").pow(2) + pl.col("ring_error").fill_null(0.0).pow(2)).sqrt()
            ),
            quality=pl.when(is_known).then(
                pl.col("covered_share").clip(0.0, 1.0)
                * pl.when(has_ring).then(1.0).otherwise(QUALITY_WITHOUT_RING)
            ),
            observed_to="observed_to",
            origin="origin",
            status=pl.when(~has_forest)
            .then(pl.lit("not_applicable"))
            .when(~is_known)
            .then(pl.lit("not_covered")),
            status_reason=pl.when(~has_forest)
            .then(pl.lit("there was no forest around the site in 2000"))
            .when(~is_known)
            .then(pl.lit("the record of loss since 2011 is too short")),
        )
    )


def _anomalies(loss: pl.LazyFrame) -> pl.LazyFrame:
    last = pl.col("year").max().over("site_id")
    is_recent = pl.col("year") > last - RECENT_YEARS
    is_before = (
        (pl.col("year") <= last - RECENT_YEARS)
        & (pl.col("year") > last - RECENT_YEARS - EARLIER_YEARS)
        & (pl.col("year") >= METHOD_CHANGE_YEAR)
    )
    share = pl.when(pl.col("baseline_ha") > 0).then(pl.col("loss_ha") / pl.col("baseline_ha"))
    logs = (pl.col("share") + FLOOR_SHARE).log()
    per_site = (
        loss.with_columns(share=share, is_recent=is_recent, is_before=is_before)
        .sort("site_id", "year")
        .group_by("site_id", maintain_order=True)
        .agg(
            recent=pl.col("share").filter("is_recent").mean(),
            before=pl.col("share").filter("is_before").mean(),
            before_count=pl.col("is_before").sum(),
            recent_count=pl.col("is_recent").sum(),
            spread=logs.filter(pl.col("is_before")).std(),
            first_recent=pl.col("year").filter("is_recent").min(),
            last_year=pl.col("year").max(),
            baseline_ha=pl.col("baseline_ha").last(),
            covered_share=pl.col("covered_share").last(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
    )
    ratio = (pl.col("recent") + FLOOR_SHARE) / (pl.col("before") + FLOOR_SHARE)
    means = 1.0 / pl.col("before_count") + 1.0 / RECENT_YEARS
    enough = (
        (pl.col("before_count") >= MIN_EARLIER_YEARS)
        & (pl.col("recent_count") == RECENT_YEARS)
        & (pl.col("first_recent") >= METHOD_CHANGE_YEAR)
    )
    return per_site.with_columns(
        anomaly=pl.when(enough).then(ratio.log()),
        error=pl.when(enough).then(pl.col("spread") * means.sqrt()),
    )
