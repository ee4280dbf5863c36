"""The defaults that the methodology states are those of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

import configs
from configs.settings import Settings

PAGE = Path(__file__).parents[2] / "docs/methodology.md"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return configs.load(local=None)


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_weights_and_caps(page: str, settings: Settings) -> None:
    pillars = settings.scoring.pillars
    stated = ", ".join(f"{name.replace('_', ' ')} {weight:g}" for name, weight in pillars.items())
    assert f"Default: {stated}." in page
    for grade, cap in settings.scoring.evidence_grade_caps.items():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| {grade} |"))
        assert row.endswith(f"| {cap:.2f} |")


def test_priority_bands(page: str, settings: Settings) -> None:
    floors = settings.scoring.priority_bands
    first, second, third = (f"{floor:g}" for floor in (floors.first, floors.second, floors.third))
    assert f"| first | {first} and above |" in page
    assert f"| second | {second} to below {first} |" in page
    assert f"| third | {third} to below {second} |" in page


def test_minimum_evidence_and_bounds(page: str, settings: Settings) -> None:
    missing = settings.scoring.missing
    assert f"`c ≥ {missing.minimum_coverage:g}`" in page
    assert missing.minimum_own_pillars == 2
    assert "at least two pillars have a present, weighted signal" in page
    low, high = 100 * missing.low_quantile, 100 * missing.high_quantile
    assert f"the {low:.0f}th and {high:.0f}th percentile of the peers'" in page


def test_simulations(page: str, settings: Settings) -> None:
    rule = settings.uncertainty
    assert f"in {rule.draws:,} Monte Carlo simulations" in page
    assert f"Dirichlet({rule.weight_concentration:g} × weight share)" in page
    assert rule.powers == (1, 2, 3)
    assert f"with probability {rule.normaliser_changed_share:g} as published" in page
    assert f"with probability {rule.source_left_out_share:g} one source" in page
    assert f"with probability {rule.missing_filled_share:g} they stay missing" in page
    assert f"The default is {rule.sensitivity_draws} base simulations" in page


def test_audit_budget_and_criteria(page: str, settings: Settings) -> None:
    assert f"that the audit budget allows, {settings.scoring.top_k} by default" in page
    assert f"a share of {settings.selection.random_share:.0%}".replace("%", " %") in page
    criteria = settings.tune.acceptance
    assert f"AUC interval is at least {criteria.minimum_auc:g}" in page
    assert f"from month to month is at least {criteria.minimum_agreement:g}" in page
    low, high = criteria.group_error
    assert f"significantly outside {low:g} to {high:g}" in page
