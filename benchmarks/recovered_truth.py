"""Does learning bring known weights back, where who is looked at depends on what is visible?

Units are simulated: eight signals of which three matter, countries that differ, a size that makes
findings likelier and is exposure, and audits that go where firms are visible. What makes a firm
visible goes along with a signal that means nothing and against the one that matters most, so that
whoever takes the unlabelled for negative is misled. Audits miss a fifth of what is there, and one
in two hundred findings is false.

The interval of a weight is held against the truth as learned from all units and all cases, many
times over: a learner that is right covers it at the stated rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.tune.learn import LearningRule, Sample, learn
from scoring.tune.looked_at import chance_looked_at
from scoring.tune.measures import Flags, Floats, rank_agreement

ID = "recovered_truth"
GOAL = "known weights come back under selected labels and noise, and intervals cover them"
KIND = "validate"

SIGNALS = ("first", "second", "third", *(f"none {i}" for i in range(1, 6)))
TRUTH = np.array([3.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])

_UNITS = 6000
_COUNTRIES = 40
_RUNS = 30
_DRAWS = 60
_MISSED, _FALSE = 0.2, 0.005
_FIGURE = Path(__file__).parents[1] / "docs" / "images" / "recovered_truth.png"


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
    looked_at: Flags
    visibility: Floats
    has_case: Flags


@dataclass(frozen=True)
class Outcome:
    """Weights of one learner over all runs.

    Attributes:
        weight: [runs, signals].
        covered: [runs, signals] whether the interval holds the true share.
    """

    weight: Floats
    covered: Flags


def run() -> str:
    """Print the table, draw the figure and return the figures."""
    outcomes = compare(_RUNS, _DRAWS)
    share = TRUTH / TRUTH.sum()
    print(
        f"{_RUNS} simulated lists of {_UNITS} units in {_COUNTRIES} countries; audits miss "
        f"{_MISSED:.0%}; weights as shares, mean of the runs, and how often the 90 % interval "
        "holds the truth."
    )
    print(f"{'signal':<10}{'truth':>8}" + "".join(f"{name:>26}" for name in outcomes))
    for column, name in enumerate(SIGNALS):
        cells = (
            f"{o.weight[:, column].mean():.3f} ({o.covered[:, column].mean():.0%})"
            for o in outcomes.values()
        )
        print(f"{name:<10}{share[column]:>8.3f}" + "".join(f"{cell:>26}" for cell in cells))
    figures = []
    for name, outcome in outcomes.items():
        matter = TRUTH > 0
        in_order = np.mean([_in_order(weight) for weight in outcome.weight])
        covered = outcome.covered[:, matter].mean()
        tau = np.mean([rank_agreement(weight, TRUTH) for weight in outcome.weight])
        print(
            f"{name}: order of the three signals that matter right in {in_order:.0%} of the runs, "
            f"Kendall's tau {tau:.2f}; their intervals hold the truth in {covered:.0%}, those of "
            f"all eight in {outcome.covered.mean():.0%}."
        )
        figures.append(
            f"{name}: order {in_order:.2f}, coverage "
            f"{outcome.covered.mean():.2f} (three that matter {covered:.2f}), tau {tau:.2f}"
        )
    _draw(outcomes, share)
    return "; ".join(figures) + " (stated 0.90)"


def compare(runs: int, draws: int, units: int = _UNITS) -> dict[str, Outcome]:
    """Learners on the same lists: all known, corrected for who was looked at, and not."""
    rule = LearningRule(default=np.zeros(TRUTH.size), penalty=0.05, draws=draws)
    share = TRUTH / TRUTH.sum()
    kept: dict[str, list[tuple[Floats, Flags]]] = {}
    for seed in range(runs):
        for name, sample in _learners(world(seed, units)).items():
            found = learn(sample, rule)
            holds = (found.weight_low <= share + 1e-9) & (share <= found.weight_high + 1e-9)
            kept.setdefault(name, []).append((found.fit.weight, holds))
    return {
        name: Outcome(np.array([w for w, _ in rows]), np.array([c for _, c in rows]))
        for name, rows in kept.items()
    }


def world(seed: int, units: int = _UNITS) -> World:
    """One simulated list."""
    random = np.random.default_rng(seed)
    country = random.integers(0, _COUNTRIES, units)
    level = random.normal(scale=0.4, size=_COUNTRIES)
    risk = random.beta(1.5, 3.0, size=(units, TRUTH.size))
    size = random.normal(size=units)
    odds = -3.2 + risk @ TRUTH + 0.6 * size + level[country]
    has_case = random.random(units) < _chance(odds)
    # Seen where a signal that means nothing is high, and where the one that matters most is low.
    visible = 2.0 * (risk[:, 3] - risk[:, 0]) + random.normal(scale=0.5, size=units)
    looked_at = random.random(units) < _chance(-0.7 + visible)
    found = np.where(has_case, random.random(units) >= _MISSED, random.random(units) < _FALSE)
    sample = Sample(
        SIGNALS,
        risk,
        (found & looked_at).astype(np.int64),
        np.array([f"country {i:02d}" for i in country], dtype=np.str_),
        size[:, None],
    )
    return World(sample, looked_at, visible[:, None], has_case)


def _learners(drawn: World) -> dict[str, Sample]:
    plain = drawn.sample
    chance = chance_looked_at(drawn.visibility, drawn.looked_at)
    rest = (plain.signals, plain.risk)
    return {
        "all cases known": Sample(
            *rest, drawn.has_case.astype(np.int64), plain.block, plain.exposure
        ),
        "corrected": Sample(*rest, plain.level, plain.block, plain.exposure, chance),
        "not corrected": plain,
    }


def _chance(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


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
    axes.set_title("Learned weights, median and 5 to 95 % of the runs", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(_FIGURE, dpi=120, metadata={"Software": None})
    plt.close(figure)
