"""Share of the surface water around a site that was lost since 1984."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Status

CARD = SignalCard(
    id="surface_water_loss",
    title="Loss of surface water around the site",
    pillar=Pillar.ENVIRONMENT,
    sources=("surface_water",),
    inputs=("stg_surface_water__site_water",),
    unit="share of the water lost",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    lag="The map compares the first years since 1984 with the last ones; it is renewed seldom.",
    max_age_days=3650,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "Mechanism alone: lost water takes the living of fishers and farmers, and distress "
            "sends people into debt. No study links it to labour outcomes by site."
        ),
        "It is slow: a change over decades, which does not describe the current year.",
        "A river that moved is lost here and gained there; drained marshes are farmland now.",
        "Ponds smaller than 30 m and water under trees are not seen.",
    ),
    references=("Pekel et al. 2016, Nature 540:418-422, doi 10.1038/nature20584",),
    sentence="Of the surface water around its sites, {value} was lost in {period}.",
)

#: Less water than this is a pond or an error of some pixels.
LEAST_HA = 10.0
#: Error of the share. Ours: the authors find under 5 % of permanent water wrong, seasonal more.
ERROR = 0.05

_REASON = f"less than {LEAST_HA:g} ha of water lay around the site in the first years since 1984"


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Share per site; without water to lose the signal does not apply."""
    gone = pl.col("lost_ha") + pl.col("reduced_ha")
    before = gone + pl.col("kept_ha")
    has_water = before >= LEAST_HA
    return inputs["stg_surface_water__site_water"].select(
        "site_id",
        period=pl.format(
            "{} to {}", pl.col("observed_from").dt.year(), pl.col("observed_to").dt.year()
        ),
        value=pl.when(has_water).then(gone / before),
        stderr=pl.when(has_water).then(pl.lit(ERROR)),
        quality=pl.when(has_water).then(pl.lit(1.0)),
        observed_to="observed_to",
        origin="origin",
        status=pl.when(~has_water).then(pl.lit(Status.NOT_APPLICABLE.value)),
        status_reason=pl.when(~has_water).then(pl.lit(_REASON)),
    )
