"""The evidence in the page's data: one block of columns per signal, one entry per supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.sentences import Sentences
from reports.page.html_columns import (
    SIGNIFICANT_DIGITS,
    codes_of,
    counts,
    dictionaries,
    dictionary,
    numbers,
    significant,
)
from scoring.explanation.sentences import quantity
from scoring.explanation.value_change import exceeds_error
from signals.card import SignalCard

#: Steps of the 0-1 risk scale that the what-if page works on: 0.5 points of score.
RISK_STEPS = 200

#: Stand in a sentence for the value and the peer's value, which the page writes in again.
_VALUE_MARK, _PEER_MARK = "\u0001", "\u0002"


_OF_FIGURES = (
    "value", "peer_value", "points", "sentence", "period", "data_through", "source_file",
    "source_used",
)  # fmt: skip
_READ = ("supplier_id", "signal_id", "status", "risk", "weight", "stderr", *_OF_FIGURES)
_EARLIER: Mapping[str, pl.DataType] = {"value_before": pl.Float64(), "since": pl.Date()}
_FIGURES = (*_OF_FIGURES, *_EARLIER)


def rows_of_page(bundle: ReportBundle, order: pl.DataFrame) -> pl.DataFrame:
    """The contributions of the suppliers of the page.

    Args:
        bundle: of the run.
        order: supplier_id of the suppliers of the page.

    Returns:
        What `evidence` reads, and the pillar.
    """
    parts = bundle.rows_by_supplier([*_READ, "pillar"])
    if order.height == bundle.suppliers.height:
        return pl.concat([rows for _, rows in parts])
    return pl.concat([rows.join(order, on="supplier_id", how="semi") for _, rows in parts])


@dataclass(frozen=True)
class SignalColumns:
    """A signal of the page, with one entry per supplier.

    Attributes:
        of_all: weight, weightShare, status and risk, which every supplier has.
        figures: what suppliers with figures have, as it is measured.
    """

    of_all: Mapping[str, object]
    figures: pl.DataFrame


def columns_of_signals(
    bundle: ReportBundle, rows: pl.DataFrame, order: pl.DataFrame
) -> dict[str, SignalColumns]:
    """What `evidence` reads, by signal, but for those of `ReportBundle.shared_rows`.

    A supplier without a row has the status -1.

    Args:
        bundle: of the run.
        rows: from `rows_of_page`.
        order: supplier_id of the suppliers of the page.
    """
    shared = set(bundle.shared_rows["signal_id"])
    of_signals = _by_signal(rows.select(_READ))
    earlier = None if bundle.earlier_values is None else _by_signal(bundle.earlier_values)
    found = {}
    for signal_id in bundle.signal_cards:
        if signal_id in of_signals:
            before = None if earlier is None else earlier.get(signal_id)
            # Taken out: two copies of all rows would take as much memory again.
            measured = _with_earlier(of_signals.pop(signal_id), before)
        elif signal_id not in shared:
            measured = _with_earlier(bundle.without_values(signal_id).select(_READ), None)
        else:
            continue
        listed = order.select("supplier_id").join(
            measured, on="supplier_id", how="left", maintain_order="left"
        )
        risk = (pl.col("risk").cast(pl.Float64) * RISK_STEPS).round(0).cast(pl.Int64)
        weight = listed["weight"].max()
        found[signal_id] = SignalColumns(
            {
                "weight": weight if isinstance(weight, float) else 0.0,
                "weightShare": _weight_share(listed["weight"]),
                "status": dictionary(listed["status"]),
                "risk": numbers(listed.select(risk), order.height)["risk"],
            },
            listed.select(_FIGURES),
        )
    return found


def _by_signal(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = rows.partition_by("signal_id", as_dict=True)
    return {str(signal_id): of_signal for (signal_id,), of_signal in parts.items()}


def evidence(
    columns: Mapping[str, SignalColumns],
    shared: pl.DataFrame,
    count: int,
    cards: Mapping[str, SignalCard],
    figures_for: int,
    words: Sentences,
) -> list[dict[str, object]]:
    """Per signal, in the order of the cards: columns with one entry per supplier.

    A sentence stands once for all suppliers that share it but for their figures.

    Args:
        columns: from `columns_of_signals`.
        shared: `ReportBundle.shared_rows`: one row of each of the signals that have none there and
            the same row for every supplier.
        count: suppliers of the page.
        cards: by signal id.
        figures_for: how many suppliers, from the first, get figures and sentences; the others
            keep the status and the risk that ranking them again needs.
        words: sentences in the language of the page.
    """
    of_all = _for_all(shared, count, figures_for, words)
    return [
        _signal(columns[signal_id], card, figures_for, words)
        if signal_id in columns
        else of_all[signal_id]
        for signal_id, card in cards.items()
    ]


def _for_all(
    shared: pl.DataFrame, count: int, figures_for: int, words: Sentences
) -> dict[str, dict[str, object]]:
    """What `_signal` gives for signals that have the same row, without values, for all suppliers.

    Args:
        shared: from `evidence`.
        count: suppliers of the page.
        figures_for: from `evidence`.
        words: sentences in the language of the page.
    """
    shown = min(count, figures_for)
    some = (
        pl.Series([0], dtype=pl.Int64).new_from_index(0, shown).extend_constant(-1, count - shown)
    )

    def of_figures(text: str | None) -> dict[str, object]:
        if text is None or not shown:
            return {"texts": [], "codes": -1}
        return {"texts": [text], "codes": 0 if shown == count else some}

    rows = shared.select(
        "signal_id",
        "weight",
        "status",
        words.column(shared["period"]),
        pl.col("data_through").cast(pl.String),
        "source_used",
        _public_origin(pl.col("source_file")).alias("source_file"),
        words.column(shared["sentence"]),
    )
    return {
        row["signal_id"]: {
            "weight": row["weight"],
            "weightShare": None,
            "status": {"texts": [row["status"]], "codes": 0},
            "value": None,
            "peer": None,
            "before": None,
            "since": of_figures(None),
            "points": None,
            "risk": None,
            "period": of_figures(row["period"]),
            "observedTo": of_figures(row["data_through"]),
            "sources": of_figures(row["source_used"]),
            "origin": of_figures(row["source_file"]),
            "sentence": of_figures(row["sentence"]),
        }
        for row in rows.iter_rows(named=True)
    }


def _with_earlier(contributions: pl.DataFrame, earlier: pl.DataFrame | None) -> pl.DataFrame:
    """Columns value_before and since, null without a change beyond the measurement errors."""
    if earlier is None:
        return contributions.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in _EARLIER.items()
        )
    value, before = (
        pl.col(name).cast(pl.Float64).round_sig_figs(SIGNIFICANT_DIGITS)
        for name in ("value", "value_before")
    )
    is_changed = (value != before) & exceeds_error(
        pl.col("value"), pl.col("value_before"), pl.col("stderr"), pl.col("stderr_before")
    )
    return contributions.join(earlier, on=["supplier_id", "signal_id"], how="left").with_columns(
        pl.when(is_changed).then(pl.col(name)).alias(name) for name in _EARLIER
    )


def _signal(
    columns: SignalColumns, card: SignalCard, figures_for: int, words: Sentences
) -> dict[str, object]:
    rows, count = columns.figures.head(figures_for), columns.figures.height
    of_all = columns.of_all
    figures = numbers(
        rows.select(
            *(
                pl.col(name).cast(pl.Float64).round_sig_figs(SIGNIFICANT_DIGITS)
                for name in ("value", "peer_value", "value_before")
            ),
            pl.when(pl.col("points") != 0.0).then(pl.col("points").cast(pl.Float64).round(1)),
        ),
        count,
    )
    coded = dictionaries(
        rows.select(
            pl.col("since").cast(pl.String),
            words.column(rows["period"]),
            pl.col("data_through").cast(pl.String),
            "source_used",
            _public_origin(pl.col("source_file")).alias("source_file"),
            _templates(rows, card, words).alias("sentence"),
        ),
        count,
    )
    return {
        "weight": of_all["weight"],
        "weightShare": of_all["weightShare"],
        "status": of_all["status"],
        "value": figures["value"],
        "peer": figures["peer_value"],
        "before": figures["value_before"],
        "since": coded["since"],
        "points": figures["points"],
        "risk": of_all["risk"],
        "period": coded["period"],
        "observedTo": coded["data_through"],
        "sources": coded["source_used"],
        "origin": coded["source_file"],
        "sentence": coded["sentence"],
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
        quantity(pl.col(name).cast(pl.Float64).round_sig_figs(SIGNIFICANT_DIGITS), card.unit)
        .alias(name)
        for name in ("value", "peer_value")
    )  # fmt: skip
    shown = figures.select(words.cells(figure) for figure in figures).with_columns(sentences)
    templates = shown
    for name, mark in (("value", _VALUE_MARK), ("peer_value", _PEER_MARK)):
        templates = _without(templates, pl.col(name), mark)
    is_english = shown["sentence"].is_in(list(words.english))
    return templates["sentence"].zip_with(~is_english, shown["sentence"])


def _without(sentences: pl.DataFrame, figure: pl.Expr, mark: str) -> pl.DataFrame:
    """The column `sentence` with a mark in place of the figure where it first is."""
    # Each as a step of its own: within one, the parts would be made three times.
    parts = sentences.with_columns(pl.col("sentence").str.splitn(figure, 2).alias("parts"))
    before, rest = (pl.col("parts").struct.field(name) for name in ("field_0", "field_1"))
    marked = pl.concat_str(before, pl.lit(mark), rest)
    return parts.with_columns(
        pl.when((figure != "") & rest.is_not_null())
        .then(marked)
        .otherwise("sentence")
        .alias("sentence")
    )


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


def _public_origin(origin: pl.Expr) -> pl.Expr:
    """Web addresses as they are; of a local file its name only, never the folder it lies in."""
    name = origin.str.extract(r"([^/\\]+)$")
    return pl.when(origin.str.starts_with("https://")).then(origin).otherwise(name)
