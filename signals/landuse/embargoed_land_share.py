"""Land under environmental embargo in a sourcing area, five years together, over the area."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import (
    ChangeType,
    EvidenceGrade,
    IloIndicator,
    IloLink,
    Pillar,
    SignalCard,
    Wording,
)
from signals.sourcing_areas import TABLE, area_sizes, last_years, with_ordinary_companies

CARD = SignalCard(
    id="embargoed_land_share",
    title="Land under environmental embargo",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="log of 1 + km2 per 1,000 km2 in 5 years",
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
    valid_range=(0.0, 9.0),
    limits=(
        "An embargo is an act of enforcement: the figure shows where inspectors went as much as "
        "where land was cleared illegally, and none may mean that no one looked.",
        "It comes from the same list as the number of embargoes and adds only how large they are.",
        "Embargoes of the same land in two years count twice.",
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "IBAMA, public list of embargoed areas (Brazil)",
        "Decker Sparks et al. 2021, One Earth: forced labour in environmentally degrading work",
    ),
    sentence=(
        "Land under environmental embargo: {value} km2 per 1,000 km2 in 5 years ({period}). "
        "Embargoes also show that inspectors were present."
    ),
    wording=Wording(
        scale="log1p",
    ),
)

_YEARS = 5
_SQUARE_KM_PER_HA = 0.01


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Land embargoed in the last five known years over the area, log(1 + x) of km2 per 1,000 km2.

    A few embargoes are of whole forests, hence the log. The error of x is that of a sum of n areas
    of exponential size, x sqrt(2 / n), with n the embargoes of these years, at least one, and that
    of the log is this over 1 + x; it is not known where no land was embargoed.
    """
    counts = inputs[TABLE].filter(pl.col("variable") == "embargo_count")
    values = (
        last_years(inputs[TABLE], "embargoed_ha", _YEARS)
        .join(
            counts.select("supplier_id", "year", pl.col("value").alias("embargoes")),
            on=["supplier_id", "year"],
            how="left",
        )
        .group_by("supplier_id")
        .agg(
            known=pl.len(),
            first=pl.col("year").min(),
            last=pl.col("year").max(),
            embargoed_km2=pl.col("value").sum() * _SQUARE_KM_PER_HA,
            embargoes=pl.col("embargoes").sum(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
        .filter(pl.col("known") == _YEARS)
        .join(area_sizes(inputs[TABLE]), on="supplier_id")
        .with_columns(per_1000=1000.0 * pl.col("embargoed_km2") / pl.col("area_km2"))
        .with_columns(
            value=pl.col("per_1000").log1p(),
            stderr=pl.when(pl.col("per_1000") > 0).then(
                pl.col("per_1000")
                / (1.0 + pl.col("per_1000"))
                * (2.0 / pl.max_horizontal("embargoes", pl.lit(1.0))).sqrt()
            ),
            quality=pl.lit(1.0),
        )
    )
    return with_ordinary_companies(values, inputs)
