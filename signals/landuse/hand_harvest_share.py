"""Planted land of a sourcing area under crops that are not always harvested by machines."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sourcing_areas import TABLE, last_planting, not_applicable, with_ordinary_companies

CARD = SignalCard(
    id="hand_harvest_share",
    title="Planted land under crops that may be harvested by hand",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="share of the planted land",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="sourcing_area",
    support="supplier",
    lag="crop statistics of a year appear in the autumn of the next",
    max_age_days=1096,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It shows which crops may be harvested by hand, not how they are: machines cut the "
            "maize of large farms, and the sugar cane of Brazil outside the Northeast."
        ),
        (
            "It covers only the crops in the table. For Brazil these are four; coffee, fruit and "
            "tobacco, which employ many workers, are not among them."
        ),
        (
            "It shows the need for workers, not who they are nor how they were recruited; family "
            "farms have high values."
        ),
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "Conab, safra da cana-de-acucar (Brazil): nine tenths of the cane are harvested by "
        "machines, in the Northeast about a quarter",
        "IBGE, Producao Agricola Municipal (Brazil), table 5457",
    ),
    sentence="{value} of the planted land is under crops that may be harvested by hand ({period}).",
)

_BY_MACHINE = ("planted_cotton_ha", "planted_soy_ha")
#: Municipal crop estimates are commonly rounded to tens of per cent; ours, for want of a source.
_RELATIVE_ERROR = 0.1


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Planted land other than soy and cotton over planted land.

    Where nothing is planted there is no such share, and the signal does not apply.

    The error is that of a share of sums whose parts err alone: for share h, the parts by hand
    carry 1 - h and those by machine h of their own error.
    """
    by_machine = pl.col("variable").is_in(_BY_MACHINE)
    square = pl.col("planted_km2").pow(2)
    planted = (
        last_planting(inputs[TABLE])
        .group_by("supplier_id")
        .agg(
            first=pl.col("year").first(),
            last=pl.col("year").first(),
            planted_km2=pl.col("planted_km2").sum(),
            by_hand_km2=pl.col("planted_km2").filter(~by_machine).sum(),
            square_by_hand=square.filter(~by_machine).sum(),
            square_by_machine=square.filter(by_machine).sum(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
    )
    values = (
        planted.filter(pl.col("planted_km2") > 0)
        .with_columns(value=pl.col("by_hand_km2") / pl.col("planted_km2"))
        .with_columns(
            stderr=(
                (1 - pl.col("value")).pow(2) * pl.col("square_by_hand")
                + pl.col("value").pow(2) * pl.col("square_by_machine")
            ).sqrt()
            * _RELATIVE_ERROR
            / pl.col("planted_km2"),
            quality=pl.lit(1.0),
        )
    )
    bare = planted.filter(pl.col("planted_km2") <= 0)
    return pl.concat(
        [
            with_ordinary_companies(values, inputs),
            not_applicable(bare, "none of the table's crops is planted in the area"),
        ]
    )
