"""Licences: values of a source that may not be redistributed stay out of every output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from reports.bundle import ReportBundle
from signals.card import Pillar, SignalCard, SourceCard
from signals.source_used import SOURCE_SEPARATOR

#: Columns of other tables that give a value of a signal away.
_TABLE_VALUES = ("value_before", "value_after")
_VALUES = ("value", "stderr", "shrunk_value", "peer_value", "risk", "peer_risk")


def disclosable(bundle: ReportBundle) -> ReportBundle:
    """The bundle without the values that a licence withholds; every writer works on this one."""
    cards, sources = bundle.signal_cards, bundle.source_cards
    contributions = withhold_contributions(bundle.contributions, cards, sources)
    may_be_shown = _may_be_shown(contributions, _may_be_restricted(cards, sources))
    return replace(
        bundle,
        contributions=contributions,
        scores=withhold_context(bundle.scores, bundle.contributions, cards, sources),
        rejected=_without_figures(bundle.rejected, _may_be_restricted(cards, sources)),
        series=None if bundle.series is None else bundle.series.filter(may_be_shown),
        needed_changes=_blanked(
            bundle.needed_changes, ("risk", "needed_risk", "value", "needed_value"), may_be_shown
        ),
        earlier_values=_blanked(bundle.earlier_values, ("value_before",), may_be_shown),
        tables={name: _blanked_table(table, may_be_shown) for name, table in bundle.tables.items()},
        site_signal_values=bundle.site_signal_values.filter(may_be_shown),
    )


def withhold_contributions(
    contributions: pl.LazyFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.LazyFrame:
    """Contributions with the values of restricted sources taken out.

    Value and its standard error, shrunk value, peer value and both normalised risks become null,
    because with published goalposts the normalised risk discloses the value; the sentence says
    why. Points stay: they are a result of this run, and the explanation of the score needs them.

    Args:
        contributions: columns of the bundle's contributions. A row is judged by the sources that
            `source_used` names. Where it names none, as in runs of earlier versions, or one
            without a card, every source of the signal counts: a value is then withheld if the
            licence of any of them forbids redistribution.
        signal_cards: by signal id.
        source_cards: by source id.
    """
    withheld = _is_withheld(contributions, signal_cards, source_cards)
    if withheld is None:
        return contributions
    sentence = _withheld_sentence(signal_cards, source_cards)
    return contributions.with_columns(
        pl.when(withheld).then(sentence).otherwise("sentence").alias("sentence"),
        *(
            pl.when(withheld).then(None).otherwise(name).alias(name)
            for name in contributions.collect_schema().names()
            if name in _VALUES
        ),
    )


def withhold_site_values(
    site_values: pl.DataFrame,
    contributions: pl.LazyFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.DataFrame:
    """Site values that may be shown.

    Site values have no source of their own. Of a signal with a restricted source, only those are
    kept that are behind a supplier's value which `contributions`, past the licence filter, shows.
    """
    return site_values.filter(
        _may_be_shown(contributions, _may_be_restricted(signal_cards, source_cards))
    )


def withhold_context(
    scores: pl.DataFrame,
    measured: pl.LazyFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.DataFrame:
    """Scores without the context scores from which a withheld value could be derived.

    A context score is a mean of few values: with a single one withheld, the others disclose it.
    With two or more withheld, no single value follows.

    Args:
        scores: supplier_id, `prior` and more.
        measured: the contributions as measured.
        signal_cards: by signal id.
        source_cards: by source id.
    """
    withheld = _is_withheld(measured, signal_cards, source_cards)
    if withheld is None:
        return scores
    context = [name for name, card in signal_cards.items() if card.pillar is Pillar.CONTEXT]
    disclosed = (
        measured.filter(withheld & pl.col("signal_id").is_in(context))
        .group_by("supplier_id")
        .len()
        .filter(pl.col("len") == 1)
        .collect()
    )
    hidden = pl.col("supplier_id").is_in(disclosed["supplier_id"].implode())
    return scores.with_columns(
        pl.when(~hidden).then("country_context_score").alias("country_context_score")
    )


def _without_figures(rejected: pl.DataFrame, may_be_restricted: list[str]) -> pl.DataFrame:
    """Rejected values of restricted signals without the figure in their reason."""
    names = [name for name in may_be_restricted if name]
    if not names or "reason" not in rejected.columns:
        return rejected
    reported = "the value was rejected; the licence of its source does not allow showing it"
    is_of = pl.any_horizontal(*(pl.col("reason").str.starts_with(f"{name} of ") for name in names))
    return rejected.with_columns(
        pl.when(is_of.fill_null(False)).then(pl.lit(reported)).otherwise("reason").alias("reason")
    )


def _blanked(
    frame: pl.DataFrame | None, columns: tuple[str, ...], may_be_shown: pl.Expr
) -> pl.DataFrame | None:
    """The frame with figures taken out that may not be shown."""
    if frame is None:
        return None
    return frame.with_columns(pl.when(may_be_shown).then(name).alias(name) for name in columns)


def _may_be_shown(contributions: pl.LazyFrame, may_be_restricted: list[str]) -> pl.Expr:
    """Of rows with supplier_id and signal_id: an open signal, or one `contributions` shows."""
    is_restricted = pl.col("signal_id").is_in(may_be_restricted)
    key = pl.struct("supplier_id", "signal_id")
    of_values = contributions.filter(is_restricted & pl.col("value").is_not_null())
    shown = of_values.select(key).collect().to_series()
    is_open = ~is_restricted
    return is_open if shown.is_empty() else is_open | key.is_in(shown.implode())


def _blanked_table(table: pl.DataFrame, may_be_shown: pl.Expr) -> pl.DataFrame:
    """A table of the results; one without signals or without columns of values stays as it is."""
    columns = tuple(name for name in (*_VALUES, *_TABLE_VALUES) if name in table.columns)
    if not columns or not {"supplier_id", "signal_id"} <= set(table.columns):
        return table
    blanked = _blanked(table, columns, may_be_shown)
    return table if blanked is None else blanked


def _is_withheld(
    contributions: pl.LazyFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.Expr | None:
    """Which rows hold a value that may not be redistributed; None where none does."""
    may_be_restricted = _may_be_restricted(signal_cards, source_cards)
    used = pl.col("source_used").str.split(SOURCE_SEPARATOR)
    is_known = used.list.eval(pl.element().is_in(list(source_cards))).list.all()
    is_restricted = used.list.eval(
        pl.element().is_in(_restricted_ids(source_cards, source_cards))
    ).list.any()
    is_withheld = (
        pl.when(is_known.fill_null(False))
        .then(is_restricted)
        .otherwise(pl.col("signal_id").is_in(may_be_restricted))
    )
    has_value = pl.col("value").is_not_null()
    # Sources are judged once for each way in which a signal names them.
    named = contributions.filter(has_value).select("signal_id", "source_used").unique()
    withheld = named.collect(engine="streaming").filter(is_withheld)
    if withheld.is_empty():
        return None
    of_signals = withheld.group_by("signal_id").agg("source_used").sort("signal_id")
    return has_value & pl.any_horizontal(
        (pl.col("signal_id") == signal_id) & pl.col("source_used").is_in(used, nulls_equal=True)
        for signal_id, used in of_signals.iter_rows()
    )


def _withheld_sentence(
    signal_cards: Mapping[str, SignalCard], source_cards: Mapping[str, SourceCard]
) -> pl.Expr:
    """Says that the value is withheld, and by the licence of which sources."""
    signal = pl.col("signal_id").replace_strict(
        {signal_id: card.title for signal_id, card in signal_cards.items()},
        default=pl.col("signal_id"),
    )
    candidates = {
        signal_id: " or ".join(
            source_cards[name].title for name in _restricted_ids(card.sources, source_cards)
        )
        for signal_id, card in signal_cards.items()
    }
    restricted = {
        name: source_cards[name].title for name in _restricted_ids(source_cards, source_cards)
    }
    used = (
        pl.col("source_used")
        .str.split(SOURCE_SEPARATOR)
        .list.eval(
            pl.element()
            .replace_strict(restricted, default=None, return_dtype=pl.String)
            .drop_nulls()
        )
        .list.join(" and ")
        .replace("", None)
    )
    titles = pl.coalesce(used, pl.col("signal_id").replace_strict(candidates, default="its source"))
    return pl.format(
        "{}: the value is not shown, because the licence of {} does not allow redistribution.",
        signal,
        titles,
    )


def _may_be_restricted(
    signal_cards: Mapping[str, SignalCard], source_cards: Mapping[str, SourceCard]
) -> list[str]:
    """Signals with any source whose licence forbids redistribution."""
    return [
        name for name, card in signal_cards.items() if _restricted_ids(card.sources, source_cards)
    ]


def _restricted_ids(ids: Iterable[str], source_cards: Mapping[str, SourceCard]) -> list[str]:
    """Those of the sources whose licence forbids redistribution."""
    return [
        name
        for name in ids
        if name in source_cards and not source_cards[name].licence.redistributable
    ]
