"""The rank of a supplier over the runs of a year; a run without a rank is a gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from reports.page import picture_svg as draw

_WIDTH, _HEIGHT = 4.2, 1.5
_LEFT = 0.11
_MARKER_POINTS = 3.5
_MOST_DAYS = 4


def trend_svg(
    days: Sequence[dt.date],
    rank: Sequence[int | None],
    low: Sequence[int | None],
    high: Sequence[int | None],
) -> str:
    """The line as an `svg` element; rank 1 is at the top.

    Args:
        days: as-of days of the runs, in order.
        rank: in each run; None where the supplier had none.
        low: lower end of its 90 % interval; None where it is not known.
        high: upper end.
    """
    made, axes = draw.figure(_WIDTH, _HEIGHT, _LEFT)
    at = np.array([day.toordinal() for day in days], dtype=np.float64)
    ranks, best, worst = _numbers(rank), _numbers(low), _numbers(high)
    axes.fill_between(at, best, worst, color=draw.SEQUENCE, alpha=0.25, lw=0)
    has_interval = np.isfinite(best) & np.isfinite(worst)
    axes.vlines(
        at[has_interval], best[has_interval], worst[has_interval],
        color=draw.SEQUENCE, alpha=0.5, lw=2,
    )  # fmt: skip
    axes.plot(at, ranks, color=draw.INK, lw=1.2, marker="o", ms=_MARKER_POINTS, mew=0)
    shown = sorted({round(place) for place in np.linspace(0, len(days) - 1, _MOST_DAYS)})
    axes.set_xticks(at[shown], [days[place].isoformat() for place in shown])
    for label, side in zip(axes.get_xticklabels(), _sides(len(shown)), strict=True):
        label.set_horizontalalignment(side)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=1))
    axes.invert_yaxis()
    axes.grid(axis="y")
    return _svg(made)


def _numbers(values: Sequence[int | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _sides(count: int) -> list[Literal["left", "center", "right"]]:
    """Days at the ends stay within the picture."""
    middle: list[Literal["left", "center", "right"]] = ["center"] * max(1, count - 2)
    return middle if count < 2 else ["left", *middle[: count - 2], "right"]


def _svg(made: Figure) -> str:
    """The page gives it its words, in its own language, before it shows it."""
    return str(draw.svg_of(made, "trend", "Rank"))
