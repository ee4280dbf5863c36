"""What a measured run printed is read, also where it was stopped."""

from __future__ import annotations

import pytest

from benchmarks.whole_months import read_month

_LIST = '{"part": "list", "seconds": 2.0, "wall": 3.0, "peak_gb": 0.5}\n'
_SIGNALS = '{"part": "signals", "seconds": 4.0, "wall": 9.0, "peak_gb": 1.5}\n'
_END = '{"run_id": "r", "peak_gb": 1.75}\n'


@pytest.mark.parametrize(
    ("printed", "parts", "run_id", "seconds", "wall", "peak_gb"),
    [
        (_LIST + "a line of a library\n" + _SIGNALS + _END, 2, "r", 6.0, 12.0, 1.75),
        (_LIST + _SIGNALS, 2, None, 6.0, 12.0, 1.5),
        (_LIST + _SIGNALS[:20], 1, None, 2.0, 3.0, 0.5),
        ("", 0, None, 0.0, 0.0, 0.0),
    ],
)
def test_parts_of_a_run_are_added_up(
    printed: str, parts: int, run_id: str | None, seconds: float, wall: float, peak_gb: float
) -> None:
    month = read_month(printed)
    assert (len(month.parts), month.run_id) == (parts, run_id)
    assert (month.seconds, month.wall, month.peak_gb) == (seconds, wall, peak_gb)
