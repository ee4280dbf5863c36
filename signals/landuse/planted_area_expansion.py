"""Growth of planted land in a sourcing area over three years, as a share of the area."""

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
from signals.sourcing_areas import TABLE, area_sizes, with_ordinary_companies

CARD = SignalCard(
    id="planted_area_expansion",
    title="Expansion of planted land",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="share of the area in 3 years",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="sourcing_area",
    support="supplier",
    change_type=ChangeType.CROPLAND,
    lag="crop statistics of a year appear in the autumn of the next",
    max_age_days=1096,
    valid_range=(-1.5, 1.5),
    limits=(
        (
            "It shows the seasonal need for workers, not how they were recruited; mechanised "
            "crops grow without them."
        ),
        "Two crops a year on the same land count twice.",
        "Hectares are estimates of local offices and are revised.",
    ),
    references=("IBGE, Producao Agricola Municipal (Brazil), table 5457",),
    sentence="Change in planted land over three years: {value} ({period}).",
    wording=Wording(
        negative="down {size} of the area",
        zero="none",
        positive="up {size} of the area",
    ),
)

_YEARS = 3
_PREFIX = "planted_"
_SQUARE_KM_PER_HA = 0.01
#: Municipal crop estimates are commonly rounded to tens of per cent; ours, for want of a source.
_RELATIVE_ERROR = 0.1


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Hectares of the last known year less those three years before, over the area.

    Crops that lack either year are left out of both, so that a crop that appears in the table is
    not taken for one that appears on the land.
    """
    planted = inputs[TABLE].filter(pl.col("variable").str.starts_with(_PREFIX))
    last = planted.with_columns(last=pl.col("year").max().over("supplier_id"))
    now = last.filter(pl.col("year") == pl.col("last"))
    before = last.filter(pl.col("year") == pl.col("last") - _YEARS).select(
        "supplier_id", "variable", pl.col("value").alias("before_ha")
    )
    values = (
        now.join(before, on=["supplier_id", "variable"])
        .group_by("supplier_id")
        .agg(
            first=pl.col("last").first() - _YEARS,
            last=pl.col("last").first(),
            now_ha=pl.col("value").sum(),
            before_ha=pl.col("before_ha").sum(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
        .join(area_sizes(inputs[TABLE]), on="supplier_id")
        .with_columns(per_ha=_SQUARE_KM_PER_HA / pl.col("area_km2"))
        .with_columns(
            value=(pl.col("now_ha") - pl.col("before_ha")) * pl.col("per_ha"),
            stderr=(pl.col("now_ha").pow(2) + pl.col("before_ha").pow(2)).sqrt()
            * _RELATIVE_ERROR
            * pl.col("per_ha"),
            quality=pl.lit(1.0),
        )
    )
    return with_ordinary_companies(values, inputs)
