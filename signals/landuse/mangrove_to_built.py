"""Share of the mangrove around a site that turned built, bare or into ponds, per year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.landuse.land_cover_change import QUALITY, error_of, gained, newest_pair

CARD = SignalCard(
    id="mangrove_to_built",
    title="Mangrove converted to ponds, camps or bare land",
    pillar=Pillar.LAND_USE,
    sources=("land_cover",),
    inputs=("stg_land_cover__site_transitions",),
    unit="share of the mangrove a year",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=2, path="trace"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="trace"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    change_type=ChangeType.MANGROVE_LOSS,
    lag="A year's map is published in the course of the next year.",
    max_age_days=1460,
    valid_range=(0.0, 1.0),
    limits=(
        "It is relevant for shrimp and fish processing, and for other sectors little.",
        "Storms and dieback also reduce mangrove.",
        "The evidence is ten camps in one delta. It does not show who works there.",
    ),
    references=("Jackson et al. 2020, Maritime Studies 19:429-444, 10.1007/s40152-020-00199-7",),
    sentence=(
        "Around its sites {value} of the mangrove a year turned into ponds, built or bare "
        "land in {period}."
    ),
)

TO_GROUPS = ("built", "bare", "aquaculture")

#: Less mangrove than this around a site is not worth a share. Ours.
MIN_MANGROVE_HA = 1.0


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean yearly share per site; a site without mangrove is `not_applicable`."""
    transitions = newest_pair(inputs["stg_land_cover__site_transitions"])
    per_site = gained(transitions, ("mangrove",), TO_GROUPS)
    has_mangrove = pl.col("from_ha") >= MIN_MANGROVE_HA
    share = pl.col("gained_ha") / pl.col("from_ha") / pl.col("years")
    return per_site.select(
        "site_id",
        period=pl.format("{} to {}", "year_before", "year_after"),
        value=pl.when(has_mangrove).then(share),
        stderr=pl.when(has_mangrove).then(error_of(share)),
        quality=pl.when(has_mangrove).then(pl.col("covered_share").clip(0.0, 1.0) * QUALITY),
        observed_to="observed_to",
        origin="origin",
        status=pl.when(~has_mangrove).then(pl.lit("not_applicable")),
        status_reason=pl.when(~has_mangrove).then(pl.lit("there was no mangrove around the site")),
    )
