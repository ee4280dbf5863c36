"""How unsteady the farm income of a sourcing area is, year over year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.sourcing_areas import TABLE, last_years, with_ordinary_companies

CARD = SignalCard(
    id="farm_income_volatility",
    title="Farm income volatility in the area",
    pillar=Pillar.FINANCIAL,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="standard deviation of yearly log change",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="sourcing_area",
    support="supplier",
    lag="municipal accounts appear two years after the year they describe",
    max_age_days=1461,
    valid_range=(0.0, 5.0),
    limits=(
        "It is the income of all farms in an area, not the accounts of any company in it.",
        (
            "Figures are in current money: a jump in inflation appears as volatility, everywhere "
            "at once."
        ),
        "Large harvests and bad ones count alike.",
    ),
    references=(
        "IBGE, gross domestic product of municipalities: agricultural value added",
        "Cohn and Wardlaw 2016, Journal of Finance 71(5): cash-flow shocks and work safety",
    ),
    sentence=(
        "Farm income of the area typically changed by {value} from year to year ({period}; "
        "one standard deviation)."
    ),
    wording=Wording(
        scale="log_change",
    ),
)

_YEARS = 9
_MINIMUM_CHANGES = 5


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Standard deviation of the log changes of value added: at least 5 in the last 8.

    Only changes between consecutive years of positive value added count. Standard error of a
    standard deviation under normal changes: sd / sqrt(2 (n - 1)).
    """
    changes = (
        last_years(inputs[TABLE], "agricultural_value_added", _YEARS)
        .filter(pl.col("value") > 0)
        .sort("supplier_id", "year")
        .with_columns(
            change=pl.col("value").log().diff().over("supplier_id"),
            step=pl.col("year").diff().over("supplier_id"),
        )
        .filter(pl.col("step") == 1)
    )
    values = (
        changes.group_by("supplier_id")
        .agg(
            known=pl.len(),
            first=pl.col("year").min() - 1,
            last=pl.col("year").max(),
            value=pl.col("change").std(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").first(),
        )
        .filter(pl.col("known") >= _MINIMUM_CHANGES)
        .with_columns(
            stderr=pl.col("value") / (2.0 * (pl.col("known") - 1)).sqrt(),
            quality=pl.col("known") / (_YEARS - 1),
        )
    )
    return with_ordinary_companies(values, inputs)
