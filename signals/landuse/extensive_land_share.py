"""Land of a sourcing area that is neither planted nor mapped as forest: pasture and scrub."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.sourcing_areas import TABLE, area_sizes, last_planting, with_ordinary_companies

CARD = SignalCard(
    id="extensive_land_share",
    title="Land neither planted nor mapped as forest",
    pillar=Pillar.LAND_USE,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="share of the area",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ISOLATION, strength=1, path="context"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.B,
    applies_to="sourcing_area",
    support="supplier",
    lag="crop statistics of a year appear in the autumn of the next",
    max_age_days=1096,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "It is the remainder of the area, not a map of pasture: towns, water, rock and all "
            "crops that are not in the table are included."
        ),
        (
            "Where no forest is provided, as for Brazil outside the Amazon, none is subtracted; "
            "the map of the Amazon is of one year."
        ),
        (
            "Most ranches have nothing to answer for: it shows how common scattered work far "
            "from towns is, not on what terms."
        ),
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "Costa 2009, ILO: Fighting Forced Labour, the Example of Brazil: ranches, where recruiters "
        "bring gangs to clear and fence, are the most frequent setting",
        "IBGE, Producao Agricola Municipal (Brazil), table 5457; INPE, PRODES",
    ),
    sentence="{value} of the area is neither planted nor mapped as forest ({period}).",
)

#: Of the remainder where no map of forest is given.
_QUALITY_WITHOUT_FOREST = 0.5
#: Municipal crop estimates are commonly rounded to tens of per cent; ours, for want of a source.
_RELATIVE_ERROR = 0.1


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Area less planted land and forest over the area, at least 0: two crops a year count twice.

    The error is that of the planted land.
    """
    forest = (
        inputs[TABLE]
        .filter(pl.col("variable") == "forest_km2")
        .group_by("supplier_id")
        .agg(forest_km2=pl.col("value").sort_by("year").last())
    )
    planted = (
        last_planting(inputs[TABLE])
        .group_by("supplier_id")
        .agg(
            last=pl.col("year").first(),
            planted_km2=pl.col("planted_km2").sum(),
            error_km2=(pl.col("planted_km2") * _RELATIVE_ERROR).pow(2).sum().sqrt(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
    )
    values = (
        planted.join(area_sizes(inputs[TABLE]), on="supplier_id")
        .join(forest, on="supplier_id", how="left")
        .with_columns(
            # Not imputed: the definition takes off only forest that a map shows.
            left_km2=pl.col("area_km2") - pl.col("planted_km2") - pl.sum_horizontal("forest_km2"),
            first=pl.col("last"),
        )
        .with_columns(
            value=(pl.col("left_km2") / pl.col("area_km2")).clip(0.0, 1.0),
            stderr=pl.col("error_km2") / pl.col("area_km2"),
            quality=pl.when(pl.col("forest_km2").is_null())
            .then(_QUALITY_WITHOUT_FOREST)
            .otherwise(1.0),
        )
    )
    return with_ordinary_companies(values, inputs)
