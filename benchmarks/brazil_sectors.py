"""Municipalities of Brazil by sector: default scores, cases, exposure, and the committed split.

The split (tests/cases/validity_split.csv) follows a rule fixed beforehand: the open states in the
order of their abbreviations, every other one for choosing, the rest for judging. A sector with
fewer than five cases in the states for judging is split by years instead, within the states for
choosing: cases up to 2020 choose, later ones judge. Weights, groups and goalposts are chosen on
the choosing part alone.

The production of a sector is a structural denominator: some of it was counted after 2018.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import polars as pl

import configs
from benchmarks.shared_data import shared_data
from flows.run import stages
from flows.run.work import artefacts
from flows.run.work.stage_types import RunRequest
from scoring.tune.ranking_measures import Flags, Floats, Labels
from scoring.tune.supplier_weighted import MINIMUM_CASES, SectorPlaces
from signals.registry import signals

Part = Literal["choosing", "judging"]
PARTS: tuple[Part, ...] = get_args(Part)
AS_OF = dt.date(2018, 1, 1)
_CASE_YEARS = (2018, 2022)
_LAST_YEAR_TO_CHOOSE = 2020
_SPLIT = Path(__file__).resolve().parents[1] / "tests" / "cases" / "validity_split.csv"
#: Gross domestic product per head of Brazil in 2017, reais (IBGE, Contas Nacionais 2017).
NATIONAL_PRODUCT_2017 = 31_833.50


@dataclass(frozen=True)
class SectorKind:
    """A sector of the register with the suppliers it is drawn from.

    Attributes:
        name: as in the columns of the panel.
        title: for tables.
        isic: division of its suppliers.
        hs: chapter of what they sell; None where the division is enough.
        exposure: what a supplier drawn at random is drawn by.
    """

    name: str
    title: str
    isic: str
    hs: str | None
    exposure: pl.Expr


_COFFEE = pl.col("pam2023_coffee_ha")
SECTORS: tuple[SectorKind, ...] = (
    SectorKind("coffee", "coffee", "01", "09", _COFFEE),
    SectorKind("livestock", "livestock", "01", "02", pl.col("ppm2013_cattle_heads")),
    SectorKind(
        "other_agri",
        "other crops",
        "01",
        None,
        (pl.col("pam2017_planted_ha") - _COFFEE.fill_null(0.0)).clip(lower_bound=0.0),
    ),
    SectorKind("mining_stone", "mining, stone", "08", None, pl.col("cempre2016_firms_mining")),
    SectorKind("construction", "construction", "41", None, pl.col("cempre2016_firms_construction")),
)


@dataclass(frozen=True)
class SectorAreas:
    """The open municipalities; arrays over them in the order of their ids.

    Attributes:
        ids: code of the municipality.
        state: abbreviation.
        part: of the state.
        exposure: sector to suppliers there, NaN where not known.
        cases: sector to (cases up to 2020, cases after).
        signals: names of the signals of sourcing areas.
        measured: [areas, signals] normalised risk as measured, whatever the sector.
        risk: sector to [areas, signals] the same as the sector's group reads it; NaN where the
            signal does not apply.
        score: sector to [areas] default score of a supplier of the sector there.
        weight: [signals] default weights.
        population: [areas] residents of 2010.
        area_km2: [areas].
    """

    ids: pl.Series
    state: Labels
    part: Labels
    exposure: dict[str, Floats]
    cases: dict[str, tuple[Floats, Floats]]
    signals: tuple[str, ...]
    measured: Floats
    risk: dict[str, Floats]
    score: dict[str, Floats]
    weight: Floats
    population: Floats
    area_km2: Floats

    def splits_by_year(self, sector: str) -> bool:
        """Whether the states for judging have too few cases of the sector."""
        earlier, later = self.cases[sector]
        return float((earlier + later)[self.part == "judging"].sum()) < MINIMUM_CASES

    def inside(self, sector: str, part: Part) -> Flags:
        """[areas] whether a place belongs to a part, for a sector."""
        return np.asarray(self.part == ("choosing" if self.splits_by_year(sector) else part))

    def places(self, part: Part) -> tuple[SectorPlaces, ...]:
        """Cases and exposure of every sector in one part; elsewhere both are nothing."""
        found = []
        for kind in SECTORS:
            earlier, later = self.cases[kind.name]
            cases = earlier + later
            if self.splits_by_year(kind.name):
                cases = earlier if part == "choosing" else later
            inside = self.inside(kind.name, part)
            found.append(
                SectorPlaces(
                    kind.name,
                    np.where(inside, cases, 0.0),
                    np.where(inside, self.exposure[kind.name], np.nan),
                )
            )
        return tuple(found)


def split() -> dict[str, Part]:
    """State to its part, as committed."""
    rows = pl.read_csv(_SPLIT).rows()
    return dict(rows)


def read_sector_areas() -> SectorAreas:
    """Read the panel and score a supplier of every sector in every open municipality.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    panel = pl.read_parquet(shared_data("outcomes/brazil_panel") / "panel.parquet")
    further = pl.read_parquet(shared_data("outcomes/brazil_features") / "features.parquet")
    open_rows = panel.filter("outcome_visible", pl.col("year").is_between(*_CASE_YEARS))
    is_early = pl.col("year") <= _LAST_YEAR_TO_CHOOSE
    counts = [
        pl.col(f"n_cases_{kind.name}").filter(window).sum().cast(pl.Float64).alias(name)
        for kind in SECTORS
        for name, window in (
            (f"{kind.name}_earlier", is_early),
            (f"{kind.name}_later", ~is_early),
        )
    ]
    areas = (
        open_rows.group_by("ibge")
        .agg(pl.col("municipality", "state", "area_km2", "pop_2010").first(), *counts)
        .join(further, on="ibge", how="left")
        .sort("ibge")
    )
    cards = {name: module.card for name, module in sorted(signals().items())}
    names = tuple(name for name, card in cards.items() if card.applies_to == "sourcing_area")
    rows = _panel(areas, panel)
    risk, score, weight = _default_scores(areas, rows, names)
    parts = split()
    return SectorAreas(
        ids=areas["ibge"],
        state=areas["state"].to_numpy().astype(np.str_),
        part=np.array([parts[state] for state in areas["state"]], dtype=np.str_),
        exposure={kind.name: _numbers(areas.select(kind.exposure).to_series()) for kind in SECTORS},
        cases={
            kind.name: (
                _numbers(areas[f"{kind.name}_earlier"]),
                _numbers(areas[f"{kind.name}_later"]),
            )
            for kind in SECTORS
        },
        signals=names,
        measured=_measured(areas, rows, names),
        risk=risk,
        score=score,
        weight=weight,
        population=_numbers(areas["pop_2010"]),
        area_km2=_numbers(areas["area_km2"]),
    )


def _panel(areas: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """Rows of the open municipalities before the day, with the product per head of 2017."""
    of_2017 = pl.col("year") == 2017
    return (
        panel.filter(
            pl.col("ibge").is_in(areas["ibge"].implode()),
            pl.col("year").is_between(AS_OF.year - 12, AS_OF.year),
        )
        .join(areas.select("ibge", "gdp_pc_2017_BRL"), on="ibge", how="left")
        .with_columns(
            gdp_pc_2017_BRL=pl.when(of_2017).then("gdp_pc_2017_BRL"),
            national_product=pl.when(of_2017).then(pl.lit(NATIONAL_PRODUCT_2017)),
        )
    )


def _default_scores(
    areas: pl.DataFrame, panel: pl.DataFrame, names: tuple[str, ...]
) -> tuple[dict[str, Floats], dict[str, Floats], Floats]:
    """By sector the normalised risks and the score of a run; and the weights of the signals.

    One run over a list with a supplier of every sector in every municipality.
    """
    listed = pl.concat(
        areas.select(
            supplier_id=pl.format("{}-{}", pl.lit(kind.name), "ibge"),
            name=pl.format("{}, {}", "municipality", pl.lit(kind.title)),
            country=pl.lit("BRA"),
            admin_area="state",
            sector=pl.lit(kind.isic),
            sector_scheme=pl.lit("isic"),
            commodity=pl.lit(kind.hs, pl.String),
        )
        for kind in SECTORS
    )
    by_sector = pl.concat(
        panel.with_columns(unit=pl.format("{}-{}", pl.lit(kind.name), "ibge")) for kind in SECTORS
    )
    scores, rows = _run(listed, by_sector, {})
    normalised = rows.filter(pl.col("signal_id").is_in(names))
    weights = dict(normalised.group_by("signal_id").agg(pl.col("weight").max()).iter_rows())
    risk, score = {}, {}
    for kind in SECTORS:
        ids = areas.select(supplier_id=pl.format("{}-{}", pl.lit(kind.name), "ibge"))
        risk[kind.name] = _matrix(normalised, ids, names)
        of_list = ids.join(scores, on="supplier_id", how="left", maintain_order="left")
        score[kind.name] = _numbers(of_list["score"])
    return risk, score, np.array([weights.get(name, 0.0) for name in names])


def _measured(areas: pl.DataFrame, panel: pl.DataFrame, names: tuple[str, ...]) -> Floats:
    """[areas, signals] normalised risk as measured, whatever the sector."""
    listed = areas.select(
        supplier_id=pl.col("ibge").cast(pl.String),
        name="municipality",
        country=pl.lit("BRA"),
        admin_area="state",
    )
    everywhere = dict.fromkeys(configs.load(local=None).scoring.sector_relevance.signals, 1.0)
    _, rows = _run(
        listed,
        panel.with_columns(unit=pl.col("ibge").cast(pl.String)),
        {"sector_relevance": {"signals": everywhere, "unknown": 1.0}},
    )
    return _matrix(rows, listed.select("supplier_id"), names)


def _run(
    listed: pl.DataFrame, panel: pl.DataFrame, scoring: dict[str, object]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Scores and contributions of a run over the list, as known on the day.

    The product per head of 2017 was published two years later: it is used as a figure of the place
    that hardly moves. The rule on coverage counts the signals of all other sources as missing, so
    it is off.
    """
    shipped = configs.load("real_input", local=None).sources["area_panel"].model_dump(mode="json")
    options = shipped["options"]
    lags = {**options["lag_days"], "product_per_head": "0", "national_product_per_head": "0"}
    variables = {
        **options["variables"],
        "product_per_head": "gdp_pc_2017_BRL",
        "national_product_per_head": "national_product",
    }
    base = configs.load(local=None)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        panel.write_parquet(home / "panel.parquet")
        listed.write_csv(home / "list.csv")
        own = {
            **options,
            "file": "panel.parquet",
            "area_id": "unit",
            "id_prefix": "",
            "lag_days": lags,
            "variables": variables,
            "further": [],
        }
        settings = configs.load(
            changes={
                "suppliers": {"files": [str(home / "list.csv")]},
                "sources": {
                    **{name: {"enabled": False} for name in base.sources},
                    "area_panel": {**shipped, "enabled": True, "mirror": folder, "options": own},
                },
                "scoring": {
                    "missing": {"minimum_coverage": 0.0, "minimum_own_pillars": 1},
                    **scoring,
                },
            },
            local=None,
        )
        prepared = stages.prepare(RunRequest(settings, AS_OF, home / "out"))
        for source_id in prepared.source_ids:
            stages.pull(prepared, source_id)
            stages.stage(prepared, source_id)
        stages.measure(prepared)
        stages.score(prepared)
        return (
            prepared.workspace.read_frame(artefacts.SCORES),
            prepared.workspace.read_frame(artefacts.CONTRIBUTIONS),
        )


def _matrix(rows: pl.DataFrame, ids: pl.DataFrame, names: tuple[str, ...]) -> Floats:
    """[ids, signals] normalised risk, NaN where there is none."""
    wide = rows.filter(pl.col("signal_id").is_in(names)).pivot(
        "signal_id", index="supplier_id", values="risk"
    )
    own = ids.join(wide, on="supplier_id", how="left", maintain_order="left")
    nothing = np.full(own.height, np.nan)
    return np.column_stack(
        [_numbers(own[name]) if name in own.columns else nothing for name in names]
    )


def _numbers(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
