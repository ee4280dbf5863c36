"""Which classification the codes of a whole column are of, by their form.

One code can be valid in several classifications (5310 1500 is women's trousers in UNSPSC and would
be jute fabric as a tariff code), so a column is judged as a whole: a scheme fits where all but a
twentieth of the distinct codes can be of it. Where several fit, the user is asked.

Sources of the forms: UNSPSC segments (UNDP, GS1 US); CPV divisions (Regulation (EC) No 213/2008);
headings per chapter of the Harmonised System 2022 (World Customs Organization); ISIC Rev. 4 and
NACE Rev. 2 groups (United Nations, Eurostat); NAICS 2017 and 2022 subsectors and US SIC 1987 major
groups (US Census Bureau, public domain).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Scheme = Literal["isic", "nace", "naics", "us_sic", "uk_sic", "cpv", "unspsc", "hs"]
CodeField = Literal["sector", "commodity"]

_NUMBER = re.compile(r"\d[\d .\-]*")
_CPV_FORM = re.compile(r"\d{8}-\d")
_TARIFF_FORM = re.compile(r"\d{4}\.\d{2}(?:[.\s]?\d{2}){0,2}")
_ONE_IN = 20


def _numbers(text: str) -> frozenset[str]:
    """Codes of a list such as ``10-15 20``, as texts of the same length."""
    found: set[str] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found.update(str(n).zfill(len(first)) for n in range(int(first), int(last or first) + 1))
    return frozenset(found)


_UNSPSC_SEGMENTS = _numbers("10-15 20-27 30-32 39-56 60 64 70-73 76-78 80-86 90-95")
_CPV_DIVISIONS = _numbers(
    "03 09 14-16 18 19 22 24 30-35 37-39 41-45 48 50 51 55 60 63-66 70-73 75-77 79 80 85 90 92 98"
)
#: Headings of chapters 01 to 97; chapter 77 is reserved.
_HEADING_COUNTS = (
    "6 10 9 10 11 4 14 14 10 8 9 14 2 14 22 5 4 6 5 9 6 9 9 4 30 21 16 53 42 6 5 15 7 7 7 6 7 "
    "27 26 17 15 6 4 21 4 2 7 23 11 7 13 12 11 8 16 9 5 11 11 6 17 17 10 6 7 3 4 15 14 20 18 "
    "29 26 19 8 16 0 6 7 7 13 15 11 87 49 9 16 7 8 33 14 9 7 6 8 20 6"
)
_HS_HEADINGS = tuple(map(int, _HEADING_COUNTS.split()))
# Groups of ISIC Rev. 4 and of NACE Rev. 2, as the digits behind each division.
_GROUPS = (
    "01:1234567 02:1234 03:12 05:12 06:12 07:12 08:19 09:19 10:123456789 11:0 12:0 13:1239 14:123 "
    "15:12 16:12 17:012 18:12 19:12 20:123456 21:012 22:12 23:12345679 24:12345 25:12345679 "
    "26:12345678 27:123459 28:12349 29:123 30:12349 31:0 32:123459 33:12 35:123 36:0 37:0 38:123 "
    "39:0 41:012 42:129 43:1239 45:1234 46:12345679 47:123456789 49:12345 50:1234 51:12 52:12 "
    "53:12 55:1239 56:123 58:12 59:12 60:12 61:1239 62:0 63:19 64:1239 65:123 66:123 68:123 69:12 "
    "70:12 71:12 72:12 73:12 74:1239 75:0 77:1234 78:123 79:19 80:123 81:123 82:1239 84:123 "
    "85:123456 86:129 87:1239 88:19 90:0 91:0 92:0 93:12 94:129 95:12 96:0 97:0 98:12 99:0"
)
_ISIC_GROUPS = frozenset(
    division + digit
    for part in _GROUPS.split()
    for division, _, digits in [part.partition(":")]
    for digit in digits
)
_NAICS_SUBSECTORS = _numbers(
    "111-115 211-213 221 236-238 311-316 321-327 331-337 339 423-425 441-449 451-459 481-488 "
    "491-493 511-519 521-525 531-533 541 551 561 562 611 621-624 711-713 721 722 811-814 921-928"
)
_US_SIC_GROUPS = _numbers("01 02 07-10 12-17 20-42 44-65 67 70 72 73 75 76 78-84 86-89 91-97 99")


def _is_unspsc(digits: str) -> bool:
    # Families are counted from 10, classes from 10 or 15, commodities from 01.
    family, cls = digits[2:4], digits[4:6]
    return (
        len(digits) == 8
        and digits[:2] in _UNSPSC_SEGMENTS
        and (family >= "10" or digits[2:] == "000000")
        and (cls >= "10" or digits[4:] == "0000")
    )


def _is_hs(digits: str) -> bool:
    code = digits.zfill(len(digits) + len(digits) % 2)
    if len(code) > 10:
        return False
    chapter = int(code[:2])
    if not 1 <= chapter <= len(_HS_HEADINGS) or _HS_HEADINGS[chapter - 1] == 0:
        return False
    return len(code) == 2 or 1 <= int(code[2:4]) <= _HS_HEADINGS[chapter - 1]


def _is_cpv(digits: str) -> bool:
    return len(digits) in (8, 9) and digits[:2] in _CPV_DIVISIONS


def _is_isic(digits: str) -> bool:
    if len(digits) > 4:
        return False
    padded = digits.zfill(len(digits) + len(digits) % 2)
    return digits[:3] in _ISIC_GROUPS or padded[:3] in _ISIC_GROUPS or len(digits) <= 2


def _is_uk_sic(digits: str) -> bool:
    return len(digits) == 5 and digits[:3] in _ISIC_GROUPS


def _is_naics(digits: str) -> bool:
    starts = {subsector[: len(digits)] for subsector in _NAICS_SUBSECTORS}
    return 2 <= len(digits) <= 6 and digits[:3] in starts


def _is_us_sic(digits: str) -> bool:
    return 2 <= len(digits) <= 4 and digits[:2] in _US_SIC_GROUPS


_FORMS: Mapping[Scheme, Callable[[str], bool]] = {
    "isic": _is_isic,
    "nace": _is_isic,
    "naics": _is_naics,
    "us_sic": _is_us_sic,
    "uk_sic": _is_uk_sic,
    "cpv": _is_cpv,
    "unspsc": _is_unspsc,
    "hs": _is_hs,
}


def possible_schemes(texts: Sequence[str], field: CodeField) -> tuple[Scheme, ...]:
    """The schemes of which the codes of a column can be.

    Args:
        texts: cells of the column; words are passed over.
        field: whether the column is of industries or of goods.

    Returns:
        One scheme if it is decided, several if the user is to be asked, none if the column has no
        codes or codes of no known form.
    """
    codes = sorted({text.strip() for text in texts if _NUMBER.fullmatch(text.strip())})
    if not codes:
        return ()
    if all(_CPV_FORM.fullmatch(code) for code in codes):
        return ("cpv",)
    digits = sorted({re.sub(r"\D", "", code) for code in codes})
    if field == "commodity":
        if any(_TARIFF_FORM.fullmatch(code) for code in codes):
            return ("hs",)
        return _fitting(digits, ("hs", "unspsc")) or _fitting(digits, ("cpv",))
    if any("." in code for code in codes):
        return _fitting(digits, ("isic",)) or _fitting(digits, ("uk_sic",))
    longest = max(map(len, digits))
    if longest > 6:
        return _fitting(digits, ("unspsc", "cpv"))
    if longest == 5:
        return _fitting(digits, ("uk_sic", "naics"))
    if longest > 5:
        return _fitting(digits, ("naics",))
    return _fitting(digits, ("isic",)) or _fitting(digits, ("us_sic", "naics"))


def fits(texts: Sequence[str], scheme: Scheme) -> bool:
    """Whether the codes of a column can be of a scheme that its header names."""
    digits = {re.sub(r"\D", "", text) for text in texts if _NUMBER.fullmatch(text.strip())}
    return not digits or bool(_fitting(sorted(digits), (scheme,)))


def _fitting(digits: Sequence[str], schemes: Sequence[Scheme]) -> tuple[Scheme, ...]:
    allowed = len(digits) // _ONE_IN
    return tuple(
        scheme for scheme in schemes if sum(not _FORMS[scheme](code) for code in digits) <= allowed
    )
