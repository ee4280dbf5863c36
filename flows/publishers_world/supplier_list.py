"""A supplier list of the world: synthetic suppliers in and around real towns of 30 countries."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from suppliers.places.countries import country
from suppliers.places.gazetteer import Town, towns_of
from suppliers.places.town_matches import find_town

COUNTRIES = (
    "ID", "BR", "IN", "VN", "CI", "GH", "CO", "MX", "PE", "ET", "KE", "TH", "MY", "BD", "TR",
    "EG", "PK", "MA", "GT", "HN", "EC", "CM", "NG", "TZ", "UG", "PH", "KH", "LK", "CN", "ES",
)  # fmt: skip
#: Half farms and mills, a third factories, the rest services: ISIC divisions and a kind in words.
_SECTORS = (
    *((division, word) for division in ("01", "10") for word in ("Farm", "Mill", "Estate")),
    *((division, "Factory") for division in ("13", "14", "26", "31")),
    *((division, "Services") for division in ("49", "62")),
)  # fmt: skip
_LEAST_INHABITANTS = 5_000
#: A site lies so many degrees from the centre of its town, some 15 km, as a standard deviation.
_SPREAD_DEGREES = 0.13


@dataclass(frozen=True)
class Shares:
    """What is known of the suppliers' locations: shares with coordinates and with a town."""

    exact: float = 0.6
    town: float = 0.3


def _town(iso2: str, random: np.random.Generator) -> Town:
    """A town whose name needs no question."""
    large = [one for one in towns_of(iso2).towns if one.inhabitants >= _LEAST_INHABITANTS]
    while True:
        town = large[int(random.integers(len(large)))]
        if find_town(town.name, iso2).outcome == "town":
            return town


def write_suppliers(
    path: Path, count: int, shares: Shares, countries: Sequence[str] = COUNTRIES, seed: int = 7
) -> Path:
    """Write a list as CSV: supplier_id, name, country, sector, town, latitude, longitude."""
    random = np.random.default_rng(seed)
    knowledge = random.permutation(
        np.select(
            [np.arange(count) < shares.exact * count,
             np.arange(count) < (shares.exact + shares.town) * count],
            [2, 1],
        )
    )  # fmt: skip
    sectors = random.permutation(np.arange(count) % len(_SECTORS))
    rows = []
    for number in range(count):
        iso2 = countries[number % len(countries)]
        division, word = _SECTORS[int(sectors[number])]
        town = _town(iso2, random)
        latitude, longitude = (
            round(centre + float(random.normal(0.0, _SPREAD_DEGREES)), 5)
            for centre in (town.latitude, town.longitude)
        )
        is_exact, is_town = knowledge[number] == 2, knowledge[number] == 1
        found = country(iso2)
        rows.append(
            [
                f"S{number:04d}",
                f"Example {word} {number:04d}",
                iso2 if found is None else found.name,
                division,
                town.name if is_town else "",
                latitude if is_exact else "",
                longitude if is_exact else "",
            ]
        )
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["supplier_id", "name", "country", "sector", "town", "latitude", "longitude"]
        )
        writer.writerows(rows)
    return path
