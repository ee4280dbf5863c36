"""What questionnaires cost suppliers, and what the decisions save: questions, minutes, money.

Every question of every questionnaire is counted as sent to every supplier, but for those on another
subject, which are left as they are and not counted. The form that remains asks each data point
once. A question takes the minutes of its data point; one without an accepted match takes
`unmatched_minutes`; a repeat takes `repeat_minutes`, since its answer is copied. All minutes are
estimates of ours, and the money follows from one hourly cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.decisions import ON_THE_FORM, Decision
from signals.card import IloIndicator

_MINUTES_PER_HOUR = 60
_ON_THE_FORM = [decision.value for decision in ON_THE_FORM]


@dataclass(frozen=True)
class Costs:
    """What a minute costs.

    Attributes:
        hourly_cost: of an hour of the supplier's staff, in `currency`.
        currency: ISO 4217 code.
        unmatched_minutes: of a question without an accepted match.
        repeat_minutes: of a question that repeats another one.
    """

    hourly_cost: float
    currency: str
    unmatched_minutes: float
    repeat_minutes: float


def with_minutes(
    questions: pl.DataFrame, points: Mapping[str, DataPoint], costs: Costs
) -> pl.DataFrame:
    """The questions of `question_decisions` with `minutes` that each takes as it was sent."""
    minutes = {name: float(point.minutes) for name, point in points.items()}
    own = pl.col("data_point_id").replace_strict(
        minutes, default=costs.unmatched_minutes, return_dtype=pl.Float64
    )
    return questions.with_columns(
        minutes=pl.when("is_repeat")
        .then(costs.repeat_minutes)
        .when(pl.col("own_decision") == Decision.REVIEW.value)
        .then(costs.unmatched_minutes)
        .otherwise(own)
    )


def supplier_burden(
    suppliers: Sequence[str],
    questions: pl.DataFrame,
    pairs: pl.DataFrame,
    points: Mapping[str, DataPoint],
    costs: Costs,
) -> pl.DataFrame:
    """Questions and minutes as sent and as they remain, by supplier.

    Args:
        suppliers: ids.
        questions: of `scoring.questionnaires.decisions.question_decisions`.
        pairs: of `scoring.questionnaires.decisions.supplier_decisions`.
        points: the catalogue.
        costs: minutes and money.

    Returns:
        One row per supplier, in the order given: questions_sent, questions_asked (on the form,
        with those kept for review), questions_saved and the share of them (null where none is
        sent), minutes_sent, minutes_asked, minutes_saved, money_saved; and the parts of
        questions_saved: saved_known, saved_not_relevant, saved_ask_buyer, saved_look_up,
        saved_do_not_ask, saved_repeat. `questions_once` of those asked could be answered once for
        all buyers.
    """
    counted = with_minutes(questions, points, costs).filter(
        pl.col("own_decision").is_null() | (pl.col("own_decision") != Decision.OTHER_SUBJECT.value)
    )
    review = counted.filter(pl.col("own_decision") == Decision.REVIEW.value, ~pl.col("is_repeat"))
    never = counted.filter(
        pl.col("own_decision") == Decision.DO_NOT_ASK.value, ~pl.col("is_repeat")
    ).height
    repeats = counted.filter("is_repeat").height
    first = counted.filter(pl.col("asked_as").is_not_null(), ~pl.col("is_repeat"))
    asked = pl.col("decision").is_in(_ON_THE_FORM)

    def of(decision: Decision) -> pl.Expr:
        return (pl.col("decision") == decision.value).sum().cast(pl.Int64)

    parts = (
        pairs.select("supplier_id", "decision", asked_as="data_point_id")
        .join(first.select("asked_as", "minutes"), on="asked_as")
        .group_by("supplier_id")
        .agg(
            asked.sum().cast(pl.Int64).alias("questions_asked"),
            pl.col("minutes").filter(asked).sum().alias("minutes_asked"),
            of(Decision.ASK_ONCE).alias("questions_once"),
            of(Decision.DROP).alias("saved_known"),
            of(Decision.NOT_RELEVANT).alias("saved_not_relevant"),
            of(Decision.ASK_BUYER).alias("saved_ask_buyer"),
            of(Decision.LOOK_UP).alias("saved_look_up"),
            of(Decision.DO_NOT_ASK).alias("saved_do_not_ask"),
        )
    )
    saved = pl.col("questions_sent") - pl.col("questions_asked")
    minutes_saved = pl.col("minutes_sent") - pl.col("minutes_asked")
    return (
        pl.DataFrame({"supplier_id": list(suppliers)}, schema={"supplier_id": pl.String})
        .join(parts, on="supplier_id", how="left", maintain_order="left")
        .with_columns(pl.exclude("supplier_id").fill_null(0))
        .with_columns(
            pl.col("questions_asked") + review.height,
            pl.col("minutes_asked") + review["minutes"].sum(),
            pl.col("saved_do_not_ask") + never,
            questions_sent=pl.lit(counted.height, dtype=pl.Int64),
            minutes_sent=pl.lit(counted["minutes"].sum(), dtype=pl.Float64),
            saved_repeat=pl.lit(repeats, dtype=pl.Int64),
        )
        .select(
            "supplier_id",
            "questions_sent",
            "questions_asked",
            saved.alias("questions_saved"),
            pl.when(pl.col("questions_sent") > 0)
            .then(saved / pl.col("questions_sent"))
            .alias("share_saved"),
            "minutes_sent",
            "minutes_asked",
            minutes_saved.alias("minutes_saved"),
            (minutes_saved * (costs.hourly_cost / _MINUTES_PER_HOUR)).alias("money_saved"),
            "questions_once",
            "saved_known",
            "saved_not_relevant",
            "saved_ask_buyer",
            "saved_look_up",
            "saved_do_not_ask",
            "saved_repeat",
        )
    )


def indicator_questions(questions: pl.DataFrame, points: Mapping[str, DataPoint]) -> pl.DataFrame:
    """How many questions bear on each ILO indicator, and which none bears on.

    Args:
        questions: of `question_decisions`; only accepted matches count, also those not asked.
        points: the catalogue.

    Returns:
        One row per indicator, most questions first: indicator, questions, data_points, strongest
        (0 to 3; 0: nobody asks).
    """
    links = pl.DataFrame(
        [
            (point.id, indicator.value, strength)
            for point in points.values()
            for indicator, strength in point.ilo.items()
        ],
        schema={"asked_as": pl.String, "indicator": pl.String, "strength": pl.Int64},
        orient="row",
    )
    counts = (
        questions.drop_nulls("asked_as")
        .join(links, on="asked_as")
        .group_by("indicator")
        .agg(
            pl.len().cast(pl.Int64).alias("questions"),
            pl.col("asked_as").n_unique().cast(pl.Int64).alias("data_points"),
            pl.col("strength").max().alias("strongest"),
        )
    )
    return (
        pl.DataFrame({"indicator": [indicator.value for indicator in IloIndicator]})
        .join(counts, on="indicator", how="left")
        .with_columns(pl.col("questions", "data_points", "strongest").fill_null(0))
        .sort("questions", "indicator", descending=[True, False])
    )


def repeated_questions(questions: pl.DataFrame) -> pl.DataFrame:
    """Data points that more than one question asks for, the most asked first.

    Returns:
        asked_as, questions, questionnaires (names, joined with a semicolon),
        repeats_within (questions that repeat one of their own questionnaire) and repeats_across
        (questionnaires beyond the first that ask it), question_ids.
    """
    return (
        questions.drop_nulls("asked_as")
        .group_by("asked_as", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("questions"),
            pl.col("questionnaire")
            .unique(maintain_order=True)
            .str.join("; ")
            .alias("questionnaires"),
            (pl.len() - pl.col("questionnaire").n_unique()).cast(pl.Int64).alias("repeats_within"),
            (pl.col("questionnaire").n_unique() - 1).cast(pl.Int64).alias("repeats_across"),
            pl.col("question_id").str.join("; ").alias("question_ids"),
        )
        .filter(pl.col("questions") > 1)
        .sort("questions", "asked_as", descending=[True, False])
    )


def question_table(questions: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The questions with the number of suppliers by decision, and why.

    Returns:
        The columns of `question_decisions` and one column of counts per `Decision`.
    """
    suppliers = pairs["supplier_id"].n_unique()
    counts = (
        pairs.group_by("data_point_id", "decision")
        .len()
        .with_columns(pl.col("len").cast(pl.Int64))
        .pivot("decision", index="data_point_id", values="len")
        .rename({"data_point_id": "asked_as"})
    )
    joined = questions.join(counts, on="asked_as", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("own_decision") == decision.value)
        .then(pl.lit(suppliers, dtype=pl.Int64))
        .otherwise(pl.col(decision.value) if decision.value in counts.columns else pl.lit(None))
        .fill_null(0)
        .cast(pl.Int64)
        .alias(decision.value)
        for decision in Decision
    )
