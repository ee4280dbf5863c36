"""Who lives in the demo world: ordinary suppliers, planted problems and planted traps."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from flows.demo_world.demo_geography import BOX_DEGREES, Box, Country, centre_of

SUPPLIERS = 300
#: A circle of 5 km around any site stays inside its box.
_REACH_DEGREES = BOX_DEGREES / 2 - 0.065
#: Planted sites stand at the quarters of a frontier box, so that their circles do not touch.
_QUARTERS = ((0.09, -0.09), (0.09, 0.09), (-0.09, -0.09), (-0.09, 0.09))

Accounts = Literal["none", "healthy", "ordinary", "grey", "distressed", "old", "worse_later"]

#: Sector: what is made, NACE code, HS code.
SECTORS = {
    "cattle": ("Ranching", "01.42", "020130"),
    "timber": ("Timber", "02.20", "440399"),
    "charcoal": ("Charcoal", "20.14", "440290"),
    "palm_oil": ("Palm Oil Mills", "10.41", "151110"),
    "cocoa": ("Cocoa", "01.27", "180100"),
    "coffee": ("Coffee", "01.27", "090111"),
    "apparel": ("Garments", "14.13", "620342"),
    "electronics": ("Components", "26.11", "853400"),
    "fish": ("Seafood", "10.20", "030617"),
    "bricks": ("Bricks", "23.32", "690410"),
}
_OF_THE_LAND = frozenset({"cattle", "timber", "charcoal", "palm_oil", "cocoa", "coffee"})
_ADJECTIVES = ("North", "South", "East", "West", "Upper", "Lower", "Grand", "New", "Old", "Twin")
_NOUNS = ("River", "Ridge", "Delta", "Plain", "Harbour", "Valley", "Lake", "Gate", "Field", "Bay")


@dataclass(frozen=True)
class Site:
    """A place of a supplier; `written` is what the list says when that is not the true place."""

    name: str
    latitude: float
    longitude: float
    box_id: str | None
    fires_per_year: float
    is_cleared: bool = False
    written: tuple[float, float] | Literal["nothing"] | None = None


@dataclass(frozen=True)
class Supplier:
    """A supplier of the demo world, with what is true of it."""

    supplier_id: str
    name: str
    country: Country
    sector: str
    accounts: Accounts
    sites: tuple[Site, ...]
    workforce: int
    annual_spend: int
    problem: str = ""
    trap: str = ""


@dataclass
class _Numbers:
    """Hands out supplier numbers in a shuffled order, so that an id carries no information."""

    order: list[int]
    used: int = field(default=0)

    def next(self) -> str:
        self.used += 1
        return f"V-{self.order[self.used - 1]:05d}"


#: Accounts, forest loss and fires of the planted problems, one line per supplier; drought comes
#: with the box. Each is serious in at least two pillars, and no two boxes in the same way.
_PROBLEMS: tuple[tuple[str, Accounts, bool, bool, int], ...] = (
    ("BRA", "distressed", True, True, 1),
    ("BRA", "distressed", True, False, 1),
    ("IDN", "distressed", True, True, 2),
    ("IDN", "grey", True, True, 1),
    ("CIV", "distressed", False, True, 1),
    ("CIV", "distressed", True, True, 1),
    ("VNM", "grey", True, True, 2),
    ("VNM", "distressed", True, False, 1),
    ("PER", "distressed", True, True, 1),
    ("PER", "distressed", True, True, 2),
    ("COL", "distressed", True, True, 1),
    ("COL", "distressed", True, True, 1),
)


def cast_suppliers(boxes: Sequence[Box], random: np.random.Generator) -> tuple[Supplier, ...]:
    """All suppliers, in the order of their ids."""
    # The permutation is of twice as many numbers, so that ids have gaps, as real ones do.
    numbers = _Numbers(order=(random.permutation(2 * SUPPLIERS) + 1).tolist())
    suppliers = _problems(boxes, numbers, random) + _traps(boxes, numbers, random)
    ordinary = [box for box in boxes if box.kind == "ordinary"]
    for index in range(SUPPLIERS - len(suppliers)):
        country = ordinary[index % len(ordinary)].country
        own = [box for box in ordinary if box.country is country]
        probability = random.random()
        accounts: Accounts = (
            "none" if probability < 0.2 else "grey" if probability < 0.3 else
            "distressed" if probability < 0.35 else "ordinary"
        )  # fmt: skip
        site_count = int(random.choice((1, 2, 3), p=(0.58, 0.3, 0.12)))
        sites = tuple(
            _site(own[int(random.integers(len(own)))], f"Plant {number}", random)
            for number in range(1, site_count + 1)
        )
        suppliers.append(_supplier(numbers, country, accounts, sites, random))
    return tuple(sorted(suppliers, key=lambda supplier: supplier.supplier_id))


def _problems(
    boxes: Sequence[Box], numbers: _Numbers, random: np.random.Generator
) -> list[Supplier]:
    frontier = {box.country.iso3: box for box in boxes if box.kind == "frontier"}
    used = dict.fromkeys(frontier, 0)
    suppliers = []
    for iso3, accounts, is_cleared, has_fires, site_count in _PROBLEMS:
        box = frontier[iso3]
        sites = []
        for number in range(1, site_count + 1):
            north, east = _QUARTERS[used[iso3]]
            used[iso3] += 1
            sites.append(
                Site(
                    name=f"Plant {number}",
                    latitude=round(box.latitude + north, 5),
                    longitude=round(box.longitude + east, 5),
                    box_id=box.box_id,
                    fires_per_year=float(random.uniform(24.0, 48.0)) if has_fires else 2.0,
                    is_cleared=is_cleared,
                )
            )
        what = [f"{accounts} accounts"]
        what += ["frontier forest loss"] if is_cleared else []
        what += ["drought"] if box.has_drought else []
        what += ["fires"] if has_fires else []
        suppliers.append(
            _supplier(numbers, box.country, accounts, tuple(sites), random, problem=", ".join(what))
        )
    return suppliers


def _traps(boxes: Sequence[Box], numbers: _Numbers, random: np.random.Generator) -> list[Supplier]:
    """Suppliers that a careless reading would put high, and that must not be there."""
    ordinary = [box for box in boxes if box.kind == "ordinary"]
    by_country = {box.country.iso3: box for box in ordinary}

    def add(
        iso3: str, trap: str, accounts: Accounts, *changed: Site, workforce: int | None = None
    ) -> None:
        box = by_country[iso3]
        sites = changed or (_site(box, "Plant 1", random, fires_per_year=1.0),)
        suppliers.append(
            _supplier(numbers, box.country, accounts, sites, random, trap=trap, workforce=workforce)
        )

    suppliers: list[Supplier] = []
    for iso3 in ("MYS", "GHA"):
        add(iso3, "missing accounts only", "none")
    for iso3 in ("BRA", "IDN"):
        box = by_country[iso3]
        centre = Site("Plant 1", *centre_of(box.country), None, fires_per_year=80.0)
        add(iso3, "coordinates of the country's centre, amid fires and drought", "healthy", centre)
    for iso3 in ("GHA", "COL"):
        box = by_country[iso3]
        true = _site(box, "Plant 1", random, fires_per_year=1.0)
        swapped = replace(true, written=(true.longitude, true.latitude))
        add(iso3, "swapped coordinates that point at fires and drought", "healthy", swapped)
    for iso3 in ("ETH", "IND"):
        nowhere = Site("Plant 1", 0.0, 0.0, None, fires_per_year=0.0, written="nothing")
        add(iso3, "no data at all", "none", nowhere)
    for iso3 in ("MYS", "PER"):
        add(iso3, "one extreme signal of small weight: fires", "healthy",
            _site(by_country[iso3], "Plant 1", random, fires_per_year=200.0))  # fmt: skip
    add("BRA", "a very big company with healthy accounts", "healthy", workforce=48_000)
    add("VNM", "a very big company with healthy accounts", "healthy", workforce=31_000)
    add("PER", "distress in accounts that are too old to speak", "old")
    add("MYS", "distress that was filed only after the as-of date", "worse_later")
    return suppliers


def _site(
    box: Box, name: str, random: np.random.Generator, fires_per_year: float | None = None
) -> Site:
    north, east = random.uniform(-_REACH_DEGREES, _REACH_DEGREES, 2).tolist()
    return Site(
        name=name,
        latitude=round(box.latitude + north, 5),
        longitude=round(box.longitude + east, 5),
        box_id=box.box_id,
        fires_per_year=float(random.gamma(1.5, 1.2)) if fires_per_year is None else fires_per_year,
    )


def _supplier(
    numbers: _Numbers,
    country: Country,
    accounts: Accounts,
    sites: tuple[Site, ...],
    random: np.random.Generator,
    problem: str = "",
    trap: str = "",
    workforce: int | None = None,
) -> Supplier:
    # At a frontier there are farms and forests, no garment factories.
    sectors = [s for s in country.sectors if not problem or s in _OF_THE_LAND]
    sector = sectors[int(random.integers(len(sectors)))]
    size = int(np.exp(random.normal(5.0, 1.1))) + 5
    supplier_id = numbers.next()
    words = (
        _ADJECTIVES[int(random.integers(len(_ADJECTIVES)))],
        _NOUNS[int(random.integers(len(_NOUNS)))],
    )
    return Supplier(
        supplier_id=supplier_id,
        name=f"Demo {words[0]} {words[1]} {SECTORS[sector][0]} {supplier_id[2:]}",
        country=country,
        sector=sector,
        accounts=accounts,
        sites=sites,
        workforce=size if workforce is None else workforce,
        annual_spend=int(np.exp(random.normal(12.5, 1.2))) * (1 if workforce is None else 100),
        problem=problem,
        trap=trap,
    )
