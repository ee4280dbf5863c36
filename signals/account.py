"""The account a source keeps of what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from signals.source import RawFile

#: Why a sound file, or a part of it, is about nothing that was asked for.
NO_SITES = "the list has no site that can be measured"
NO_SITE_IN_IT = "no site of the list lies in it"
NOT_LISTED = "about nobody on the list"
NOT_THEN = "of a time that is not asked for"
REPEATED = "stated before in another file"
NOTHING_TO_SAY = "an answer that holds no entry"


class Unit(StrEnum):
    """What is counted.

    Files, pages of answers, documents within them, rows of tables, layers of grids and pixels.
    """

    FILE = "file"
    PAGE = "page"
    DOCUMENT = "document"
    ROW = "row"
    LAYER = "layer"
    PIXEL = "pixel"


@dataclass(frozen=True)
class Count:
    """The outcome for the parts of one file.

    Attributes:
        file: that they stand in.
        unit: of the parts.
        read: parts that came in.
        used: parts that reached a staged row, alone or together with others.
        rejected: by rule; None: the rejected rows of the file say so.
        out_of_scope: by reason, such as `another company`.
    """

    file: RawFile
    unit: Unit
    read: int
    used: int
    rejected: Mapping[str, int] | None
    out_of_scope: Mapping[str, int]


@dataclass
class Account:
    """What a source says of its input while it reads.

    A file counts as used without a word where a staged row names it as its origin, and as rejected
    where a rejected row names it. All other files are named here. `whole_files` are files that are
    one page, one document or one layer each, by that unit.
    """

    used_files: set[RawFile] = field(default_factory=set)
    files_out_of_scope: dict[RawFile, str] = field(default_factory=dict)
    rejected_files: dict[RawFile, str] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)
    whole_files: dict[Unit, list[RawFile]] = field(default_factory=dict)

    def count_each(self, unit: Unit, files: Iterable[RawFile]) -> None:
        """State that each of these files is one page, document or layer: the outcome is one."""
        self.whole_files.setdefault(unit, []).extend(files)

    def use(self, raw: RawFile) -> None:
        """State that a file bears on staged rows that do not name it as their origin."""
        self.used_files.add(raw)

    def leave_out(self, raw: RawFile, reason: str) -> None:
        """State why a sound file is about nothing that was asked for; unless it is used."""
        self.files_out_of_scope.setdefault(raw, reason)

    def reject(self, raw: RawFile, rule: str) -> None:
        """State the rule by which a file is rejected whose sentence names other files too."""
        self.rejected_files.setdefault(raw, rule)

    def note(self, raw: RawFile, *, is_used: bool, otherwise: str) -> None:
        """State that a file is used, or else why it is about nothing that was asked for."""
        if is_used:
            self.use(raw)
        else:
            self.leave_out(raw, otherwise)

    def count(
        self,
        unit: Unit,
        raw: RawFile,
        *,
        read: int,
        used: int,
        rejected: Mapping[str, int] | None = None,
        out_of_scope: Mapping[str, int] | None = None,
    ) -> None:
        """Count the parts of a file, see `Count`; each figure is counted, none is a remainder.

        A sound file of which all parts are out of scope is out of scope itself, and one of which
        all parts are rejected is rejected.
        """
        beyond = dict(out_of_scope or {})
        self.counts.append(Count(raw, unit, read, used, rejected, beyond))
        if unit is Unit.PIXEL:
            # The outcome of a file is that of its layers.
            return
        if used:
            self.use(raw)
        elif any(beyond.values()):
            self.leave_out(raw, max(beyond, key=lambda reason: beyond[reason]))
        elif rejected and any(rejected.values()):
            self.reject(raw, max(rejected, key=lambda rule: rejected[rule]))

    @staticmethod
    def sum(accounts: Iterable[Account]) -> Account:
        """The accounts of several tables of one source as one."""
        whole = Account()
        for one in accounts:
            whole.used_files |= one.used_files
            whole.files_out_of_scope |= one.files_out_of_scope
            whole.rejected_files |= one.rejected_files
            whole.counts += one.counts
            for unit, files in one.whole_files.items():
                whole.count_each(unit, files)
        return whole


def rows_by_rule(rejected: pl.DataFrame) -> dict[str, int]:
    """Rejected rows by rule; a row that breaks two is rejected once, by the first.

    Args:
        rejected: in the shape of `Staged.rejected`, of one file.
    """
    numbered = rejected.filter(pl.col("source_row").is_not_null())
    once = numbered.unique("source_row", keep="first", maintain_order=True)
    return dict(once.group_by("rule").len().sort("rule").iter_rows())
