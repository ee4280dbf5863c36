"""The difference to own production without each state in turn: does one state carry it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benchmarks.brazil_sectors import Part, SectorAreas
from scoring.tune.ranking_measures import Flags, Floats, Labels
from scoring.tune.supplier_weighted import SectorPlaces, supplier_weighted


def show_without_each_state(
    areas: SectorAreas,
    order: Mapping[str, Floats],
    other: Mapping[str, Floats],
    part: Part,
) -> None:
    """Print by state its cases, and the mean of an order and its lead without the state.

    Args:
        areas: the municipalities.
        order: by sector, [areas].
        other: likewise, what it is compared with.
        part: whose cases count.
    """
    places = areas.places(part)
    print("Without each state: cases there, mean of the default score, less own production.")
    for state in np.unique(np.concatenate([_with_cases(areas, place) for place in places])):
        there = areas.state == state
        rest = [without(place, there) for place in places]
        cases = ", ".join(
            f"{place.sector} {place.cases[there].sum():.0f}"
            for place in places
            if place.cases[there].sum() > 0
        )
        mean = supplier_weighted(order, rest, areas.state).mean.value
        lead = supplier_weighted(order, rest, areas.state, other).mean.value
        print(f"  {state}  {mean:.3f}  {lead:+.3f}  ({cases})")


def without(place: SectorPlaces, there: Flags) -> SectorPlaces:
    """A sector without the cases and the suppliers of some places."""
    return replace(
        place,
        cases=np.where(there, 0.0, place.cases),
        exposure=np.where(there, np.nan, place.exposure),
    )


def _with_cases(areas: SectorAreas, place: SectorPlaces) -> Labels:
    return np.asarray(areas.state[place.cases > 0])
