"""How the gross margin has moved against the company's own past."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_trends import change_rows
from signals.financial.ratios import GROSS_MARGIN
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="margin_squeeze",
    title="Gross margin squeeze",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="change of gross margin",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=1, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(-100.0, 100.0),
    limits=(
        "Prices and costs are not separated: a new product mix moves it as well.",
        "Expenses by nature (IFRS) leave out part of the production cost.",
        "It does not show who put pressure on the price.",
    ),
    references=(
        "ILO and Ethical Trading Initiative supplier surveys (Vaughan-Whitehead and Pinedo "
        "Caro 2017)",
        "Anner 2020, Review of International Political Economy 27(2): squeezing workers' "
        "rights in global supply chains",
    ),
    sentence="Gross margin over {period}: {value}.",
    wording=Wording(
        scale="percentage_points",
        negative="down {size} percentage points",
        zero="unchanged",
        positive="up {size} percentage points",
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Change of the gross margin over about three years; see `change_rows`."""
    return change_rows(inputs, GROSS_MARGIN)
