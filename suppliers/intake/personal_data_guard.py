"""The non-extractive guard: nothing about single persons gets in.

Two steps, for supplier lists and for every table of a source alike:

1. `check_headers`: any person-level header anywhere in the file rejects the file before a value
   is read. `person_words` holds the lexicon.
2. `check_values`: the columns that are read are searched for person-level values.

When values reject a file (filled values of one column):

- e-mails, phone numbers with a country code: 3 or more (all, if fewer are filled) and 5 %;
- identity numbers written with their marks and with valid check digits: 2 or more and 0.1 %;
- bare identity numbers with valid check digits and birth dates: 3 or more and half;
- names with a person's title: 3 or more and 30 %; texts over 280 characters: 3 or more and 5 %;
- worker numbers in an identifier column beside names of which under 20 % are a company's.

Single certain hits below that (an e-mail in one of 500 names) are *withheld*: the caller gets
their rows and leaves the value out. Address columns are not searched: a list of 500 companies holds
a "c/o Ms …" somewhere, so addresses are compared in memory and never written to any output.
Passport numbers and Vietnamese identity numbers have no check digit; only headers catch them.

No value is put into an exception, a log line, a report or a file.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import Findings, NonExtractiveError
from suppliers.intake.fields import FieldKind, nearest_field
from suppliers.intake.person_values import company_names, detectors, matches, worker_numbers
from suppliers.intake.person_words import person_rule

_MIN_ROWS = 3
_MIN_CERTAIN_IDS = 2
_WORKER_NUMBER_SHARE = 0.5
_COMPANY_NAME_SHARE = 0.2
_LOOKS_LIKE_VALUE = re.compile(r"@|(?:\d[\s.()/-]*){6,}|^.{81,}$", re.DOTALL)


@dataclass(frozen=True)
class GuardSettings:
    """What the user has decided about columns.

    Attributes:
        drop: columns that must not be read; they are not checked either.
        declared_false_alarms: column to the reason why it holds nothing about persons. Kept in
            the report for the manifest.
    """

    drop: frozenset[str] = frozenset()
    declared_false_alarms: Mapping[str, str] = field(default_factory=dict)

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


@dataclass(frozen=True)
class GuardReport:
    """What the guard did, for the manifest. Holds names of columns, never values."""

    dropped: tuple[str, ...] = ()
    false_alarms: tuple[FalseAlarm, ...] = ()
    not_read: tuple[UnreadColumn, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    def __add__(self, other: "GuardReport") -> "GuardReport":
        """Both reports in one, each entry once."""
        return GuardReport(
            tuple(dict.fromkeys(self.dropped + other.dropped)),
            tuple(dict.fromkeys(self.false_alarms + other.false_alarms)),
            tuple(dict.fromkeys(self.not_read + other.not_read)),
            tuple(dict.fromkeys(self.withheld + other.withheld)),
        )


@dataclass(frozen=True)
class ValueCheck:
    """Outcome of `check_values`.

    Attributes:
        report: false alarms used and counts of what is withheld.
        withheld: column of the frame to a boolean mask of the values that must not be used.
    """

    report: GuardReport
    withheld: Mapping[str, pl.Series]


def shown_header(headers: Sequence[str], position: int) -> str:
    """A header as it may be shown: its position if the header itself looks like a value."""
    header = headers[position].strip()
    if not header or _LOOKS_LIKE_VALUE.search(header):
        return f"column {position + 1}"
    return header


def check_headers(
    headers: Sequence[str],
    allowed: AbstractSet[str],
    settings: GuardSettings,
    where: str,
    findings: Findings | None = None,
) -> GuardReport:
    """Reject a table whose headers speak of persons, before any value is read.

    Args:
        headers: all headers, as written.
        allowed: headers that will be read; the others are reported as not read.
        settings: columns dropped and false alarms declared.
        where: name of the file or source, for messages.
        findings: takes up the rejected headers, so that the caller can raise them with other
            findings.

    Raises:
        NonExtractiveError: without `findings`: headers are person-level, not dropped and not
            declared; all of them are named.
    """
    wrong = Findings() if findings is None else findings
    dropped: list[str] = []
    alarms: list[FalseAlarm] = []
    unread: list[UnreadColumn] = []
    for position, header in enumerate(headers):
        shown = shown_header(headers, position)
        if settings.drops(header):
            dropped.append(header)
            continue
        rule = person_rule(header)
        if rule is None and "@" in header:
            rule = "email"
        if rule is not None:
            reason = settings.declared(header)
            if reason is None:
                wrong.add(_rejection(where, shown, rule, named=shown == header.strip()))
                continue
            alarms.append(FalseAlarm(where, shown, rule, reason))
        if header not in allowed and header.strip():
            unread.append(UnreadColumn(where, shown, nearest_field(header)))
    if findings is None:
        wrong.raise_all()
    return GuardReport(tuple(dropped), tuple(alarms), tuple(unread))


def check_values(
    frame: pl.DataFrame,
    columns: Mapping[str, FieldKind],
    settings: GuardSettings,
    where: str,
    findings: Findings | None = None,
) -> ValueCheck:
    """Search the values of the columns that are read.

    Args:
        frame: string columns; nulls for empty cells.
        columns: column to its kind; kinds ``address``, ``boolean`` and ``geometry`` are skipped.
        settings: false alarms declared.
        where: name of the file or source, for messages.
        findings: takes up the rejected columns, all of whose values are then withheld.

    Raises:
        NonExtractiveError: without `findings`: enough values of a column are person-level (see
            the module's text); all such columns are named.
    """
    wrong = Findings()
    alarms: list[FalseAlarm] = []
    withheld_report: list[Withheld] = []
    masks: dict[str, pl.Series] = {}
    for column, kind in columns.items():
        values = frame.get_column(column)
        filled = len(values) - values.null_count()
        declared = settings.declared(column)
        for detector in detectors():
            if kind not in detector.kinds or filled == 0:
                continue
            found = matches(values, detector)
            hits = int(found.sum())
            if hits == 0:
                continue
            fewest = _MIN_CERTAIN_IDS if detector.least_share < 0.01 else _MIN_ROWS
            if hits >= min(fewest, filled) and hits >= detector.least_share * filled:
                if declared is None:
                    wrong.add(_rejection(where, column, detector.rule))
                    break
                alarms.append(FalseAlarm(where, column, detector.rule, declared))
            elif detector.certain and declared is None:
                withheld_report.append(Withheld(where, column, detector.rule, hits))
                masks[column] = found | masks[column] if column in masks else found
    alarms += _names_beside_worker_numbers(frame, columns, settings, where, wrong)
    if findings is None:
        wrong.raise_all()
    else:
        for error in wrong.errors:
            findings.add(error)
            if isinstance(error, NonExtractiveError):
                masks[error.column] = pl.repeat(True, len(frame), dtype=pl.Boolean, eager=True)
    report = GuardReport(false_alarms=tuple(alarms), withheld=tuple(withheld_report))
    return ValueCheck(report, masks)


def _names_beside_worker_numbers(
    frame: pl.DataFrame,
    columns: Mapping[str, FieldKind],
    settings: GuardSettings,
    where: str,
    findings: Findings,
) -> list[FalseAlarm]:
    numbered = [
        name
        for name, kind in columns.items()
        if kind == "identifier" and worker_numbers(frame[name]) >= _WORKER_NUMBER_SHARE
    ]
    named = [
        name
        for name, kind in columns.items()
        if kind == "text"
        and frame[name].null_count() < len(frame)
        and company_names(frame[name]) < _COMPANY_NAME_SHARE
    ]
    if not numbered or not named:
        return []
    rule = "person_name"
    reason = settings.declared(numbered[0]) or settings.declared(named[0])
    if reason is None:
        findings.add(_rejection(where, named[0], rule))
        return []
    return [FalseAlarm(where, named[0], rule, reason)]


def _rejection(where: str, column: str, rule: str, *, named: bool = True) -> NonExtractiveError:
    correction = (
        f"leave it out with --drop {_quoted(column)} or columns: drop: in the profile"
        if named
        else "its header is itself a value: put a row of headers on top, without that column"
    )
    return NonExtractiveError(
        f"{where}: the column {column!r} seems to hold person-level data (rule {rule}), which is "
        f"never read; {correction}.",
        column=column,
        rule=rule,
        where=where,
    )


def _quoted(column: str) -> str:
    return f'"{column}"' if " " in column else column
