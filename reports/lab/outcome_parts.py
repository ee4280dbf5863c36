"""Parts of the tuning page that need outcomes or a back-test: lift, calibration, stability."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reports.lab.lab_charts import lines
from reports.lab.lab_page import LabPart
from scoring.tune.random_audits import Calibration
from scoring.tune.ranking_measures import auc
from scoring.tune.supplier_weighted import SupplierWeighted

Floats = NDArray[np.float64]

_LIFT_POINTS = 40


def lift_part(rankings: Mapping[str, Floats] | None, is_case: NDArray[np.bool_] | None) -> LabPart:
    """Share of known cases in the first part of the list, compared with baseline rankings.

    Args:
        rankings: [suppliers] by name, higher first, NaN where there is none; None without
            outcomes.
        is_case: [suppliers].
    """
    heading = "Lift: known cases found from the top"
    if rankings is None or is_case is None:
        how = "No outcomes were given: `understory tune lab --outcomes FILE`."
        return LabPart("lift", heading, missing=how)
    shares = np.linspace(0, 1, _LIFT_POINTS + 1)
    rows = []
    curves: dict[str, list[tuple[float, float]]] = {}
    for name, values in rankings.items():
        gained = _gained(values, is_case, shares)
        curves[name] = list(zip(shares.tolist(), gained.tolist(), strict=True))
        known = ~np.isnan(values)
        rows.append(
            {
                "ranking": name,
                "AUC": auc(values[known], is_case[known]),
                "found_in_first_tenth": float(np.interp(0.1, shares, gained)),
                "found_in_first_fifth": float(np.interp(0.2, shares, gained)),
                "ranked": int(known.sum()),
            }
        )
    curves["random"] = [(0.0, 0.0), (1.0, 1.0)]
    return LabPart(
        "lift",
        heading,
        texts=[
            f"{int(is_case.sum())} known cases among {is_case.size} suppliers. Known cases are "
            "detected ones: no known case does not mean no case. Recall is of all known cases."
        ],
        picture=lines(
            "Share of the known cases found, by share of the list assessed",
            curves, "share of the list", "share of the known cases", (0, 1), (0, 1),
        ),
        caption="Above the straight line the ranking finds more cases than a random order. "
        "Suppliers without a score are not in it.",
        table=pl.DataFrame(rows),
    )  # fmt: skip


def _gained(risk: Floats, is_case: NDArray[np.bool_], shares: Floats) -> Floats:
    """Share of all known cases in the first part of the list; ties count with their mean."""
    known = ~np.isnan(risk)
    values, cases = risk[known], is_case[known].astype(float)
    ranked = np.argsort(-values, kind="stable")
    _, group = np.unique(-values[ranked], return_inverse=True)
    # Within a tie every supplier counts as the tie's mean.
    mean = np.bincount(group, weights=cases[ranked]) / np.maximum(np.bincount(group), 1)
    running = np.concatenate([[0.0], np.cumsum(mean[group])]) / max(is_case.sum(), 1)
    gained: Floats = np.interp(shares * risk.size, np.arange(running.size), running)
    return gained


def sectors_part(found: SupplierWeighted | None) -> LabPart:
    """Supplier-weighted AUC by sector, and its mean.

    Args:
        found: on the known cases of the run; None where no outcomes were given.
    """
    heading = "Suppliers of one sector"
    if found is None:
        return LabPart("sectors", heading, missing="`--outcomes FILE` gives the known cases.")
    scored = [each for each in found.sectors if each.cases > 0]
    if not scored:
        return LabPart("sectors", heading, missing="No known case has a score.")
    return LabPart(
        "sectors",
        heading,
        texts=[
            "The share of pairs in which a supplier with a known case ranks above a supplier of "
            "the same sector drawn at random; 0.5 is no information.",
            found.sentence(),
        ],
        table=pl.DataFrame(
            [
                {
                    "sector": each.sector,
                    "cases": each.cases,
                    "supplier-weighted AUC": _end(each.auc.value),
                    "low": _end(each.auc.low),
                    "high": _end(each.auc.high),
                }
                for each in scored
            ],
            schema_overrides={
                "supplier-weighted AUC": pl.Float64, "low": pl.Float64, "high": pl.Float64
            },
        ),
    )  # fmt: skip


def _end(figure: float) -> float | None:
    return None if np.isnan(figure) else figure


def calibration_part(result: Calibration | None) -> LabPart:
    """Share of findings by score, in the random sample of audits only."""
    heading = "Calibration on the random sample"
    if result is None or not result.bins:
        how = (
            "There are no outcomes of random audits; calibration needs them. audit_plan.csv names "
            "the random sample; give the findings with --outcomes."
        )
        return LabPart("calibration", heading, missing=how)
    table = pl.DataFrame(
        {
            "mean_score": [100 * part.stated for part in result.bins],
            "share_with_a_finding": [part.found for part in result.bins],
            "audited": [part.units for part in result.bins],
        }
    )
    highest = max(0.1, *(part.found for part in result.bins))
    return LabPart(
        "calibration",
        heading,
        texts=[
            f"{result.units} randomly sampled suppliers were audited. The score is not a "
            "probability; the line should rise."
        ],
        picture=lines(
            "Share of random audits with a finding, by score",
            {"found": [(100 * part.stated, part.found) for part in result.bins]},
            "mean score of the fifth", "share with a finding", (0, 100), (0, highest),
        ),
        caption="Fifths of the random sample by score, weighted by inclusion probability.",
        table=table,
    )  # fmt: skip


def stability_part(agreement: pl.DataFrame | None, retention: float | None) -> LabPart:
    """Agreement of the ranking of a month with that of the previous month.

    Args:
        agreement: as_of, tau, top_overlap, as a back-test stores it; None without one.
        retention: share of the top tenth that stays under small perturbations; None without ranks.
    """
    heading = "Stability"
    kept = [] if retention is None else [
        f"Top-decile retention: under small perturbations of data and weights, {retention:.0%} of "
        "the top tenth of this run remains in it (minimum to print ranks: 70 %)."
    ]  # fmt: skip
    if agreement is None or agreement.height < 2:
        how = "For month-to-month agreement run `understory tune backtest`."
        return LabPart("stability", heading, missing=" ".join([*kept, how]))
    table = agreement.sort("as_of")
    names = {
        float(n): f"{table['as_of'][n]:%Y-%m}"
        for n in np.unique(np.linspace(0, table.height - 1, 4).astype(int)).tolist()
    }
    drawn = {
        label: list(zip(range(table.height), table[column].fill_null(np.nan), strict=True))
        for label, column in (("Kendall's tau", "tau"), ("overlap of the top k", "top_overlap"))
    }
    return LabPart(
        "stability",
        heading,
        texts=kept,
        picture=lines(
            "Agreement of each month's ranking with the previous one",
            {name: [(float(x), float(y)) for x, y in points] for name, points in drawn.items()},
            "month", "agreement", (0, table.height - 1), (0, 1), names,
        ),
        caption="From the latest back-test in this results folder.",
        table=table,
    )  # fmt: skip
