"""Share of the ground around a site that turned built, bare or mined, per year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.landuse.land_cover_change import QUALITY, error_of, gained, newest_pair

CARD = SignalCard(
    id="built_bare_expansion",
    title="New built, bare or mined land around the site",
    pillar=Pillar.LAND_USE,
    sources=("land_cover",),
    inputs=("stg_land_cover__site_transitions",),
    unit="share of the land a year",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="trace"),
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    change_type=ChangeType.BARE_OR_BUILT,
    lag="A year's map is published in the course of the next year.",
    max_age_days=1460,
    valid_range=(0.0, 1.0),
    limits=(
        "Bare land is the class that maps get wrong most often; fallow fields look like it.",
        "New buildings are a sign of growth as often as of anything else.",
        "It does not show who works there, nor under which conditions.",
    ),
    references=(
        "Venter et al. 2022, Remote Sensing 14:4101",
        "Brown et al. 2020, Sustainability 12:9834",
    ),
    sentence=(
        "Around its sites {value} of the land a year turned into built, bare or mined land "
        "in {period}."
    ),
)

TO_GROUPS = ("built", "bare", "mining")


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean yearly share per site over the newest pair of maps; sites without maps get no row."""
    per_site = gained(newest_pair(inputs["stg_land_cover__site_transitions"]), None, TO_GROUPS)
    share = pl.col("gained_ha") / pl.col("valid_ha") / pl.col("years")
    return per_site.select(
        "site_id",
        period=pl.format("{} to {}", "year_before", "year_after"),
        value=share,
        stderr=error_of(share),
        quality=pl.col("covered_share").clip(0.0, 1.0) * QUALITY,
        observed_to="observed_to",
        origin="origin",
    )
