"""The default score against known cases in the municipalities of Brazil, beside exposure.

Features are those published by the first day of 2018, through the same staging, signals and
scoring as a run; cases are entries of 2018 to 2022 in the public register of employers, for the
15 states whose outcomes are open. The score is not fitted, so it is read on all rows; what is
fitted (population and area together, the region's rate) is fitted without the state it is read on.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import statsmodels.api as sm
from numpy.typing import NDArray

import configs
from benchmarks.shared_data import shared_data
from flows.run import stages
from flows.run.work import artefacts
from flows.run.work.stage_types import RunRequest
from scoring.tune.cluster_bootstrap import auc_interval
from scoring.tune.ranking_measures import Flags, Floats, found_at, measure

ID = "brazil_first"
GOAL = "default score against known cases of 2018-2022, beside population + area and region rate"
KIND = "validate"

AS_OF = dt.date(2018, 1, 1)
_CASE_YEARS = (2018, 2022)
_BUDGET = 100
#: A score of nothing still leaves the size of the area.
_LOWEST_SCORE = 1.0
SCALED, SIZE = "score x population x area", "population x area"


@dataclass(frozen=True)
class DefaultRun:
    """What the shipped configuration says of the places.

    Attributes:
        scores: supplier_id, score; null where no score is possible.
        normalised: supplier_id, signal_id, risk (0..1 or null), weight in the score.
        share: of the places that the default rule on coverage would score.
    """

    scores: pl.DataFrame
    normalised: pl.DataFrame
    share: float


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    folder = shared_data("outcomes/brazil_panel")
    places = open_places(folder / "panel.parquet")
    default = default_run(places, folder)
    places = places.join(default.scores, on="supplier_id", how="left", maintain_order="left")
    every_case = places["is_case"].to_numpy()
    share = 1 - places["score"].null_count() / places.height
    # Exposure needs a census figure, which five municipalities founded later do not have.
    rows = places.drop_nulls(["score", "pop_2010"])
    is_case, state = rows["is_case"].to_numpy(), rows["state"].to_numpy().astype(np.str_)
    orders = _orders(rows, is_case, state)
    print(
        f"{places.height} municipalities of {places['state'].n_unique()} states, "
        f"{int(every_case.sum())} with a known case in {_CASE_YEARS[0]}-{_CASE_YEARS[1]}; "
        f"features as of {AS_OF}."
    )
    print(
        f"Scoreable by the default rule on this panel alone: {default.share:.1%}; without the "
        f"rule on coverage: {share:.1%}, on which all lines below are read."
        " Recall is of all known cases, those without a score among them."
    )
    header = ("AUC", "AP", "p@100", "lift@100", "in-state", "recall@100", "recall@500")
    print(f"{'order':<34}" + "".join(f"{name:>11}" for name in header))
    for name, order in orders.items():
        m = measure(order, is_case, state)
        recall = [found_at(order, is_case, count) / every_case.sum() for count in (_BUDGET, 500)]
        figures = (m.auc, m.average_precision, m.precision, m.lift,
                   m.within_group_auc, *recall)  # fmt: skip
        print(f"{name:<34}" + "".join(f"{figure:>11.3f}" for figure in figures))
    return _verdict(orders, is_case, state, share, default.share)


def _verdict(
    orders: dict[str, Floats],
    is_case: Flags,
    state: NDArray[np.str_],
    share: float,
    default_share: float,
) -> str:
    own, exposure = orders["default score"], orders["population + area, by state"]
    reach = auc_interval(own, is_case, state)
    gap = auc_interval(own, is_case, state, exposure)
    ours, theirs = measure(own, is_case, state), measure(exposure, is_case, state)
    scaled = measure(orders[SCALED], is_case, state)
    lead = auc_interval(orders[SCALED], is_case, state, orders[SIZE])
    print(
        f"With the size of the area, which decides how many suppliers there are: {SCALED} less "
        f"{SIZE} {lead.value:+.3f} [{lead.low:+.3f}, {lead.high:+.3f}]."
    )
    print(
        f"90 % interval with whole states drawn: AUC of the score {reach.low:.3f} to "
        f"{reach.high:.3f}; less that of population + area {gap.low:+.3f} to {gap.high:+.3f}."
    )
    if gap.high < 0:
        verdict = "Exposure (population + area) ranks known cases better than the score."
    elif gap.low > 0:
        verdict = "The score ranks known cases better than exposure (population + area)."
    elif gap.value < 0:
        verdict = (
            "Exposure (population + area) ranks known cases better than the score on these rows, "
            "within the spread between states."
        )
    else:
        verdict = "The score ranks no worse than exposure (population + area) on these rows."
    print(
        f"{verdict} Cases are detected ones: they also show where inspectors went and how many "
        "employers there are; none of this says where forced labour is absent."
    )
    return (
        f"AUC {reach}, AP {ours.average_precision:.3f}, "
        f"p@100 {ours.precision:.2f}, lift@100 {ours.lift:.2f}, in-state AUC "
        f"{ours.within_group_auc:.3f}; population + area AUC {theirs.auc:.3f}, p@100 "
        f"{theirs.precision:.2f}; {SCALED} AUC {scaled.auc:.3f}, p@100 {scaled.precision:.2f} "
        f"({lead.value:+.3f} [{lead.low:+.3f}, {lead.high:+.3f}] over size alone); scoreable "
        f"{share:.3f} (default rule {default_share:.3f})"
    )


def open_places(panel: Path) -> pl.DataFrame:
    """One row per municipality whose outcomes are open, with exposure and whether a case is known.

    Cases are read here and nowhere else; the source that feeds the score never reads them.
    """
    frame = pl.read_parquet(
        panel,
        columns=[
            "ibge", "year", "municipality", "state", "macro_region", "area_km2", "pop_2010",
            "n_cases", "outcome_visible",
        ],
    )  # fmt: skip
    open_years = pl.col("year").is_between(*_CASE_YEARS) & pl.col("outcome_visible")
    return (
        frame.filter(open_years)
        .group_by("ibge")
        .agg(
            pl.col("municipality", "state", "macro_region", "area_km2", "pop_2010").first(),
            is_case=pl.col("n_cases").sum() > 0,
        )
        .with_columns(supplier_id=pl.col("ibge").cast(pl.String))
        .sort("supplier_id")
    )


def default_run(places: pl.DataFrame, panel_folder: Path, as_of: dt.date = AS_OF) -> DefaultRun:
    """Score each place by the shipped configuration, as known on the day.

    Only the panel and the product per head of 2017 are read; the latter was published two years
    later and is used as a figure of the place that hardly moves. The rule on coverage counts the
    signals of all other sources as missing, so the order is read without it; weights, anchors and
    the rest stay as they are.
    """
    panel = configs.load("real_input", local=None).sources["area_panel"].model_dump(mode="json")
    base = configs.load(local=None)
    options = panel["options"]
    accounts = str(shared_data("outcomes/brazil_features") / "features.parquet")
    known_then = {"product_per_head": "0", "national_product_per_head": "0"}
    block = {
        **panel,
        "enabled": True,
        "mirror": str(panel_folder),
        "options": {
            **options,
            "id_prefix": "",
            "lag_days": {**options["lag_days"], **known_then},
            "further": [{**table, "file": accounts} for table in options["further"]],
        },
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "municipalities.csv"
        places.select(
            "supplier_id",
            pl.col("municipality").alias("name"),
            pl.lit("BRA").alias("country"),
            pl.col("state").alias("admin_area"),
        ).write_csv(path)
        settings = configs.load(
            changes={
                "suppliers": {"files": [str(path)]},
                "sources": {
                    **{name: {"enabled": False} for name in base.sources},
                    "area_panel": block,
                },
                "scoring": {"missing": {"minimum_coverage": 0.0}},
            },
            local=None,
        )
        prepared = stages.prepare(RunRequest(settings, as_of, Path(folder) / "out"))
        for source_id in prepared.source_ids:
            stages.pull(prepared, source_id)
            stages.stage(prepared, source_id)
        stages.measure(prepared)
        stages.score(prepared)
        scores = prepared.workspace.read_frame(artefacts.SCORES)
        normalised = prepared.workspace.read_frame(artefacts.CONTRIBUTIONS)
    rule = base.scoring.missing
    enough = scores["score"].is_not_null() & (
        scores["evidence_coverage"] >= rule.minimum_coverage - 1e-9
    )
    return DefaultRun(
        scores.select("supplier_id", "score"),
        normalised.select("supplier_id", "signal_id", "risk", "weight"),
        float(enough.sum() / places.height),
    )


def _orders(rows: pl.DataFrame, is_case: Flags, state: NDArray[np.str_]) -> dict[str, Floats]:
    population, area = (np.log1p(rows[name].to_numpy()) for name in ("pop_2010", "area_km2"))
    score = rows["score"].to_numpy()
    size = population + area
    return {
        "default score": score,
        SCALED: np.log(np.maximum(score, _LOWEST_SCORE)) + size,
        SIZE: size,
        "population": population,
        "area": area,
        "population + area, by state": _held_out_logit(population, area, is_case, state),
        "rate of the region's other states": _region_rate(rows, is_case, state),
        "random": np.random.default_rng(7).random(rows.height),
    }


def _held_out_logit(
    population: Floats, area: Floats, is_case: Flags, state: NDArray[np.str_]
) -> Floats:
    """Logistic regression on the logs, fitted without the state it is read on."""
    features = sm.add_constant(np.column_stack([population, area]))
    risk = np.empty(is_case.size)
    for name in np.unique(state):
        inside = state == name
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fit = sm.Logit(is_case[~inside].astype(float), features[~inside]).fit(disp=0)
        risk[inside] = fit.predict(features[inside])
    return risk


def _region_rate(rows: pl.DataFrame, is_case: Flags, state: NDArray[np.str_]) -> Floats:
    """Share of known cases in the other open states of the region, or of all if it has none."""
    region = rows["macro_region"].to_numpy().astype(np.str_)
    rate = np.empty(is_case.size)
    for name in np.unique(state):
        inside = state == name
        others = (region == region[inside][0]) & ~inside
        rate[inside] = is_case[others if others.any() else ~inside].mean()
    return rate
