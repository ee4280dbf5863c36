"""Share of a sourcing area in the savanna, whose wood is made charcoal and whose land is cleared.

Measured and unused: it is a place on the map, not a condition that anybody there could correct. It
is kept for learning from outcomes, where its part can be seen and left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sourcing_areas import TABLE, last_years, with_ordinary_companies

CARD = SignalCard(
    id="savanna_share",
    title="Share of the area in the savanna",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="share of the area",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="sourcing_area",
    support="supplier",
    lag="the map of biomes is redrawn once in decades",
    max_age_days=10950,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It is geography: it stands for everything that is particular to these regions, "
            "including the attention of inspectors, and no supplier or area can change it."
        ),
        (
            "It has no weight in the score; compare weights estimated with it with weights "
            "estimated without it."
        ),
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "IBGE, map of biomes of Brazil: the Cerrado",
        "US Department of Labor, List of Goods Produced by Child Labor or Forced Labor: charcoal "
        "of Brazil",
        "Costa 2009, ILO: Fighting Forced Labour, the Example of Brazil: charcoal camps, clearing",
    ),
    sentence="{value} of the area is savanna, as mapped by {period}.",
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The last known share; the map's own error is not given."""
    values = last_years(inputs[TABLE], "savanna_share", 1).with_columns(
        first=pl.col("year"),
        last=pl.col("year"),
        stderr=pl.lit(None, dtype=pl.Float64),
        quality=pl.lit(1.0),
    )
    return with_ordinary_companies(values, inputs)
