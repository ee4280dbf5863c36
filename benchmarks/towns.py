"""Towns of real addresses against the coordinates that came with them.

Lists of facilities with addresses and coordinates, every second list: the others were used
while the rules were written. Some coordinates of the lists contradict the province of their own
address by hundreds of kilometres; those rows are counted apart. Each run that prints the totals is
listed in `tests/cases/towns_looks.md`.
"""

import time

import numpy as np
import polars as pl

from benchmarks.shared_data import shared_data
from suppliers.places.countries import great_circle_km, resolve_country
from suppliers.places.gazetteer import towns_of
from suppliers.places.place_names import bare_place_key, place_key
from suppliers.places.town_addresses import town_of_address
from suppliers.places.town_matches import find_town

ID = "towns"
GOAL = "towns of addresses within 50 km of the facility, wrong without asking <= 0.5 %"
KIND = "validate"

_NEAR_KM = 50.0


def run() -> str:
    """Print the outcomes of addresses, and of names that many towns share.

    Returns:
        The share found, the share of those that is near, and the unique names read right.
    """
    started = time.perf_counter()
    found, near, contradicted, rows = _addresses()
    print(f"addresses {rows}: {found} with a town, {near} within {_NEAR_KM:.0f} km,")
    print(f"{contradicted} where the list's coordinate lies in another province than its address")
    right, asked, wrong = _names()
    total = right + asked + wrong
    print(f"names of towns with their state, {total}: {right} right, {asked} asked, {wrong} wrong")
    print(f"{time.perf_counter() - started:.1f} s")
    usable = max(found - contradicted, 1)
    return (
        f"{found / rows:.0%} of addresses have a town, {near / usable:.1%} of them near; "
        f"names {right / total:.1%} right, {wrong / total:.2%} wrong without asking"
    )


def _addresses() -> tuple[int, int, int, int]:
    folder = shared_data("finance/open_supply_hub_lists")
    judged = sorted(folder.glob("*_geocoded.csv"))[1::2]
    found = near = contradicted = rows = 0
    for path in judged:
        for named, address, latitude, longitude in (
            pl.read_csv(path, infer_schema=False)
            .select("country", "address", pl.col("lat", "lng").cast(pl.Float64))
            .drop_nulls()
            .iter_rows()
        ):
            place = resolve_country(named)
            if place is None:
                continue
            rows += 1
            iso2 = place.country.iso2
            match = town_of_address(address, iso2)
            if match is None:
                continue
            found += 1
            town = match.candidates[0]
            distance = great_circle_km(
                np.array([latitude]), np.array([longitude]), town.latitude, town.longitude
            )[0]
            if distance <= _NEAR_KM:
                near += 1
            elif _contradicts(address, iso2, latitude, longitude, town.state):
                contradicted += 1
    return found, near, contradicted, rows


def _contradicts(address: str, iso2: str, latitude: float, longitude: float, state: str) -> bool:
    """Whether the address names the state of the town found, and not that of its coordinate."""
    towns = towns_of(iso2).towns
    distance = great_circle_km(
        np.array([town.latitude for town in towns]),
        np.array([town.longitude for town in towns]),
        latitude,
        longitude,
    )
    at_point = bare_place_key(towns[int(np.argmin(distance))].state)
    text = place_key(address)
    return bare_place_key(state) in text and at_point not in text


def _names() -> tuple[int, int, int]:
    """Names as other spellings and scripts write them, 1,000 towns of 60 countries."""
    generator = np.random.default_rng(16)
    countries = [code for code in _COUNTRIES.split() if len(towns_of(code).towns) >= 20]
    right = asked = wrong = 0
    for code in countries:
        towns = [t for t in towns_of(code).towns if t.inhabitants >= 5000 and t.state]
        chosen = generator.choice(len(towns), min(len(towns), 17), replace=False)
        for place in chosen.tolist():
            town = towns[place]
            names = (town.name, *(n for n in town.other_names if len(n) > 3))
            name = names[int(generator.integers(len(names)))]
            region = town.state if generator.random() < 0.5 else None
            match = find_town(name, code, region)
            candidates = match.candidates
            same = [
                great_circle_km(
                    np.array([town.latitude]),
                    np.array([town.longitude]),
                    one.latitude,
                    one.longitude,
                )[0]
                <= _NEAR_KM
                for one in candidates
            ]
            if match.outcome == "town":
                right, wrong = right + bool(same[0]), wrong + (not same[0])
            else:
                asked += 1
    return right, asked, wrong


_COUNTRIES = (
    "BD IN PK LK NP VN TH KH MM ID MY PH CN JP KR TW TR EG MA TN ET KE TZ UG GH CI NG ZA MG MZ "
    "BR MX CO PE EC BO PY AR CL GT HN SV NI DO US CA GB DE FR ES PT IT PL RO BG UA RU KZ UZ GR NL"
)
