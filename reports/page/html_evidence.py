"""The evidence in the page's data: one block of columns per signal, one entry per supplier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from reports.languages.sentences import Sentences
from reports.page.html_columns import (
    SIGNIFICANT_DIGITS,
    codes_of,
    counts,
    dictionary,
    rounded,
    significant,
)
from scoring.explanation.sentences import quantity
from scoring.explanation.value_change import exceeds_error
from signals.card import SignalCard

#: Steps of the 0-1 risk scale that the what-if page works on: 0.5 points of score.
RISK_STEPS = 200

#: Stand in a sentence for the value and the peer's value, which the page writes in again.
_VALUE_MARK, _PEER_MARK = "\u0001", "\u0002"


_FIGURES = (
    "value", "peer_value", "points", "sentence", "period", "data_through", "source_file",
    "source_used", "value_before", "since",
)  # fmt: skip


def evidence(
    contributions: pl.DataFrame,
    without_values: Callable[[str], pl.DataFrame],
    earlier_values: pl.DataFrame | None,
    order: pl.DataFrame,
    cards: Mapping[str, SignalCard],
    figures_for: int,
    words: Sentences,
) -> list[dict[str, object]]:
    """Per signal, in the order of the cards: columns with one entry per supplier.

    A supplier without a row has the status -1. A sentence stands once for all suppliers that
    share it but for their figures.

    Args:
        contributions: as in the bundle.
        without_values: rows of a signal that has none in `contributions`.
        earlier_values: as in the bundle; of values that read as they did, none is kept.
        order: supplier_id and supplier (row of the page's list).
        cards: by signal id.
        figures_for: how many suppliers, from the first, get figures and sentences; the others
            keep the status and the risk that ranking them again needs.
        words: sentences in the language of the page.
    """
    parts = contributions.partition_by("signal_id", as_dict=True)

    def rows_of(signal_id: str) -> pl.DataFrame:
        part = parts.get((signal_id,))
        return without_values(signal_id) if part is None else part

    return [
        _signal(_with_earlier(rows_of(signal_id), earlier_values), order, card, figures_for, words)
        for signal_id, card in cards.items()
    ]


def _with_earlier(contributions: pl.DataFrame, earlier: pl.DataFrame | None) -> pl.DataFrame:
    """Columns value_before and since, null without a change beyond the measurement errors."""
    nothing = {"value_before": pl.Float64(), "since": pl.Date()}
    if earlier is None:
        return contributions.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in nothing.items()
        )
    value, before = (
        pl.col(name).cast(pl.Float64).round_sig_figs(SIGNIFICANT_DIGITS)
        for name in ("value", "value_before")
    )
    is_changed = (value != before) & exceeds_error(
        pl.col("value"), pl.col("value_before"), pl.col("stderr"), pl.col("stderr_before")
    )
    return contributions.join(earlier, on=["supplier_id", "signal_id"], how="left").with_columns(
        pl.when(is_changed).then(pl.col(name)).alias(name) for name in nothing
    )


def _signal(
    rows: pl.DataFrame,
    order: pl.DataFrame,
    card: SignalCard,
    figures_for: int,
    words: Sentences,
) -> dict[str, object]:
    rows = order.select("supplier_id").join(
        rows, on="supplier_id", how="left", maintain_order="left"
    )
    if figures_for < rows.height:
        has_figures = pl.int_range(pl.len()) < figures_for
        rows = rows.with_columns(
            pl.when(has_figures).then(pl.col(name)).alias(name) for name in _FIGURES
        )
    steps = (rows["risk"].cast(pl.Float64) * RISK_STEPS).round(0).cast(pl.Int64)
    weight = rows["weight"].max()
    return {
        "weight": weight if isinstance(weight, float) else 0.0,
        "weightShare": _weight_share(rows["weight"]),
        "status": dictionary(rows["status"]),
        "value": significant(rows["value"]),
        "peer": significant(rows["peer_value"]),
        "before": significant(rows["value_before"]),
        "since": dictionary(rows["since"].cast(pl.String)),
        "points": rounded(rows["points"].replace(0.0, None), 1),
        "risk": None if steps.null_count() == len(steps) else steps.to_list(),
        "period": dictionary(words.column(rows["period"])),
        "observedTo": dictionary(rows["data_through"].cast(pl.String)),
        "sources": dictionary(rows["source_used"]),
        "origin": dictionary(_public_origin(rows["source_file"])),
        "sentence": dictionary(_templates(rows, card, words)),
    }


def _weight_share(weight: pl.Series) -> list[float | None] | None:
    """Weight of each supplier, of the greatest; None where all have the same one.

    Sector groups may give a signal a weight of their own.
    """
    known = weight.drop_nulls()
    if known.n_unique() < 2:
        return None
    return (weight / known.max()).round(3).to_list()


def _templates(rows: pl.DataFrame, card: SignalCard, words: Sentences) -> pl.Series:
    """Sentences with their figures taken out, where the page can write the same ones again."""
    sentences = words.column(rows["sentence"])
    if all(rows[name].null_count() == rows.height for name in ("value", "peer_value")):
        return sentences
    figures = rows.select(
        sentences,
        *(
            quantity(pl.col(name).cast(pl.Float64).round_sig_figs(SIGNIFICANT_DIGITS), card.unit)
            .alias(name)
            for name in ("value", "peer_value")
        ),
    )  # fmt: skip
    return pl.Series(
        [
            sentence
            if sentence is None or words.is_english(sentence)
            else _template(sentence, *map(words.figure, (value or "", peer or "")))
            for sentence, value, peer in figures.iter_rows()
        ],
        dtype=pl.String,
        strict=False,
    )


def _template(sentence: str, value: str, peer: str) -> str:
    for figure, mark in ((value, _VALUE_MARK), (peer, _PEER_MARK)):
        if figure:
            sentence = sentence.replace(figure, mark, 1)
    return sentence


def site_values(
    values: pl.DataFrame, sites: pl.DataFrame, signal_ids: Sequence[str]
) -> dict[str, object]:
    """Values of single sites, of suppliers with several: else the supplier's value says it all.

    Args:
        values: `site_signal_values` of the bundle.
        sites: site_id, site (row of the page's sites) and supplier.
        signal_ids: in the order of the page.
    """
    several = pl.len().over("supplier") > 1
    rows = (
        values.select("site_id", "signal_id", "value")
        .join(sites.filter(several), on="site_id")
        .filter(pl.col("signal_id").is_in(signal_ids))
        .sort("site", "signal_id")
    )
    return {
        "counts": counts(rows["site"], sites.height),
        "signal": codes_of(rows["signal_id"], signal_ids),
        "value": significant(rows["value"]) or [],
    }


def _public_origin(origins: pl.Series) -> pl.Series:
    """Web addresses as they are; of a local file its name only, never the folder it lies in."""
    is_address = origins.str.starts_with("https://")
    name = origins.str.extract(r"([^/\\]+)$")
    return pl.select(pl.when(is_address).then(origins).otherwise(name)).to_series()
