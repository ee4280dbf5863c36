"""News on the demo's suppliers: much on some countries, little on others, none on most companies.

A press table as a monitor would hand it over, with copies of agency stories, namesakes abroad and
a few bad rows.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from flows.demo_world.demo_companies import Supplier
from flows.demo_world.demo_geography import COUNTRIES

_FIRST_DAY, _DAYS = dt.date(2020, 3, 1), 730
_OUTLETS = 24
#: Stories a year about a company of middling size, by country from the least to the best covered.
_PRESS = (3.0, 12.0)
_SIZE_FACTORS = ((1000, 2.5), (250, 1.5), (50, 1.0), (0, 0.4))
_UNREST_SHARE, _UNREST_SHARE_OF_PROBLEMS = 0.06, 0.4
_ENFORCEMENT_SHARE = 0.015
_LANGUAGES = {
    "BRA": "portuguese", "PER": "spanish", "COL": "spanish", "CIV": "french", "IDN": "indonesian",
    "VNM": "vietnamese", "TUR": "turkish",
}  # fmt: skip
_ORDINARY = (
    "opens a line at its {place} plant", "signs an order with a buyer from {place}",
    "reports sales for the quarter at a meeting in {place}", "sponsors the cup of {place}",
    "renews its boilers after a visit from {place}", "ships its first lot to {place}",
    "plans to hire in {place} before the season", "shows its goods at the fair of {place}",
)  # fmt: skip
_UNREST = (
    "workers strike over overtime at the {place} gate", "walkout halts the {place} shift",
    "unpaid wages bring workers to the {place} office",
)  # fmt: skip
_ENFORCEMENT = "fined after inspectors find forced labour at its {place} site"
_NO_NEWS = "no data at all"
_PLACE_WORDS = ("north", "river", "station", "upper", "coast", "mill", "market", "hill", "lake")

Row = dict[str, Any]


def write_news(path: Path, suppliers: Sequence[Supplier], random: np.random.Generator) -> None:
    """Write the table of the source `news_csv`."""
    levels = np.geomspace(*_PRESS, len(COUNTRIES))
    press = dict(zip((country.iso3 for country in COUNTRIES), random.permutation(levels).tolist(),
                     strict=True))  # fmt: skip
    rows: list[Row] = []
    for supplier in suppliers:
        if supplier.trap == _NO_NEWS:
            continue
        factor = next(value for least, value in _SIZE_FACTORS if supplier.workforce >= least)
        mean = press[supplier.country.iso3] * factor * _DAYS / 365
        for _ in range(int(random.poisson(mean))):
            rows += _story(supplier, random)
    rows += _odd_rows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).sort("date", "domain", "title", nulls_last=True).write_csv(path)


def _story(supplier: Supplier, random: np.random.Generator) -> list[Row]:
    """A story and its copies in other papers of the country."""
    probability = random.random()
    unrest = _UNREST_SHARE_OF_PROBLEMS if supplier.problem else _UNREST_SHARE
    texts: tuple[str, ...] = _ORDINARY
    tone = 0.8
    if probability < unrest:
        texts, tone = _UNREST, -4.5
    elif probability < unrest + _ENFORCEMENT_SHARE:
        texts, tone = (_ENFORCEMENT,), -6.0
    place = " ".join(_PLACE_WORDS[int(at)] for at in random.integers(len(_PLACE_WORDS), size=3))
    text = texts[int(random.integers(len(texts)))].format(place=place)
    day = _FIRST_DAY + dt.timedelta(days=int(random.integers(_DAYS)))
    copies = 1 + int(random.random() < 0.25) * int(random.integers(1, 6))
    iso3 = supplier.country.iso3
    return [
        {
            "date": (day + dt.timedelta(days=copy % 3)).isoformat(),
            "domain": f"paper{outlet}-{iso3.lower()}.example",
            "language": _LANGUAGES.get(iso3, "english"),
            "country": iso3,
            "organisation": supplier.name,
            "organisation_country": iso3,
            "title": f"{supplier.name} {text}",
            "tone": round(float(random.normal(tone, 1.5)), 2),
            "themes": "",
        }
        for copy, outlet in enumerate(random.permutation(_OUTLETS)[:copies].tolist())
    ]


def _odd_rows(rows: Sequence[Row]) -> list[Row]:
    """A namesake abroad, a stranger, no day, no outlet, a tone that is a word."""
    return [
        {**rows[10], "organisation_country": "CAN", "country": "CAN", "domain": "north-ca.example"},
        {**rows[20], "organisation": "Demo Stranger Works", "title": "Demo Stranger Works opens"},
        {**rows[30], "date": "soon"},
        {**rows[40], "domain": ""},
        {**rows[50], "tone": None, "themes": "STRIKE"},
    ]
