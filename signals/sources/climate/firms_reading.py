"""Reading one FIRMS file: where and when it would show a fire, and the fires near sites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.account import Account, Unit, rows_by_rule
from signals.fetching.source_tables import read_source_table, rejected_file, rows_read
from signals.source import RawFile
from signals.sources.climate.firms_files import (
    COLUMNS,
    REQUIRED,
    Coverage,
    coverage_of,
    read_detections,
)
from signals.sources.climate.firms_reach import is_within_reach
from signals.sources.climate.firms_sites import DETECTION_SCHEMA
from suppliers.input_errors import DataRejectedError, NonExtractiveError


@dataclass(frozen=True)
class FileRead:
    """What one file gives.

    Attributes:
        coverage: where and when it would show a fire; None where it could not be used.
        origin: of the file.
        fires: columns of `DETECTION_SCHEMA`, of vegetation, sure enough, within reach of a site.
        rejected: rows that were not used.
        account: of the file.
    """

    coverage: Coverage | None
    origin: str
    fires: pl.DataFrame
    rejected: pl.DataFrame
    account: Account

    def months(self) -> set[dt.date]:
        """Months whose rows the file bears on."""
        days = set() if self.coverage is None else set(self.coverage.days)
        of_fires = self.fires["acquired_at"].dt.date().dt.month_start().unique()
        return {day.replace(day=1) for day in days} | set(of_fires)


def read_file(
    raw: RawFile, cells: NDArray[np.bool_], least: float, drop: Sequence[str]
) -> FileRead:
    """Read one file.

    Args:
        raw: the file.
        cells: within reach of a site, see `cells_within_reach`.
        least: confidence, in percent, below which a detection does not count.
        drop: headers that are not read.

    Raises:
        NonExtractiveError: it holds data about persons.
    """
    name = Path(raw.origin).name
    none = pl.DataFrame(schema=DETECTION_SCHEMA)
    account = Account()
    try:
        table, unread = read_source_table(
            Path(raw.path), COLUMNS, required=REQUIRED, drop=drop, where=name
        )
    except NonExtractiveError:
        raise
    except DataRejectedError as error:
        return FileRead(None, raw.origin, none, rejected_file(raw, error), account)
    detections, bad = read_detections(table, name)
    rejected = pl.concat([unread, bad])
    try:
        coverage = coverage_of(name, raw.key, detections)
    except DataRejectedError as error:
        refused = pl.concat([rejected, rejected_file(raw, error)])
        return FileRead(None, raw.origin, none, refused, account)
    # A file without any fire says that there was none on its days.
    account.use(raw)
    sure = detections.filter(pl.col("confidence") >= least)
    fires = sure.filter(pl.col("type") == 0)
    beyond = {
        "below the confidence asked for": detections.height - sure.height,
        "no fire of vegetation": sure.filter(pl.col("type") != 0).height,
    }
    account.count(
        Unit.ROW,
        raw,
        read=rows_read(table, unread),
        used=fires.height,
        rejected=rows_by_rule(rejected),
        out_of_scope=beyond,
    )
    near = is_within_reach(cells, fires["latitude"].to_numpy(), fires["longitude"].to_numpy())
    kept = fires.filter(pl.Series(near)).select(list(DETECTION_SCHEMA))
    return FileRead(coverage, raw.origin, kept, rejected, account)
