"""The use of the layers of a weather file: one time of one variable each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.account import NO_SITE_IN_IT, REPEATED, Account, Unit
from signals.source import RawFile

_NOT_READ = "of a variable that is not needed"
_NO_DATA = "without data near the sites"
_NOT_WHOLE = "of a day or month of which fewer than nine tenths are there"
_OUTSIDE, _UNREADABLE = "outside_physical_range", "unreadable_file"

_SCHEMA = {
    "name": pl.String(),
    "step": pl.Int64(),
    "variable": pl.String(),
    "day": pl.Date(),
    "has_value": pl.Boolean(),
    "is_outside": pl.Boolean(),
}


@dataclass
class WeatherLayers:
    """The layers of a file while it is read.

    Attributes:
        unread: layers of variables that are not needed.
        is_near: whether a cell of it is near a site.
        steps: layers of each variable that was read.
        frames: these layers, once for each of our variables made of them.
    """

    unread: int = 0
    is_near: bool = False
    steps: dict[str, int] = field(default_factory=dict)
    frames: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=_SCHEMA)])

    def add(
        self,
        name: str,
        variable: str,
        days: Sequence[dt.date],
        has_value: NDArray[np.bool_],
        is_outside: NDArray[np.bool_],
    ) -> None:
        """Take the layers of a variable.

        Args:
            name: of the variable in the file.
            variable: ours that is made of it.
            days: that each layer describes.
            has_value: [layers] whether a cell near a site has a value within the range.
            is_outside: [layers] whether one has a value outside it.
        """
        columns = {
            "name": name, "step": range(len(days)), "variable": variable, "day": list(days),
            "has_value": has_value, "is_outside": is_outside,
        }  # fmt: skip
        self.steps[name] = len(days)
        self.frames.append(pl.DataFrame(columns, schema=_SCHEMA))

    def count(
        self,
        account: Account,
        raw: RawFile,
        given: pl.DataFrame,
        kept: pl.DataFrame,
        taken: pl.DataFrame,
    ) -> None:
        """Count the layers of a file.

        Args:
            account: takes the count.
            raw: the file.
            given: variable and day of what the file holds.
            kept: likewise, without what another file has stated before.
            taken: likewise, in months that are staged.
        """
        every = pl.concat(self.frames)
        for what, days in (("is_given", given), ("is_kept", kept), ("is_taken", taken)):
            known = days.select("variable", "day").unique().with_columns(pl.lit(True).alias(what))
            every = every.join(known, on=["variable", "day"], how="left")
        # A layer without a value of its own does not make its day.
        outcome = (
            pl.when("has_value", pl.col("is_taken")).then(0)
            .when("has_value", pl.col("is_given"), pl.col("is_kept").is_null()).then(1)
            .when("has_value").then(2)
            .when("is_outside").then(3)
            .otherwise(4)
        )  # fmt: skip
        outcomes = (
            every.group_by("name", "step").agg(outcome.min().alias("outcome"))["outcome"].to_list()
        )
        account.count(
            Unit.LAYER,
            raw,
            read=sum(self.steps.values()) + self.unread,
            used=outcomes.count(0),
            rejected={_OUTSIDE: outcomes.count(3)},
            out_of_scope={
                REPEATED: outcomes.count(1),
                _NOT_WHOLE: outcomes.count(2),
                (_NO_DATA if self.is_near else NO_SITE_IN_IT): outcomes.count(4),
                _NOT_READ: self.unread,
            },
        )

    def reject(self, account: Account, raw: RawFile) -> None:
        """Count the layers of a file of which nothing is used, because it contradicts others."""
        read = sum(self.steps.values()) + self.unread
        account.count(Unit.LAYER, raw, read=read, used=0, rejected={_UNREADABLE: read})
