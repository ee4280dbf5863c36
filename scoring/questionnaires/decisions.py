"""What becomes of each question for each supplier: rules over a finished run and the catalogue.

Decisions are taken by data point and supplier, never by question and supplier: 2,000 questions ask
for at most as many data points as the catalogue has. The first rule that applies decides:

1. `do_not_ask`: workers alone hold it, such as names, testimonies and pay records. No supplier is
   asked for it.
2. `not_relevant`: it concerns some goods alone, such as cotton, and the list has other goods for
   the supplier. Without goods in the list it stays.
3. `drop`: it is known (`scoring.questionnaires.evidence` says when). The signal or register, its
   sentence, its day and its confidence are in the row.
4. `ask_buyer`: the buyer's own ledger or contracts hold it.
5. `look_up`: public, but not known of the supplier yet: on its country, its surroundings, lists or
   news. The record or the satellite has it, and the supplier is the wrong one to ask. Public facts
   on its own registration, owners and accounts are excepted: few companies outside rich countries
   publish them, and every company has them.
6. `keep`: no signal can see it, and it bears with a strength of 2 or 3 on an ILO indicator that is
   invisible from the desk. No evidence replaces the question.
7. `ask_once`: a fact of the company that is the same for every buyer. One answer could serve all.
8. `ask_supplier`: all else.

Questions add three rules of their own: a question that asks for workers' personal data is not
asked (`do_not_ask`) whatever it was matched with; a question without an accepted match is kept and
listed for review (`review`), never dropped; a question on another subject is not decided
(`other_subject`). Questions with the same data point are asked once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from scoring.questionnaires.data_points import DataPoint, HeldBy
from scoring.questionnaires.evidence import indications, known
from scoring.questionnaires.information import information
from scoring.questionnaires.questions import About, Band
from signals.card import INVISIBLE_INDICATORS, SignalCard

_STRONG = 2
#: Topics of public facts that a company can state of itself where no register does.
_OF_THE_COMPANY = ("company", "ownership", "finance")


class Decision(StrEnum):
    """What becomes of a question; the docstring of the module has the rules."""

    DO_NOT_ASK = "do_not_ask"
    NOT_RELEVANT = "not_relevant"
    DROP = "drop"
    ASK_BUYER = "ask_buyer"
    LOOK_UP = "look_up"
    KEEP = "keep"
    ASK_ONCE = "ask_once"
    ASK_SUPPLIER = "ask_supplier"
    REVIEW = "review"
    OTHER_SUBJECT = "other_subject"


#: What stays on the form that a supplier gets.
ON_THE_FORM = (Decision.KEEP, Decision.ASK_ONCE, Decision.ASK_SUPPLIER)

#: The order of the pairs, and of what is asked of a supplier.
PAIR_SCHEMA = {
    "supplier_id": pl.String,
    "data_point_id": pl.String,
    "decision": pl.String,
    "known_by": pl.String,
    "known_on": pl.Date,
    "confidence": pl.String,
    "known_value": pl.String,
    "indication": pl.String,
    "information": pl.Float64,
    "uncertainty_reduction": pl.Float64,
    "ask_order": pl.UInt32,
}


@dataclass(frozen=True)
class Evidence:
    """What a finished run holds for the decisions.

    Attributes:
        as_of: as-of date of the run.
        suppliers: ids of all its suppliers, by rank.
        contributions: as of `scoring.questionnaires.evidence.known`.
        facts: columns of `scoring.questionnaires.evidence.FACT_SCHEMA`.
        find_first: supplier_id, signal_id, uncertainty_reduction: the data gap that settles most
            about the top k, by `scoring.explanation.value_of_information`.
        goods: supplier_id, chapter: chapters of the Harmonized System of the supplier's goods;
            None, or a supplier without a row: not known.
    """

    as_of: dt.date
    suppliers: Sequence[str]
    contributions: pl.DataFrame
    facts: pl.DataFrame
    find_first: pl.DataFrame
    goods: pl.DataFrame | None = None


def question_decisions(questions: pl.DataFrame) -> pl.DataFrame:
    """The questions with what is decided by the question alone.

    Args:
        questions: columns of `scoring.questionnaires.questions.COLUMNS`.

    Returns:
        The questions with `own_decision` (null: the data point decides), `asked_as` (the data
        point; null where the question decides alone) and `is_repeat`: an earlier question of the
        frame asks the same. Of questions with a data point all but the first are repeats. Of the
        others a duplicate is one where the question that it repeats has the same decision: an
        unmatched question is not dropped for what is known of another one.
    """
    decided = questions.with_columns(
        own_decision=pl.when(pl.col("extractive"))
        .then(pl.lit(Decision.DO_NOT_ASK.value))
        .when(pl.col("about") == About.OTHER.value)
        .then(pl.lit(Decision.OTHER_SUBJECT.value))
        .when(pl.col("band") != Band.ACCEPTED.value)
        .then(pl.lit(Decision.REVIEW.value))
    ).with_columns(asked_as=pl.when(pl.col("own_decision").is_null()).then(pl.col("data_point_id")))
    asks_again = pl.int_range(pl.len()).over("asked_as") > 0
    first = decided.select(duplicate_of="question_id", first_decision="own_decision")
    return (
        decided.join(first, on="duplicate_of", how="left", maintain_order="left")
        .with_columns(
            is_repeat=pl.when(pl.col("asked_as").is_not_null())
            .then(asks_again)
            .otherwise((pl.col("first_decision") == pl.col("own_decision")).fill_null(value=False))
        )
        .drop("first_decision")
    )


def supplier_decisions(
    asked: Sequence[str],
    evidence: Evidence,
    points: Mapping[str, DataPoint],
    cards: Mapping[str, SignalCard],
) -> pl.DataFrame:
    """What becomes of each data point for each supplier.

    Args:
        asked: ids of the data points that questions ask for.
        evidence: of the run.
        points: the catalogue.
        cards: of the signals, by id.

    Returns:
        Columns of `PAIR_SCHEMA`, one row per supplier and data point, in the orders of the run and
        of the catalogue. `known_by`, `known_on`, `confidence` and `known_value` are null unless the
        decision is `drop`; `indication` is what signals show of it without an answer.
        `information` is what an answer adds, `uncertainty_reduction` the expected fall of p(1 - p)
        where the run says that this data gap settles most; `ask_order` counts from 1 what is
        asked of the supplier: first by `uncertainty_reduction`, then by information per minute.

    Raises:
        KeyError: a data point that the catalogue does not have.
    """
    chosen = {name: points[name] for name in points if name in set(asked)}
    if len(chosen) < len(set(asked)):
        raise KeyError(f"no such data points: {', '.join(sorted(set(asked) - set(points)))}")
    if not chosen or not evidence.suppliers:
        return pl.DataFrame(schema=PAIR_SCHEMA)
    pairs = (
        _all_pairs(evidence.suppliers, chosen)
        .with_columns(
            information=information(
                evidence.suppliers, evidence.contributions, chosen, cards, evidence.as_of
            ).reshape(-1)
        )
        .join(_rules(chosen), on="data_point_id", how="left", maintain_order="left")
        .join(
            known(evidence.contributions, evidence.facts, chosen, cards, evidence.as_of),
            on=["supplier_id", "data_point_id"],
            how="left",
            maintain_order="left",
        )
        .join(
            indications(evidence.contributions, chosen, cards, evidence.as_of),
            on=["supplier_id", "data_point_id"],
            how="left",
            maintain_order="left",
        )
        .join(
            _settles_most(evidence.find_first, chosen),
            on=["supplier_id", "data_point_id"],
            how="left",
            maintain_order="left",
        )
        .join(
            _other_goods(evidence.goods, chosen),
            on=["supplier_id", "data_point_id"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            decision=pl.when(pl.col("unless_known") == Decision.DO_NOT_ASK.value)
            .then("unless_known")
            .when(pl.col("is_of_other_goods").is_not_null())
            .then(pl.lit(Decision.NOT_RELEVANT.value))
            .when(pl.col("known_by").is_not_null())
            .then(pl.lit(Decision.DROP.value))
            .otherwise("unless_known")
        )
        .with_columns(
            pl.when(pl.col("decision") == Decision.DROP.value).then(name).alias(name)
            for name in ("known_by", "known_on", "confidence", "known_value")
        )
    )
    return _in_asking_order(pairs).select(
        pl.col(name).cast(kind) for name, kind in PAIR_SCHEMA.items()
    )


def unless_known(point: DataPoint) -> Decision:
    """What becomes of a data point that is not known of a supplier."""
    if point.held_by is HeldBy.WORKER:
        return Decision.DO_NOT_ASK
    if point.held_by is HeldBy.BUYER:
        return Decision.ASK_BUYER
    if point.held_by is HeldBy.PUBLIC and point.topic not in _OF_THE_COMPANY:
        return Decision.LOOK_UP
    if not point.known_by and any(
        point.ilo.get(indicator, 0) >= _STRONG for indicator in INVISIBLE_INDICATORS
    ):
        return Decision.KEEP
    return Decision.ASK_ONCE if point.same_for_all_buyers else Decision.ASK_SUPPLIER


def _rules(points: Mapping[str, DataPoint]) -> pl.DataFrame:
    return pl.DataFrame(
        [(point.id, unless_known(point).value, float(point.minutes)) for point in points.values()],
        schema={"data_point_id": pl.String, "unless_known": pl.String, "minutes": pl.Float64},
        orient="row",
    )


def _all_pairs(suppliers: Sequence[str], points: Mapping[str, DataPoint]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "supplier_id": pl.Series(suppliers, dtype=pl.String).gather(
                np.repeat(np.arange(len(suppliers)), len(points))
            ),
            "data_point_id": pl.Series(list(points), dtype=pl.String).gather(
                np.tile(np.arange(len(points)), len(suppliers))
            ),
        }
    )


def _settles_most(find_first: pl.DataFrame, points: Mapping[str, DataPoint]) -> pl.DataFrame:
    """The data points that bear on the data gap which settles most, by supplier."""
    shown = pl.DataFrame(
        [(name, point.id) for point in points.values() for name in point.known_by],
        schema={"signal_id": pl.String, "data_point_id": pl.String},
        orient="row",
    )
    return (
        find_first.join(shown, on="signal_id")
        .group_by("supplier_id", "data_point_id")
        .agg(pl.col("uncertainty_reduction").max())
    )


def _other_goods(goods: pl.DataFrame | None, points: Mapping[str, DataPoint]) -> pl.DataFrame:
    """Suppliers whose goods are known, and the data points that concern none of them."""
    nothing = pl.DataFrame(
        schema={
            "supplier_id": pl.String, "data_point_id": pl.String, "is_of_other_goods": pl.Boolean,
        }
    )  # fmt: skip
    concerned = [point for point in points.values() if point.hs_chapters]
    if goods is None or goods.is_empty():
        return nothing
    parts = [
        goods.group_by("supplier_id")
        .agg(pl.col("chapter").is_in(list(point.hs_chapters)).any().alias("is_concerned"))
        .filter(~pl.col("is_concerned"))
        .select("supplier_id", data_point_id=pl.lit(point.id), is_of_other_goods=pl.lit(True))
        for point in concerned
    ]
    return pl.concat([nothing, *parts])


def _in_asking_order(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with `ask_order`, 1 for what is asked of a supplier first; null: not asked."""
    asked = (
        pairs.with_row_index("row")
        .filter(pl.col("decision").is_in([decision.value for decision in ON_THE_FORM]))
        .sort(
            pl.col("uncertainty_reduction").fill_null(0.0),
            pl.col("information") / pl.col("minutes"),
            "row",
            descending=[True, True, False],
        )
        .select("row", ask_order=pl.int_range(1, pl.len() + 1).over("supplier_id"))
    )
    return (
        pairs.with_row_index("row")
        .join(asked, on="row", how="left", maintain_order="left")
        .drop("row")
    )
