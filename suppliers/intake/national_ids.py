"""Forms of national identity numbers, and how each is confirmed.

Numbers without check digits or fixed places (passports, Bangladesh's 10 and 13 digits) have no form
that distinguishes them from a buyer's own; only headers reveal them.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class IdForm:
    """One form of an identity number.

    Attributes:
        pattern: the number inside a text, in a dialect that Python and polars share.
        is_valid: check of what matches.
        of_trader: a tax number of which the form shows that its holder is a person: the value is
            withheld, and the list is not rejected.
    """

    pattern: str
    is_valid: Callable[[str], bool]
    of_trader: bool = False


def _by(module: str) -> Callable[[str], bool]:
    """A check with python-stdnum, imported when it is first needed."""

    @functools.cache
    def validator() -> Callable[[str], bool]:
        found: Callable[[str], bool] = importlib.import_module(f"stdnum.{module}").is_valid
        return found

    return lambda text: bool(validator()(text))


def _always(_: str) -> bool:
    return True


def _danish(text: str) -> bool:
    from stdnum.dk import cpr

    # Numbers of documents (year, month, day, count) share the form; since 2007 some have no check.
    return bool(cpr.is_valid(text) and cpr.checksum(text.replace("-", "")) == 0)


def _chilean(text: str) -> bool:
    from stdnum.cl import rut

    digits = re.sub(r"[^\dkK]", "", text)
    return rut.is_valid(text) and int(digits[:-1]) < 50_000_000


def _sri_lankan(text: str) -> bool:
    day = int(text[2:5])
    return 1 <= day <= 366 or 501 <= day <= 866


def _taiwanese(text: str) -> bool:
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    digits = [first // 10, first % 10, *map(int, text[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(d * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


def _singaporean(text: str) -> bool:
    total = sum(int(d) * w for d, w in zip(text[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += 4 if text[0] in "TG" else 0
    letters = "JZIHGFEDCBA" if text[0] in "ST" else "XWUTRQPNMLK"
    return letters[total % 11] == text[8]


def _egyptian(text: str) -> bool:
    century = {"2": 1900, "3": 2000}[text[0]]
    return _is_day(century + int(text[1:3]), int(text[3:5]), int(text[5:7]))


def _honduran(text: str) -> bool:
    return 1930 <= int(text[5:9]) <= 2015


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


_DATE6 = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"

#: Written with their separators or with letters in fixed places: two in a column are enough.
MARKED: Mapping[str, IdForm] = {
    "ae.eid": IdForm(r"\b784-(?:19|20)\d{2}-\d{7}-\d\b", _always),
    "ar.cuit": IdForm(r"\b2[0347]-\d{8}-\d\b", _by("ar.cuit"), of_trader=True),
    "be.nn": IdForm(r"\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b", _by("be.nn")),
    "br.cpf": IdForm(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", _by("br.cpf")),
    "br.mei": IdForm(r"[^\W\d_] \d{11}$", lambda text: _by("br.cpf")(text[-11:]), of_trader=True),
    "ch.ssn": IdForm(r"\b756\.\d{4}\.\d{4}\.\d{2}\b", _by("ch.ssn")),
    "cl.rut": IdForm(r"\b\d{1,2}\.?\d{3}\.?\d{3}-[\dkK]\b", _chilean, of_trader=True),
    "cn.ric": IdForm(
        r"\b[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]\b", _by("cn.ric")
    ),
    "cz.rc": IdForm(r"\b\d{6}/\d{4}\b", _by("cz.rc")),
    "dk.cpr": IdForm(r"\b\d{6}-\d{4}\b", _danish),
    "do.cedula": IdForm(r"\b\d{3}-\d{7}-\d\b", _by("do.cedula")),
    "es.dni": IdForm(r"\b\d{8}-[A-Z]\b", _by("es.dni")),
    "es.nie": IdForm(r"\b[XYZ]-?\d{7}-?[A-Z]\b", _by("es.nie")),
    "fi.hetu": IdForm(r"\b\d{6}[-+A]\d{3}[0-9A-Y]\b", _by("fi.hetu")),
    "fr.nir": IdForm(
        r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}\b", _by("fr.nir")
    ),
    "gb.nino": IdForm(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d{2} \d{2} \d{2} [A-D]\b", _always),
    "hk.hkid": IdForm(r"\b[A-Z]{1,2}\d{6}\([0-9A]\)", _always),
    "hn.dni": IdForm(r"\b\d{4}-\d{4}-\d{5}\b", _honduran),
    "in.aadhaar": IdForm(r"\b[2-9]\d{3}[ -]\d{4}[ -]\d{4}\b", _by("in_.aadhaar")),
    "in.gstin": IdForm(
        r"\b\d{2}[A-Z]{3}P[A-Z]\d{4}[A-Z][1-9A-Z]Z[\dA-Z]\b", _always, of_trader=True
    ),
    "in.pan": IdForm(r"\b[A-Z]{3}P[A-Z]\d{4}[A-Z]\b", _by("in_.pan")),
    "it.codicefiscale": IdForm(
        r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b", _by("it.codicefiscale")
    ),
    "kr.rrn": IdForm(r"\b\d{6}-[1-8]\d{6}\b", _by("kr.rrn")),
    "lk.nic": IdForm(r"\b\d{9}[VvXx]\b", _sri_lankan),
    "mm.nrc": IdForm(r"\b\d{1,2}/[A-Za-z]{3,12} ?\([A-Za-z]{1,5}\) ?\d{6}\b", _always),
    "mx.curp": IdForm(r"\b[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d\b", _by("mx.curp")),
    "mx.rfc": IdForm(rf"\b[A-Z]{{4}}{_DATE6}[A-Z\d]{{3}}\b", _by("mx.rfc"), of_trader=True),
    "my.nric": IdForm(r"\b\d{6}-\d{2}-\d{4}\b", _by("my.nric")),
    "ni.cedula": IdForm(r"\b\d{3}-\d{6}-\d{4}[A-Z]\b", _always),
    "pk.cnic": IdForm(r"\b\d{5}-\d{7}-\d\b", _by("pk.cnic")),
    "se.personnummer": IdForm(r"\b(?:19|20)?\d{6}[-+]\d{4}\b", _by("se.personnummer")),
    "sg.nric": IdForm(r"\b[STFG]\d{7}[A-Z]\b", _singaporean),
    "th.pin": IdForm(r"\b\d-\d{4}-\d{5}-\d{2}-\d\b", _by("th.pin")),
    "tw.id": IdForm(r"\b[A-Z][12]\d{8}\b", _taiwanese),
    "us.itin": IdForm(r"\b9\d{2}-[5-9]\d-\d{4}\b", _by("us.itin")),
    "us.ssn": IdForm(r"\b\d{3}-\d{2}-\d{4}\b", _by("us.ssn")),
}
#: Bare digits: at random, 1 to 10 in 100 numbers of the right length pass, so the column decides.
BARE: Mapping[str, IdForm] = {
    "ar.cuit": IdForm(r"^2[0347]\d{9}$", _by("ar.cuit"), of_trader=True),
    "bd.nid": IdForm(r"^(?:19[3-9]\d|20[01]\d)\d{13}$", _always),
    "bg.egn": IdForm(r"^\d{10}$", _by("bg.egn")),
    "br.cpf": IdForm(r"^\d{11}$", _by("br.cpf")),
    "de.idnr": IdForm(r"^[1-9]\d{10}$", _by("de.idnr")),
    "do.cedula": IdForm(r"^\d{11}$", _by("do.cedula")),
    "ec.ci": IdForm(r"^(?:[01]\d|2[0-4])[0-5]\d{7}$", _by("ec.ci")),
    "ee.ik": IdForm(rf"^[1-6]{_DATE6}\d{{4}}$", _by("ee.ik")),
    "eg.nid": IdForm(rf"^[23]{_DATE6}\d{{7}}$", _egyptian),
    "es.dni": IdForm(r"(?i)^\d{8}-?[a-z]$", _by("es.dni")),
    "gr.amka": IdForm(r"^\d{11}$", _by("gr.amka")),
    "id.nik": IdForm(r"^[1-9]\d{15}$", _by("id.nik")),
    "in.aadhaar": IdForm(r"^[2-9]\d{11}$", _by("in_.aadhaar")),
    "my.nric": IdForm(r"^\d{12}$", _by("my.nric")),
    "no.fodselsnummer": IdForm(r"^\d{6} ?\d{5}$", _by("no.fodselsnummer")),
    "pe.ruc": IdForm(r"^1[05]\d{9}$", _by("pe.ruc"), of_trader=True),
    "pl.pesel": IdForm(r"^\d{11}$", _by("pl.pesel")),
    "ro.cnp": IdForm(r"^[1-9]\d{12}$", _by("ro.cnp")),
    "ru.inn": IdForm(r"^\d{12}$", _by("ru.inn"), of_trader=True),
    "sa.iqama": IdForm(r"^[12]\d{9}$", _by("luhn")),
    "si.emso": IdForm(r"^\d{13}$", _by("si.emso")),
    "th.pin": IdForm(r"^[1-8]\d{12}$", _by("th.pin")),
    "tr.tckimlik": IdForm(r"^[1-9]\d{10}$", _by("tr.tckimlik")),
    "ua.rntrc": IdForm(r"^\d{10}$", _by("ua.rntrc")),
    "vn.cccd": IdForm(r"^0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}$", _always),
    "za.idnr": IdForm(r"^\d{13}$", _by("za.idnr")),
}


def holds(form: IdForm) -> Callable[[str], bool]:
    """Whether a text holds a valid number of a form."""
    pattern = re.compile(form.pattern)
    return lambda text: any(form.is_valid(match[0]) for match in pattern.finditer(text))
