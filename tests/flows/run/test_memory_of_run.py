"""A run that is too large for the memory says so before it begins."""

import logging

import pytest

from configs import machine_memory
from configs.config_errors import DataRejectedError
from flows.run.work.memory_of_run import needed_bytes, reject_too_little

GB = 10**9


def test_the_estimate_is_what_was_measured() -> None:
    assert needed_bytes(10_000) == pytest.approx(1.62 * GB)
    assert needed_bytes(100_000) == pytest.approx(2.7 * GB)


@pytest.mark.parametrize(
    ("suppliers", "allowed", "available", "addresses", "says"),
    [
        (1_000, 8 * GB, 6 * GB, None, None),
        (1_000, 1 * GB, 1 * GB, None, None),
        (1_000, 400_000_000, 400_000_000, None, "needs about 1.5 GB of memory and may use 0.4 GB"),
        (1_000_000, 6 * GB, 6 * GB, None, "1,000,000 suppliers needs about 13.5 GB of memory and"),
        (1_000, 8 * GB, 6 * GB, 2 * GB, "takes addresses for 3.8 GB and this shell allows 2.0 GB"),
        (1_000, None, None, 5 * GB, None),
    ],
)
def test_too_little_memory_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    suppliers: int,
    allowed: int | None,
    available: int | None,
    addresses: int | None,
    says: str | None,
) -> None:
    monkeypatch.setattr(machine_memory, "allowed_bytes", lambda: allowed)
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: available)
    monkeypatch.setattr(machine_memory, "address_space_bytes", lambda: addresses)
    if says is None:
        reject_too_little(suppliers)
    else:
        with pytest.raises(DataRejectedError, match=says):
            reject_too_little(suppliers)


def test_a_run_that_may_not_end_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(machine_memory, "allowed_bytes", lambda: 8 * GB)
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: 1 * GB)
    with caplog.at_level(logging.WARNING, "understory"):
        reject_too_little(10_000)
    assert "needs about 1.6 GB of memory and 1.0 GB are available" in caplog.text
