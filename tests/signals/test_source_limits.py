"""A pull and a staging have bounds; beyond them the source is unavailable."""

import threading
import time
from collections.abc import Iterator

import pytest

from signals.source_limits import (
    Budget,
    LimitReachedError,
    Limits,
    limits_in_force,
    memory_limit,
    stopped_beyond,
    within,
)


def clock(*times: float) -> Iterator[float]:
    yield from times
    while True:
        yield times[-1]


@pytest.mark.parametrize(
    ("limits", "use", "key"),
    [
        (Limits(requests=2), lambda b: [b.count_request() for _ in range(3)], "requests"),
        (Limits(bytes=100), lambda b: [b.count_bytes(60) for _ in range(2)], "bytes"),
    ],
)
def test_the_sentence_names_the_key_that_raises_the_limit(limits, use, key) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LimitReachedError, match=rf"source_limits\.rain\.{key}"):
        use(Budget("rain", limits))


def test_what_is_within_the_limits_passes() -> None:
    budget = Budget("rain", Limits(requests=2, bytes=100))
    for _ in range(2):
        budget.count_request()
        budget.count_bytes(50)


def test_time_counts_from_the_first_moment() -> None:
    times = clock(0.0, 9.0, 11.0)
    budget = Budget("rain", Limits(pull_seconds=10), now=lambda: next(times))
    budget.count_request()
    with pytest.raises(LimitReachedError, match="longer than 10 s"):
        budget.count_bytes(1)


def _without_end() -> None:
    while True:
        try:
            time.sleep(0.001)
        except Exception:  # a library that swallows errors must not outlive the limit
            continue


def test_a_loop_without_end_is_stopped_in_any_thread() -> None:
    found: list[BaseException] = []

    def staged() -> None:
        try:
            with stopped_beyond(Limits(stage_seconds=1), "rain"):
                _without_end()
        except LimitReachedError as error:
            found.append(error)

    thread = threading.Thread(target=staged)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert "source_limits.rain.stage_seconds" in str(found[0])


def test_what_ends_in_time_is_left_alone() -> None:
    with stopped_beyond(Limits(stage_seconds=1), "rain"):
        value = 1
    assert value == 1


def _filling() -> None:
    kept = []
    while True:
        kept.append(bytearray(b"x" * 2_000_000))
        time.sleep(0.005)


def test_what_fills_the_memory_is_stopped() -> None:
    with (
        pytest.raises(LimitReachedError, match=r"0\.1 GB.*source_limits\.rain\.memory_bytes"),
        stopped_beyond(Limits(memory_bytes=50_000_000), "rain"),
    ):
        _filling()


def test_no_source_may_take_all_of_the_memory() -> None:
    assert memory_limit(Limits(memory_bytes=10**18)) < 10**16


def test_limits_are_in_force_within_the_block_alone() -> None:
    with within(Limits(nesting=3)):
        assert limits_in_force().nesting == 3
    assert limits_in_force() == Limits()
