"""Whether the land around a site grows less green over the years: a trend of NDVI.

The productivity part of the indicator of SDG 15.3.1: a Mann-Kendall test of yearly greenness, and
Theil and Sen's slope. It moves over a decade, so it is context: measured, with weight 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="land_degradation",
    title="Loss of vegetation greenness around the site",
    pillar=Pillar.ENVIRONMENT,
    sources=("modis_ndvi",),
    inputs=("stg_modis_ndvi__site_means",),
    unit="share of NDVI lost in ten years (0 where the trend is not significant)",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    lag="Yearly means, known when the year is over.",
    max_age_days=800,
    valid_range=(0.0, 1.0),
    limits=(
        "It is slow: a trend of ten years and more, which does not describe the current year.",
        (
            "It uses NDVI alone: land cover and soil carbon, the other parts of the indicator, "
            "are not included."
        ),
        "Building and mining lower it as well as degraded soil.",
        "Context only: its weight is 0 unless a user sets one.",
    ),
    references=(
        "UNCCD 2021, Good Practice Guidance, SDG Indicator 15.3.1, version 2.0",
        "Mann 1945, Econometrica 13:245-259; Sen 1968, JASA 63:1379-1389",
    ),
    sentence=(
        "Loss of vegetation greenness (NDVI) around its sites in ten years, by the trend of "
        "{period}: {value}."
    ),
)

MIN_YEARS = 10
#: A trend is sure beyond this, two-sided at 5 % (the indicator's own rule).
SURE_Z = 1.96
#: A year needs images of at least this many of its twelve months.
_MIN_MONTHS = 10


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Loss of greenness in ten years of each site with ten years of images.

    Yearly greenness is the mean of monthly means, so that a cloudy season does not weigh. A trend
    that is not sure, or upward, is 0: seen, and no loss.
    """
    yearly = (
        inputs["stg_modis_ndvi__site_means"]
        .group_by(
            "site_id",
            year=pl.col("observed_from").dt.year(),
            month=pl.col("observed_from").dt.month(),
        )
        .agg(pl.col("value").mean(), pl.col("observed_to").max(), pl.col("origin").last())
        .group_by("site_id", "year")
        .agg(
            pl.col("value").mean(),
            pl.col("observed_to").max(),
            pl.col("origin").last(),
            months=pl.len(),
        )
        .filter(pl.col("months") >= _MIN_MONTHS)
        .sort("site_id", "year")
        .collect()
    )
    rows = []
    for (site_id,), part in yearly.group_by("site_id", maintain_order=True):
        years = part["year"].to_numpy().astype(np.float64)
        values = part["value"].to_numpy()
        base = {
            "site_id": site_id,
            "period": f"{part['year'][0]}-{part['year'][-1]}",
            "observed_to": part["observed_to"][-1],
            "origin": part["origin"][-1],
        }
        level = float(np.median(values))
        if part.height < MIN_YEARS or level <= 0.0:
            few = f"only {part.height} years of greenness are known, not {MIN_YEARS}"
            reason = few if part.height < MIN_YEARS else "nothing grows around it"
            rows.append({**base, "status": "not_covered", "status_reason": reason})
            continue
        slope, z = sen_slope(years, values), mann_kendall_z(values)
        loss = max(0.0, -slope * 10.0 / level) if z < -SURE_Z else 0.0
        rows.append({**base, "value": min(loss, 1.0), "quality": 1.0})
    schema = {
        "site_id": pl.String, "period": pl.String, "value": pl.Float64, "stderr": pl.Float64,
        "quality": pl.Float64, "observed_to": pl.Date, "origin": pl.String, "status": pl.String,
        "status_reason": pl.String,
    }  # fmt: skip
    return pl.LazyFrame(rows, schema=schema)


def mann_kendall_z(values: NDArray[np.float64]) -> float:
    """Standardised statistic of Mann and Kendall's test for a trend, corrected for ties.

    Args:
        values: in the order of time, without gaps in value.

    Returns:
        Negative for a fall; 0 where nothing varies.
    """
    count = values.size
    signs = np.sign(values[None, :] - values[:, None])
    total = float(np.triu(signs, 1).sum())
    _, ties = np.unique(values, return_counts=True)
    variance = (
        count * (count - 1) * (2 * count + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())
    ) / 18.0
    if variance <= 0.0:
        return 0.0
    return float((total - np.sign(total)) / np.sqrt(variance))


def sen_slope(times: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Median of the slopes between all pairs (Theil and Sen)."""
    first, second = np.triu_indices(values.size, 1)
    return float(np.median((values[second] - values[first]) / (times[second] - times[first])))
