"""A synthetic list with accounts, fires and a country table over some years, and dated outcomes."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import yaml

import configs

_COUNTRIES = ("Indonesia", "Brazil", "Ghana", "Viet Nam")
_PLACES = ((-1.5, 103.0), (-10.2, -50.3), (6.4, -1.5), (11.2, 106.7))
_LAST_YEAR = 2021


def write_past_months(
    folder: Path, suppliers: int = 24, seed: int = 3, fires_from: int = 2018
) -> Path:
    """Write the files and a profile; returns its path. Outcomes are in `outcomes.csv`.

    Args:
        folder: where to write; must not exist.
        suppliers: how many.
        seed: of the synthetic data.
        fires_from: first year with fires; each has twelve files.
    """
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    strain = random.random(suppliers)
    ids = [f"s{row:05d}" for row in range(suppliers)]
    places = [_PLACES[row % 4] for row in range(suppliers)]
    pl.DataFrame(
        {
            "supplier_id": ids,
            "name": [f"Mill {row}" for row in range(suppliers)],
            "country": [_COUNTRIES[row % 4] for row in range(suppliers)],
            "sector": ["10"] * suppliers,
            "latitude": [place[0] + row % 97 / 100 for row, place in enumerate(places)],
            "longitude": [place[1] + row % 89 / 100 for row, place in enumerate(places)],
            "annual_spend": np.round(random.uniform(1e4, 1e6, suppliers)),
            "currency": ["EUR"] * suppliers,
        }
    ).write_csv(folder / "list.csv")
    _write_accounts(folder / "accounts", ids, strain, random)
    _write_fires(folder / "fires", places, strain, random, fires_from)
    (folder / "countries").mkdir()
    (folder / "countries" / "country_table.csv").write_text(
        "iso3,year,rule_of_law_risk,income_group\n"
        + "".join(
            f"{iso3},{year},{0.4 + 0.05 * number + 0.01 * (year - 2015)},lower_middle\n"
            for number, iso3 in enumerate(("IDN", "BRA", "GHA", "VNM"))
            for year in range(2015, _LAST_YEAR + 1)
        )
    )
    _write_outcomes(folder / "outcomes.csv", ids, strain, random)
    profile = {
        "title": "Past months",
        "is_synthetic": True,
        "suppliers": {"files": [str(folder / "list.csv")]},
        "sources": {
            **{name: {"enabled": False} for name in configs.load(local=None).sources},
            "accounts_csv": {"enabled": True, "mirror": str(folder / "accounts")},
            "firms": {"enabled": True, "mirror": str(folder / "fires")},
            "country_table": {"enabled": True, "mirror": str(folder / "countries")},
        },
        "scoring": {"missing": {"minimum_coverage": 0.1, "minimum_own_pillars": 1}},
    }
    path = folder / "profile.yaml"
    path.write_text(yaml.safe_dump(profile))
    return path


def _write_accounts(
    folder: Path, ids: list[str], strain: np.ndarray, random: np.random.Generator
) -> None:
    folder.mkdir()
    frames = []
    for year in range(2016, _LAST_YEAR + 1):
        now = np.clip(strain + random.normal(0, 0.1, strain.size), 0, 1)
        assets = random.uniform(1e6, 5e6, strain.size).round()
        equity = (assets * (0.7 - 0.8 * now)).round()
        frames.append(
            pl.DataFrame(
                {
                    "supplier_id": ids,
                    "period_start": f"{year}-01-01",
                    "period_end": f"{year}-12-31",
                    "filed_on": [
                        (dt.date(year + 1, 4, 1) + dt.timedelta(days=int(lag))).isoformat()
                        for lag in random.integers(0, 240, strain.size)
                    ],
                    "currency": "USD",
                    "total_assets": assets,
                    "current_assets": (assets * 0.4).round(),
                    "current_liabilities": (assets * (0.2 + 0.3 * now)).round(),
                    "total_liabilities": assets - equity,
                    "equity": equity,
                    "retained_earnings": (equity * 0.5).round(),
                    "ebit": (assets * (0.1 - 0.15 * now)).round(),
                    "revenue": (assets * 1.2).round(),
                    "net_income": (assets * (0.07 - 0.15 * now)).round(),
                }
            )
        )
    pl.concat(frames).write_csv(folder / "accounts.csv")


def _write_fires(
    folder: Path,
    places: list[tuple[float, float]],
    strain: np.ndarray,
    random: np.random.Generator,
    first_year: int,
) -> None:
    folder.mkdir()
    for year in range(first_year, _LAST_YEAR + 1):
        for month in range(1, 13):
            burning = np.flatnonzero(random.random(strain.size) < 0.15 + 0.5 * strain)
            days = pl.date_range(
                dt.date(year, month, 1),
                dt.date(year + month // 12, month % 12 + 1, 1),
                closed="left",
                eager=True,
            ).to_list()
            rows = [(-23.5, 133.0, day) for day in days] + [
                (places[row][0] + row % 97 / 100, places[row][1] + row % 89 / 100, days[row % 28])
                for row in burning.tolist()
            ]
            pl.DataFrame(
                {
                    "latitude": [round(row[0], 5) for row in rows],
                    "longitude": [round(row[1], 5) for row in rows],
                    "brightness": 320.0,
                    "scan": 1.0,
                    "track": 1.0,
                    "acq_date": [row[2].isoformat() for row in rows],
                    "acq_time": "1330",
                    "satellite": "A",
                    "confidence": 80,
                    "version": "synthetic",
                    "bright_t31": 290.0,
                    "frp": 12.0,
                    "daynight": "D",
                }
            ).write_csv(folder / f"fires_synthetic_Global_{year}-{month:02d}.csv")


def _write_outcomes(
    path: Path, ids: list[str], strain: np.ndarray, random: np.random.Generator
) -> None:
    """Cases come more often where strain is high; half from each of two sources."""
    found = np.flatnonzero(random.random(strain.size) < 0.1 + 0.6 * strain**2)
    pl.DataFrame(
        {
            "entity_id": [ids[row] for row in found],
            "known_on": [
                (dt.date(2020, 3, 1) + dt.timedelta(days=int(day))).isoformat()
                for day in random.integers(0, 660, found.size)
            ],
            "kind": "public_listing",
            "source": ["register A" if row % 2 else "register B" for row in found],
            "selection": "public",
        }
    ).write_csv(path)
