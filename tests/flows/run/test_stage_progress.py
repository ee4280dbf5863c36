import logging

import pytest

from flows.run.stage_progress import StageProgress


def test_a_long_stage_says_where_it_is_and_a_short_one_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    times = iter([0.0, 1.0, 19.0, 25.0, 30.0, 45.5])
    progress = StageProgress("Computing the signals", 68, clock=lambda: next(times))
    with caplog.at_level(logging.INFO, "understory"):
        for name in ("a", "b", "c", "d", "e"):
            progress.step(name)
    assert [record.getMessage() for record in caplog.records] == [
        "Computing the signals: c (3 of 68), 25 s so far",
        "Computing the signals: e (5 of 68), 46 s so far",
    ]
