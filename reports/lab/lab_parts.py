"""Parts of the lab page that need no outcomes: weights, fairness, drift, what could go."""

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
    """Nominal weights with their interval, and what the signals really do to the scores.

    Args:
        model: the weights.
        titles: of the signals.
        effective: share of the variance of the scores, by signal that someone has.
        concentration: of the Dirichlet that draws the weights; 0 where they are fixed.
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
            "Nominal is the share of the weight among signals that anybody has, with the 90% "
            "interval of the draws. Effective is the share of the variance of the scores that the "
            "signal carries: one that hardly varies carries little however much it weighs."
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
    """Weights learned from outcomes with their intervals, beside those before.

    Args:
        weights: weight, interval (two ends) and default by signal, of the latest learned set.
        titles: of the signals.
    """
    heading = "Estimated weights"
    if not weights:
        return LabPart("learned", heading, missing="`understory tune estimate` writes them.")
    table = pl.DataFrame(
        [
            {
                "signal": titles.get(name, name),
                "learned": float(reported["weight"]),
                "low": _known(reported["interval"][0]),
                "high": _known(reported["interval"][1]),
                "before": float(reported["default"]),
            }
            for name, reported in weights.items()
        ],
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    ).sort("learned", "signal", descending=[True, False])
    ends = table.select("learned", "high", "before").fill_null(0).to_numpy()
    widest = max(float(ends.max()), 0.1)
    return LabPart(
        "learned",
        heading,
        texts=["Of the latest set in this folder. Only the gate makes a set fit to be published."],
        picture=spans(
            "Learned weight with its interval, and the weight before, by signal",
            [
                Span(row["signal"], row["learned"], row["low"], row["high"], row["before"])
                for row in table.head(_MAX_ROWS).to_dicts()
            ],
            (0.0, widest),
        ),
        caption="Dot and bar: learned, with its interval by drawing blocks. Ring: before.",
        table=table,
    )


def _known(figure: float | None) -> float | None:
    """None where too few draws could be fitted for an interval."""
    return None if figure is None or figure != figure else float(figure)


def fairness_part(found: Fairness) -> LabPart:
    """Every comparison, also those that fail."""
    compared = found.table.filter(pl.col("rate_ratio").is_not_null())
    record = found.record()
    texts = [
        f"{record['failing']} of {record['compared']} comparisons lie outside {LOWEST_RATIO} to "
        f"{HIGHEST_RATIO}, {record['failing_significant_fdr5']} of them statistically significant. "
        "Groups of "
        "fewer than 10 suppliers are not told."
    ]
    if record["unknown"]:
        texts.append(
            f"Not known of any supplier: {', '.join(DIMENSIONS[n] for n in record['unknown'])}; a "
            "table of countries (tune.countries), or sizes in the list, would tell."
        )
    slope, swap = found.slope, found.swap
    texts.append(
        "Income of the country: not known of enough countries (tune.countries names a table)."
        if slope is None
        else slope.sentence
    )
    texts.append("Label swap: the list has one region only." if swap is None else swap.sentence)
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
            "Share in the top tenth, of each group over the others", rows, (0.0, _GREATEST_RATIO), 1
        )
        if rows
        else None,
        caption="1 is even; 0.8 to 1.25 passes. In brackets: suppliers, or known cases where it "
        "says cases found. Bars: 95% intervals; what lies above 2 is drawn at 2. Marked: outside "
        "0.8 to 1.25 statistically significant.",
        table=found.table.with_columns(
            pl.col("measure").replace_strict(MEASURES, default=pl.col("measure"))
        ),
    )


def _short(measure: str) -> str:
    return "cases found, " if measure == "recall" else ""


def drift_part(table: pl.DataFrame, titles: Mapping[str, str]) -> LabPart:
    """The stability index of every signal and month.

    Args:
        table: columns of `scoring.tune.value_drift.SCHEMA`, of one or several months.
        titles: of the signals.
    """
    heading = "Drift from the frozen reference"
    known = table.filter(pl.col("psi").is_not_null())
    if known.is_empty():
        how = (
            "This run froze the reference itself or is compared with itself; the next month of the "
            "same list in the same folder tells."
        )
        return LabPart("drift", heading, missing=how)
    latest = known.filter(pl.col("month") == known["month"].max()).sort("psi", descending=True)
    highest = max(2 * ALARM_FROM, float(str(known["psi"].max())))
    return LabPart(
        "drift",
        heading,
        texts=[
            f"Stability index of {latest['month'][0]}: {WATCH_FROM} is to be watched, {ALARM_FROM} "
            "is an alarm, unless chance alone reaches as far."
        ],
        picture=spans(
            "Stability index by signal, with what chance alone may reach",
            [
                Span(
                    titles.get(row["signal_id"], row["signal_id"]), row["psi"], 0.0,
                    row["psi_critical_95"], is_marked=row["status"] in ("alarm", "watch"),
                )
                for row in latest.head(_MAX_ROWS).to_dicts()
            ],
            (0.0, highest), ALARM_FROM,
        ),
        caption="Bar: what chance alone may reach. Dashed: alarm.",
        table=known.sort("month", "signal_id", descending=[True, False]),
    )  # fmt: skip


def streamline_part(table: pl.DataFrame | None) -> LabPart:
    """Which signals could go, from the latest study of the run."""
    heading = "Which data points could go"
    if table is None:
        missing = "`understory tune select-signals` reports it."
        return LabPart("streamline", heading, missing=missing)
    judged = table.filter(pl.col("decision") != "not_measured")
    kept = judged.filter(pl.col("decision") == "keep").height
    widest = max(float(str(judged["index_rank_shift"].max() or 0.0)), 0.05)
    return LabPart(
        "streamline",
        heading,
        texts=[f"{kept} of {judged.height} signals with values would stay; the aim is 15 at most."],
        picture=spans(
            "Part of each signal in the movement of places",
            [
                Span(row["title"], row["index_rank_shift"], is_marked=row["decision"] == "drop")
                for row in judged.head(_MAX_ROWS).to_dicts()
            ],
            (0.0, widest), 0.01,
        ),
        caption="Total-order index of the shift of places; dashed: 1%. Marked: could go.",
        table=judged.select(
            "title", "decision", "reason", "index_rank_shift", "index_top_k", "coverage",
            "tau_without", "most_alike", "most_alike_correlation", "questions_replaced",
            "requests_standing",
        ),
    )  # fmt: skip
