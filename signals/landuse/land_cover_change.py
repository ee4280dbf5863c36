"""What the signals of land-cover change share: the newest pair of maps, and a share's error."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: Maps of land cover name about one pixel in six wrongly (Venter et al. 2022, Remote Sensing
#: 14:4101); the error of a change in one place is taken to be that share of it.
MAP_ERROR_SHARE = 0.35

#: Share of the ground a year that two maps call changed where nothing was. Ours: a class that is
#: steady is redrawn on about a thousandth of the ground between two editions.
MIN_ERROR = 0.001

#: Bare ground is mapped worst (57 % right, ibid.), so that no value has full quality.
QUALITY = 0.6


def error_of(share: pl.Expr) -> pl.Expr:
    """Standard error of a yearly share of changed ground; no change is not certain either."""
    return ((share * MAP_ERROR_SHARE).pow(2) + MIN_ERROR**2).sqrt()


def newest_pair(transitions: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of each site's newest pair of maps."""
    return transitions.filter(pl.col("year_after") == pl.col("year_after").max().over("site_id"))


def gained(
    transitions: pl.LazyFrame, from_groups: Sequence[str] | None, to_groups: Sequence[str]
) -> pl.LazyFrame:
    """Per site: hectares that came to some groups from others, and hectares they came from.

    Args:
        transitions: rows of one pair of maps per site.
        from_groups: groups they came from; None for all but `to_groups`.
        to_groups: groups they came to.

    Returns:
        site_id, gained_ha, from_ha, valid_ha, covered_share, years, year_before, year_after,
        observed_to, origin.
    """
    to = pl.col("group_after").is_in(list(to_groups))
    if from_groups is None:
        source = ~pl.col("group_before").is_in(list(to_groups))
    else:
        source = pl.col("group_before").is_in(list(from_groups))
    area = pl.col("area_ha")
    return (
        transitions.sort("site_id", "group_before", "group_after")
        .group_by("site_id", maintain_order=True)
        .agg(
            gained_ha=pl.when(source & to).then(area).otherwise(0.0).sum(),
            from_ha=pl.when(source).then(area).otherwise(0.0).sum(),
            valid_ha=pl.col("valid_ha").last(),
            covered_share=pl.col("covered_share").last(),
            year_before=pl.col("year_before").last(),
            year_after=pl.col("year_after").last(),
            observed_to=pl.col("observed_to").last(),
            origin=pl.col("origin").last(),
        )
        .with_columns(years=pl.col("year_after") - pl.col("year_before"))
    )
