"""Demand for water against what there is, around the site: Aqueduct baseline water stress."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.basin_scores import basin_scores

CARD = SignalCard(
    id="water_stress",
    title="Water stress at the site",
    pillar=Pillar.ENVIRONMENT,
    sources=("aqueduct",),
    inputs=("stg_aqueduct__site_water",),
    unit="Aqueduct score, 0 to 5",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="A long-term baseline; new versions come every few years.",
    max_age_days=3653,
    valid_range=(0.0, 5.0),
    limits=(
        ("It is a long-term state, not that of this year: the drought signals show what is new."),
        (
            "Arid basins with little water use are not assessed; that means neither low nor high "
            "stress."
        ),
        "All sites of a sub-basin share it; no study links it to labour outcomes.",
    ),
    references=("Kuzma et al. 2023, Aqueduct 4.0, World Resources Institute",),
    sentence="Water stress around its sites: {value} on the Aqueduct scale of 0 to 5 ({period}).",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Score of each site's sub-basin; category -1 is `not_covered`."""
    return basin_scores(inputs, "bws", "its basin is arid with little water use: not assessed")
