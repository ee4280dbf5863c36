"""Readings of the municipalities of Brazil as of a day, from the shared panel.

Every figure is taken with the delay with which its publisher gives it out, so a reading as of a
year holds nothing of later ones. Only shares and intensities are signals; people and land are
exposure and stand apart. Census figures other than the number of people are not read: they come
from household surveys. Nor are coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from scoring.tune.measures import Flags, Floats, Labels

#: Signal: default weight of the shipped configuration (0: engineered here), and its reason.
SIGNALS = {
    "natural_vegetation_loss": (1.0, "clearing of the region's natural vegetation, 3 years"),
    "environmental_embargoes": (1.0, "embargoes per 1,000 km2 and year, 5 years"),
    "planted_area_expansion": (1.0, "planted land gained in 3 years, share of the area"),
    "farm_income_volatility": (1.0, "sd of the yearly log change of farm income, 5 to 7 years"),
    "embargoed_land_share": (0.0, "land under environmental embargo in 5 years, share of area"),
    "extensive_land_share": (
        0.0,
        "land neither sown nor mapped as forest, log share: pasture, scrub",
    ),
    "savanna_share": (0.0, "share in the savanna biome, whose wood is made charcoal"),
    "farm_dependence": (0.0, "farm income per resident, log: places living off farms"),
    "hand_harvest_share": (
        0.0,
        "planted land without soy, cane and cotton, which machines harvest",
    ),
}

_RURAL = ("coffee", "forestry_charcoal", "livestock", "mining_stone", "other_agri", "sugarcane")
_CROPS = ("cotton", "maize", "soy", "sugarcane")
_MACHINES = ("cotton", "soy", "sugarcane")
_SQUARE_KM_PER_HA = 0.01
# Years between a year and the new year's day on which its figures are out.
_LAND_LAG, _INCOME_LAG, _EMBARGO_LAG = 2, 3, 2
_LOW, _HIGH = 0.01, 0.99
_FEWEST_CHANGES = 5


@dataclass(frozen=True)
class Areas:
    """The municipalities whose outcomes are open; arrays over them in the order of their ids.

    Attributes:
        ids: of the municipality.
        state: abbreviation.
        exposure: [areas, 2] logs of residents (2010) and km2, NaN where not known.
        risk: year of the new year's day to [areas, signals] readings of 0..1.
        years: with open outcomes.
        cases: (year, rural only) to whether a case is known.
    """

    ids: pl.Series
    state: Labels
    exposure: Floats
    risk: dict[int, Floats]
    years: tuple[int, ...]
    cases: dict[tuple[int, bool], Flags]

    def known(self, years: tuple[int, ...], rural: bool) -> Flags:
        """[areas] whether a case is known in any of the years."""
        return np.asarray(np.any([self.cases[year, rural] for year in years], axis=0))


def read_areas(panel: Path) -> Areas:
    """Readings before the first open year and before the later half of them."""
    frame = pl.read_parquet(panel).sort("ibge", "year")
    visible = frame.filter(pl.col("outcome_visible"))
    years = tuple(sorted(visible["year"].unique().to_list()))
    kept = frame["ibge"].unique().sort().is_in(visible["ibge"].unique().implode()).to_numpy()
    fixed = frame.group_by("ibge", maintain_order=True).first()
    earlier, later = halves(years)
    # Floor and ceiling are those of the whole country on the first day, so that days compare.
    first = _values(frame, fixed, earlier[0])
    low, high = np.nanquantile(first, (_LOW, _HIGH), axis=0)
    risk = {
        year: np.clip((_values(frame, fixed, year) - low) / (high - low), 0.0, 1.0)[kept]
        for year in (earlier[0], later[0])
    }
    cases = {
        (year, rural): _found(visible.filter(pl.col("year") == year), rural)
        for year in years
        for rural in (True, False)
    }
    people = fixed["pop_2010"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    exposure = np.column_stack([np.log(people), np.log(fixed["area_km2"].to_numpy())])
    return Areas(
        ids=fixed["ibge"].filter(kept).cast(pl.String),
        state=fixed["state"].filter(kept).to_numpy().astype(np.str_),
        exposure=exposure[kept],
        risk=risk,
        years=years,
        cases=cases,
    )


def halves(years: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Earlier and later years; the earlier half takes the odd one."""
    middle = (len(years) + 1) // 2
    return years[:middle], years[middle:]


def _found(rows: pl.DataFrame, rural: bool) -> Flags:
    names = [f"n_cases_{sector}" for sector in _RURAL] if rural else ["n_cases"]
    return np.asarray(rows.select(pl.sum_horizontal(names) > 0).to_series().to_numpy())


def _values(frame: pl.DataFrame, fixed: pl.DataFrame, year: int) -> Floats:
    """[areas, signals] what was published by the first day of the year, riskier upwards."""

    def at(column: str, of_year: int) -> Floats:
        rows = frame.filter(pl.col("year") == of_year)
        return _numbers(fixed.select("ibge").join(rows, on="ibge", how="left")[column])

    def over(column: str, first: int, last: int) -> Floats:
        return np.array([at(column, of_year) for of_year in range(first, last + 1)])

    area = _numbers(fixed["area_km2"])
    people = _numbers(fixed["pop_2010"])
    land, income = year - _LAND_LAG, year - _INCOME_LAG
    sown = {crop: at(f"area_ha_{crop}", land) * _SQUARE_KM_PER_HA for crop in _CROPS}
    before = {crop: at(f"area_ha_{crop}", land - 3) * _SQUARE_KM_PER_HA for crop in _CROPS}
    planted = np.nansum(list(sown.values()), axis=0)
    gained = np.nansum([sown[crop] - before[crop] for crop in _CROPS], axis=0)
    forest = np.nan_to_num(_numbers(fixed["prodes_forest_km2_2015"]))  # mapped in the Amazon alone
    open_land = np.maximum(area - forest - planted, 0.01 * area)
    by_machine = np.nansum([sown[crop] for crop in _MACHINES], axis=0)
    farm = over("agri_gva_kBRL", income - 7, income)
    farm = np.where(farm > 0, farm, np.nan)
    changes = np.diff(np.log(farm), axis=0)
    known = (~np.isnan(changes)).sum(axis=0)
    mean = np.nansum(changes, axis=0) / np.maximum(known, 1)
    swing = np.sqrt(np.nansum((changes - mean) ** 2, axis=0) / np.maximum(known, 1))
    since = year - _EMBARGO_LAG - 4
    embargoes = over("ibama_embargoes", since, since + 4).mean(axis=0)
    embargoed = over("ibama_embargoed_ha", since, since + 4).sum(axis=0) * _SQUARE_KM_PER_HA
    columns = {
        "natural_vegetation_loss": over("rgint_natveg_loss_pct", land - 2, land).mean(axis=0),
        "environmental_embargoes": np.log1p(1000 * embargoes / area),
        "planted_area_expansion": gained / area,
        "farm_income_volatility": np.where(known >= _FEWEST_CHANGES, swing, np.nan),
        "embargoed_land_share": np.log1p(1000 * embargoed / area),
        "extensive_land_share": np.log(open_land / area),
        "savanna_share": _numbers(fixed["biome_cerrado"]),
        "farm_dependence": np.log(farm[-1] / people),
        "hand_harvest_share": np.where(
            planted > 0, 1 - by_machine / np.maximum(planted, 1e-9), np.nan
        ),
    }
    return np.column_stack([columns[name] for name in SIGNALS])


def _numbers(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
