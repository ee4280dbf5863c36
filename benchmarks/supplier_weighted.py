"""Is a supplier with a case scored above another of its sector? Brazil, split to choose and judge.

Choosing happens on the choosing part; the judging part is read once per change, and each look is
logged (`benchmarks.validity_looks`). Beside the supplier-weighted AUC: pairs of place x sector,
which ask which sourcing area will have a case, with the sector's own production as scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks import validity_looks
from benchmarks.brazil_sectors import SECTORS, Part, SectorAreas, read_sector_areas
from benchmarks.supplier_weighted_states import show_without_each_state
from scoring.tune.cluster_bootstrap import Interval, auc_interval
from scoring.tune.estimation_sample import Sample
from scoring.tune.group_weights import GroupFits, group_fits, group_multiples
from scoring.tune.ranking_measures import Floats
from scoring.tune.supplier_weighted import SectorPlaces, SupplierWeighted, supplier_weighted

ID = "supplier_weighted"
GOAL = "default mean of five sectors 0.62, estimated 0.66, pairs 0.82, on states not chosen on"
KIND = "validate"

_AIM_DEFAULT, _AIM_ESTIMATED, _AIM_PAIRS, _AIM_APART = 0.62, 0.66, 0.82, 0.03
_SIGNAL = "signal "
DEFAULT, ESTIMATED, EXPOSURE = "default score", "estimated weights", "own production"


def run() -> str:
    """Print the tables and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    areas = read_sector_areas()
    fitted = estimated(areas)
    orders = all_orders(areas, fitted)
    _show_weights(areas, fitted)
    chosen = _figures(areas, {**orders, ESTIMATED: held_out(areas)}, "choosing")
    mark = validity_looks.fingerprint([*orders[DEFAULT].values(), *orders[ESTIMATED].values()])
    look, change = validity_looks.look_of(mark), validity_looks.named_change()
    if look is None and change is None:
        print(
            "\nThe judging part is read once per change: name the change to read it, "
            'make validate NAME=supplier_weighted CHANGE="what changed".'
        )
        return f"choosing {chosen[0]}; judging not read"
    judged = _figures(areas, orders, "judging")
    if look is None:
        look = validity_looks.append((change or "", mark, chosen[0], *judged))
    print(f"\nLook {look[0]} of {look[1]}, {look[2]}; the log is tests/cases/validity_looks.md.")
    return f"choosing {chosen[0]}; judging {judged[0]}"


def estimated(areas: SectorAreas, without: str | None = None) -> GroupFits:
    """By sector, weights estimated on the choosing part.

    Args:
        areas: the municipalities.
        without: a state left out; a sector without cases elsewhere has the common weights.
    """
    columns = np.flatnonzero(areas.weight > 0)
    samples = {
        place.sector: sample
        for place in areas.places("choosing")
        if (sample := _sample(areas, place, columns, without)) is not None
    }
    return group_fits(samples, areas.weight[columns])


def held_out(areas: SectorAreas) -> dict[str, Floats]:
    """By sector, [areas] log odds by weights estimated on the choosing part without the state."""
    columns = np.flatnonzero(areas.weight > 0)
    found = {kind.name: np.full(areas.state.size, np.nan) for kind in SECTORS}
    for state in np.unique(areas.state[areas.part == "choosing"]):
        fitted = estimated(areas, without=str(state))
        inside = areas.state == state
        for name, values in found.items():
            values[inside] = fitted.of(name).likelihood_part(areas.risk[name][inside][:, columns])
    return found


def _sample(
    areas: SectorAreas, place: SectorPlaces, columns: NDArray[np.int64], without: str | None
) -> Sample | None:
    rows = np.flatnonzero((np.nan_to_num(place.exposure) > 0) & (areas.state != without))
    level = (place.cases[rows] > 0).astype(np.int64)
    if not level.any():
        return None
    return Sample(
        tuple(areas.signals[column] for column in columns),
        areas.risk[place.sector][rows][:, columns],
        level,
        np.full(rows.size, place.sector, dtype=np.str_),
        np.empty((rows.size, 0)),
        offset=np.log(place.exposure[rows]),
    )


def all_orders(areas: SectorAreas, fitted: GroupFits) -> dict[str, dict[str, Floats]]:
    """Name of an order to sector to [areas] its score."""
    columns = np.flatnonzero(areas.weight > 0)
    names = [kind.name for kind in SECTORS]
    orders = {
        DEFAULT: areas.score,
        ESTIMATED: {
            name: fitted.of(name).likelihood_part(areas.risk[name][:, columns]) for name in names
        },
        EXPOSURE: areas.exposure,
        "little own production": {name: -areas.exposure[name] for name in names},
        "population": dict.fromkeys(names, areas.population),
        "area": dict.fromkeys(names, areas.area_km2),
    }
    for column, signal in enumerate(areas.signals):
        orders[f"{_SIGNAL}{signal}"] = dict.fromkeys(names, areas.measured[:, column])
    return orders


def _figures(
    areas: SectorAreas, orders: Mapping[str, Mapping[str, Floats]], part: Part
) -> tuple[str, str]:
    """Print the tables of a part; its figures, and the default by sector."""
    places = areas.places(part)
    cases = ", ".join(f"{place.sector} {place.cases.sum():.0f}" for place in places)
    states = " ".join(np.unique(areas.state[areas.part == part]))
    print(f"\n{part} part: states {states}; cases {cases}")
    split = [kind.title for kind in SECTORS if areas.splits_by_year(kind.name)]
    if part == "choosing":
        print("Estimated weights here: each state by weights estimated without it.")
    if split:
        print(f"Split by year within the states for choosing: {', '.join(split)}.")
    print(f"{'order':<34}" + "".join(f"{kind.title:>22}" for kind in SECTORS) + f"{'mean':>22}")
    found = {name: supplier_weighted(order, places, areas.state) for name, order in orders.items()}
    for name, each in found.items():
        # On the judging part single signals are counted, not shown: none is chosen there.
        if part == "judging" and name.startswith(_SIGNAL):
            continue
        cells = [*(sector.auc for sector in each.sectors), each.mean]
        print(f"{name:<34}" + "".join(f"{_cell(cell):>22}" for cell in cells))
    _show_against(areas, orders, part)
    show_without_each_state(areas, orders[DEFAULT], orders[EXPOSURE], part)
    pairs = _show_pairs(areas, orders, part)
    singles = sorted(
        (each.mean.value, name) for name, each in found.items() if name.startswith(_SIGNAL)
    )
    above = [name for value, name in singles if value > found[DEFAULT].mean.value]
    print(f"Single signals above the default score: {len(above)}.")
    default, weights = found[DEFAULT].mean.value, found[ESTIMATED].mean.value
    print(
        f"Aims: default {_AIM_DEFAULT} {_met(default >= _AIM_DEFAULT)}, estimated "
        f"{_AIM_ESTIMATED} {_met(weights >= _AIM_ESTIMATED)}, pairs {_AIM_PAIRS} "
        f"{_met(pairs >= _AIM_PAIRS)}, at most one signal above: {_met(len(above) <= 1)}."
    )
    return f"{default:.3f} / {weights:.3f} / {pairs:.3f}", _by_sector(found[DEFAULT])


def _by_sector(found: SupplierWeighted) -> str:
    return ", ".join(f"{each.sector} {each.auc.value:.2f}" for each in found.sectors)


def _show_against(
    areas: SectorAreas, orders: Mapping[str, Mapping[str, Floats]], part: Part
) -> None:
    places = areas.places(part)
    for name in (DEFAULT, ESTIMATED):
        apart = supplier_weighted(orders[name], places, areas.state, orders[EXPOSURE])
        print(f"{name} less {EXPOSURE}: {_signed(apart.mean)}")


def _show_pairs(
    areas: SectorAreas, orders: Mapping[str, Mapping[str, Floats]], part: Part
) -> float:
    """Print the AUC of place x sector pairs, which have a case or none; that of the default."""
    is_case, block, scale, titles = [], [], [], (DEFAULT, ESTIMATED)
    parts: dict[str, list[Floats]] = {name: [] for name in titles}
    for place in areas.places(part):
        share = np.nan_to_num(place.exposure)
        rows = areas.inside(place.sector, part) & ~np.isnan(orders[DEFAULT][place.sector])
        is_case.append(place.cases[rows] > 0)
        block.append(areas.state[rows])
        scale.append(np.log(np.maximum(share[rows] / share.sum(), _LEAST_SHARE)))
        default = orders[DEFAULT][place.sector][rows]
        parts[DEFAULT].append(np.log(np.maximum(default, 1.0)))
        parts[ESTIMATED].append(orders[ESTIMATED][place.sector][rows])
    cases, states, production = np.concatenate(is_case), np.concatenate(block), np.hstack(scale)
    print(f"Pairs of place x sector: {cases.size}, with a case {int(cases.sum())}.")
    base = auc_interval(production, cases, states)
    print(f"{'own production share':<34}{_cell(base):>22}")
    found = {}
    for name in titles:
        order = production + np.concatenate(parts[name])
        found[name] = auc_interval(order, cases, states)
        gap = auc_interval(order, cases, states, production)
        print(
            f"{name + ' x own production':<34}{_cell(found[name]):>22}  less share {_signed(gap)}"
        )
    return found[DEFAULT].value


def _show_weights(areas: SectorAreas, fitted: GroupFits) -> None:
    columns = np.flatnonzero(areas.weight > 0)
    print("Estimated weights (choosing part), log odds per unit of normalised risk:")
    fits = {"common": fitted.common, **fitted.own}
    print(f"{'signal':<34}" + "".join(f"{name:>14}" for name in fits) + f"{'default':>14}")
    for place, column in enumerate(columns):
        cells = "".join(f"{each.coefficient[place]:>14.2f}" for each in fits.values())
        default = areas.weight[column] / areas.weight.sum()
        print(f"{areas.signals[column]:<34}{cells}{default:>14.2f}")
    print("As multiples of the common weight, shares compared:")
    multiples = [group_multiples(fitted, name) for name in fitted.own]
    for place, column in enumerate(columns):
        cells = "".join(f"{multiple[place]:>14.2f}" for multiple in multiples)
        print(f"{areas.signals[column]:<34}{'':>14}{cells}")


def _cell(interval: Interval) -> str:
    if np.isnan(interval.value):
        return "no cases"
    return f"{interval.value:.2f} [{interval.low:.2f}, {interval.high:.2f}]"


def _signed(interval: Interval) -> str:
    return f"{interval.value:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]"


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"


#: A place where none of the sector's production is recorded.
_LEAST_SHARE = 1e-9
