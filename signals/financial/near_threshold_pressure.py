"""How near a company is to the points it strains to stay above.

Wage theft was more frequent in companies that just met their targets than in those that beat them
easily or missed them badly: pressure at the margin is not monotone in distress.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard
from signals.financial.ratio_rows import ratio_rows
from signals.financial.ratios import NEAR_THRESHOLD
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="near_threshold_pressure",
    title="Earnings near a threshold",
    pillar=Pillar.FINANCIAL,
    sources=ACCOUNT_SOURCES,
    inputs=(*ACCOUNT_TABLES, AREA_TABLE),
    unit="closeness 0 to 1",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.EXCESSIVE_OVERTIME, strength=2, path="driver"),
    ),
    evidence_grade=EvidenceGrade.C,
    applies_to="firm",
    support="supplier",
    is_per_supplier=True,
    lag=ACCOUNTS_LAG,
    max_age_days=ACCOUNTS_MAX_AGE_DAYS,
    valid_range=(0.0, 1.0),
    limits=(
        (
            "The evidence is on listed US companies and earnings targets; break-even and "
            "interest cover are proxies for these targets."
        ),
        "Small companies report profits near zero for tax reasons too.",
        "A company with a large loss has a low value here; the other signals show its loss.",
    ),
    references=(
        "Raghunandan 2021, Review of Accounting Studies 26(3), doi 10.1007/s11142-021-09602-y",
        "Burgstahler and Dichev 1997, Journal of Accounting and Economics 24: earnings just "
        "above zero",
    ),
    sentence=(
        "Closeness of earnings to break-even or to the minimum interest cover in {period}: "
        "{value} of 1."
    ),
)


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """1 within 1 % of revenue around zero EBIT, or where interest is covered 1 to 1.5 times."""
    return ratio_rows(inputs, NEAR_THRESHOLD)
