"""What the non-extractive guard knows about a table, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.places.countries import resolve_listed_country

SOLE_TRADER = "sole_trader"


@dataclass(frozen=True)
class GuardSettings:
    """What the user has decided about columns.

    Attributes:
        drop: columns that must not be read; they are not checked either.
        declared_false_alarms: column to the reason why it holds nothing about persons. Kept in
            the report for the manifest.
        sole_traders: reason for which suppliers that are persons are assessed; their names are
            replaced by their ids. None: they are withheld.
    """

    drop: frozenset[str] = frozenset()
    declared_false_alarms: Mapping[str, str] = field(default_factory=dict)
    sole_traders: str | None = None

    def drops(self, header: str) -> bool:
        """Whether the column is dropped, in any spelling of its header."""
        return normalise_header(header) in {normalise_header(name) for name in self.drop}

    def declared(self, header: str) -> str | None:
        """The declared reason for a column, or None."""
        normalised = normalise_header(header)
        for name, reason in self.declared_false_alarms.items():
            if normalise_header(name) == normalised:
                return reason
        return None


@dataclass(frozen=True)
class FalseAlarm:
    """A rule that fired and was cleared by a recorded declaration."""

    where: str
    column: str
    rule: str
    reason: str


@dataclass(frozen=True)
class UnreadColumn:
    """A column that no field asks for, with the field it may have been meant for."""

    where: str
    column: str
    nearest: str | None


@dataclass(frozen=True)
class Withheld:
    """How many single person-like values of a column were left out."""

    where: str
    column: str
    rule: str
    rows: int

    @property
    def text(self) -> str:
        """What was left out."""
        values = "1 value" if self.rows == 1 else f"{self.rows} values"
        may_be = (
            "names a person as supplier" if self.rule == SOLE_TRADER else "may be about a person"
        )
        each = "" if self.rows == 1 else "each of which "
        return (
            f"{values} of the column {self.column!r}, {each or 'which '}{may_be} "
            f"(rule {self.rule}), {'was' if self.rows == 1 else 'were'} not read"
        )

    @property
    def correction(self) -> str:
        """What to do."""
        if self.rule == SOLE_TRADER:
            return (
                "give the company's name, or a reason under suppliers.columns.sole_traders to "
                "assess them by their ids"
            )
        return "remove them from the list"

    @property
    def sentence(self) -> str:
        """File, what was left out, and what to do."""
        return f"{self.where}: {self.text}; {self.correction}"


@dataclass(frozen=True)
class SoleTraders:
    """How many suppliers are persons by the user's declaration; their names are not read."""

    where: str
    column: str
    rows: int
    reason: str

    @property
    def sentence(self) -> str:
        """What was declared and done."""
        return (
            f"{self.where}: {self.rows} names of sole traders in the column {self.column!r} were "
            f"replaced by their ids, as declared ({self.reason})"
        )


@dataclass(frozen=True)
class ListColumns:
    """What the columns of a list of suppliers hold.

    Attributes:
        names: columns with names of companies and sites.
        country: the column of countries, or None.
        constant_country: the country of all rows, where no column has it.
        named_by_user: columns of names whose headers say nothing of companies or sites.
    """

    names: tuple[str, ...]
    country: str | None = None
    constant_country: str | None = None
    named_by_user: frozenset[str] = frozenset()

    def regions(self, frame: pl.DataFrame) -> list[str | None]:
        """ISO code of the country of each row, or None."""
        if self.country is None:
            return [_iso2(self.constant_country)] * len(frame)
        texts = frame.get_column(self.country)
        known = {text: _iso2(text) for text in texts.drop_nulls().unique().to_list()}
        return [None if text is None else known[text] for text in texts.to_list()]


def _iso2(text: str | None) -> str | None:
    match = None if text is None else resolve_listed_country(text)
    return None if match is None else match.country.iso2


@dataclass(frozen=True)
class GuardReport:
    """What the guard did, for the manifest. Holds names of columns, never values."""

    dropped: tuple[str, ...] = ()
    false_alarms: tuple[FalseAlarm, ...] = ()
    not_read: tuple[UnreadColumn, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    sole_traders: tuple[SoleTraders, ...] = ()

    def __add__(self, other: "GuardReport") -> "GuardReport":
        """Both reports in one, each entry once."""
        return GuardReport(
            tuple(dict.fromkeys(self.dropped + other.dropped)),
            tuple(dict.fromkeys(self.false_alarms + other.false_alarms)),
            tuple(dict.fromkeys(self.not_read + other.not_read)),
            tuple(dict.fromkeys(self.withheld + other.withheld)),
            tuple(dict.fromkeys(self.sole_traders + other.sole_traders)),
        )


@dataclass(frozen=True)
class ValueCheck:
    """Outcome of `check_values`.

    Attributes:
        report: false alarms used and counts of what is withheld.
        withheld: column of the frame to a boolean mask of the values that must not be used.
        sole_traders: column of names to a mask of the declared sole traders.
        below: rows of a second table below the list, or None.
    """

    report: GuardReport
    withheld: Mapping[str, pl.Series]
    sole_traders: Mapping[str, pl.Series] = field(default_factory=dict)
    below: pl.Series | None = None
