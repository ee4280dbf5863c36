"""The frozen reference: the peer values of a baseline month, so that months compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.config_errors import DataRejectedError
from scoring.normalisation.peer_groups import PEER_KEYS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reference:
    """Observed values of a baseline with the peer keys of those who have them.

    Holds no supplier's name or id. It does not depend on weights, normalisers or peer levels, so
    one baseline serves several profiles.

    Attributes:
        keys: one row per distinct combination of peer keys (a cell).
        values: by signal: the cell (row of `keys`) of each observed value, and the value in the
            signal's unit.
    """

    keys: pl.DataFrame
    values: Mapping[str, tuple[NDArray[np.int64], Floats]]

    def to_frame(self) -> pl.DataFrame:
        """As a table: signal_id, the peer keys, value; sorted, so equal references are equal."""
        ordered = self.keys.with_row_index("cell").sort(PEER_KEYS)
        position = np.empty(ordered.height, dtype=np.int64)
        position[ordered["cell"].to_numpy()] = np.arange(ordered.height)
        # Numbers are sorted, a signal at a time: of a long list they are many, and the keys few.
        parts = []
        for signal_id in sorted(self.values):
            cells, values = self.values[signal_id]
            rows = pl.DataFrame({"cell": position[cells], "value": values}).sort("cell", "value")
            keys = ordered[rows["cell"]].select(pl.lit(signal_id).alias("signal_id"), *PEER_KEYS)
            parts.append(keys.with_columns(rows["value"]))
        return pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])

    @classmethod
    def from_frame(cls, frame: pl.DataFrame) -> Reference:
        """Read a table written by `to_frame`.

        Raises:
            DataRejectedError: a column is missing or a value is not a finite number.
        """
        lacking = [name for name in _SCHEMA if name not in frame.columns]
        if lacking:
            raise DataRejectedError(
                f"the frozen reference has no column {lacking[0]}, as another version left it; "
                "give scoring.version a new name, and the next run freezes its own"
            )
        typed = frame.select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
        if not typed["value"].is_finite().fill_null(False).all():
            raise DataRejectedError(
                "the frozen reference holds a value that is not a finite number; give "
                "scoring.version a new name, and the next run freezes its own"
            )
        keys = typed.select(PEER_KEYS).unique().sort(PEER_KEYS)
        values = {}
        for signal_id in typed["signal_id"].unique(maintain_order=True):
            part = typed.filter(pl.col("signal_id") == signal_id)
            values[str(signal_id)] = _cells(part, keys), part["value"].to_numpy()
        return cls(keys, values)


def freeze_reference(keys: pl.DataFrame, values: Mapping[str, Floats]) -> Reference:
    """Keep the observed values of a list as the baseline for later months.

    Args:
        keys: peer keys of each supplier, as `scoring.peers.peer_keys` gives them.
        values: by signal: the value of each supplier in the same order, NaN where missing.
    """
    cells = keys.select(PEER_KEYS).unique().sort(PEER_KEYS)
    cell_of_row = _cells(keys, cells)
    observed = {
        signal_id: (cell_of_row[~np.isnan(column)], column[~np.isnan(column)])
        for signal_id, column in values.items()
    }
    return Reference(cells, observed)


def _cells(rows: pl.DataFrame, cells: pl.DataFrame) -> NDArray[np.int64]:
    """[rows] the row of `cells` with the same peer keys."""
    numbered = rows.select(PEER_KEYS).join(
        cells.with_row_index("cell"),
        on=list(PEER_KEYS),
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return numbered["cell"].to_numpy().astype(np.int64)


_SCHEMA: dict[str, type[pl.String] | type[pl.Float64]] = {
    "signal_id": pl.String,
    **dict.fromkeys(PEER_KEYS, pl.String),
    "value": pl.Float64,
}
