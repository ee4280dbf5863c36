"""False alarms and delay of the break monitor by simulation, as a table and a plot."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signals.changepoint.null_distribution import autoregressive
from signals.changepoint.season_breaks import CALIBRATED, FAITHFUL, BreakRule, Breaks, find_breaks

ID = "break_size"
GOAL = "nominal 5 %: at most 9 % false alarms for phi 0 to 0.6 and histories of 36 to 120 months"
KIND = "validate"

PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "break_size.png"

HISTORIES = (36, 48, 60, 84, 120)
AUTOCORRELATIONS = (0.0, 0.3, 0.6)
MONITORED = 24
STEP_AT, STEP_SD = 6, -2.0
SERIES = 4000
SEED = 4_711

#: bfastmonitor without its search for a stable history, which only shortens the history.
STOCK = BreakRule(
    order=FAITHFUL.order, trend=True, longest_window_years=np.inf, long_run=False, simulated=False
)


def run() -> str:
    """Simulate series with and without a step, print the table, write the plot.

    Returns:
        The largest share of false alarms, the stock setting's range, the least power and the
        range of the median delay.
    """
    rows = [_row(history, phi) for history in HISTORIES for phi in AUTOCORRELATIONS]
    print(f"{'history':>8}{'phi':>6}{'stock':>8}{'ours':>8}{'power':>8}{'delay':>7}")
    for history, phi, stock, ours, power, delay in rows:
        print(f"{history:8.0f}{phi:6.1f}{stock:8.3f}{ours:8.3f}{power:8.3f}{delay:7.0f}")
    print(f"{SERIES} series each; step of {STEP_SD:g} sd in month {STEP_AT + 1} of {MONITORED}")
    table = np.array(rows)
    _plot(table)
    powers, delays = table[:, 4], table[:, 5]
    return (
        f"false alarms {table[:, 3].min():.3f} to {table[:, 3].max():.3f} at a nominal 0.050 "
        f"(stock {table[:, 2].min():.2f} to {table[:, 2].max():.2f}), power {powers.min():.2f} to "
        f"{powers.max():.2f}, median delay {delays.min():.0f} to {delays.max():.0f} months"
    )


def _row(history: int, phi: float) -> tuple[float, float, float, float, float, float]:
    rng = np.random.default_rng((SEED, history, int(10 * phi)))
    times = history + MONITORED
    cycles = 2000.0 + np.arange(times) / 12.0
    season = 2.0 * np.cos(2.0 * np.pi * cycles)
    quiet = season + autoregressive(rng.standard_normal((SERIES, times)), phi)
    broken = quiet.copy()
    broken[:, history + STEP_AT :] += STEP_SD
    stock = _alarm_share(find_breaks(quiet, cycles, history, STOCK))
    ours = _alarm_share(find_breaks(quiet, cycles, history, CALIBRATED))
    found = find_breaks(broken, cycles, history, CALIBRATED)
    seen = found.break_at >= history + STEP_AT
    delay = np.median(found.break_at[seen] - history - STEP_AT + 1)
    return history, phi, stock, ours, float(seen.mean()), float(delay)


def _alarm_share(found: Breaks) -> float:
    return float((found.break_at >= 0).mean())


def _plot(table: NDArray[np.float64]) -> None:
    # Only here: the plot needs a package of the development group.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for phi, colour in zip(AUTOCORRELATIONS, ("#1b6ca8", "#c77700", "#9b2335"), strict=True):
        rows = table[table[:, 1] == phi]
        left.plot(rows[:, 0], rows[:, 2], "--", color=colour, lw=1)
        left.plot(rows[:, 0], rows[:, 3], "o-", color=colour, ms=4, label=f"phi {phi:g}")
        right.plot(rows[:, 0], rows[:, 5], "o-", color=colour, ms=4, label=f"phi {phi:g}")
    left.axhline(0.05, color="#555555", lw=0.8)
    left.set(yscale="log", ylim=(0.005, 1.0), xlabel="months of history")
    left.set_title("false alarms in 24 months (dashed: stock bfastmonitor)", fontsize=9)
    right.set(ylim=(0, None), xlabel="months of history")
    right.set_title("median months until a step of 2 sd is seen", fontsize=9)
    left.legend(fontsize=8)
    figure.savefig(PLOT, dpi=90)
