"""Whether accounts or auditor state a going-concern uncertainty, or an insolvency case is open."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.financial.ratio_rows import finished_rows
from signals.financial.registry_filings import (
    CASES_TABLE,
    OTHER_CASES_TABLE,
    OTHER_REGISTERS,
    REGISTER,
    open_cases,
)
from signals.financial.statements import (
    ACCOUNT_SOURCES,
    ACCOUNT_TABLES,
    ACCOUNTS_LAG,
    ACCOUNTS_MAX_AGE_DAYS,
    latest_statements,
)
from signals.sourcing_areas import TABLE as AREA_TABLE

CARD = SignalCard(
    id="going_concern",
    title="Going-concern uncertainty",
    pillar=Pillar.FINANCIAL,
    sources=(*ACCOUNT_SOURCES, REGISTER, *OTHER_REGISTERS),
    inputs=(*ACCOUNT_TABLES, AREA_TABLE, CASES_TABLE, OTHER_CASES_TABLE),
    unit="1 uncertainty stated or insolvency case open, 0 none stated",
    direction=1,
    ilo=(
        IloLink(indicator=IloIndicator.WITHHOLDING_OF_WAGES, strength=2, path="driver"),
        IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="driver"),
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
            "If the registers of the United Kingdom and Norway show no open insolvency case, that "
            "is no information and does not count as 0; a voluntary winding-up is not a case."
        ),
        (
            "It is available where a table of accounts states it. The figures that registers "
            "publish in machine-readable form do not include the auditor's report, and the "
            "signal does not apply there."
        ),
        "Auditors report late and cautiously: most companies that failed had no such note.",
    ),
    references=(
        "International Standard on Auditing 570 (Revised), Going Concern",
        "FASB ASU 2014-15, Subtopic 205-40",
        "Insolvency Act 1986 (UK)",
    ),
    sentence="Going-concern uncertainty or open insolvency case: {value} ({period}).",
    wording=Wording(
        steps=(
            (0.0, "none stated"),
            (1.0, "stated"),
        ),
    ),
)

_ITEM = "going_concern_doubt"
#: An auditor's statement is not an estimate; the error is that of a wrong entry.
_ERROR = 0.02


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """1 where an uncertainty is stated or an insolvency case is open, 0 where accounts state none.

    An open case takes precedence over the accounts. `not_applicable` where the accounts came as
    figures alone, without the auditor's report.
    """
    silent = pl.col(_ITEM).is_null()
    stated = finished_rows(
        latest_statements(inputs, (_ITEM,)).with_columns(
            value=(pl.col(_ITEM) > 0).cast(pl.Float64),
            stderr=pl.lit(_ERROR),
            quality=pl.lit(1.0),
            status=pl.when(silent).then(pl.lit("not_applicable")),
            status_reason=pl.when(silent).then(
                pl.lit("the accounts came as figures alone, without the auditor's report")
            ),
        ),
        inputs,
    )
    in_register = open_cases(inputs).select(
        "supplier_id",
        "observed_to",
        "origin",
        period=pl.format(
            "the insolvency case open since {} ({})",
            pl.col("opened_on").dt.to_string("%Y-%m-%d"),
            pl.col("case_type").str.replace_all("-", " "),
        ),
        value=pl.lit(1.0),
        stderr=pl.lit(_ERROR),
        quality=pl.lit(1.0),
        source_id="source_id",
    )
    others = stated.join(in_register, on="supplier_id", how="anti", maintain_order="left")
    return pl.concat([others, in_register], how="diagonal_relaxed")
