"""Synthetic numbers of persons: mobiles as countries write them, and valid identity numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

#: First digits, digits that follow, and how they are written; synthetic numbers only.
MOBILES: Mapping[str, tuple[Sequence[str], int, str]] = {
    "Bangladesh": (("0171", "0181", "0191", "0155"), 7, "{0}-{1}"),
    "India": (("98", "97", "88", "70"), 8, "{0}{1}"),
    "China": (("138", "139", "150", "186"), 8, "{0} {1}"),
    "Vietnam": (("091", "098", "036", "070"), 7, "{0} {1}"),
    "Indonesia": (("0812", "0813", "0856"), 8, "{0}-{1}"),
    "Turkey": (("0532", "0542", "0555"), 7, "{0} {1}"),
    "Egypt": (("010", "011", "012"), 8, "{0}{1}"),
    "Brazil": (("119", "219", "319"), 8, "{0}{1}"),
    "Pakistan": (("0300", "0321", "0345"), 7, "{0}-{1}"),
    "Kenya": (("0722", "0733", "0711"), 6, "{0} {1}"),
    "Germany": (("0171", "0160", "0151"), 8, "{0}/{1}"),
    "Spain": (("6", "71"), 8, "{0}{1}"),
}


def mobile(country: str, draw: random.Random, *, bare: bool) -> str:
    """A synthetic mobile number as it is written in a country."""
    starts, count, written = MOBILES.get(country, MOBILES["Bangladesh"])
    rest = "".join(str(draw.randrange(10)) for _ in range(count))
    start = draw.choice(starts)
    if country == "Spain":
        rest = rest[: 9 - len(start)]
    return start + rest if bare else written.format(start, rest)


Number = Callable[[random.Random], str]


def _with_check(digits: Number, module: str) -> Number:
    def made(draw: random.Random) -> str:
        import importlib

        is_valid = importlib.import_module(f"stdnum.{module}").is_valid
        while True:
            number = digits(draw)
            if is_valid(number):
                return number

    return made


def _digits(pattern: str) -> Number:
    """Numbers of a pattern: 9 is any digit, D a day, M a month, Y a year of birth, A a letter."""

    def made(draw: random.Random) -> str:
        text = ""
        for sign in pattern:
            text += {
                "9": lambda: str(draw.randrange(10)),
                "8": lambda: str(draw.randrange(2, 9)),
                "D": lambda: f"{draw.randrange(1, 29):02}",
                "M": lambda: f"{draw.randrange(1, 13):02}",
                "Y": lambda: f"{draw.randrange(60, 99)}",
                "A": lambda: draw.choice("ABCDEFGHJKLMNPRSTVWXYZ"),
            }.get(sign, lambda sign=sign: sign)()
        return text

    return made


def _chinese(draw: random.Random) -> str:
    day = f"{draw.randrange(1960, 1999)}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}"
    return f"110101{day}{draw.randrange(1000):03}{draw.choice('0123456789X')}"


#: Bare identity numbers, and those written with their marks.
BARE_IDS: Mapping[str, Number] = {
    "Brazil": _with_check(_digits("99999999999"), "br.cpf"),
    "India": _with_check(_digits("899999999999"), "in_.aadhaar"),
    "Turkey": _with_check(_digits("89999999999"), "tr.tckimlik"),
    "China": _with_check(_chinese, "cn.ric"),
    "Thailand": _with_check(_digits("1999999999999"), "th.pin"),
    "South Africa": _with_check(_digits("YMD9999089"), "za.idnr"),
    "Poland": _with_check(_digits("YMD99999"), "pl.pesel"),
    "Romania": _with_check(_digits("1YMD409999"), "ro.cnp"),
    "Indonesia": _with_check(_digits("320101DMY0001"), "id.nik"),
    "Egypt": _digits("2YMD0199999"),
}
MARKED_IDS: Mapping[str, Number] = {
    "Brazil": lambda draw: _cpf(BARE_IDS["Brazil"](draw)),
    "India": lambda draw: _grouped(BARE_IDS["India"](draw)),
    "Pakistan": _with_check(_digits("35202-9999999-1"), "pk.cnic"),
    "Malaysia": _with_check(_digits("YMD-10-5999"), "my.nric"),
    "Sri Lanka": _digits("Y1009999V"),
    "Spain": _with_check(_digits("99999999-A"), "es.dni"),
    "United States": _digits("536-90-8888"),
    "Chile": _with_check(_digits("12.999.999-9"), "cl.rut"),
    "Myanmar": _digits("12/KUTUTU(N)899999"),
    "Hong Kong": _digits("A899999(9)"),
}


def _cpf(text: str) -> str:
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def _grouped(text: str) -> str:
    return f"{text[:4]} {text[4:8]} {text[8:]}"
