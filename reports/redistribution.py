"""Licences: values of a source that may not be redistributed stay out of every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from reports.bundle import ReportBundle
from signals.card import Pillar, SignalCard, SourceCard

_VALUES = ("value", "shrunk_value", "peer_value", "normalised", "peer_normalised")


def disclosable(bundle: ReportBundle) -> ReportBundle:
    """The bundle without the values that a licence withholds; every writer works on this one."""
    cards, sources = bundle.signal_cards, bundle.source_cards
    contributions = withhold_contributions(
        bundle.contributions, cards, sources, source_of_origin(bundle.manifest)
    )
    in_uncertainty = _in_uncertainty(cards, sources)
    return replace(
        bundle,
        contributions=contributions,
        scores=withhold_priors(bundle.scores, bundle.contributions, contributions, cards),
        rejected=_without_figures(bundle.rejected, in_uncertainty),
        series=_shown_rows(bundle.series, contributions, in_uncertainty),
        needed_changes=_blanked(
            bundle.needed_changes,
            ("risk", "needed_risk", "value", "needed_value"),
            contributions,
            in_uncertainty,
        ),
        earlier_values=_blanked(
            bundle.earlier_values, ("value_before",), contributions, in_uncertainty
        ),
        restatements=_blanked(
            bundle.restatements, ("value_before", "value_after"), contributions, in_uncertainty
        ),
        site_signal_values=withhold_site_values(
            bundle.site_signal_values, contributions, cards, sources
        ),
    )


def source_of_origin(manifest: Mapping[str, object]) -> dict[str, str]:
    """Source id by the address or path of each file read, from the manifest's `sources`."""
    records = manifest.get("sources", [])
    if not isinstance(records, list):
        raise TypeError("the manifest's `sources` is not a list of records")
    return {
        str(file["origin"]): str(record["source_id"])
        for record in records
        for file in record.get("files", [])
    }


def withhold_contributions(
    contributions: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    origins: Mapping[str, str],
) -> pl.DataFrame:
    """Contributions with the values of restricted sources taken out.

    Value, shrunk value, peer value and both normalised readings become null, because with
    published anchors the normalised reading gives the value away; the sentence says why. Points
    stay: they are our result, and the explanation of the score needs them.

    Args:
        contributions: columns of the bundle's contributions.
        signal_cards: by signal id.
        source_cards: by source id.
        origins: source id by origin. A row whose origin is not there, or which brings several
            together, is judged by every source of its signal: in doubt a value is withheld.
    """
    titles = {
        signal_id: " or ".join(_restricted(card, source_cards))
        for signal_id, card in signal_cards.items()
    }
    sentences = {
        signal_id: f"{signal_cards[signal_id].title}: the value is not shown, because the "
        f"licence of {title} does not allow passing it on."
        for signal_id, title in titles.items()
    }
    withheld = _is_withheld(contributions, signal_cards, source_cards, origins)
    sentence = pl.col("signal_id").replace_strict(sentences, default=pl.col("sentence"))
    return contributions.with_columns(
        pl.when(withheld).then(sentence).otherwise("sentence").alias("sentence"),
        *(
            pl.when(withheld).then(None).otherwise(name).alias(name)
            for name in _VALUES
            if name in contributions.columns
        ),
    )


def withhold_site_values(
    site_values: pl.DataFrame,
    contributions: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
) -> pl.DataFrame:
    """Site values that may be shown.

    Site values do not say where they came from. Of a signal with a restricted source, only those
    stay that are behind a supplier's value which `contributions`, past the gate, still shows.
    """
    shown = contributions.filter(pl.col("value").is_not_null())
    is_open = ~pl.col("signal_id").is_in(_in_uncertainty(signal_cards, source_cards))
    is_shown = pl.struct("supplier_id", "signal_id").is_in(
        shown.select(pl.struct("supplier_id", "signal_id")).to_series().implode()
    )
    return site_values.filter(is_open | is_shown)


def withhold_priors(
    scores: pl.DataFrame,
    measured: pl.DataFrame,
    shown: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
) -> pl.DataFrame:
    """Scores without the priors from which a value that is withheld could be read.

    A prior is a mean of few readings: with a single one withheld, the others give it away. With
    two and more, no single value follows.

    Args:
        scores: supplier_id, prior and more.
        measured: the contributions as measured.
        shown: the same past the gate, in the same order.
        signal_cards: by signal id.
    """
    priors = [name for name, card in signal_cards.items() if card.pillar is Pillar.CONTEXT]
    is_kept_back = measured["value"].is_not_null() & shown["value"].is_null()
    given_away = (
        measured.filter(is_kept_back & measured["signal_id"].is_in(priors))
        .group_by("supplier_id")
        .len()
        .filter(pl.col("len") == 1)
    )
    hidden = pl.col("supplier_id").is_in(given_away["supplier_id"].implode())
    return scores.with_columns(pl.when(~hidden).then("prior").alias("prior"))


def _without_figures(rejected: pl.DataFrame, in_uncertainty: list[str]) -> pl.DataFrame:
    """Rejected values of restricted signals without the figure in their reason."""
    names = [name for name in in_uncertainty if name]
    if not names or "reason" not in rejected.columns:
        return rejected
    reported = "the value was rejected; the licence of its source does not allow showing it"
    is_of = pl.any_horizontal(*(pl.col("reason").str.starts_with(f"{name} of ") for name in names))
    return rejected.with_columns(
        pl.when(is_of.fill_null(False)).then(pl.lit(reported)).otherwise("reason").alias("reason")
    )


def _shown_rows(
    frame: pl.DataFrame | None, contributions: pl.DataFrame, in_uncertainty: list[str]
) -> pl.DataFrame | None:
    """The rows of signals that may be shown: open ones, and those `contributions` shows."""
    if frame is None:
        return None
    shown = contributions.filter(pl.col("value").is_not_null())
    key = pl.struct("supplier_id", "signal_id")
    is_shown = key.is_in(shown.select(key).to_series().implode())
    return frame.filter(~pl.col("signal_id").is_in(in_uncertainty) | is_shown)


def _blanked(
    frame: pl.DataFrame | None,
    columns: tuple[str, ...],
    contributions: pl.DataFrame,
    in_uncertainty: list[str],
) -> pl.DataFrame | None:
    """The frame with figures of restricted sources taken out, unless `contributions` shows them."""
    if frame is None:
        return None
    shown = contributions.filter(pl.col("value").is_not_null())
    key = pl.struct("supplier_id", "signal_id")
    is_shown = key.is_in(shown.select(key).to_series().implode())
    is_open = ~pl.col("signal_id").is_in(in_uncertainty)
    return frame.with_columns(
        pl.when(is_open | is_shown).then(name).alias(name) for name in columns
    )


def _is_withheld(
    contributions: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    origins: Mapping[str, str],
) -> pl.Series:
    """Which rows hold, or held, a value that may not be redistributed."""
    in_uncertainty = _in_uncertainty(signal_cards, source_cards)
    restricted = [
        source_id for source_id, card in source_cards.items() if not card.licence.redistributable
    ]
    source = pl.col("origin").replace_strict(dict(origins), default=None, return_dtype=pl.String)
    withheld = pl.col("value").is_not_null() & pl.when(source.is_null()).then(
        pl.col("signal_id").is_in(in_uncertainty)
    ).otherwise(source.is_in(restricted))
    return contributions.select(withheld.alias("withheld")).to_series()


def _in_uncertainty(
    signal_cards: Mapping[str, SignalCard], source_cards: Mapping[str, SourceCard]
) -> list[str]:
    return [name for name, card in signal_cards.items() if _restricted(card, source_cards)]


def _restricted(card: SignalCard, source_cards: Mapping[str, SourceCard]) -> list[str]:
    """Titles of a signal's sources whose licence forbids redistribution."""
    sources = (source_cards[source_id] for source_id in card.sources if source_id in source_cards)
    return [source.title for source in sources if not source.licence.redistributable]
