"""The simulation of the press in small: equal events, five times the press."""

import numpy as np
import polars as pl
import pytest

from benchmarks import press_coverage


def test_pairs_have_equal_events_and_unequal_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_coverage, "PAIRS", 60)
    truth, articles = press_coverage.simulate(np.random.default_rng(1))
    events = truth.group_by("pair").agg(pl.col("events").n_unique())
    assert events["events"].unique().to_list() == [1]
    reported = (
        articles.group_by(rich=pl.col("supplier_id").str.ends_with("rich")).len().sort("rich")
    )
    assert 4.0 < reported["len"][1] / reported["len"][0] < 6.0
