"""Normalised signals of the municipalities of Brazil as of a day, from the shared panel.

They are what the shipped signals of sourcing areas give on that day, by the staging, computation
and goalposts of a run; nothing is computed twice. People and land are exposure and separate.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.brazil_first import DefaultRun, default_run, open_places
from scoring.tune.ranking_measures import Flags, Floats, Labels
from signals.card import SignalCard
from signals.registry import signals

_RURAL = ("coffee", "forestry_charcoal", "livestock", "mining_stone", "other_agri", "sugarcane")


@dataclass(frozen=True)
class Areas:
    """The municipalities whose outcomes are open; arrays over them in the order of their ids.

    Attributes:
        ids: of the municipality.
        state: abbreviation.
        exposure: [areas, 2] logs of residents (2010) and km2, NaN where not known.
        signals: names of the signals, in the order of the columns of `risk`.
        weight: [signals] of the shipped configuration, summing to 1.
        risk: year to [areas, signals] normalised risk on its 1 January, 0..1, NaN where missing.
        score: the same years to [areas] the default score, NaN where there is none.
        years: with open outcomes.
        cases: (year, rural only) to whether a case is known.
    """

    ids: pl.Series
    state: Labels
    exposure: Floats
    signals: tuple[str, ...]
    weight: Floats
    risk: dict[int, Floats]
    score: dict[int, Floats]
    years: tuple[int, ...]
    cases: dict[tuple[int, bool], Flags]

    def known(self, years: tuple[int, ...], rural: bool) -> Flags:
        """[areas] whether a case is known in any of the years."""
        return np.asarray(np.any([self.cases[year, rural] for year in years], axis=0))


def area_cards() -> dict[str, SignalCard]:
    """The shipped signals of sourcing areas, by name."""
    every = {name: module.card for name, module in sorted(signals().items())}
    return {name: card for name, card in every.items() if card.applies_to == "sourcing_area"}


def read_areas(folder: Path) -> Areas:
    """Signals before the first open year and before the later half of them."""
    panel = folder / "panel.parquet"
    visible = pl.read_parquet(panel).filter(pl.col("outcome_visible")).sort("ibge", "year")
    years = tuple(sorted(visible["year"].unique().to_list()))
    places = open_places(panel)
    ids = places.select("supplier_id")
    names = tuple(area_cards())
    earlier, later = halves(years)
    runs = {
        year: default_run(places, folder, dt.date(year, 1, 1)) for year in (earlier[0], later[0])
    }
    people = _numbers(places["pop_2010"])
    return Areas(
        ids=places["supplier_id"],
        state=places["state"].to_numpy().astype(np.str_),
        exposure=np.column_stack([np.log(people), np.log(_numbers(places["area_km2"]))]),
        signals=names,
        weight=weights_of(runs[earlier[0]], names),
        risk={year: readings_of(run, ids, names) for year, run in runs.items()},
        score={
            year: _numbers(ids.join(run.scores, on="supplier_id", how="left")["score"])
            for year, run in runs.items()
        },
        years=years,
        cases={
            (year, rural): _found(ids, visible.filter(pl.col("year") == year), rural)
            for year in years
            for rural in (True, False)
        },
    )


def halves(years: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Earlier and later years; the earlier half takes the odd one."""
    middle = (len(years) + 1) // 2
    return years[:middle], years[middle:]


def readings_of(run: DefaultRun, ids: pl.DataFrame, names: tuple[str, ...]) -> Floats:
    """[areas, signals] normalised risk of a run, NaN where there is none."""
    wide = run.normalised.filter(pl.col("signal_id").is_in(names)).pivot(
        "signal_id", index="supplier_id", values="risk"
    )
    rows = ids.join(wide, on="supplier_id", how="left", maintain_order="left")
    return np.column_stack([_numbers(rows[name]) for name in names])


def weights_of(run: DefaultRun, names: tuple[str, ...]) -> Floats:
    """[signals] weights in the score of a run, summing to 1."""
    by_name = dict(
        run.normalised.group_by("signal_id").agg(pl.col("weight").max()).iter_rows(),
    )
    weight = np.array([by_name[name] for name in names])
    return np.asarray(weight / weight.sum())


def _found(ids: pl.DataFrame, rows: pl.DataFrame, rural: bool) -> Flags:
    names = [f"n_cases_{sector}" for sector in _RURAL] if rural else ["n_cases"]
    found = rows.select(
        pl.col("ibge").cast(pl.String).alias("supplier_id"),
        is_case=pl.sum_horizontal(names) > 0,
    )
    joined = ids.join(found, on="supplier_id", how="left", maintain_order="left")
    return joined["is_case"].fill_null(False).to_numpy()


def _numbers(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
