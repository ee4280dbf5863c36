"""Share of the ground around a site that is mined."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="mining_area_share",
    title="Mined ground around the site",
    pillar=Pillar.LAND_USE,
    sources=("mining_areas",),
    inputs=("stg_mining_areas__site_areas",),
    unit="share of the ground",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    lag="The outlines are of about 2019; mines opened since are not among them.",
    max_age_days=5475,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "Mechanism alone: mines draw migrants on advances and to camps far from inspection. "
            "No study links mined area to labour outcomes by site."
        ),
        (
            "Most outlines are of industrial mines; pits of artisanal miners are mostly missing, "
            "so that 0 is no sign of their absence."
        ),
        "A mine near a site of another trade says nothing of that trade.",
    ),
    references=(
        "Maus et al. 2022, An update on global mining land use, Scientific Data 9:433",
        "Tang and Werner 2023, Global mining footprint mapped from high-resolution satellite "
        "imagery, Communications Earth and Environment 4:134",
    ),
    sentence="Of the ground around its sites, {value} was mined in {period}.",
)

#: Error of the area of outlines, as a share. Ours; the authors state 88 % of points right.
RELATIVE_ERROR = 0.25

#: Few outlines are checked in the field.
QUALITY = 0.7


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Share per site; sites without a measurable location get no row."""
    share = pl.col("mined_ha") / pl.col("ground_ha")
    return inputs["stg_mining_areas__site_areas"].select(
        "site_id",
        period=pl.col("observed_to").dt.year().cast(pl.String),
        value=share.clip(0.0, 1.0),
        stderr=share * RELATIVE_ERROR,
        quality=pl.lit(QUALITY),
        observed_to="observed_to",
        origin="origin",
    )
