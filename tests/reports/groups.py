"""A constructed fairness table of a run."""

from dataclasses import replace
from typing import Any

import polars as pl

from reports.bundle import ReportBundle
from reports.page.fairness_section import COLUMNS
from scoring.tune.fairness import SCHEMA

SUMMARY = "Fairness: 1 of 4 comparisons of groups lie outside 0.8 to 1.25 times the others."
SLOPE = {
    "suppliers": 1200, "countries": 9, "slope": -2.0, "r_squared": 0.11, "residual_slope": 0.0,
    "residual_stderr": 0.1, "residual_r_squared": 0.0,
}  # fmt: skip
SWAP = {"swapped": 30, "changed": 2, "mean_change": 0.011, "largest_change": 0.4}
UNEVEN = {
    "rate_group": 0.043, "rate_rest": 0.98, "rate_ratio": 0.0439, "rate_ratio_low": 0.02,
    "rate_ratio_high": 0.11, "within_0_80_1_25": "no", "significant_fdr5": True,
}  # fmt: skip

_EVEN = {
    "dimension": "language", "suppliers": 40, "rate_group": 0.1, "rate_rest": 0.1, "rate_ratio":
    1.0,
    "rate_ratio_low": 0.5, "rate_ratio_high": 2.0, "within_0_80_1_25": "yes", "significant_fdr5":
    False,
}  # fmt: skip


def fairness_table(**measures: dict[str, Any]) -> pl.DataFrame:
    """Malay is even but for the measures given, Khmer is too small, income is not known."""
    malay = [
        {**_EVEN, "group": "ms", "measure": measure, **measures.get(measure, {})}
        for measure in COLUMNS
    ]
    khmer = {
        "dimension": "language", "group": "km", "measure": "has_score", "within_0_80_1_25":
        "too_few",
    }  # fmt: skip
    unknown = {"dimension": "income_group", "suppliers": 0, "within_0_80_1_25": "unknown"}
    return pl.DataFrame([*malay, khmer, unknown], schema=dict(SCHEMA))


def with_fairness(
    bundle: ReportBundle, table: pl.DataFrame | None = None, **record: object
) -> ReportBundle:
    """The bundle with a table of fairness, uneven unless one is given, and its record."""
    reported = {"failing_significant_fdr5": 1, "summary": SUMMARY} if table is None else {}
    told = replace(bundle, manifest={**bundle.manifest, "fairness": {**reported, **record}})
    return told.with_tables(fairness=fairness_table(has_score=UNEVEN) if table is None else table)
