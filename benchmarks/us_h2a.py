"""US seasonal farm employers of the shared data: what their public filings show, and later cases.

One row per employer and window of fiscal years in which workers were certified for it. Nothing is
read that was filed after the window, and only cases whose examined period begins after it count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from scoring.tune.ranking_measures import Flags, Floats, Labels


@dataclass(frozen=True)
class Field:
    """A public field read as a signal.

    Attributes:
        floor: value of no risk.
        ceiling: value of risk 1.
        weight: by default; 0: measured and shown.
        mechanism: why the field may be related to the treatment of workers.
    """

    floor: float
    ceiling: float
    weight: float
    mechanism: str

    def risk(self, values: Floats) -> Floats:
        """Values to 0..1; NaN stays."""
        return np.clip((values - self.floor) / (self.ceiling - self.floor), 0.0, 1.0)


FIELDS: Mapping[str, Field] = {
    "demand_growth": Field(
        -0.7, 0.7, 1.0, "workers of the last year to the mean before, log: recruitment, housing"
    ),
    "agent_share": Field(0.0, 1.0, 0.5, "applications through an agent: an intermediary, fees"),
    "few_neighbours": Field(
        float(np.log(10.0)),
        0.0,
        0.5,
        "other employers of the programme in the town, log: isolation",
    ),
    "short_season": Field(300.0, 60.0, 0.0, "days of the shortest season: crews that move on"),
    "wage_below_usual": Field(
        0.0, 0.1, 0.0, "hourly wage below the state's median for the crop in that year"
    ),
    "hand_harvest": Field(0.0, 1.0, 0.0, "applications for picking by hand"),
}

#: Fiscal years filed in, and days from which and before which the examined period begins.
Window = tuple[int, int, dt.date, dt.date]
WINDOWS: tuple[Window, ...] = (
    (2006, 2008, dt.date(2008, 10, 1), dt.date(2010, 10, 1)),
    (2006, 2007, dt.date(2007, 10, 1), dt.date(2008, 10, 1)),
    (2007, 2009, dt.date(2009, 10, 1), dt.date(2010, 10, 1)),
)

_FIRST_YEAR_WITH_AGENTS = 2007
_WAGES = (4.0, 25.0)
_DAYS = (7, 366)


@dataclass(frozen=True)
class Employers:
    """Employers of one window.

    Attributes:
        title: the fiscal years.
        values: field to [employers], NaN where the filings do not show it.
        workers: [employers] certified in the window.
        is_case: [employers] whether a case began after the window.
        state: [employers] of the office.
        is_active: [employers] whether workers were certified in the last year of the window.
        is_for_choosing: [employers] whether the state is of the choosing part.
    """

    title: str
    values: Mapping[str, Floats]
    workers: Floats
    is_case: Flags
    state: Labels
    is_active: Flags
    is_for_choosing: Flags

    @property
    def risk(self) -> Floats:
        """[employers, fields] risks of all fields, in their order."""
        return np.column_stack([field.risk(self.values[name]) for name, field in FIELDS.items()])


def read_employers(folder: Path, window: Window) -> Employers:
    """Employers with workers certified in the window, in the order of their ids."""
    first, last, begins, ends = window
    filed = _filings(folder, first, last)
    by_year = filed.group_by("id", "fy").agg(pl.col("workers").sum())
    before, now = pl.col("fy") < last, pl.col("fy") == last
    growth = by_year.group_by("id").agg(
        before=pl.col("workers").filter(before).mean(), now=pl.col("workers").filter(now).sum()
    )
    town = filed.group_by("state", "city").agg(neighbours=pl.col("id").n_unique())
    rows = (
        filed.sort("id", "fy", "begin")
        .group_by("id", maintain_order=True)
        .agg(
            pl.col("workers").sum(),
            pl.col("state").drop_nulls().mode().sort().first(),
            pl.col("city").last(),
            agent_share=pl.col("agent").filter(pl.col("fy") >= _FIRST_YEAR_WITH_AGENTS).mean(),
            short_season=pl.col("days").min(),
            wage_below_usual=-pl.col("wage").mean(),
            hand_harvest=pl.col("cat").is_in(["hand_harvest", "tobacco"]).mean(),
        )
        .join(growth, on="id", maintain_order="left")
        .join(town, on=["state", "city"], how="left", maintain_order="left")
        .filter(pl.col("state").is_not_null())
        .with_columns(
            demand_growth=((pl.col("now") + 1) / (pl.col("before") + 1)).log(),
            few_neighbours=pl.col("neighbours").log(),
        )
    )
    cases = pl.read_csv(folder / "violation_cases_before_2010_10.csv", try_parse_dates=True).filter(
        pl.col("fsd").is_between(begins, ends, closed="left")
    )
    state = rows["state"].to_numpy().astype(np.str_)
    return Employers(
        title=f"{first}-{last}",
        values={name: rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in FIELDS},
        workers=rows["workers"].to_numpy().astype(np.float64),
        is_case=rows["id"].is_in(cases["id"].to_list()).to_numpy(),
        state=state,
        is_active=rows["now"].to_numpy() > 0,
        is_for_choosing=choosing_states(state),
    )


def choosing_states(state: Labels) -> Flags:
    """Whether each unit's state is for choosing: by employers, the 1st and 4th of each four.

    Without a look at outcomes, both parts then have states of every size.
    """
    names, count = np.unique(state, return_counts=True)
    by_size = names[np.lexsort((names, -count))]
    chosen = by_size[np.isin(np.arange(names.size) % 4, (0, 3))]
    return np.isin(state, chosen)


def _filings(folder: Path, first: int, last: int) -> pl.DataFrame:
    """Applications with workers certified, with days of the season and the wage to the usual."""
    filed = pl.read_parquet(folder / "applications_fy2006_2010.parquet").filter(
        pl.col("fy").is_between(first, last)
    )
    days = (pl.col("end") - pl.col("begin")).dt.total_days()
    hourly = pl.when(pl.col("hourly").is_between(*_WAGES)).then("hourly")
    return filed.with_columns(
        days=pl.when(days.is_between(*_DAYS)).then(days),
        wage=hourly / hourly.median().over("state", "cat", "fy") - 1.0,
    ).filter(pl.col("workers") > 0)
