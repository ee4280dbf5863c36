"""Natural vegetation converted in the region of a sourcing area, mean of three years."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sourcing_areas import TABLE, last_years, with_ordinary_companies

CARD = SignalCard(
    id="natural_vegetation_loss",
    title="Natural vegetation converted in the region",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="% of the region per year",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.B,
    applies_to="sourcing_area",
    support="supplier",
    change_type=ChangeType.VEGETATION_LOSS,
    lag="the mapping of a year appears in the second half of the next",
    max_age_days=1461,
    valid_range=(0.0, 100.0),
    limits=(
        (
            "Where the table gives it by region, as for Brazil (133 regions), every area of a "
            "region has the same value: it cannot distinguish two of them."
        ),
        "It shows that land was cleared, not who worked there or on what terms.",
        "It does not distinguish legal from illegal clearing.",
    ),
    references=(
        "MapBiomas, land-cover transitions of Brazil",
        "Decker Sparks et al. 2021, One Earth: forced labour in environmentally degrading work",
    ),
    sentence="{value} % of the region a year lost its natural vegetation ({period}).",
)

_YEARS = 3


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Mean of the last three known years; none with fewer. The error is that of the mean."""
    recent = last_years(inputs[TABLE], "natural_vegetation_loss_percent", _YEARS)
    values = (
        recent.group_by("supplier_id")
        .agg(
            known=pl.len(),
            first=pl.col("year").min(),
            last=pl.col("year").max(),
            value=pl.col("value").mean(),
            stderr=pl.col("value").std() / pl.len().sqrt(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
        .filter(pl.col("known") == _YEARS)
        # A value for a whole region says less of one area in it.
        .with_columns(quality=pl.lit(0.5))
    )
    return with_ordinary_companies(values, inputs)
