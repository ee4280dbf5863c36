"""The worked example of the methodology (section 8.7), computed by the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scoring.aggregation.evidence_coverage import coverage, score_bounds
from scoring.aggregation.power_mean import power_mean
from scoring.explanation.shapley import owen_values

PAGE = Path(__file__).parents[2] / "docs/methodology.md"

#: Liabilities to assets, forest loss rate, drought, late payment (missing).
WEIGHTS = np.array([0.5, 0.5, 0.5, 0.25])
RISK = np.array([[0.5, 0.3, 1.0, np.nan]])
PEER_MEDIAN = np.array([[0.5, 0.15, 0.2, 0.4]])
LOW = np.array([[0.3, 0.0, 0.0, 0.0]])
HIGH = np.array([[0.9, 0.3, 1.0, 0.8]])


@pytest.fixture(scope="module")
def example() -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index("8.7 Worked example") :].split("\n## ")[0]


def test_coverage_score_and_bounds(example: str) -> None:
    present, applicable = ~np.isnan(RISK), np.ones(RISK.shape, dtype=bool)
    (covered,) = coverage(present, applicable, WEIGHTS)
    (score,) = power_mean(RISK, WEIGHTS, 2.0)
    (best,), (worst,) = score_bounds(RISK, LOW, HIGH, applicable, WEIGHTS, 2.0)
    assert f"= {covered:.3f}`" in example
    assert f"= {100 * score:.1f}`, first" in example
    assert f"{100 * best:.1f} to {100 * worst:.1f}." in example


def test_contributions(example: str) -> None:
    shared = owen_values(RISK, PEER_MEDIAN, WEIGHTS, [0, 1, 2, 3], power=2.0)
    liabilities, forest, drought, missing = 100 * shared.points[0]
    assert f"= {100 * shared.typical_score[0]:.1f}`" in example
    assert f"liabilities {liabilities:.1f}, forest loss {forest:.1f}, drought {drought:.1f}" in (
        example
    )
    assert missing == 0.0
    assert f"= {100 * (shared.score[0] - shared.typical_score[0]):.1f}`" in example
