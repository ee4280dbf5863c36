"""Land embargoed by the environmental agency in a sourcing area, per area and year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sourcing_areas import TABLE, last_years, with_ordinary_companies

CARD = SignalCard(
    id="environmental_embargoes",
    title="Environmental embargoes in the area",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="embargoes per 1,000 km2 per year",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="sourcing_area",
    support="supplier",
    change_type=ChangeType.VEGETATION_LOSS,
    lag="embargoes are listed soon after they are imposed; the year is used when it is over",
    max_age_days=1096,
    valid_range=(0.0, 1000.0),
    limits=(
        "An embargo is an act of enforcement: the figure shows where inspectors went as much as "
        "where land was cleared illegally, and none may mean that no one looked.",
        "It does not show the terms of work on the land.",
        (
            "In small areas a single embargo changes the value strongly; the standard error "
            "shows by how much."
        ),
    ),
    references=(
        "IBAMA, public list of embargoed areas (Brazil)",
        "Agroefogo and CPT: workers found in deforestation operations, 2011 to 2020",
    ),
    sentence=(
        "Environmental embargoes in the area: {value} per 1,000 km2 and year ({period}). "
        "They also show that inspectors were present."
    ),
)

_YEARS = 3


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Embargoes of the last three known years over area; the error is that of a Poisson count.

    A count of zero has the error of a count of one: none seen is not known to be none.
    """
    area = last_years(inputs[TABLE], "area_km2", 1).select(
        "supplier_id", pl.col("value").alias("area_km2")
    )
    values = (
        last_years(inputs[TABLE], "embargo_count", _YEARS)
        .group_by("supplier_id")
        .agg(
            known=pl.len(),
            first=pl.col("year").min(),
            last=pl.col("year").max(),
            count=pl.col("value").sum(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
        .filter(pl.col("known") == _YEARS)
        .join(area, on="supplier_id")
        .filter(pl.col("area_km2") > 0)
        .with_columns(per_embargo=1000.0 / (_YEARS * pl.col("area_km2")))
        .with_columns(
            value=pl.col("count") * pl.col("per_embargo"),
            stderr=pl.max_horizontal(pl.col("count"), pl.lit(1.0)).sqrt() * pl.col("per_embargo"),
            quality=pl.lit(1.0),
        )
    )
    return with_ordinary_companies(values, inputs)
