"""People exposed to river floods around the site: Aqueduct riverine flood risk."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.environment.basin_scores import basin_scores

CARD = SignalCard(
    id="flood_risk",
    title="River flood risk at the site",
    pillar=Pillar.ENVIRONMENT,
    sources=("aqueduct",),
    inputs=("stg_aqueduct__site_water",),
    unit="Aqueduct score, 0 to 5",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="A long-term state; new versions come every few years.",
    max_age_days=3653,
    valid_range=(0.0, 5.0),
    limits=(
        "It is a long-term expectation, not a record of floods.",
        ("All sites of a sub-basin share it, although most of the land there may be high and dry."),
        "No study links it to labour outcomes; its weight is capped accordingly.",
    ),
    references=("Kuzma et al. 2023, Aqueduct 4.0, World Resources Institute",),
    sentence=(
        "River flood risk around its sites: {value} on the Aqueduct scale of 0 to 5 ({period})."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Score of each site's sub-basin; basins that were not assessed are `not_covered`."""
    return basin_scores(inputs, "rfr", "river floods were not assessed in its basin")
