"""The reasons for a supplier's score and its data gaps, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.wording import STATUS_LABELS
from signals.card import Pillar, SignalCard, Status

REASONS_SHOWN = 3

_HAS_VALUE = (Status.OBSERVED.value, Status.CONTESTED.value)
# What `scoring.explanation.sentences` puts behind the sentence of a signal.
_FOLLOWS = ("Peer median", "Source", "Sources")
_IS_OWN = pl.col("pillar") != Pillar.CONTEXT.value


def top_reasons(contributions: pl.DataFrame, limit: int = REASONS_SHOWN) -> pl.DataFrame:
    """The signals with the most points above the peer median.

    Returns:
        supplier_id, reasons (list of sentences, most points first, ties by signal id). A
        supplier without such a signal is absent. Context is never a reason.
    """
    return (
        contributions.filter(_IS_OWN & (pl.col("points") > 0) & pl.col("status").is_in(_HAS_VALUE))
        .sort(["supplier_id", "points", "signal_id"], descending=[False, True, False])
        .group_by("supplier_id", maintain_order=True)
        .agg(pl.col("sentence").head(limit).alias("reasons"))
    )


def shared_reasons(contributions: pl.DataFrame) -> pl.DataFrame:
    """The highest signal of each supplier, for those without a signal above the peer median.

    A group of peers can be high as a whole; then no signal is above the median, and the reader
    still needs to know which signals give the score.

    Returns:
        supplier_id, shared_reason (sentence of the signal with the highest weighted risk);
        a supplier with a reason of its own, or without normalised values, is absent.
    """
    own = top_reasons(contributions, 1)
    return (
        contributions.filter(_IS_OWN & (pl.col("weight") * pl.col("risk") > 0))
        .join(own, on="supplier_id", how="anti")
        .sort("supplier_id", -(pl.col("weight") * pl.col("risk")), "signal_id")
        .group_by("supplier_id", maintain_order=True)
        .agg(
            pl.format("Shared with its peers: {}", pl.col("sentence").first()).alias(
                "shared_reason"
            )
        )
    )


def first_sentence(sentence: pl.Expr) -> pl.Expr:
    """A reason without what follows its first sentence: the peers' value, the source, the date."""
    return sentence.str.replace(rf"\.\s+(?:{'|'.join(_FOLLOWS)}).*$", ".")


def data_gaps(contributions: pl.DataFrame, signal_cards: Mapping[str, SignalCard]) -> pl.DataFrame:
    """The weighted supplier-specific signals without a usable value.

    Returns:
        supplier_id, data_gaps (list such as "Forest loss: not disclosed", ordered by signal id).
        A signal that does not apply is not unknown, and a contested one is under review,
        so it is listed. A supplier for which all is known is absent.
    """
    known = (Status.OBSERVED.value, Status.NOT_APPLICABLE.value)
    titles = {signal_id: card.title for signal_id, card in signal_cards.items()}
    title = pl.col("signal_id").replace_strict(titles, default=pl.col("signal_id"))
    status = pl.col("status").replace_strict(dict(STATUS_LABELS), default=pl.col("status"))
    return (
        contributions.filter(_IS_OWN & (pl.col("weight") > 0) & ~pl.col("status").is_in(known))
        .sort("supplier_id", "signal_id")
        .group_by("supplier_id", maintain_order=True)
        .agg(pl.concat_str(title, pl.lit(": "), status).alias("data_gaps"))
    )


def leading_pillars(contributions: pl.DataFrame) -> pl.DataFrame:
    """The pillar with the most points of each supplier.

    Returns:
        supplier_id, leading_pillar. Ties go to purchasing first, because a buyer can correct
        its own practice alone, then to the first by name. A supplier without a pillar above the
        peer median is absent.
    """
    is_purchasing = pl.col("pillar") == Pillar.PURCHASING.value
    return (
        contributions.filter(_IS_OWN & pl.col("status").is_in(_HAS_VALUE))
        .group_by("supplier_id", "pillar")
        .agg(pl.col("points").sum())
        .filter(pl.col("points") > 0)
        .sort("supplier_id", -pl.col("points"), ~is_purchasing, "pillar")
        .group_by("supplier_id", maintain_order=True)
        .agg(pl.col("pillar").first().alias("leading_pillar"))
    )
