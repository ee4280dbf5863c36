"""What is missing, and which missing data item would help most without asking a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.settings import Missing
from scoring.aggregation.aggregate import Totals
from scoring.explanation.sentences import source_text, status_text
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoredSignal
from signals.card import Collection, SignalCard, SourceCard, Status
from signals.site_means import LOCATION_NOT_COVERED

# More names than this is a list no one reads.
_MAX_NAMED = 4

_HOW: Mapping[Collection, str] = {
    Collection.PUBLIC_RECORD: "from the public records of {held_by}",
    Collection.REMOTE_SENSING: "from remote sensing by {held_by}, given the exact site position",
    Collection.BUYER_OWN: "from your own purchasing records",
    Collection.SUPPLIER_VOLUNTEERED: "from a document the supplier's management may share",
}


def insufficient_reason(
    normalised: NormalisedSignals, totals: Totals, cards: Mapping[str, SignalCard], rule: Missing
) -> pl.Series:
    """Why a supplier has no score; null where it has one.

    Args:
        normalised: the normalised signals of the list.
        totals: the figures of each supplier.
        cards: by signal.
        rule: the minimum that a score needs.
    """
    rows = np.flatnonzero(~totals.has_score)
    weighted = np.array(_heaviest_first(normalised.own.signals))
    columns = [normalised.own.columns[place] for place in weighted]
    missing = np.column_stack(
        [column.applicable[rows] & np.isnan(column.risk[rows]) for column in columns]
    )
    named = missing & (np.cumsum(missing, axis=1) <= _MAX_NAMED)
    names = pl.DataFrame(
        {
            signal_id: normalised.aligned[signal_id]
            .rows[rows]
            .select(
                pl.when(pl.lit(pl.Series(named[:, place]))).then(
                    pl.concat_str(pl.lit(f"{cards[signal_id].title} ("), status_text(), pl.lit(")"))
                )
            )
            .to_series()
            for place, signal_id in enumerate(
                normalised.own.signals[column].signal_id for column in weighted
            )
        }
    )
    facts = pl.DataFrame(
        {
            "names": names.select(
                pl.concat_str(pl.all(), separator=", ", ignore_nulls=True)
            ).to_series(),
            "unnamed": missing.sum(axis=1) - named.sum(axis=1),
            "pillars": totals.pillars_with_evidence[rows],
            # Rounded down, so that just short of the minimum does not look like the minimum.
            "percent": np.floor(100 * totals.coverage[rows] + 1e-9).astype(np.int64),
        }
    )
    known = pl.format(
        f"Evidence coverage is {{}} % (minimum {100 * rule.minimum_coverage:.3g} %). Pillars with "
        f"evidence: {{}} (minimum {rule.minimum_own_pillars}).",
        "percent",
        "pillars",
    )
    more = pl.when(pl.col("unnamed") > 0).then(pl.format(" and {} more", "unnamed"))
    absent = (
        pl.when(pl.col("names") != "")
        .then(pl.concat_str(pl.lit(" Missing: "), "names", more.otherwise(pl.lit("")), pl.lit(".")))
        .otherwise(pl.lit(" Nothing else applies to this supplier."))
    )
    nothing = pl.when(pl.col("pillars") == 0).then(
        pl.lit("There is no supplier-specific evidence.")
    )
    texts = facts.select(pl.concat_str(nothing.otherwise(known), absent)).to_series()
    return _spread(texts, rows, totals.score.size)


def lowest_cost_data_gap(
    normalised: NormalisedSignals,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    suppliers: pl.DataFrame,
) -> pl.Series:
    """The missing signal of most weight that can be obtained, and how; null where there is none.

    A contested value is there already and is not asked for again. A signal whose source does not
    cover the location is not suggested, nor a source that knows companies by an identifier which
    the supplier does not have.

    Args:
        normalised: the normalised signals of the list.
        cards: by signal.
        sources: by source, for who holds the data.
        suppliers: supplier_id and the identifiers that the list has.
    """
    own = normalised.own
    listed = normalised.supplier_ids.to_frame().join(
        suppliers, on="supplier_id", how="left", maintain_order="left"
    )
    texts: list[str | None] = [None]
    choice = np.zeros(own.suppliers, dtype=np.int64)
    for place in reversed(_heaviest_first(own.signals)):
        signal_id, column = own.signals[place].signal_id, own.columns[place]
        aligned = normalised.aligned[signal_id]
        contested = aligned.where(pl.col("status") == Status.CONTESTED)
        outside = aligned.where(pl.col("status_reason") == LOCATION_NOT_COVERED)
        wanted = column.applicable & np.isnan(column.risk) & ~contested & ~outside
        for source_id in cards[signal_id].sources or ("",):
            source = sources.get(source_id)
            served = wanted & _can_be_known_by(source, listed)
            choice[served] = len(texts)
            how = _how(cards[signal_id], source, sources)
            texts.append(f"{cards[signal_id].title}: {how}")
            wanted &= ~served
    return pl.Series(texts, dtype=pl.String).gather(pl.Series(choice))


def _can_be_known_by(source: SourceCard | None, listed: pl.DataFrame) -> NDArray[np.bool_]:
    """Where a source can know the supplier: it needs no identifier, or the list has it."""
    everyone = np.ones(listed.height, dtype=np.bool_)
    if source is None or source.reach is None or source.reach.by != "identifier":
        return everyone
    named = [name for name in source.reach.identifiers if name in listed.columns]
    if not named:
        return ~everyone
    known = listed.select(pl.any_horizontal(pl.col(named).is_not_null()).alias("known"))
    return known["known"].to_numpy()


def _heaviest_first(signals: Sequence[ScoredSignal]) -> list[int]:
    weighted = [column for column, signal in enumerate(signals) if signal.weight > 0]
    return sorted(weighted, key=lambda column: (-signals[column].weight, signals[column].signal_id))


def how_to_get(card: SignalCard, sources: Mapping[str, SourceCard]) -> str:
    """Where a signal can be obtained without asking a worker, in words."""
    known = [sources[source_id] for source_id in card.sources if source_id in sources]
    return _how(card, known[0] if known else None, sources)


def _how(card: SignalCard, source: SourceCard | None, sources: Mapping[str, SourceCard]) -> str:
    if source is None:
        return f"from {source_text(card, sources)}"
    how = _HOW[source.collection].format(held_by=source.held_by)
    if card.location_needed == "town":
        how = how.replace("the exact site position", "the town or the position of the site")
    return how


def _spread(
    texts: pl.Series, rows: np.ndarray[tuple[int], np.dtype[np.int64]], size: int
) -> pl.Series:
    """Put the texts at their rows and null elsewhere."""
    place = np.full(size, texts.len(), dtype=np.int64)
    place[rows] = np.arange(texts.len())
    return texts.extend_constant(None, 1).gather(pl.Series(place))
