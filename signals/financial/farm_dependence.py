"""Farm income of a sourcing area per resident, in logs: how far people there live off farms."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.sourcing_areas import TABLE, last_years, with_ordinary_companies

CARD = SignalCard(
    id="farm_dependence",
    title="Farm income per resident of the area",
    pillar=Pillar.FINANCIAL,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="log of thousands of the table's currency per resident",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="driver"),
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.D,
    applies_to="sourcing_area",
    support="supplier",
    lag="municipal accounts appear two years after the year they describe",
    max_age_days=1461,
    valid_range=(-10.0, 10.0),
    limits=(
        (
            "It shows how much of an area's income comes from farms, and so how few other "
            "employers there may be; prosperous and well-run farms have values as high as "
            "others."
        ),
        "Residents are those of a census that may be many years old.",
        (
            "Figures are in current money: inflation lifts all areas together, so years are not "
            "comparable, and the goalposts are in reais of 2016."
        ),
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "IBGE, gross domestic product of municipalities: agricultural value added; Census 2010",
        "Azar, Marinescu and Steinbaum 2022, Journal of Human Resources 57(S): fewer employers "
        "in reach, lower wages",
    ),
    sentence=(
        "Farm income per resident of the area: {value} thousand in the currency of the table "
        "({period})."
    ),
    wording=Wording(
        scale="log_ratio",
    ),
)

#: Our allowance for residents counted years before the income, for want of a source.
_RELATIVE_ERROR = 0.1


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Value added by farms in the last known year over residents; none where it is not positive.

    `agricultural_value_added` is in thousands. Incomes differ by factors, so the natural log is
    taken; its error is the relative error of the quotient.
    """
    people = (
        inputs[TABLE]
        .filter((pl.col("variable") == "population") & (pl.col("value") > 0))
        .group_by("supplier_id")
        .agg(people=pl.col("value").sort_by("year").last())
    )
    values = (
        last_years(inputs[TABLE], "agricultural_value_added", 1)
        .filter(pl.col("value") > 0)
        .join(people, on="supplier_id")
        .with_columns(
            value=(pl.col("value") / pl.col("people")).log(),
            stderr=pl.lit(_RELATIVE_ERROR),
            first=pl.col("year"),
            last=pl.col("year"),
            quality=pl.lit(1.0),
        )
    )
    return with_ordinary_companies(values, inputs)
