"""Parts of the tuning page that need no outcomes: weights, fairness, drift, signal selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from scipy.stats import beta

from reports.lab.lab_charts import Span, spans
from reports.lab.lab_page import LabPart
from scoring.scoring_model import ScoringModel
from scoring.tune.fairness import MEASURES, Fairness
from scoring.tune.fairness_groups import DIMENSIONS, group_name
from scoring.tune.parity_ratio import HIGHEST_RATIO, LOWEST_RATIO
from scoring.tune.value_drift import ALARM_FROM, WATCH_FROM

_GREATEST_RATIO = 2.0
_MAX_ROWS = 40


def weights_part(
    model: ScoringModel,
    titles: Mapping[str, str],
    effective: Mapping[str, float],
    concentration: float,
) -> LabPart:
    """Nominal weights with their interval, and effective weights.

    Args:
        model: the weights.
        titles: of the signals.
        effective: share of the variance of the scores, by signal with at least one value.
        concentration: of the Dirichlet distribution of the weights; 0 where they are fixed.
    """
    total = sum(s.weight for s in model.signals if s.signal_id in effective) or 1.0
    rows = []
    for signal in model.signals:
        if signal.signal_id not in effective or signal.weight == 0:
            continue
        share = signal.weight / total
        low = high = share
        if concentration > 0 and 0 < share < 1:
            drawn = beta(concentration * share, concentration * (1 - share))
            low, high = (float(drawn.ppf(q)) for q in (0.05, 0.95))
        name = signal.signal_id
        rows.append(
            {
                "signal": titles.get(name, name),
                "nominal": share,
                "low": low,
                "high": high,
                "effective": effective[name],
            }
        )
    rows.sort(key=lambda row: (-float(str(row["effective"])), str(row["signal"])))
    table = pl.DataFrame(rows, infer_schema_length=None)
    heading = "Weights: nominal and effective"
    if table.is_empty():
        return LabPart("weights", heading, missing="The scores of the run do not vary.")
    widest = max(float(table.select(pl.selectors.float().max()).max_horizontal().item()), 0.1)
    return LabPart(
        "weights",
        heading,
        texts=[
            "Nominal: share of the weight among signals with values, with the 90 % interval of the "
            "simulations. Effective: share of the variance of the scores explained by the signal. "
            "A signal that hardly varies has a low effective weight, whatever its nominal weight."
        ],
        picture=spans(
            "Nominal weight with its interval, and effective weight, by signal",
            [
                Span(
                    row["signal"], row["nominal"], row["low"], row["high"], row["effective"],
                    is_marked=not row["low"] <= row["effective"] <= row["high"],
                )
                for row in table.head(_MAX_ROWS).to_dicts()
            ],
            (min(0.0, *table["effective"].drop_nulls()), widest),
        ),
        caption="Dot and bar: nominal. Ring: effective. Marked: the effective weight lies outside "
        "the interval of the nominal one.",
        table=table,
    )  # fmt: skip


def estimated_part(
    weights: Mapping[str, Mapping[str, Any]] | None, titles: Mapping[str, str]
) -> LabPart:
    """Weights estimated from outcomes with their intervals, next to the previous weights.

    Args:
        weights: weight, interval (two ends) and default by signal, of the latest estimated set.
        titles: of the signals.
    """
    heading = "Estimated weights"
    if not weights:
        return LabPart("estimated", heading, missing="`understory tune estimate` writes them.")
    table = pl.DataFrame(
        [
            {
                "signal": titles.get(name, name),
                "estimated": float(reported["weight"]),
                "low": _known(reported["interval"][0]),
                "high": _known(reported["interval"][1]),
                "previous": float(reported["default"]),
            }
            for name, reported in weights.items()
        ],
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    ).sort("estimated", "signal", descending=[True, False])
    ends = table.select("estimated", "high", "previous").fill_null(0).to_numpy()
    widest = max(float(ends.max()), 0.1)
    return LabPart(
        "estimated",
        heading,
        texts=[
            "From the latest weight set in this folder. A set may be published only if it meets "
            "the acceptance criteria."
        ],
        picture=spans(
            "Estimated weight with its interval, and previous weight, by signal",
            [
                Span(row["signal"], row["estimated"], row["low"], row["high"], row["previous"])
                for row in table.head(_MAX_ROWS).to_dicts()
            ],
            (0.0, widest),
        ),
        caption="Dot and bar: estimated weight, cluster-bootstrap interval. Ring: previous weight.",
        table=table,
    )


def _known(figure: float | None) -> float | None:
    """None where too few bootstrap samples could be fitted for an interval."""
    return None if figure is None or figure != figure else float(figure)


def fairness_part(check: Fairness) -> LabPart:
    """All parity comparisons, including those that fail."""
    compared = check.table.filter(pl.col("rate_ratio").is_not_null())
    record = check.record()
    texts = [
        f"{record['failing']} of {record['compared']} comparisons lie outside {LOWEST_RATIO} to "
        f"{HIGHEST_RATIO}, {record['failing_significant_fdr5']} of them statistically significant. "
        "Groups of fewer than 10 suppliers are not reported."
    ]
    if record["unknown"]:
        texts.append(
            f"Not known for any supplier: {', '.join(DIMENSIONS[n] for n in record['unknown'])}. "
            "Add a table of countries (tune.countries), or sizes to the supplier list."
        )
    slope, swap = check.slope, check.swap
    texts.append(
        "Income of the country: known for too few countries (tune.countries names a table)."
        if slope is None
        else slope.sentence
    )
    texts.append(
        "Counterfactual fairness test: the list has only one region."
        if swap is None
        else swap.sentence
    )
    shown = compared.filter(pl.col("measure").is_in(["flag_rate_top_tenth", "recall"])).head(
        _MAX_ROWS
    )
    rows = [
        Span(
            f"{_short(row['measure'])}{group_name(row['dimension'], row['group'])} "
            f"({row['suppliers']})",
            row["rate_ratio"], row["rate_ratio_low"], row["rate_ratio_high"],
            is_marked=row["within_0_80_1_25"] != "yes" and bool(row["significant_fdr5"]),
        )
        for row in shown.to_dicts()
    ]  # fmt: skip
    return LabPart(
        "fairness",
        "Fairness",
        texts=texts,
        picture=spans(
            "Ratio of the share in the top tenth, each group to all others",
            rows,
            (0.0, _GREATEST_RATIO),
            1,
        )
        if rows
        else None,
        caption="1 is parity; 0.8 to 1.25 passes. In brackets: number of suppliers, or of known "
        "cases for rows of cases found. Bars: 95 % confidence intervals; values above 2 are "
        "plotted at 2. Marked: outside 0.8 to 1.25 and statistically significant.",
        table=check.table.with_columns(
            pl.col("measure").replace_strict(MEASURES, default=pl.col("measure"))
        ),
    )


def _short(measure: str) -> str:
    return "cases found, " if measure == "recall" else ""


def drift_part(table: pl.DataFrame, titles: Mapping[str, str]) -> LabPart:
    """The population stability index of every signal and month.

    Args:
        table: columns of `scoring.tune.value_drift.SCHEMA`, of one or several months.
        titles: of the signals.
    """
    heading = "Drift from the baseline reference"
    known = table.filter(pl.col("psi").is_not_null())
    if known.is_empty():
        how = (
            "This run set the baseline reference or is compared with itself. Drift is reported "
            "from the next month of the same list in the same folder."
        )
        return LabPart("drift", heading, missing=how)
    latest = known.filter(pl.col("month") == known["month"].max()).sort("psi", descending=True)
    highest = max(2 * ALARM_FROM, float(str(known["psi"].max())))
    return LabPart(
        "drift",
        heading,
        texts=[
            f"Population stability index (PSI) of {latest['month'][0]}: watch from {WATCH_FROM}, "
            f"alarm from {ALARM_FROM}, unless the index is within sampling variation."
        ],
        picture=spans(
            "Population stability index by signal, with its critical value",
            [
                Span(
                    titles.get(row["signal_id"], row["signal_id"]), row["psi"], 0.0,
                    row["psi_critical_95"], is_marked=row["status"] in ("alarm", "watch"),
                )
                for row in latest.head(_MAX_ROWS).to_dicts()
            ],
            (0.0, highest), ALARM_FROM,
        ),
        caption="Bar: critical value under sampling variation. Dashed: alarm.",
        table=known.sort("month", "signal_id", descending=[True, False]),
    )  # fmt: skip


def signal_selection_part(table: pl.DataFrame | None) -> LabPart:
    """Signal selection: signals that could be dropped, from the latest study of the run."""
    heading = "Signal selection"
    if table is None:
        return LabPart(
            "selection", heading, missing="Run `understory tune select-signals` on this run first."
        )
    measured = table.filter(pl.col("decision") != "not_measured")
    kept = measured.filter(pl.col("decision") == "keep").height
    widest = max(float(str(measured["index_rank_shift"].max() or 0.0)), 0.05)
    return LabPart(
        "selection",
        heading,
        texts=[
            f"{kept} of {measured.height} signals with values would be kept; the target is 15 at "
            "most."
        ],
        picture=spans(
            "Total-order index of each signal for the mean shift in rank",
            [
                Span(row["title"], row["index_rank_shift"], is_marked=row["decision"] == "drop")
                for row in measured.head(_MAX_ROWS).to_dicts()
            ],
            (0.0, widest), 0.01,
        ),
        caption="Total-order index of the shift in rank; dashed: 1 %. Marked: could be dropped.",
        table=measured.select(
            "title", "decision", "reason", "index_rank_shift", "index_top_k", "coverage",
            "tau_without", "most_alike", "most_alike_correlation", "questions_replaced",
            "requests_standing",
        ),
    )  # fmt: skip
