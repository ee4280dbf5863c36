"""What is missing, and which missing data item would help most without asking a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from configs.settings import Missing
from scoring.aggregation.aggregate import Totals
from scoring.explanation.sentences import source_text, status_text
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoredSignal
from signals.card import Collection, SignalCard, SourceCard, Status

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
    missing = (normalised.own.applicable & ~normalised.own.present)[np.ix_(rows, weighted)]
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
) -> pl.Series:
    """The missing signal of most weight and how to obtain it; null where nothing is missing.

    A contested value is there already and is not asked for again.

    Args:
        normalised: the normalised signals of the list.
        cards: by signal.
        sources: by source, for who holds the data.
    """
    own = normalised.own
    texts: list[str | None] = [None]
    choice = np.zeros(own.risk.shape[0], dtype=np.int64)
    for column in reversed(_heaviest_first(own.signals)):
        signal_id = own.signals[column].signal_id
        contested = (normalised.aligned[signal_id].rows["status"] == Status.CONTESTED).to_numpy()
        wanted = own.applicable[:, column] & ~own.present[:, column] & ~contested
        choice[wanted] = len(texts)
        texts.append(f"{cards[signal_id].title}: {how_to_get(cards[signal_id], sources)}")
    return pl.Series(texts, dtype=pl.String).gather(pl.Series(choice))


def _heaviest_first(signals: Sequence[ScoredSignal]) -> list[int]:
    weighted = [column for column, signal in enumerate(signals) if signal.weight > 0]
    return sorted(weighted, key=lambda column: (-signals[column].weight, signals[column].signal_id))


def how_to_get(card: SignalCard, sources: Mapping[str, SourceCard]) -> str:
    """Where a signal can be obtained without asking a worker, in words."""
    known = [sources[source_id] for source_id in card.sources if source_id in sources]
    if not known:
        return f"from {source_text(card, sources)}"
    how = _HOW[known[0].collection].format(held_by=known[0].held_by)
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
