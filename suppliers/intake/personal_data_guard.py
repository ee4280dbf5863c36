"""The non-extractive guard: nothing about single persons gets in.

Two steps, for supplier lists and for every table of a source alike:

1. `reject_personal_headers`: any person-level header anywhere in the file rejects the file before a
   value is read. `person_words` holds the lexicon.
2. `check_values`: the columns that are read are searched for person-level values.

When values reject a file (filled values of one column):

- e-mails, phone numbers with a country code: 3 or more (all, if fewer are filled) and 5 %;
- identity numbers written with their marks and with valid check digits: 2 or more and 0.1 %;
- bare identity numbers: 3 or more and 5 %, of which half of their length must have valid check
  digits; birth dates: 3 or more and half;
- names with a person's title: 3 or more and 30 %; texts over 280 characters: 3 or more and 5 %;
- worker numbers in an identifier column beside names of which under 20 % are a company's.

In a list of suppliers also: sentences about working conditions (3 or more and 5 %), mobile numbers
as ids, names of persons (3 or more different ones, and half, or 75 % where they are fewer than 5,
with under 20 % of companies), sole traders (5 or more and half), and a second table of persons
below the list.

Single certain hits below that (an e-mail in one of 500 names) are *withheld*: the caller gets
their rows and leaves the value out. Sole traders are withheld unless the user declares them; then
the name is replaced by the id, in a column of persons' names every name that is no company's.
Addresses of suppliers that name a person, or hold an e-mail or a telephone number, are withheld and
reject no list: of 500 companies one has a "c/o Ms …". The others are compared in memory and never
written to any output.
Passport numbers have no check digit; only headers catch them.

No value is put into an exception, a log line, a report or a file.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import Findings, NonExtractiveError
from suppliers.intake.fields import FieldKind, nearest_field
from suppliers.intake.guard_report import (
    FalseAlarm,
    GuardReport,
    GuardSettings,
    ListColumns,
    UnreadColumn,
    ValueCheck,
)
from suppliers.intake.name_columns import is_given, words_of_form
from suppliers.intake.person_rejections import rejection
from suppliers.intake.person_words import person_rule
from suppliers.intake.plain_text import plain_texts
from suppliers.intake.testimony_words import is_sentence, is_testimony
from suppliers.intake.value_search import ValueSearch

_SEARCHED = frozenset({"text", "category", "identifier", "number", "address"})
#: Words of headers, beside which a word that is a given name too ("PO number") is none.
_HEADER_WORDS = frozenset(
    {
        "number", "no", "nr", "num", "id", "code", "date", "item", "line", "to", "from", "by",
        "amount", "total", "value", "spend", "group", "level", "status", "type", "qty", "quantity",
        "price", "unit", "plant", "order", "name",
    }
)  # fmt: skip
_LOOKS_LIKE_VALUE = re.compile(r"@|(?:\d[\s.()/-]*){6,}|^.{81,}$", re.DOTALL)


def shown_header(headers: Sequence[str], position: int) -> str:
    """A header as it may be shown: its position if the header itself looks like a value."""
    header = headers[position].strip()
    if not header or _LOOKS_LIKE_VALUE.search(header) or _is_of_person(header):
        return f"column {position + 1}"
    return header


def _is_of_person(header: str) -> bool:
    """Whether a header is a name or what a person said: a row of values was taken for headers."""
    if is_testimony(header) or is_sentence(header):
        return True
    words = words_of_form(header)
    if _HEADER_WORDS & set(normalise_header(header).split()):
        return False
    return len(words) > 1 and any(map(is_given, words))


def reject_personal_headers(
    headers: Sequence[str],
    settings: GuardSettings,
    where: str,
    findings: Findings | None = None,
) -> tuple[FalseAlarm, ...]:
    """Reject a table whose headers speak of persons, before any value is read.

    Args:
        headers: all headers, as written.
        settings: columns dropped and false alarms declared.
        where: name of the file or source, for messages.
        findings: takes up the rejected headers, so that the caller can raise them with other
            findings.

    Returns:
        Headers that the user declares to be about no person.

    Raises:
        NonExtractiveError: without `findings`: headers are person-level, not dropped and not
            declared; all of them are named.
    """
    wrong = Findings() if findings is None else findings
    alarms: list[FalseAlarm] = []
    for position, header in enumerate(headers):
        rule = None if settings.drops(header) else _rule_of(header)
        if rule is None:
            continue
        shown = shown_header(headers, position)
        reason = settings.declared(header)
        if reason is None:
            wrong.add(rejection(where, shown, rule, named=shown == header.strip()))
        else:
            alarms.append(FalseAlarm(where, shown, rule, reason))
    if findings is None:
        wrong.raise_all()
    return tuple(alarms)


def check_headers(
    headers: Sequence[str],
    allowed: AbstractSet[str],
    settings: GuardSettings,
    where: str,
    findings: Findings | None = None,
) -> GuardReport:
    """Reject a table whose headers speak of persons, and report the columns that are not read.

    Args:
        headers: all headers, as written.
        allowed: headers that will be read; the others are reported as not read.
        settings: as for `reject_personal_headers`, as are `where`, `findings` and errors.
        where: name of the file or source, for messages.
        findings: takes up the rejected headers.

    Raises:
        NonExtractiveError: without `findings`: headers are person-level.
    """
    alarms = reject_personal_headers(headers, settings, where, findings)
    dropped = tuple(header for header in headers if settings.drops(header))
    unread = tuple(
        UnreadColumn(where, shown_header(headers, position), nearest_field(header))
        for position, header in enumerate(headers)
        if header.strip()
        and header not in allowed
        and not settings.drops(header)
        and (_rule_of(header) is None or settings.declared(header) is not None)
    )
    return GuardReport(dropped, alarms, unread)


def _rule_of(header: str) -> str | None:
    return person_rule(header) or ("email" if "@" in header else None)


def check_values(
    frame: pl.DataFrame,
    columns: Mapping[str, FieldKind],
    settings: GuardSettings,
    where: str,
    findings: Findings | None = None,
    listed: ListColumns | None = None,
) -> ValueCheck:
    """Search the values of the columns that are read.

    Args:
        frame: string columns; nulls for empty cells.
        columns: column to its kind; kinds ``boolean`` and ``geometry`` are skipped, and ``address``
            too where the table is no list of suppliers.
        settings: false alarms declared.
        where: name of the file or source, for messages.
        findings: takes up the rejected columns, all of whose values are then withheld.
        listed: what the columns hold, if the table is a list of suppliers: only then are names,
            sentences and mobile numbers as ids searched for.

    Raises:
        NonExtractiveError: without `findings`: enough values of a column are person-level (see
            the module's text); all such columns are named.
    """
    wrong = Findings()
    plain = frame.with_columns(
        plain_texts(frame.get_column(name)) for name, kind in columns.items() if kind in _SEARCHED
    )
    search = ValueSearch(plain, columns, settings, where, wrong, listed)
    search.values()
    if listed is not None:
        search.table_below()
        search.phones_as_ids()
        search.names()
    search.names_beside_worker_numbers()
    if findings is None:
        wrong.raise_all()
    else:
        for error in wrong.errors:
            findings.add(error)
            if isinstance(error, NonExtractiveError):
                for column in [error.column] if error.column in columns else columns:
                    search.masks[column] = pl.repeat(True, len(frame), dtype=pl.Boolean, eager=True)
    rejected = {error.column for error in wrong.errors if isinstance(error, NonExtractiveError)}
    report = GuardReport(
        false_alarms=tuple(search.alarms),
        # Of a column that is rejected as a whole, its single values are not reported as well.
        withheld=tuple(one for one in search.withheld if one.column not in rejected),
        sole_traders=tuple(search.declared),
    )
    return ValueCheck(report, search.masks, search.persons, search.below)
