"""Weights estimated in one country, tested in the other, for signals that exist in both.

Brazil has places and production, the US employers and workers. Three signals of the one have a
counterpart in the other: picking by hand is the same figure, growth and isolation are the same
mechanism by other figures. Each side keeps its own goalposts; only the weights travel. Fits use the
choosing part of a country, and both parts of the other are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.brazil_sectors import PARTS, SectorAreas
from benchmarks.us_h2a import FIELDS, Employers
from scoring.tune.cluster_bootstrap import Interval
from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Floats
from scoring.tune.supplier_weighted import SectorPlaces, supplier_weighted
from scoring.tune.weight_estimator import EstimationRule, Fit, fit

#: Signal in Brazil, field in the US, and what they have in common.
PAIRS: tuple[tuple[str, str, str], ...] = (
    ("hand_harvest_share", "hand_harvest", "the same figure: harvests picked by hand"),
    ("planted_area_expansion", "demand_growth", "growth: more hands are wanted than are known"),
    ("sparse_population", "few_neighbours", "isolation: few others within reach"),
)
#: Sectors of the register that the programme for farm workers has too.
FARM_SECTORS = ("coffee", "livestock", "other_agri")


@dataclass(frozen=True)
class TwoCountries:
    """Weights of the shared signals, in the order of `PAIRS`.

    Attributes:
        brazil: fitted on the choosing part of the municipalities.
        us: fitted on the choosing part of the employers, workers as offset.
    """

    brazil: Fit
    us: Fit


def fitted(areas: SectorAreas, windows: Sequence[Employers]) -> TwoCountries:
    """Fit the shared signals in each country on its choosing part."""
    equal = np.ones(len(PAIRS))
    columns = [areas.signals.index(signal) for signal, _, _ in PAIRS]
    places = [_sample_of_places(areas, place, columns) for place in _farm_places(areas, "choosing")]
    employers = [_sample_of_employers(of) for of in windows]
    return TwoCountries(
        fit(stacked(places), EstimationRule(equal, method="conditional", intervals=False)),
        fit(stacked(employers), EstimationRule(equal, intervals=False)),
    )


def order_of_employers(found: Fit, employers: Employers) -> Floats:
    """[employers] log of workers and what the weights add; an unknown field adds nothing."""
    risk = shared_risk(employers)
    centred = replace(found, centre=np.nanmean(risk, axis=0))
    return np.asarray(np.log(employers.workers) + centred.likelihood_part(risk))


def shared_risk(employers: Employers) -> Floats:
    """[employers, pairs] risks of the shared fields."""
    return np.column_stack([FIELDS[field].risk(employers.values[field]) for _, field, _ in PAIRS])


def in_brazil(found: Fit, areas: SectorAreas, part: str) -> Interval:
    """Supplier-weighted AUC of the weights in Brazil, mean of the farm sectors of a part."""
    columns = [areas.signals.index(signal) for signal, _, _ in PAIRS]
    risk = areas.measured[:, columns]
    centred = replace(found, centre=np.nanmean(risk, axis=0))
    order = centred.likelihood_part(risk)
    places = _farm_places(areas, part)
    return supplier_weighted(dict.fromkeys(FARM_SECTORS, order), places, areas.state).mean


def show(areas: SectorAreas, found: TwoCountries) -> str:
    """Print the weights, and the figures of both in Brazil; the figures of the last line."""
    print("\nWeights of signals that both countries have, log odds per unit of risk:")
    print(f"  {'Brazil':<24}{'US':<18}{'of Brazil':>10}{'of the US':>10}  in common")
    for number, (signal, field, common) in enumerate(PAIRS):
        cells = f"{found.brazil.coefficient[number]:>10.2f}{found.us.coefficient[number]:>10.2f}"
        print(f"  {signal:<24}{field:<18}{cells}  {common}")
    print("In Brazil, supplier-weighted AUC, mean of coffee, livestock and other crops:")
    figures = []
    for name, weights in (("estimated in Brazil", found.brazil), ("estimated in the US", found.us)):
        by_part = {part: in_brazil(weights, areas, part) for part in PARTS}
        text = ", ".join(f"{part} {value}" for part, value in by_part.items())
        print(f"  {name:<24}{text}")
        figures.append(f"{name} {by_part['judging']}")
    return "in Brazil, judging, " + ", ".join(figures)


def _farm_places(areas: SectorAreas, part: str) -> tuple[SectorPlaces, ...]:
    (which,) = (each for each in PARTS if each == part)
    return tuple(place for place in areas.places(which) if place.sector in FARM_SECTORS)


def _sample_of_places(areas: SectorAreas, place: SectorPlaces, columns: Sequence[int]) -> Sample:
    rows = np.flatnonzero(np.nan_to_num(place.exposure) > 0)
    return Sample(
        tuple(signal for signal, _, _ in PAIRS),
        areas.measured[rows][:, columns],
        (place.cases[rows] > 0).astype(np.int64),
        np.full(rows.size, place.sector, dtype=np.str_),
        np.empty((rows.size, 0)),
        offset=np.log(place.exposure[rows]),
    )


def _sample_of_employers(employers: Employers) -> Sample:
    rows = np.flatnonzero(employers.is_for_choosing)
    return Sample(
        tuple(field for _, field, _ in PAIRS),
        shared_risk(employers)[rows],
        employers.is_case[rows].astype(np.int64),
        employers.state[rows],
        np.empty((rows.size, 0)),
        offset=np.log(employers.workers[rows]),
    )


def stacked(samples: Sequence[Sample]) -> Sample:
    """Samples of the same signals as one; an offset needs to be in each of them, or is left out."""
    offsets = [sample.offset for sample in samples if sample.offset is not None]
    return Sample(
        samples[0].signals,
        np.concatenate([sample.risk for sample in samples]),
        np.concatenate([sample.level for sample in samples]),
        np.concatenate([sample.block for sample in samples]),
        np.concatenate([sample.exposure for sample in samples]),
        offset=np.concatenate(offsets) if len(offsets) == len(samples) else None,
    )
