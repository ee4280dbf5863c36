"""What the pictures of the land are drawn from, out of what was staged."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from flows.run.history.land_figure_data import CHANGES_PER_SITE, SCHEMA, land_figures
from flows.run.work import artefacts
from flows.run.work.work_folder import WorkFolder

pytestmark = pytest.mark.long

AS_OF = dt.date(2024, 6, 1)
SITES = pl.DataFrame(
    {"site_id": ["a", "b", "c", "d", "z"], "supplier_id": ["S", "S", "S", "S", "T"]}
)


def loss(site_id: str) -> pl.DataFrame:
    years = [2021, 2022, 2023]
    return pl.DataFrame(
        {
            "site_id": [site_id] * 3,
            "year": years,
            "loss_ha": [1.0, 0.0, 2.0],
            "baseline_ha": [100.0] * 3,
            # Around c the forest of 2000 is not known.
            "baseline_is_forest": [site_id != "c"] * 3,
            "published_on": [dt.date(year + 1, 5, 1) for year in years[:2]] + [dt.date(2024, 7, 1)],
        }
    )


def greenness(site_id: str, fall: float) -> pl.DataFrame:
    days = pl.date_range(dt.date(2018, 1, 1), dt.date(2024, 5, 1), "1mo", eager=True)
    noise = 0.01 * np.random.default_rng(3).normal(size=len(days))
    season = 0.6 + 0.1 * np.sin(2 * np.pi * np.arange(len(days)) / 12) + noise
    fallen = np.where(days.to_numpy() >= np.datetime64("2023-02-01"), fall, 0.0)
    return pl.DataFrame(
        {
            "site_id": site_id,
            "observed_from": days,
            "observed_to": days,
            "published_on": days,
            "value": season - fallen,
            "covered_share": 1.0,
            "origin": "made",
        }
    )


@pytest.fixture
def workspace(tmp_path: Path) -> WorkFolder:
    made = WorkFolder(tmp_path)
    name = artefacts.staged_rows("hansen_gfc", "stg_hansen_gfc__site_loss")
    made.write_frame(name, pl.concat([loss(site) for site in SITES["site_id"]]))
    made.write_frame(
        artefacts.staged_rows("modis_ndvi", "stg_modis_ndvi__site_means"),
        pl.concat([greenness("a", 0.3), greenness("b", 0.0)]),
    )
    groups = ["tree", "built", "bare", "crop", "water", "other", "pasture", "mining"]
    made.write_frame(
        artefacts.staged_rows("land_cover", "stg_land_cover__site_transitions"),
        pl.DataFrame(
            {
                "site_id": "a",
                "year_before": 2019,
                "year_after": 2022,
                "group_before": "tree",
                "group_after": groups,
                "area_ha": [500.0, *map(float, range(7, 0, -1))],
                "published_on": dt.date(2023, 1, 1),
            }
        ),
    )
    return made


def test_loss_series_with_its_break_and_classes_of_the_first_sites(workspace: WorkFolder) -> None:
    found = land_figures(workspace, SITES, AS_OF, ["S"])
    assert dict(found.schema) == SCHEMA
    bars = found.filter(pl.col("figure").str.starts_with("loss"))
    kinds = bars.select("site_id", "figure").unique(maintain_order=True).rows()
    assert kinds == [("a", "loss"), ("b", "loss"), ("c", "loss_of_ground")]
    # The third year is published after the day of the run.
    assert bars.filter(pl.col("site_id") == "a")["value"].to_list() == [0.01, 0.0]
    green = (
        found.filter(pl.col("figure") == "vegetation")
        .group_by("site_id")
        .agg(pl.col("broke_on").first(), pl.len())
    )
    breaks = dict(green.select("site_id", "broke_on").rows())
    assert breaks["b"] is None
    assert dt.date(2023, 2, 1) <= breaks["a"] <= dt.date(2023, 12, 1)
    classes = found.filter(pl.col("figure") == "class_change")
    assert classes.height == CHANGES_PER_SITE
    assert classes["label"][0] == "tree to built, 2019 to 2022"


def test_a_run_without_land_has_no_figures(tmp_path: Path) -> None:
    assert land_figures(WorkFolder(tmp_path), SITES, AS_OF, ["S"]).is_empty()
