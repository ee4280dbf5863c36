"""Estimated weights against known cases in the municipalities of Brazil, with baseline rankings.

(a) Leave-one-state-out: each state is scored with weights estimated on the others.
(b) Later years from earlier ones: weights are estimated on the cases of the first open years, with
signals from before them, and applied to the cases of the later years, with signals from before
these. Exposure (people and land) is fitted first and held as an offset, so that a signal gains
nothing by measuring size. Rankings without training are the probability times exposure: land for
rural sectors, people x land for all. The signals were chosen with these outcomes in view (some
forty sets were compared), which no interval here shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.brazil_features import Areas, area_cards, halves, read_areas
from benchmarks.shared_data import shared_data
from scoring.tune.baseline_rankings import (
    context_ranking,
    earlier_cases,
    equal_weights,
    one_signal,
    random_order,
)
from scoring.tune.cluster_bootstrap import Interval, auc_interval
from scoring.tune.cross_validation import out_of_block
from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Flags, Floats, Labels, corrected_auc, measure
from scoring.tune.weight_estimator import Estimated, EstimationRule, fit, weight_estimate

ID = "brazil"
GOAL = "estimated weights against known cases: whole states held out, later years from earlier"
KIND = "validate"

ESTIMATED, EXPOSURE, AREA = "learned + exposure", "population + area", "area"
OF_DEFAULT = "the same, signals of the default"
PRIOR, BEFORE = "case rate of the state or region", "cases of earlier years"
UNTRAINED, EQUAL = "shipped default x scale", "equal weights x scale"

_AIM_A, _AIM_B = 0.74, 0.03


@dataclass(frozen=True)
class _Question:
    """One test: the orders to compare, on the same areas and cases."""

    title: str
    orders: dict[str, Floats]
    is_case: Flags
    state: Labels


def run() -> str:
    """Print the tables and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    folder = shared_data("outcomes/brazil_panel")
    areas = read_areas(folder)
    earlier, later = halves(areas.years)
    print(
        f"{areas.ids.len()} municipalities of {np.unique(areas.state).size} states, cases of "
        f"{areas.years[0]}-{areas.years[-1]}. Cases are detected ones: a place without a case is "
        "not known to have none. There is no random arm, so no calibration."
    )
    figures = []
    for rural in (True, False):
        sectors = "rural sectors" if rural else "all sectors"
        held = _states_held_out(areas, rural)
        ahead, weights = _later_from_earlier(areas, rural)
        print(f"\n(a) {sectors}, whole states held out, {areas.years[0]}-{areas.years[-1]}")
        figures.append(f"(a) {sectors} " + _shown(held))
        print(f"\n(b) {sectors}, {later[0]}-{later[-1]} from {earlier[0]}-{earlier[-1]}")
        figures.append(f"(b) {sectors} " + _shown(ahead))
        _show_new_places(ahead, areas.known(earlier, rural))
        _show_weights(weights, areas.weight)
    return "; ".join(figures)


def _states_held_out(areas: Areas, rural: bool) -> _Question:
    first = min(areas.risk)
    is_case = areas.known(areas.years, rural)
    known = np.asarray(~np.isnan(areas.exposure).any(axis=1))
    sample = _sample(areas, first, is_case)
    held = out_of_block(sample.rows(known), EstimationRule(areas.weight, intervals=False))
    weighted, rule = _of_default(areas, sample)
    without = out_of_block(weighted.rows(known), rule)
    region = _region(areas.state)
    prior = np.empty(is_case.size)
    for name in np.unique(areas.state):
        inside = areas.state == name
        prior[inside] = context_ranking(is_case[~inside], region[~inside], region[inside])
    own = {
        ESTIMATED: _spread(held.place, known),
        "the same, as log odds": _spread(held.log_odds, known),
        OF_DEFAULT: _spread(without.place, known),
        EXPOSURE: _spread(held.exposure_place, known),
        "the same, as log odds ": _spread(held.exposure, known),
    }
    return _Question("a", own | _simple(areas, first, rural, prior), is_case, areas.state)


def _later_from_earlier(areas: Areas, rural: bool) -> tuple[_Question, Estimated]:
    earlier, later = halves(areas.years)
    was_case, is_case = areas.known(earlier, rural), areas.known(later, rural)
    known = np.asarray(~np.isnan(areas.exposure).any(axis=1))
    before = _sample(areas, earlier[0], was_case).rows(known)
    now = _sample(areas, later[0], is_case)
    learned = weight_estimate(before, EstimationRule(areas.weight))
    alone = fit(before, EstimationRule(areas.weight, method="conditional", intervals=False))
    weighted, rule = _of_default(areas, _sample(areas, earlier[0], was_case))
    without = fit(weighted.rows(known), rule)
    best = int(np.argmax(learned.fit.weight))
    own = {
        ESTIMATED: learned.fit.log_odds(now),
        OF_DEFAULT: without.log_odds(_of_default(areas, now)[0]),
        "learned within states + exposure": alone.log_odds(now),
        "learned signals alone": learned.fit.likelihood_part(now.risk),
        f"one signal: {areas.signals[best]}": one_signal(now.risk, best),
        EXPOSURE: learned.fit.exposure_part(now.exposure),
    }
    prior = context_ranking(was_case, areas.state, areas.state)
    simple = _simple(areas, later[0], rural, prior) | {BEFORE: earlier_cases(was_case)}
    return _Question("b", own | simple, is_case, areas.state), learned


def _sample(areas: Areas, year: int, is_case: Flags) -> Sample:
    return Sample(
        areas.signals, areas.risk[year], is_case.astype(np.int64), areas.state, areas.exposure
    )


def _of_default(areas: Areas, sample: Sample) -> tuple[Sample, EstimationRule]:
    """The sample with the signals that weigh in the default alone, and how to learn on it."""
    weighs = areas.weight > 0
    names = tuple(name for name, is_in in zip(areas.signals, weighs, strict=True) if is_in)
    fewer = replace(sample, signals=names, risk=sample.risk[:, weighs])
    return fewer, EstimationRule(areas.weight[weighs], intervals=False)


def _simple(areas: Areas, year: int, rural: bool, prior: Floats) -> dict[str, Floats]:
    people, land = areas.exposure.T
    at_stake = land if rural else people + land
    equal, score = equal_weights(areas.risk[year]), areas.score[year]
    return {
        "population": people,
        AREA: land,
        "people x land": people + land,
        "shipped default score": score,
        UNTRAINED: np.log(np.maximum(score, 1.0)) + at_stake,
        "equal weights of these signals": equal,
        EQUAL: np.log(np.maximum(equal, 0.01)) + at_stake,
        PRIOR: prior,
        "random": random_order(prior.size),
    }


def _shown(question: _Question) -> str:
    """Print the table of a question; its figures for the last line."""
    orders, is_case, state = question.orders, question.is_case, question.state
    common = _all_there(orders)
    print(
        f"{int(is_case.sum())} of {is_case.size} areas with a known case; "
        f"{is_case[common].sum() / is_case.sum():.1%} of them have every order, on which the AUC "
        "is read; recall is of all known cases."
    )
    head = ("AUC", "90 % interval", "less exposure", "in-state", "AP", "p@100", "lift", "rec@500")
    print(f"{'order':<34}" + "".join(f"{name:>17}" for name in head))
    gaps: dict[str, Interval] = {}
    for name, order in orders.items():
        m = measure(np.where(common, order, np.nan), is_case, state)
        more = measure(order, is_case, state, count=500)
        reach = _auc(question, name, None, common)
        gaps[name] = _auc(question, name, EXPOSURE, common)
        cells = (
            f"{reach.value:.3f}",
            f"{reach.low:.3f} {reach.high:.3f}",
            f"{gaps[name].low:+.3f} {gaps[name].high:+.3f}",
            *(f"{v:.3f}" for v in (m.within_group_auc, m.average_precision, m.precision)),
            f"{m.lift:.2f}",
            f"{more.recall:.3f}",
        )
        print(f"{name:<34}" + "".join(f"{cell:>17}" for cell in cells))
    return _verdict(question, gaps[ESTIMATED], common)


def _verdict(question: _Question, gap: Interval, common: Flags) -> str:
    reach = _auc(question, ESTIMATED, None, common)
    within = measure(
        np.where(common, question.orders[ESTIMATED], np.nan), question.is_case, question.state
    ).within_group_auc
    base = _auc(question, EXPOSURE, None, common).value
    if gap.low > 0:
        said = "The learned signals add to population and area, beyond the spread between states."
    elif gap.high < 0 or gap.value <= 0:
        said = "Here exposure explains the ranking: the learned signals add nothing to it."
    else:
        said = (
            "Here exposure explains the ranking: what the learned signals add lies within the "
            "spread between states."
        )
    aim = (
        f"Aim: AUC {_AIM_A:.2f}: {_met(reach.value >= _AIM_A)}."
        if question.title == "a"
        else f"Aim: {_AIM_B:+.2f} over population + area, interval without 0, and 0.70 within "
        f"states: {_met(gap.value >= _AIM_B and gap.low > 0 and within >= 0.70)}."
    )
    print(f"{said} {aim}")
    weighed = _auc(question, OF_DEFAULT, EXPOSURE, common)
    print(
        f"Learned without the signals that have no weight in the default: {weighed.value:+.3f} "
        f"[{weighed.low:+.3f}, {weighed.high:+.3f}] over population + area."
    )
    for order in (UNTRAINED, EQUAL):
        less = {name: _auc(question, order, name, common) for name in (AREA, PRIOR, EXPOSURE)}
        parts = (f"{k} {i.value:+.3f} [{i.low:+.3f}, {i.high:+.3f}]" for k, i in less.items())
        print(f"Untrained, {order}, AUC less that of: {'; '.join(parts)}.")
    shares = ", ".join(f"{a:.0%} {corrected_auc(reach.value, a):.3f}" for a in (0.05, 0.1, 0.2))
    print(f"AUC if that share of the areas without a known case had one too: {shares}.")
    return (
        f"AUC {reach} against {base:.3f} by population + area ({gap.value:+.3f} "
        f"[{gap.low:+.3f}, {gap.high:+.3f}]), in-state {within:.3f}, "
        + ", ".join(
            f"{name} {_auc(question, name, None, common).value:.3f}"
            for name in (UNTRAINED, EQUAL, AREA, PRIOR)
        )
    )


def _auc(question: _Question, name: str, less: str | None, rows: Flags) -> Interval:
    other = None if less is None else question.orders[less][rows]
    return auc_interval(
        question.orders[name][rows], question.is_case[rows], question.state[rows], other
    )


def _show_new_places(question: _Question, was_case: Flags) -> None:
    """The same on areas without a case in the earlier years: nothing is found twice."""
    new = ~was_case & _all_there(question.orders)
    reach, gap = (_auc(question, ESTIMATED, less, new) for less in (None, EXPOSURE))
    print(
        f"Areas without an earlier case alone ({int(question.is_case[new].sum())} cases): AUC "
        f"{reach}, less population + area {gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]."
    )


def _show_weights(learned: Estimated, default: Floats) -> None:
    print(f"Estimated weights, {learned.cases} cases, 90 % interval, {learned.blocks} states:")
    cards, order = area_cards(), np.argsort(-learned.fit.weight)
    for column in order:
        name = learned.signals[column]
        print(
            f"  {name:<26}{learned.fit.weight[column]:>6.2f}  [{learned.weight_low[column]:.2f}, "
            f"{learned.weight_high[column]:.2f}]  default {default[column]:.2f}  "
            f"{cards[name].title}"
        )


def _region(state: Labels) -> Labels:
    return np.array([_REGION_OF[name] for name in state], dtype=np.str_)


def _spread(values: Floats, rows: Flags) -> Floats:
    whole = np.full(rows.size, np.nan)
    whole[rows] = values
    return whole


def _all_there(orders: dict[str, Floats]) -> Flags:
    """[areas] whether every order has a value."""
    return np.asarray(~np.isnan(np.column_stack(list(orders.values()))).any(axis=1))


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"


_REGION_OF = {
    state: region
    for region, states in {
        "North": "AC AM AP PA RO RR TO",
        "Northeast": "AL BA CE MA PB PE PI RN SE",
        "Centre-West": "DF GO MS MT",
        "Southeast": "ES MG RJ SP",
        "South": "PR RS SC",
    }.items()
    for state in states.split()
}
