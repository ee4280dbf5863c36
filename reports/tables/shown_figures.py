"""Scores and shares as every output shows them: rounded once, in one way.

A figure halfway between two roundings must not go up in one output and down in another, as it does
where each leaves the rounding to its own library.
"""

from __future__ import annotations

import polars as pl

#: Digits behind the point of scores and of their parts, in points of 100.
POINTS_DECIMALS = 1
#: Of shares; in percent that is one.
SHARE_DECIMALS = 3


def rounded_points(name: str) -> pl.Expr:
    """A column of points as shown; null stays null."""
    return pl.col(name).cast(pl.Float64).round(POINTS_DECIMALS)


def rounded_share(name: str) -> pl.Expr:
    """A column of shares, 0-1, to what is shown in percent; null stays null."""
    return pl.col(name).cast(pl.Float64).round(SHARE_DECIMALS)


def points_text(points: float) -> str:
    """Points as text: `81.1`."""
    value = pl.select(pl.lit(float(points)).round(POINTS_DECIMALS)).item()
    return f"{value:.{POINTS_DECIMALS}f}"


def percent_text(share: float) -> str:
    """A share, 0-1, in percent: `84.6 %`."""
    value = pl.select(pl.lit(float(share)).round(SHARE_DECIMALS)).item()
    return f"{100 * value:.{SHARE_DECIMALS - 2}f} %"
