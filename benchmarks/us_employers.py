"""Public filings of US seasonal farm employers against later labour-law cases: a second country.

The units are employers, exposure is the number of workers certified. Not estimated: the power mean
of the fields with their default weights, times exposure. Estimated: the estimator of
`understory tune estimate`, with exposure as offset and whole states held out. Fields, anchors and
weights were chosen on half of the states; each look at the other half is written down in
`tests/cases/us_employers_looks.md`. A case is a breach of the programme's rules that was found: a
proxy for bad conditions, not forced labour, and employers that nobody examined have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

import configs
from benchmarks import two_countries
from benchmarks.brazil_sectors import read_sector_areas
from benchmarks.shared_data import shared_data
from benchmarks.two_countries import TwoCountries, order_of_employers, stacked
from benchmarks.us_h2a import FIELDS, WINDOWS, Employers, read_employers
from scoring.aggregation.power_mean import power_mean
from scoring.tune.cluster_bootstrap import Interval, bootstrap_interval
from scoring.tune.cross_validation import rank_within
from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Flags, Floats, auc, within_group_auc
from scoring.tune.weight_estimator import EstimationRule, Fit, fit

ID = "us_employers"
GOAL = "US farm employers, states held out: above workers certified alone, interval without 0"
KIND = "validate"

WORKERS, DEFAULT, ESTIMATED = "workers certified", "default weights x workers", "estimated"
FROM_BRAZIL, SHARED = "estimated in Brazil x workers", "the same signals, estimated here"

#: A score of nothing still leaves the workers at stake.
_LOWEST_SCORE = 0.1

Orders = Mapping[str, Floats]


def run() -> str:
    """Print the tables and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    folder = shared_data("outcomes/us_h2a")
    windows = [read_employers(folder, window) for window in WINDOWS]
    for employers in windows:
        print(
            f"filed {employers.title}: {employers.is_case.size} employers of "
            f"{np.unique(employers.state).size} states, {int(employers.is_case.sum())} with a "
            f"later case; for choosing {int(employers.is_for_choosing.sum())} and "
            f"{int(employers.is_case[employers.is_for_choosing].sum())}"
        )
    parts: dict[str, Callable[[Employers], Flags]] = {
        "choosing": lambda of: of.is_for_choosing,
        "judging": lambda of: ~of.is_for_choosing,
        "all states": lambda of: np.ones(of.is_case.size, dtype=bool),
        "judging, active in the last year": lambda of: ~of.is_for_choosing & of.is_active,
    }
    areas = read_sector_areas()
    both = two_countries.fitted(areas, windows)
    orders = _orders(windows, both)
    figures = []
    for part, rows_of in parts.items():
        print(
            f"\n{part}: AUC of {windows[0].title}, of the mean of the three windows, less workers"
        )
        rows = [rows_of(of) for of in windows]
        for name in orders[0]:
            first = _interval(windows[:1], orders[:1], rows[:1], name)
            gap = _interval(windows[:1], orders[:1], rows[:1], name, WORKERS)
            mean = _interval(windows, orders, rows, name)
            mean_gap = _interval(windows, orders, rows, name, WORKERS)
            print(f"  {name:<34}{first}  {_signed(gap)}  {mean}  {_signed(mean_gap)}")
            if part == "judging" and name in (DEFAULT, ESTIMATED, FROM_BRAZIL, SHARED):
                figures.append(
                    f"{part}, {name} {first.value:.3f} ({_signed(gap)} over workers; three windows "
                    f"{mean.value:.3f}, {_signed(mean_gap)})"
                )
    _show_fields(windows)
    return "; ".join([*figures, two_countries.show(areas, both)])


def default_score(employers: Employers) -> Floats:
    """[employers] power mean of the fields by their default weights; 0.5 if no field is known."""
    weight = np.array([field.weight for field in FIELDS.values()])
    score = power_mean(employers.risk, weight, configs.load(local=None).scoring.exponent)
    return np.where(np.isnan(score), 0.5, score)


def _orders(windows: Sequence[Employers], both: TwoCountries) -> list[Orders]:
    estimated = _held_out(windows)
    found: list[Orders] = []
    for employers, of_fits in zip(windows, estimated, strict=True):
        workers = np.log(employers.workers)
        singles = {}
        for name, field in FIELDS.items():
            risk = field.risk(employers.values[name])
            risk = np.where(np.isnan(risk), np.nanmean(risk), risk)
            singles[f"{name} x workers"] = workers + np.log(np.maximum(risk, _LOWEST_SCORE))
        score = np.maximum(default_score(employers), _LOWEST_SCORE)
        found.append(
            {
                WORKERS: workers,
                DEFAULT: workers + np.log(score),
                ESTIMATED: of_fits,
                FROM_BRAZIL: order_of_employers(both.brazil, employers),
                SHARED: order_of_employers(both.us, employers),
                **singles,
            }
        )
    return found


def _held_out(windows: Sequence[Employers]) -> list[Floats]:
    """Per window, each state ordered by fits of all three windows on the other states."""
    samples = [_sample(employers) for employers in windows]
    whole = stacked(samples)
    found = [np.empty(sample.level.size) for sample in samples]
    for name in np.unique(whole.block):
        seen = whole.rows(whole.block != name)
        fitted = _fit(seen)
        among = fitted.log_odds(seen)
        for order, sample in zip(found, samples, strict=True):
            inside = sample.block == name
            order[inside] = rank_within(fitted.log_odds(sample.rows(inside)), among)
    return found


def _fit(sample: Sample) -> Fit:
    default = np.array([FIELDS[name].weight for name in sample.signals])
    return fit(sample, EstimationRule(default, intervals=False))


def _sample(employers: Employers) -> Sample:
    """The fields that weigh by default."""
    names = tuple(name for name, field in FIELDS.items() if field.weight > 0)
    risk = np.column_stack([FIELDS[name].risk(employers.values[name]) for name in names])
    return Sample(
        names,
        risk,
        employers.is_case.astype(np.int64),
        employers.state,
        np.log(employers.workers)[:, None],
    )


def _interval(
    windows: Sequence[Employers],
    orders: Sequence[Orders],
    rows: Sequence[Flags],
    name: str,
    less: str | None = None,
) -> Interval:
    """Mean AUC of the windows, or of its difference to another order; whole states drawn."""
    score, case, other, window, state = (
        np.concatenate(parts)
        for parts in zip(
            *(
                (
                    order[name][inside],
                    of.is_case[inside],
                    order[less or name][inside],
                    np.full(int(inside.sum()), number),
                    of.state[inside],
                )
                for number, (of, order, inside) in enumerate(
                    zip(windows, orders, rows, strict=True)
                )
            ),
            strict=True,
        )
    )

    def statistic(drawn: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        values = []
        for number in range(len(windows)):
            of = drawn[window[drawn] == number]
            if case[of].any() and not case[of].all():
                value = auc(score[of], case[of])
                values.append(value if less is None else value - auc(other[of], case[of]))
        return float(np.mean(values)) if len(values) == len(windows) else float("nan")

    return bootstrap_interval(statistic, state)


def _show_fields(windows: Sequence[Employers]) -> None:
    """How each field goes with cases among employers of about the same size, choosing part."""
    whole = stacked([_sample(of).rows(of.is_for_choosing) for of in windows])
    fitted = _fit(whole)
    share = dict(zip(whole.signals, fitted.weight, strict=True))
    print("\nfield: AUC among employers of one size, choosing part; default and estimated weight")
    for name, field in FIELDS.items():
        cells = []
        for of in windows:
            risk = field.risk(of.values[name])
            inside = of.is_for_choosing & ~np.isnan(risk)
            size = np.floor(np.log2(of.workers[inside])).astype(np.str_)
            cells.append(f"{within_group_auc(risk[inside], of.is_case[inside], size):.3f}")
        estimated = f"{share[name]:.2f}" if name in share else "-"
        print(f"  {name:<18}{' '.join(cells)}  {field.weight:.1f}  {estimated}  {field.mechanism}")


def _signed(of: Interval) -> str:
    return f"{of.value:+.3f} [{of.low:+.3f}, {of.high:+.3f}]"
