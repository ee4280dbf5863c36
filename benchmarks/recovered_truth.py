"""Does estimation recover known weights where audit selection depends on visibility?

Entities are simulated: eight signals of which three matter, countries that differ, a size that
makes findings more probable and is exposure, and audits that go where companies are visible.
Visibility is correlated with a signal that means nothing and against the one that matters most, so
that treating the unlabelled as negative gives a biased result. Audits miss a fifth of the true
cases, and one in two hundred findings is false.

The interval of a weight is compared with the true share many times: a correct estimator covers it
at the stated rate. The estimator is the shipped one, with a ridge penalty towards wrong weights
(all alike). The harder lists differ in one thing: audits follow the two signals twice as strongly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Flags, Floats, rank_agreement
from scoring.tune.selection_bias import audit_selection
from scoring.tune.weight_estimator import EstimationRule, weight_estimate

ID = "recovered_truth"
GOAL = "known weights come back under selected labels and noise, and intervals cover them"
KIND = "validate"

SIGNALS = ("first", "second", "third", *(f"none {i}" for i in range(1, 6)))
TRUTH = np.array([3.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])

_UNITS = 6000
_COUNTRIES = 40
_RUNS = 150
_HARDER_RUNS = 75
_MISSED, _FALSE = 0.2, 0.005
#: How strongly audits follow the two signals; the harder list hardly looks at some units at all.
_PULL, _HARDER = 2.0, 4.0
_CLOSE = 1e-9
_FIGURE = Path(__file__).parents[1] / "docs" / "images" / "recovered_truth.png"
_ALL_KNOWN, _CORRECTED, _NOT_CORRECTED = "all cases known", "corrected", "not corrected"


@dataclass(frozen=True)
class World:
    """A simulated list; arrays over the units.

    Attributes:
        sample: with the findings that are on record.
        looked_at: whether the unit was audited.
        visibility: [units, 1] what draws audits.
        has_case: whether there is something to be found.
    """

    sample: Sample
    audited: Flags
    selection_covariates: Floats
    has_case: Flags


@dataclass(frozen=True)
class Outcome:
    """Weights of one estimator over all runs; [runs, signals] each.

    Attributes:
        weight: shares.
        low: lower end of the interval.
        high: upper end.
    """

    weight: Floats
    low: Floats
    high: Floats

    @property
    def covered(self) -> Flags:
        """[runs, signals] whether the interval holds the true share."""
        share = TRUTH / TRUTH.sum()
        return np.asarray((self.low <= share + _CLOSE) & (share <= self.high + _CLOSE))

    @property
    def width(self) -> Floats:
        """[runs, signals] of the interval."""
        return self.high - self.low


def run() -> str:
    """Print the tables, draw the figure and return the figures."""
    usual = compare(_RUNS)
    figures = _shown(usual, f"{_RUNS} simulated lists, audits miss {_MISSED:.0%}")
    harder = compare(_HARDER_RUNS, pull=_HARDER, estimators=(_CORRECTED, _NOT_CORRECTED))
    figures += _shown(
        harder,
        f"{_HARDER_RUNS} harder lists, where audits follow the two signals twice as strongly",
        "harder, ",
    )
    _draw(usual, TRUTH / TRUTH.sum())
    return "; ".join(figures) + " (stated 0.90)"


def compare(
    runs: int,
    units: int = _UNITS,
    pull: float = _PULL,
    estimators: tuple[str, ...] = (_ALL_KNOWN, _CORRECTED, _NOT_CORRECTED),
) -> dict[str, Outcome]:
    """Estimators on the same lists, as shipped, with all signals alike as the default weights."""
    rule = EstimationRule(default=np.ones(TRUTH.size))
    kept: dict[str, list[tuple[Floats, Floats, Floats]]] = {name: [] for name in estimators}
    for seed in range(runs):
        drawn = world(seed, units, pull)
        for name in estimators:
            found = weight_estimate(_seen_by(name, drawn), rule)
            kept[name].append((found.fit.weight, found.weight_low, found.weight_high))
    return {name: Outcome(*np.array(rows).swapaxes(0, 1)) for name, rows in kept.items()}


def world(seed: int, units: int = _UNITS, pull: float = _PULL) -> World:
    """One simulated list.

    Args:
        seed: of the drawing.
        units: how many.
        pull: how strongly audits follow the two signals.
    """
    random = np.random.default_rng(seed)
    country = random.integers(0, _COUNTRIES, units)
    level = random.normal(scale=0.4, size=_COUNTRIES)
    risk = random.beta(1.5, 3.0, size=(units, TRUTH.size))
    size = random.normal(size=units)
    odds = -3.2 + risk @ TRUTH + 0.6 * size + level[country]
    has_case = random.random(units) < _probability(odds)
    # Seen where a signal that means nothing is high, and where the one that matters most is low.
    visible = pull * (risk[:, 3] - risk[:, 0]) + random.normal(scale=0.5, size=units)
    audited = random.random(units) < _probability(-0.7 + visible)
    found = np.where(has_case, random.random(units) >= _MISSED, random.random(units) < _FALSE)
    sample = Sample(
        SIGNALS,
        risk,
        (found & audited).astype(np.int64),
        np.array([f"country {i:02d}" for i in country], dtype=np.str_),
        size[:, None],
    )
    return World(sample, audited, visible[:, None], has_case)


def _seen_by(estimator: str, drawn: World) -> Sample:
    if estimator == _ALL_KNOWN:
        return replace(drawn.sample, level=drawn.has_case.astype(np.int64))
    if estimator == _CORRECTED:
        looks = audit_selection(drawn.selection_covariates, drawn.audited)
        return replace(drawn.sample, audited=looks)
    return drawn.sample


def _probability(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def _shown(outcomes: dict[str, Outcome], title: str, prefix: str = "") -> list[str]:
    """Print the table of some lists; their figures for the last line."""
    share, matter = TRUTH / TRUTH.sum(), TRUTH > 0
    print(
        f"{title}; {_UNITS} units in {_COUNTRIES} countries. Weights as shares: mean of the runs, "
        "how often the 90 % interval holds the truth, and its mean width."
    )
    print(f"{'signal':<10}{'truth':>8}" + "".join(f"{name:>26}" for name in outcomes))
    for column, name in enumerate(SIGNALS):
        cells = (
            f"{o.weight[:, column].mean():.3f} {o.covered[:, column].mean():>5.0%} "
            f"{o.width[:, column].mean():.3f}"
            for o in outcomes.values()
        )
        print(f"{name:<10}{share[column]:>8.3f}" + "".join(f"{cell:>26}" for cell in cells))
    figures = []
    for name, outcome in outcomes.items():
        three = np.mean([weight[0] > weight[1] > weight[2] for weight in outcome.weight])
        in_order = np.mean([_in_order(weight) for weight in outcome.weight])
        of_all, of_three = _coverage(outcome.covered), _coverage(outcome.covered[:, matter])
        tau = np.mean([rank_agreement(weight, TRUTH) for weight in outcome.weight])
        print(
            f"{name}: order of the three signals that matter right in {three:.0%} of the runs, and "
            f"all five others below them in {in_order:.0%}; Kendall's tau {tau:.2f}. Their "
            f"intervals hold the truth in {of_three}, those of all eight in {of_all} (Monte-Carlo "
            f"error of {len(outcome.weight)} runs)."
        )
        width = outcome.width[:, matter].mean()
        figures.append(
            f"{prefix}{name}: order {three:.2f} (all eight {in_order:.2f}), coverage {of_all} "
            f"(three that matter {of_three}, mean width {width:.2f}), tau {tau:.2f}"
        )
    print()
    return figures


def _coverage(covered: Flags) -> str:
    """Share covered and its Monte-Carlo error; checks within a run go together."""
    of_run = covered.mean(axis=1)
    return f"{of_run.mean():.3f} +- {of_run.std(ddof=1) / np.sqrt(of_run.size):.3f}"


def _in_order(weight: Floats) -> bool:
    return bool(weight[0] > weight[1] > weight[2] > weight[3:].max())


def _draw(outcomes: dict[str, Outcome], share: Floats) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
    place = np.arange(share.size)
    axes.bar(place, share, width=0.85, color="#d9d9d9", label="truth")
    colours = ("#3b3b3b", "#1b7837", "#b2182b")
    for number, (name, outcome) in enumerate(outcomes.items()):
        low, middle, high = np.quantile(outcome.weight, (0.05, 0.5, 0.95), axis=0)
        axes.errorbar(
            place + (number - 1) * 0.22,
            middle,
            yerr=(middle - low, high - middle),
            fmt="o",
            markersize=4,
            color=colours[number],
            label=name,
        )
    axes.set_xticks(place, SIGNALS)
    axes.set_ylabel("weight, as a share")
    axes.set_title("Estimated weights, median and 5 to 95 % of the runs", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(_FIGURE, dpi=120, metadata={"Software": None})
    plt.close(figure)
