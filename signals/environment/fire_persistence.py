"""Whether fires around a site keep above their season: Page's CUSUM of monthly counts.

Each month of the last year is scored against the mean of its calendar month in the years before,
with the site's own dispersion (quasi-Poisson); the value is the largest sum S. Above 5 it is an
alarm that chance gives once in 77 years of a site (SCIENCE 2.3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.card import ChangeType, EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard

CARD = SignalCard(
    id="fire_persistence",
    title="Fires around the site above their season",
    pillar=Pillar.ENVIRONMENT,
    sources=("firms",),
    inputs=("stg_firms__site_fires",),
    unit="cumulated standard scores",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="trace"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    change_type=ChangeType.FIRE,
    lag="Detections appear within a day; the science-quality record months later.",
    max_age_days=185,
    valid_range=(0.0, 10_000.0),
    limits=(
        "Needs three years of fires; an archive of one year says nothing here.",
        "Fire has many causes: harvest burning, clearing, kilns, wildfire.",
        "No study links it to labour outcomes; its weight is capped accordingly.",
    ),
    references=(
        "Page 1954, Biometrika 41:100-115",
        "Giglio et al. 2016, Remote Sensing of Environment 178:31-41",
    ),
    sentence=(
        "Fires around its sites stood {value} ({unit}) above their season in {period}; around "
        "the typical peer's {peer}."
    ),
)

WATCHED_MONTHS = 12
FEWEST_EARLIER_YEARS = 2

#: A month counts when the archive covers at least this many of its days.
LEAST_COVERED_DAYS = 20.0

#: Added to the mean count, so that one fire where there never was any is no infinity.
LEAST_EXPECTED = 0.5


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Largest S of the last twelve months per site; a record below three years is not covered.

    The standard error is 1: that of a single standard score, which the last month adds.
    """
    from signals.series.page_cusum import page_cusum, quasi_poisson_scores

    as_of: dt.date = inputs["run"].select("as_of").collect().item()
    fires = inputs["stg_firms__site_fires"].filter(pl.col("covered_days") >= LEAST_COVERED_DAYS)
    rows = []
    for (site_id,), site in fires.sort("month").collect().group_by("site_id", maintain_order=True):
        last: dt.date = site["month"][-1]
        months = (
            (as_of.year - site["month"].dt.year()) * 12 + as_of.month - site["month"].dt.month()
        )
        age = months.to_numpy()
        counts = site["detections"].to_numpy().astype(np.float64)
        calendar = site["month"].dt.month().to_numpy()
        watched = age <= WATCHED_MONTHS
        row = {"site_id": site_id, "observed_to": site["observed_to"].max()}
        row |= {"origin": site["origin"][-1], "period": f"the year to {last:%Y-%m}"}
        if (~watched).sum() >= 12 * FEWEST_EARLIER_YEARS and watched.any():
            expected, dispersion = _season(counts[~watched], calendar[~watched], calendar[watched])
            scores = quasi_poisson_scores(
                counts[watched][None], expected[None], np.array([dispersion])
            )
            row |= {"value": float(page_cusum(scores).highest[0]), "stderr": 1.0}
            row |= {"quality": min(1.0, watched.sum() / WATCHED_MONTHS)}
        else:
            row |= {"status": "not_covered", "status_reason": "fires are known for too few years"}
        rows.append(row)
    return pl.DataFrame(
        rows,
        schema={
            "site_id": pl.String, "period": pl.String, "value": pl.Float64, "stderr": pl.Float64,
            "quality": pl.Float64, "observed_to": pl.Date, "origin": pl.String,
            "status": pl.String, "status_reason": pl.String,
        },
    ).lazy()  # fmt: skip


def _season(
    counts: NDArray[np.float64], calendar: NDArray[np.int8], wanted: NDArray[np.int8]
) -> tuple[NDArray[np.float64], float]:
    """Expected counts of the wanted calendar months, and variance over mean, at least 1."""
    overall = counts.mean()
    means = {
        month: counts[calendar == month].mean() if (calendar == month).any() else overall
        for month in range(1, 13)
    }
    fitted = np.maximum([means[int(month)] for month in calendar], LEAST_EXPECTED)
    freedom = max(1, len(counts) - len(set(calendar.tolist())))
    dispersion = float(((counts - fitted) ** 2 / fitted).sum() / freedom)
    expected = np.maximum([means[int(month)] for month in wanted], LEAST_EXPECTED)
    return expected, max(1.0, dispersion)
