"""Applies the table of sector groups to the values of a signal, supplier by supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.change_relevance import ChangeRelevance, SectorUse, scale_text
from scoring.normalisation.alignment import AlignedSignal, compact
from scoring.scoring_model import ScoredSignal
from signals.card import Status

_KEYS = ("sector", "sector_section", "commodity_hs")


@dataclass(frozen=True)
class SectorKinds:
    """The sectors of a list, each once.

    Attributes:
        kinds: sector, sector_section and commodity_hs of each.
        of_row: [suppliers] which of them, in the list's order.
    """

    kinds: Sequence[tuple[Any, ...]]
    of_row: pl.Series

    @classmethod
    def of(cls, sectors: pl.DataFrame) -> SectorKinds:
        """Those of sector, sector_section and commodity_hs of each supplier."""
        kinds = sectors.select(_KEYS).unique(maintain_order=True)
        numbered = sectors.join(
            kinds.with_row_index("kind"),
            on=_KEYS,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        return cls(kinds.rows(), numbered["kind"])


def weighted_by_sector(
    aligned: AlignedSignal, relevance: ChangeRelevance, sectors: SectorKinds
) -> AlignedSignal:
    """Give a signal its use in the group of each supplier; where the share is 0 it does not apply.

    Args:
        aligned: values as measured.
        relevance: the table of the signal.
        sectors: of the suppliers.
    """
    uses = [relevance.use(*kind) for kind in sectors.kinds]
    table = pl.DataFrame(
        {
            "relevance": pl.Series([use.share for use in uses], dtype=pl.Float64),
            "group_weight": pl.Series([use.weight for use in uses], dtype=pl.Float64),
            "scale": pl.Series([use.scale for use in uses], dtype=pl.Int64),
            # A text for each group, which the rows of its suppliers share.
            "reason": pl.Series(
                [f"{use.because}, for which this signal is not informative" for use in uses],
                dtype=pl.String,
            ),
            "note": pl.Series([_note(use, relevance) for use in uses], dtype=pl.String),
        }
    )
    found = table[sectors.of_row]
    share = found["relevance"].to_numpy()
    means_nothing = pl.lit(pl.Series(share == 0))
    rows = compact(
        aligned.rows.with_columns(
            relevance=found["relevance"],
            sector_note=found["note"],
            value=pl.when(~means_nothing).then("value"),
            status=pl.when(means_nothing)
            .then(pl.lit(Status.NOT_APPLICABLE.value))
            .otherwise("status"),
            status_reason=pl.when(means_nothing).then(found["reason"]).otherwise("status_reason"),
        )
    )
    if np.isnan(aligned.usable).all():
        kept = aligned
    else:
        gone = np.where(share == 0, np.nan, 1.0)
        kept = replace(
            aligned,
            usable=aligned.usable * gone,
            stderr=aligned.stderr * gone,
            shrinkage_weight=aligned.shrinkage_weight * gone,
        )
    return replace(
        kept,
        rows=rows,
        relevance=share,
        group_weight=_once(found["group_weight"]),
        scale=_once(found["scale"]),
    )


def _once(column: pl.Series) -> NDArray[Any]:
    """A column in memory, one number where all rows have the same."""
    if column.n_unique() == 1:
        return np.broadcast_to(column.to_numpy()[0], column.len())
    return column.to_numpy()


def group_weights(
    signals: Sequence[ScoredSignal], sectors: pl.DataFrame
) -> Mapping[str, NDArray[np.float64]] | None:
    """By signal, [suppliers] times the weight, in each supplier's sector group.

    Args:
        signals: of the model.
        sectors: as `sectors_of` gives them.

    Returns:
        Signals with the same weight in all groups left out; None where no group of a supplier
        gives a signal another weight than everywhere.
    """
    known = SectorKinds.of(sectors)
    kind_of_row = known.of_row.to_numpy()
    weights = {}
    for signal in signals:
        if signal.relevance is None:
            continue
        of_kind = np.array([signal.relevance.use(*kind).weight for kind in known.kinds])
        if (of_kind != 1).any():
            weights[signal.signal_id] = of_kind[kind_of_row].astype(np.float64)
    return weights or None


def _note(use: SectorUse, relevance: ChangeRelevance) -> str | None:
    """What the group changes in the figure, as a sentence; None: nothing, or all of it."""
    if 0 < use.share < 1:
        return f"Weighed {_figure(use.share)} because {use.because}."
    changes = []
    if use.weight != 1:
        changes.append(f"this signal has {_figure(use.weight)} times its usual weight")
    if use.scale:
        changes.append(scale_text(relevance.scales[use.scale - 1]))
    return f"Because {use.because}, {' and '.join(changes)}." if changes else None


def _figure(number: float) -> str:
    """A factor with two decimals at most."""
    return f"{round(number, 2):g}"


def sectors_of(keys: pl.DataFrame, commodity_hs: pl.Series | None) -> pl.DataFrame:
    """The sectors of suppliers, from peer keys and goods; None: no goods are known."""
    goods = pl.lit(None, pl.String) if commodity_hs is None else commodity_hs
    return keys.select(
        pl.col("sector", "sector_section"), goods.cast(pl.String).alias("commodity_hs")
    )
