"""Columns of the page next to the score: uncertainty, decisions, legal rankings, rank changes."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.sentences import Sentences
from reports.page.html_columns import rounded, texts, whole
from reports.tables.ranked_list import shown_ranks
from reports.wording import DECISION_LABELS, uncertainty_sentence
from scoring.explanation.rank_decomposition import PARTS
from scoring.explanation.sentences import figure

_WHOLE = (
    "rank_before", "rank_change", "order_with_overrides", "csddd_rank", "lksg_rank",
    "priority_band_is_frozen",
)  # fmt: skip
_TEXTS = (
    "main_uncertainty_source", "changes_to_leave_top_k", "movement", "restated", "override",
    "override_reason",
    "own_practice", "selection_method",
)  # fmt: skip
_SENTENCES = (
    "main_uncertainty_source", "changes_to_leave_top_k", "movement", "restated", "own_practice",
    "override",
)  # fmt: skip
_SHARES = ("prob_same_band",)


def ranking_columns(
    bundle: ReportBundle, listed: pl.DataFrame, words: Sentences
) -> dict[str, object]:
    """Columns in the order of the page's suppliers; null where the run has no such frame.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        listed: the suppliers of the page; changes_to_leave_top_k and own_practice are taken over.
        words: sentences in the language of the page.
    """
    joined = listed.select("supplier_id", pl.col("^(changes_to_leave_top_k|own_practice)$"))
    for frame in _frames(bundle):
        joined = joined.join(frame, on="supplier_id", how="left", maintain_order="left")
    columns: dict[str, object] = {}
    for names, shape in _SHAPES:
        for name in names:
            if name in joined.columns:
                values = joined[name]
                columns[name] = shape(words.column(values) if name in _SENTENCES else values)
            else:
                columns[name] = None
    return columns


def _frames(bundle: ReportBundle) -> list[pl.DataFrame]:
    frames = []
    if bundle.uncertainty is not None:
        frames.append(_uncertainty(bundle.uncertainty))
    shapes: tuple[tuple[str, Callable[[pl.DataFrame], pl.DataFrame]], ...] = (
        ("legal_rankings", lambda table: table.select("supplier_id", "csddd_rank", "lksg_rank")),
        ("overrides", _overrides),
        ("audit_plan", _selected),
        ("movements", lambda table: _movements(shown_ranks(bundle, table))),
        ("restatements", lambda table: _restated(table, bundle)),
    )
    for name, shape in shapes:
        table = bundle.table(name)
        if table is not None:
            frames.append(shape(table))
    return frames


def _uncertainty(uncertainty: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("main_uncertainty_source")
    codes = uncertainty["main_uncertainty_source"].unique()
    sentences = {code: uncertainty_sentence(code) for code in codes.drop_nulls()}
    return uncertainty.select(
        "supplier_id",
        "prob_same_band",
        code.replace_strict(sentences, return_dtype=pl.String).alias("main_uncertainty_source"),
    )


def _overrides(overrides: pl.DataFrame) -> pl.DataFrame:
    """The analysts' decisions; an expired one is marked as expired."""
    expired = pl.format("expired on {}, to be made again", "override_expires_on")
    return overrides.select(
        "supplier_id",
        "order_with_overrides",
        pl.when("override_has_expired")
        .then(expired)
        .otherwise(pl.col("override").replace(dict(DECISION_LABELS)))
        .alias("override"),
        "override_reason",
        pl.col("priority_band_is_frozen").cast(pl.Int8),
    )


def find_first(
    bundle: ReportBundle, order: pl.DataFrame, words: Sentences
) -> dict[str, object] | None:
    """Suppliers whose data gaps to close first, by row of the page; None without any.

    Args:
        bundle: the run.
        order: supplier_id and supplier (row of the page's list).
        words: sentences in the language of the page.
    """
    frame = bundle.table("find_data_first")
    if frame is None or frame.is_empty():
        return None
    rows = frame.join(order, on="supplier_id").sort("priority")
    return {
        "rows": rows["supplier"].to_list(),
        "title": texts(words.column(rows["title"])),
        "how": texts(words.column(rows["how"])),
        "removed": rounded(rows["uncertainty_reduction"], 3),
        "givesScore": rows["would_enable_score"].cast(pl.Int8).to_list(),
    }


def _movements(movements: pl.DataFrame) -> pl.DataFrame:
    # Without a score a supplier counts as ranked after the whole list; that rank is not shown.
    before = pl.when("was_ranked").then("rank_before")
    return movements.select(
        "supplier_id",
        before.alias("rank_before"),
        "rank_change",
        *PARTS,
        pl.col("sentence").alias("movement"),
    )


def _selected(plan: pl.DataFrame) -> pl.DataFrame:
    """How a supplier was selected for assessment; null where it was not."""
    method = pl.col("selection_method")
    return plan.select("supplier_id", pl.when(method != "not_selected").then(method))


def _restated(frame: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """One text per supplier: values of earlier periods that have changed."""
    titles = {name: card.title for name, card in bundle.signal_cards.items()}
    text = pl.format(
        "{} ({}): {} before, {} now",
        pl.col("signal_id").replace_strict(titles, default=pl.col("signal_id")),
        pl.col("period").fill_null("no period"),
        *(
            pl.when(pl.col(name).is_null()).then(pl.lit("none")).otherwise(figure(pl.col(name)))
            for name in ("value_before", "value_after")
        ),
    )
    shown = _without_withheld(frame, bundle)
    return (
        shown.sort("supplier_id", "signal_id", "period")
        .group_by("supplier_id", maintain_order=True)
        .agg(text.str.join("; ").alias("joined"))
        .select(
            "supplier_id",
            pl.format("Late or corrected data, shown as a restatement: {}.", "joined").alias(
                "restated"
            ),
        )
    )


def _without_withheld(restatements: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """Only values that the page may show: those of signals with a value past the licence filter."""
    shown = bundle.with_values(restatements["supplier_id"])
    return restatements.join(shown, on=["supplier_id", "signal_id"], how="semi")


_SHAPES: tuple[tuple[tuple[str, ...], Callable[[pl.Series], object]], ...] = (
    (_WHOLE, whole),
    (PARTS, lambda values: rounded(values, 1)),
    (_TEXTS, texts),
    (_SHARES, lambda values: rounded(values, 3)),
)
