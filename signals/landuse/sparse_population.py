"""Residents per km2 of a sourcing area: how far from other people work there is done."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.sourcing_areas import TABLE, area_sizes, with_ordinary_companies

CARD = SignalCard(
    id="sparse_population",
    title="Few residents in the area",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="log of 1 + residents per km2",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=2, path="context"),
        IloLink(indicator=IloIndicator.RESTRICTION_OF_MOVEMENT, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="sourcing_area",
    support="supplier",
    location_needed="town",
    lag="a census appears a year after it is held, every ten years",
    max_age_days=5479,
    valid_range=(0.0, 12.0),
    limits=(
        "Most farms and mines are far from towns by their nature, whatever their terms of work.",
        "A large area with one town counts as sparse also for a supplier in the town.",
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "ILO 2012, Indicators of forced labour: isolation",
        "IBGE, Census 2010 (Brazil): residents; areas of municipalities",
    ),
    sentence="Its area has {value} residents per km2 ({period}).",
    wording=Wording(scale="log1p"),
)

#: Residents counted years before are off by a tenth; ours, for want of a source.
_RELATIVE_ERROR = 0.1


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Natural log of 1 + residents over km2, as last counted; its error by that of residents."""
    density = pl.col("value") / pl.col("area_km2")
    newest = pl.col("year") == pl.col("year").max().over("supplier_id")
    values = (
        inputs[TABLE]
        .filter((pl.col("variable") == "population") & (pl.col("value") > 0))
        .filter(newest)
        .join(area_sizes(inputs[TABLE]), on="supplier_id")
        .with_columns(
            value=density.log1p(),
            stderr=_RELATIVE_ERROR * density / (1 + density),
            first=pl.col("year"),
            last=pl.col("year"),
            quality=pl.lit(1.0),
        )
    )
    return with_ordinary_companies(values, inputs)
