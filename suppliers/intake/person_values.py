"""Recognise values that point at one person: e-mails, phones, identity numbers, names, free text.

A detector answers for one value. The thresholds that turn answers into a rejection are the
guard's. No value leaves this module: it returns masks and counts only.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

FREE_TEXT_CHARACTERS = 280
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_TITLE = (
    r"(?i)^(?:mr|mrs|ms|miss|mme|mlle|sr|sra|srta|shri|sri|smt|kumari|md|mst|bapak|ibu|sdr|"
    r"herr|frau|bay|bayan|ong|ba|anh|chi)\.?\s+\p{L}{2,}|(?:先生|女士|小姐)$"
)
_COMPANY = (
    r"(?i)(?:\b(?:ltd|limited|co|company|corp|corporation|inc|llc|llp|plc|gmbh|ag|kg|sa|sas|sarl|"
    r"srl|spa|nv|bv|ab|oy|as|pt|cv|tbk|sdn|bhd|pvt|private|jsc|tnhh|ltda|eirl|cia|sac|de cv|pte|"
    r"factory|mill|mills|industry|industries|industrial|textile|textiles|garment|garments|apparel|"
    r"fashion|fashions|knit|knits|knitwear|shoes|footwear|leather|trading|trade|group|holdings?|"
    r"enterprises?|export|exports|international|manufacturing|mfg|works|farm|farms|plantations?|"
    r"estate|foods?|agro|palm|oil|cooperative|coop|union|sti|san|tic|s\.a|s\.r\.l|c\.v)\b|"
    r"公司|厂|廠|集团|企业|商行|कंपनी|لمصنع|شركة)"
)
_WORKER_NUMBER = r"(?i)^(?:emp|empl|employee|wrk|wkr|worker|staff|badge|karyawan|nv)[-_ #]?\d+$"
_DATE = r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[ T].*)?$"


@dataclass(frozen=True)
class Detector:
    """How one kind of person-level value is recognised.

    Attributes:
        rule: name shown to the user.
        shape: regular expression (polars dialect) that all such values match: the cheap sieve.
        confirm: check of one value that passed the sieve (check digits, a valid phone number).
        certain: the value itself identifies a person with certainty, so that two are enough and
            single ones are withheld.
        least_share: share of the filled values from which a rejection follows.
        kinds: field kinds whose columns are checked.
    """

    rule: str
    shape: str
    confirm: Callable[[str], bool]
    certain: bool
    least_share: float
    kinds: frozenset[str]


def _always(_: str) -> bool:
    return True


def _phone(text: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, None))
    except phonenumbers.NumberParseException:
        return False


def _local_phone(text: str) -> bool:
    return 8 <= sum(c.isdigit() for c in text) <= 15 and not re.match(_DATE, text)


def _check_digits(module: str) -> Callable[[str], bool]:
    """A check with python-stdnum, imported when it is first needed."""

    @functools.cache
    def validator() -> Callable[[str], bool]:
        import importlib

        found: Callable[[str], bool] = importlib.import_module(f"stdnum.{module}").is_valid
        return found

    return lambda text: bool(validator()(text))


_NAMED = frozenset({"text", "category", "identifier"})
# Categories are codes and dates of records (HS 0901.11.00, a day of measurement), which share
# their shapes with telephone numbers and dates of birth.
_FREE = frozenset({"text"})

# Written with its separators or with letters in fixed places, an identity number cannot be
# mistaken for a code of the buyer's; two in a column are enough.
_MARKED_IDS: Mapping[str, tuple[str, str]] = {
    "br.cpf": (r"^\d{3}\.\d{3}\.\d{3}-\d{2}$", "br.cpf"),
    "cn.ric": (
        r"(?i)^[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx]$",
        "cn.ric",
    ),
    "in.aadhaar": (r"^[2-9]\d{3}[ -]\d{4}[ -]\d{4}$", "in_.aadhaar"),
    "in.pan": (r"^[A-Z]{3}P[A-Z]\d{4}[A-Z]$", "in_.pan"),
    "kr.rrn": (r"^\d{6}-[1-8]\d{6}$", "kr.rrn"),
    "mx.curp": (r"^[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d$", "mx.curp"),
    "my.nric": (r"^\d{6}-\d{2}-\d{4}$", "my.nric"),
    "pk.cnic": (r"^\d{5}-\d{7}-\d$", "pk.cnic"),
    "th.pin": (r"^\d-\d{4}-\d{5}-\d{2}-\d$", "th.pin"),
    "us.ssn": (r"^\d{3}-\d{2}-\d{4}$", "us.ssn"),
    "it.codicefiscale": (r"^[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]$", "it.codicefiscale"),
}
# Bare digits: at random, 1 to 10 in 100 numbers of the right length pass, so only a column that
# is mostly made of them is called person-like.
_BARE_IDS: Mapping[str, tuple[str, str]] = {
    "br.cpf": (r"^\d{11}$", "br.cpf"),
    "in.aadhaar": (r"^[2-9]\d{11}$", "in_.aadhaar"),
    "id.nik": (r"^[1-9]\d{15}$", "id.nik"),
    "tr.tckimlik": (r"^[1-9]\d{10}$", "tr.tckimlik"),
    "my.nric": (r"^\d{12}$", "my.nric"),
    "th.pin": (r"^[1-8]\d{12}$", "th.pin"),
    "za.idnr": (r"^\d{13}$", "za.idnr"),
    "bg.egn": (r"^\d{10}$", "bg.egn"),
    "ro.cnp": (r"^[1-9]\d{12}$", "ro.cnp"),
    "pl.pesel": (r"^\d{11}$", "pl.pesel"),
    "do.cedula": (r"^\d{11}$", "do.cedula"),
    "es.dni": (r"(?i)^\d{8}-?[a-z]$", "es.dni"),
}


@functools.cache
def detectors() -> tuple[Detector, ...]:
    """All detectors, in the order in which they are tried."""
    found = [
        Detector("email", _EMAIL, _always, True, 0.05, _NAMED | {"number"}),
        Detector("phone", r"^\+[\d\s().-]{8,22}$", _phone, True, 0.05, _NAMED | {"number"}),
        Detector(
            "phone",
            r"^(?:\(0?\d{2,5}\)|0\d{1,5}[\s./-])[\d\s./-]{5,16}$",
            _local_phone,
            False,
            0.05,
            _FREE,
        ),
    ]
    for name, (shape, module) in _MARKED_IDS.items():
        found.append(
            Detector(f"national_id ({name})", shape, _check_digits(module), True, 0.001, _NAMED)
        )
    for name, (shape, module) in _BARE_IDS.items():
        found.append(
            Detector(f"national_id ({name})", shape, _check_digits(module), False, 0.5, _NAMED)
        )
    found += [
        Detector("birth_date", _DATE, _birth_year, False, 0.5, _FREE | {"identifier"}),
        Detector("person_name", _TITLE, _always, False, 0.3, frozenset({"text"})),
        Detector(
            "free_text", rf"(?s)^.{{{FREE_TEXT_CHARACTERS + 1},}}$", _always, False, 0.05, _NAMED
        ),
    ]
    return tuple(found)


def matches(values: pl.Series, detector: Detector) -> pl.Series:
    """Which values a detector recognises: a boolean series, false where the value is null."""
    sieve = values.str.contains(detector.shape).fill_null(False)
    if detector.confirm is _always or not sieve.any():
        return sieve
    confirmed = {v for v in values.filter(sieve).unique().to_list() if detector.confirm(v)}
    return sieve & values.is_in(list(confirmed)).fill_null(False)


def worker_numbers(values: pl.Series) -> float:
    """Share of filled values that read like worker numbers (``EMP001``, ``Worker-17``)."""
    filled = values.drop_nulls()
    return (
        0.0 if filled.is_empty() else float(filled.str.contains(_WORKER_NUMBER).sum()) / len(filled)
    )


def company_names(values: pl.Series) -> float:
    """Share of filled values with a word that only companies carry."""
    filled = values.drop_nulls()
    return 0.0 if filled.is_empty() else float(filled.str.contains(_COMPANY).sum()) / len(filled)


def _birth_year(text: str) -> bool:
    year = re.search(r"\d{4}", text)
    return year is not None and 1930 <= int(year[0]) <= 2015
