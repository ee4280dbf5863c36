"""Product per head of a sourcing area against that of its country: how poor the place is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.sourcing_areas import TABLE, last_years, with_ordinary_companies

CARD = SignalCard(
    id="local_income",
    title="Product per head of the area against the country",
    pillar=Pillar.ENVIRONMENT,
    sources=("area_panel",),
    inputs=(TABLE,),
    unit="log ratio to the product per head of the country",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="sourcing_area",
    support="supplier",
    location_needed="town",
    lag="national accounts by area appear two years after the year they describe",
    max_age_days=2192,
    valid_range=(-5.0, 5.0),
    limits=(
        (
            "It is the product of an area, not the income of its residents: a mine or a dam lifts "
            "it without making anyone there less poor."
        ),
        "It is measured against the country's own level, so it does not compare countries.",
        (
            "It describes where a supplier is, not what the supplier does; every supplier of an "
            "area has the same value."
        ),
        "It was chosen with known cases in Brazil in view; its use elsewhere is untested.",
    ),
    references=(
        "ILO 2014, Profits and Poverty: income shocks and poverty as drivers of forced labour",
        "IBGE, gross domestic product of municipalities (Brazil)",
        (
            "Kummu, Kosonen and Masoumzadeh Sayyar 2025, Scientific Data 12:178, "
            "doi 10.1038/s41597-025-04487-x: the same by municipality for the world"
        ),
    ),
    sentence=("The product per head of its area is {value} that of the country ({period})."),
    wording=Wording(
        scale="log_ratio",
        negative="{size} times",
        zero="{size} times",
        positive="{size} times",
    ),
)

#: Municipal accounts are allocated from those of the state by indicators; our allowance.
_RELATIVE_ERROR = 0.1


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Natural log of `product_per_head` over `national_product_per_head` of the same year.

    The last year with both; none where either is not positive. Both are in the table's currency of
    that year, so neither inflation nor the exchange rate matters. The error is the relative error
    of the area's product.
    """
    national = (
        inputs[TABLE]
        .filter((pl.col("variable") == "national_product_per_head") & (pl.col("value") > 0))
        .select("supplier_id", "year", national="value")
        .unique(["supplier_id", "year"])
    )
    both = (
        inputs[TABLE]
        .filter((pl.col("variable") == "product_per_head") & (pl.col("value") > 0))
        .join(national, on=["supplier_id", "year"])
    )
    values = last_years(both, "product_per_head", 1).with_columns(
        value=(pl.col("value") / pl.col("national")).log(),
        stderr=pl.lit(_RELATIVE_ERROR),
        first=pl.col("year"),
        last=pl.col("year"),
        quality=pl.lit(1.0),
    )
    return with_ordinary_companies(values, inputs)
