"""A signal that tells of outcomes is no feature where these outcomes are the labels."""

import pytest

import configs
from flows.backtest.tuning_model import model_without_labels, weighted


@pytest.mark.parametrize(
    ("kinds", "is_feature"),
    [([], True), (["audit_finding"], True), (["import_ban"], False), (["court"], False)],
)
def test_enforcement_news_is_left_out_of_its_own_labels(kinds: list[str], is_feature: bool) -> None:
    settings = configs.load(None, ["sources.news_csv.mirror=tests"], local=None)
    signals = weighted(model_without_labels(settings, kinds))
    assert ("enforcement_news" in signals) is is_feature
    assert "labour_unrest_events" in signals
