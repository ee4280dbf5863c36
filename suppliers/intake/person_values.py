"""Recognise values that point at one person: e-mails, phones, identity numbers, names, free text.

A detector answers for one value. The thresholds that turn answers into a rejection are the
guard's. No value leaves this module: it returns masks and counts only.
"""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from suppliers.intake.address_persons import address_names_person
from suppliers.intake.contact_values import EMAIL_SIEVE, PHONE_SIEVE, has_email, has_phone
from suppliers.intake.national_ids import BARE, MARKED, IdForm, holds
from suppliers.intake.person_names import has_company_word
from suppliers.intake.plain_text import plain_text
from suppliers.intake.testimony_words import is_sentence, is_testimony

FREE_TEXT_CHARACTERS = 280
#: More than any share of a column: such values are withheld, and never reject it.
NEVER_REJECTS = 2.0
_TITLE = (
    r"(?i)^(?:mr|mrs|ms|miss|mme|mlle|sr|sra|srta|shri|sri|smt|kumari|md|mst|bapak|ibu|sdr|"
    r"herr|frau|bay|bayan|ong|ba|anh|chi)\.?\s+[\p{L}\p{M}]{2,}[^\d]*$|(?:先生|女士|小姐)$"
)
#: The last two words are "new vendor" too, and count as a column only.
_WORKER_NUMBER = r"(?i)^(?:emp|empl|employee|wrk|wkr|worker|staff|badge|karyawan|nv)[-_ #]?\d+$"
_CERTAIN_WORKER_NUMBER = (
    r"(?i)^(?:emp|empl|employee|wrk|wkr|worker|staff|badge|karyawan|pegawai|mitarbeiter|empleado|"
    r"funcionario|personel|sicil|msnv|matricule)[-_ #]?(?:no\.? ?|id ?)?\d+$"
)
_DATE = r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[ T].*)?$"

#: Five words, or a script without blanks: names of companies are seldom as long.
_SENTENCE = r"(?s)(?:\S+\s+){4}\S|[^\x00-\x7f]{6}"
_LONG_SENTENCE = r"(?s)(?:\S+\s+){6}\S"

Confirm = Callable[[str, str | None], bool]


@dataclass(frozen=True)
class Detector:
    """How one kind of person-level value is recognised.

    Attributes:
        rule: name shown to the user.
        shape: regular expression (polars dialect) that all such values match: the cheap sieve.
        confirm: check of one value that passed the sieve (check digits, a valid phone number), with
            the country of its row; None if the sieve alone decides.
        certain: field kinds in which the value itself identifies a person with certainty, so that
            single ones are withheld.
        fewest: hits from which a rejection follows.
        least_share: share of the filled values from which a rejection follows.
        kinds: field kinds whose columns are checked.
        by_form: whether a value of the shape can pass by accident: half of those must pass then.
        is_bare: whether the form is digits alone.
        only_in_lists: whether it is for supplier lists only: headlines and entries of watch lists
            are about persons by right.
    """

    rule: str
    shape: str
    confirm: Confirm | None
    certain: frozenset[str]
    fewest: int
    least_share: float
    kinds: frozenset[str]
    by_form: bool = False
    is_bare: bool = False
    only_in_lists: bool = False


_NAMED = frozenset({"text", "category", "identifier"})
# Categories are codes and dates of records (HS 0901.11.00, a day of measurement), which share
# their shapes with telephone numbers and dates of birth.
_FREE = frozenset({"text"})
#: Companies write their telephone numbers into addresses, so no share of these rejects a list.
_ADDRESS = frozenset({"address"})
_NONE: frozenset[str] = frozenset()


@functools.cache
def detectors() -> tuple[Detector, ...]:
    """All detectors, in the order in which they are tried."""
    numbered = _NAMED | {"number"}
    found = [
        Detector("email", EMAIL_SIEVE, _email, numbered, 3, 0.05, numbered),
        Detector("phone", r"\+\d[\d\s().-]{7,22}", has_phone, numbered, 3, 0.05, numbered),
        Detector("phone", PHONE_SIEVE, has_phone, _FREE, 3, 0.05, _FREE),
    ]
    for name, form in MARKED.items():
        share = NEVER_REJECTS if form.of_trader else 0.001
        found.append(_of_form(name, form, fewest=2, share=share, is_bare=False))
    for name, form in BARE.items():
        share = NEVER_REJECTS if form.of_trader else 0.05
        found.append(_of_form(name, form, fewest=3, share=share, is_bare=True))
    found += [
        Detector("birth_date", _DATE, _birth_year, _NONE, 3, 0.5, _FREE | {"identifier"}),
        Detector("person_name", _TITLE, None, _NONE, 3, 0.3, _FREE),
        Detector("testimony", _SENTENCE, _testimony, _NAMED, 3, 0.05, _NAMED, only_in_lists=True),
        Detector("sentence", _LONG_SENTENCE, _sentence, _FREE, 3, 0.05, _FREE, only_in_lists=True),
        _of_address("email", EMAIL_SIEVE, _email),
        _of_address("phone", r"\+\d[\d\s().-]{7,22}", has_phone),
        _of_address("phone", PHONE_SIEVE, has_phone),
        _of_address("person_name", r"\p{L}", _named_in_address),
        Detector(
            "free_text", rf"(?s)^.{{{FREE_TEXT_CHARACTERS + 1},}}$", None, _NONE, 3, 0.05, _NAMED
        ),
    ]
    return tuple(found)


def _of_address(rule: str, shape: str, confirm: Confirm) -> Detector:
    return Detector(rule, shape, confirm, _ADDRESS, 1, NEVER_REJECTS, _ADDRESS, only_in_lists=True)


def _of_form(name: str, form: IdForm, *, fewest: int, share: float, is_bare: bool) -> Detector:
    return Detector(
        f"national_id ({name})",
        form.pattern,
        _valid(holds(form)),
        _NONE if is_bare else _NAMED,
        fewest,
        share,
        _NAMED,
        by_form=True,
        is_bare=is_bare,
        only_in_lists=form.of_trader,
    )


def shaped(values: pl.Series, detector: Detector) -> pl.Series:
    """Which values have a detector's shape: a boolean series, false where the value is null."""
    return values.str.contains(detector.shape).fill_null(False)


def matches(
    values: pl.Series, detector: Detector, regions: Sequence[str | None] | None = None
) -> pl.Series:
    """Which values a detector recognises: a boolean series, false where the value is null.

    Args:
        values: plain texts (`suppliers.intake.plain_text`).
        detector: one of `detectors`.
        regions: ISO code of the country of each row, or None where it is not known.
    """
    sieve = shaped(values, detector)
    if detector.confirm is None or not sieve.any():
        return sieve
    confirm = functools.cache(detector.confirm)
    texts = values.to_list()
    found = {
        at
        for at in sieve.arg_true().to_list()
        if confirm(texts[at], None if regions is None else regions[at])
    }
    return pl.Series([at in found for at in range(len(values))], dtype=pl.Boolean)


def rule_of_text(text: str) -> str | None:
    """The rule by which one text of the user's own is about a person, or None.

    For reasons that are kept with decisions: e-mails, phones and identity numbers in their written
    form. A reason may well be about working conditions.
    """
    plain = pl.Series([plain_text(text)], dtype=pl.String)
    for detector in detectors():
        if (
            "text" in detector.certain
            and detector.rule != "testimony"
            and matches(plain, detector).any()
        ):
            return detector.rule
    return None


def worker_numbers(values: pl.Series, *, certain: bool = False) -> pl.Series:
    """Which values read like worker numbers (``EMP001``, ``Worker-17``).

    Args:
        values: identifiers.
        certain: only those that are no number of a new vendor.
    """
    shape = _CERTAIN_WORKER_NUMBER if certain else _WORKER_NUMBER
    return values.str.contains(shape).fill_null(False)


def _valid(check: Callable[[str], bool]) -> Confirm:
    return lambda text, _: check(text)


def _email(text: str, _: str | None) -> bool:
    return has_email(text)


def _testimony(text: str, _: str | None) -> bool:
    return is_testimony(text) and not has_company_word(text)


def _sentence(text: str, _: str | None) -> bool:
    return is_sentence(text) and not has_company_word(text)


def _named_in_address(text: str, _: str | None) -> bool:
    return address_names_person(text)


def _birth_year(text: str, _: str | None) -> bool:
    year = re.search(r"\d{4}", text)
    return year is not None and 1930 <= int(year[0]) <= 2015
