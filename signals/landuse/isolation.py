"""Hours of travel from a site to the nearest city."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="isolation",
    title="Remoteness of the site",
    pillar=Pillar.LAND_USE,
    sources=("travel_time",),
    inputs=("stg_travel_time__site_means",),
    unit="hours to the nearest city",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=2, path="context"),
        IloLink(indicator=IloIndicator.RESTRICTION_OF_MOVEMENT, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    lag="The map is of 2015; roads built since are not in it.",
    max_age_days=7300,
    valid_range=(0.0, 1000.0),
    limits=(
        "Farms, mines and plantations are remote by their nature.",
        "The map is of 2015. It does not include the cost of travel, fences or guards.",
    ),
    references=("Weiss et al. 2018, Nature 553:333-336, doi 10.1038/nature25181",),
    sentence="Its sites are {value} hours from the nearest city, as of {period}.",
)

#: Spread of the map's minutes against measured journeys. Ours, no published figure by place.
RELATIVE_ERROR = 0.25

#: The map is old, and one of a model.
QUALITY = 0.7


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Hours per site from the newest map; sites outside it get no row."""
    minutes = inputs["stg_travel_time__site_means"].sort("site_id", "observed_to")
    newest = minutes.group_by("site_id", maintain_order=True).last()
    hours = pl.col("value") / 60.0
    return newest.select(
        "site_id",
        period=pl.col("observed_to").dt.year().cast(pl.String),
        value=hours,
        stderr=hours * RELATIVE_ERROR,
        quality=pl.col("covered_share").clip(0.0, 1.0) * QUALITY,
        observed_to="observed_to",
        origin="origin",
    )
