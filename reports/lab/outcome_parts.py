"""Parts of the lab page that need outcomes or a back-test: lift, calibration, stability."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reports.lab.lab_charts import lines
from reports.lab.lab_page import LabPart
from scoring.tune.random_audits import Calibration
from scoring.tune.ranking_measures import auc

Floats = NDArray[np.float64]

_LIFT_POINTS = 40


def lift_part(orders: Mapping[str, Floats] | None, is_case: NDArray[np.bool_] | None) -> LabPart:
    """How many known cases the first of the list hold, beside baseline rankings.

    Args:
        orders: [suppliers] by name, higher first, NaN where there is none; None without outcomes.
        is_case: [suppliers].
    """
    heading = "Lift: known cases found from the top"
    if orders is None or is_case is None:
        how = "No outcomes were given: `understory tune lab --outcomes FILE`."
        return LabPart("lift", heading, missing=how)
    shares = np.linspace(0, 1, _LIFT_POINTS + 1)
    rows = []
    curves: dict[str, list[tuple[float, float]]] = {}
    for name, order in orders.items():
        gained = _gained(order, is_case, shares)
        curves[name] = list(zip(shares.tolist(), gained.tolist(), strict=True))
        known = ~np.isnan(order)
        rows.append(
            {
                "order": name,
                "AUC": auc(order[known], is_case[known]),
                "found_in_first_tenth": float(np.interp(0.1, shares, gained)),
                "found_in_first_fifth": float(np.interp(0.2, shares, gained)),
                "ordered": int(known.sum()),
            }
        )
    curves["by lot"] = [(0.0, 0.0), (1.0, 1.0)]
    return LabPart(
        "lift",
        heading,
        texts=[
            f"{int(is_case.sum())} known cases among {is_case.size} suppliers. Known cases are "
            "detected ones: a supplier without one is not known, and recall is of all of them."
        ],
        picture=lines(
            "Share of the known cases found, by share of the list looked at",
            curves, "share of the list", "share of the known cases", (0, 1), (0, 1),
        ),
        caption="Above the straight line the order finds more than chance would. Suppliers "
        "without a score are never reached.",
        table=pl.DataFrame(rows),
    )  # fmt: skip


def _gained(order: Floats, is_case: NDArray[np.bool_], shares: Floats) -> Floats:
    """Share of all known cases among the first of the list, ties drawn by lot on average."""
    known = ~np.isnan(order)
    values, cases = order[known], is_case[known].astype(float)
    ranked = np.argsort(-values, kind="stable")
    _, group = np.unique(-values[ranked], return_inverse=True)
    # Within a tie every supplier counts as the tie's mean.
    mean = np.bincount(group, weights=cases[ranked]) / np.maximum(np.bincount(group), 1)
    running = np.concatenate([[0.0], np.cumsum(mean[group])]) / max(is_case.sum(), 1)
    gained: Floats = np.interp(shares * order.size, np.arange(running.size), running)
    return gained


def calibration_part(found: Calibration | None) -> LabPart:
    """Whether more is found where the score is higher, on the random arm alone."""
    heading = "Calibration on the random arm"
    if found is None or not found.bins:
        how = (
            "No outcomes of audits drawn at random: only these can tell (audit_plan.csv names whom "
            "to draw; give what was found with --outcomes)."
        )
        return LabPart("calibration", heading, missing=how)
    table = pl.DataFrame(
        {
            "mean_score": [100 * part.stated for part in found.bins],
            "share_with_a_finding": [part.found for part in found.bins],
            "audited": [part.units for part in found.bins],
        }
    )
    highest = max(0.1, *(part.found for part in found.bins))
    return LabPart(
        "calibration",
        heading,
        texts=[
            f"{found.units} suppliers were drawn at random and looked at. The score states no "
            "chance; the line should rise."
        ],
        picture=lines(
            "Share of random audits with a finding, by score",
            {"found": [(100 * part.stated, part.found) for part in found.bins]},
            "mean score of the fifth", "share with a finding", (0, 100), (0, highest),
        ),
        caption="Fifths of the random arm by score, weighted by the probability to be drawn.",
        table=table,
    )  # fmt: skip


def stability_part(agreement: pl.DataFrame | None, retention: float | None) -> LabPart:
    """How far the list of a month is that of the month before.

    Args:
        agreement: as_of, tau, top_overlap, as a back-test keeps it; None without one.
        retention: share of the top tenth that stays under small perturbations; None without ranks.
    """
    heading = "Stability"
    kept = [] if retention is None else [
        f"Under small perturbations in data and weights {retention:.0%} of the top tenth of this "
        "run stays "
        "in it (70% is needed to print ranks)."
    ]  # fmt: skip
    if agreement is None or agreement.height < 2:
        how = "Month to month: `understory tune backtest` tells it."
        return LabPart("stability", heading, missing=" ".join([*kept, how]))
    table = agreement.sort("as_of")
    names = {
        float(n): f"{table['as_of'][n]:%Y-%m}"
        for n in np.unique(np.linspace(0, table.height - 1, 4).astype(int)).tolist()
    }
    drawn = {
        label: list(zip(range(table.height), table[column].fill_null(np.nan), strict=True))
        for label, column in (("Kendall's tau", "tau"), ("top k that stays", "top_overlap"))
    }
    return LabPart(
        "stability",
        heading,
        texts=kept,
        picture=lines(
            "Agreement of each month's list with the one before",
            {name: [(float(x), float(y)) for x, y in points] for name, points in drawn.items()},
            "month", "agreement", (0, table.height - 1), (0, 1), names,
        ),
        caption="From the latest back-test of this folder of results.",
        table=table,
    )  # fmt: skip
