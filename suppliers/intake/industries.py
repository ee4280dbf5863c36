"""Industry and commodity codes brought to ISIC divisions, ISIC sections and HS chapters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from suppliers.intake.product_classes import ProductScheme, is_cpv, isic_of_product

SectorScheme = Literal["isic", "nace", "naics", "cpv", "unspsc"]

# ISIC Rev. 4 (United Nations, 2008); NACE Rev. 2 has the same divisions and sections.
_SECTION_DIVISIONS: Mapping[str, tuple[int, ...]] = {
    "A": (1, 2, 3),
    "B": tuple(range(5, 10)),
    "C": tuple(range(10, 34)),
    "D": (35,),
    "E": tuple(range(36, 40)),
    "F": (41, 42, 43),
    "G": (45, 46, 47),
    "H": tuple(range(49, 54)),
    "I": (55, 56),
    "J": tuple(range(58, 64)),
    "K": (64, 65, 66),
    "L": (68,),
    "M": tuple(range(69, 76)),
    "N": tuple(range(77, 83)),
    "O": (84,),
    "P": (85,),
    "Q": (86, 87, 88),
    "R": (90, 91, 92, 93),
    "S": (94, 95, 96),
    "T": (97, 98),
    "U": (99,),
}
_SECTION_OF = {
    f"{division:02d}": section
    for section, divisions in _SECTION_DIVISIONS.items()
    for division in divisions
}
# NAICS sectors by the ISIC section that holds the larger part of each.
_NAICS_SECTION: Mapping[str, str] = {
    "11": "A",
    "21": "B",
    "22": "D",
    "23": "F",
    "31": "C",
    "32": "C",
    "33": "C",
    "42": "G",
    "44": "G",
    "45": "G",
    "48": "H",
    "49": "H",
    "51": "J",
    "52": "K",
    "53": "L",
    "54": "M",
    "55": "M",
    "56": "N",
    "61": "P",
    "62": "Q",
    "71": "R",
    "72": "I",
    "81": "S",
    "92": "O",
}
# NAICS subsectors that fall into one ISIC division; the others stay at the section.
_NAICS_DIVISION: Mapping[str, str] = {
    "111": "01",
    "112": "01",
    "113": "02",
    "114": "03",
    "236": "41",
    "237": "42",
    "238": "43",
    "311": "10",
    "313": "13",
    "314": "13",
    "315": "14",
    "316": "15",
    "321": "16",
    "322": "17",
    "323": "18",
    "324": "19",
    "326": "22",
    "327": "23",
    "331": "24",
    "332": "25",
    "333": "28",
    "334": "26",
    "335": "27",
    "337": "31",
    "339": "32",
}
_HS_RESERVED = 77
_LONGEST_CODE = 6


@dataclass(frozen=True)
class Industry:
    """An industry in ISIC terms.

    Attributes:
        code: ISIC division of two digits, or the section's letter where no division is known.
        section: ISIC section letter.
    """

    code: str
    section: str


def parse_sector(text: str, scheme: SectorScheme | None) -> Industry | None:
    """An industry code in ISIC terms, or None if the code does not exist.

    Without a scheme a code in the form of CPV (``18100000-0``) is read as CPV, one of five or six
    digits as NAICS and any other of up to four digits as ISIC. A longer code without a scheme is
    not read, since CPV and UNSPSC give the same eight digits to different goods.
    """
    named = re.match(r"(CPV|UNSPSC)[\s:]*(.*)", text.strip().upper())
    if scheme in ("cpv", "unspsc") or named or (scheme is None and is_cpv(text)):
        of_products: ProductScheme = (
            "unspsc" if scheme == "unspsc" or (named and named[1] == "UNSPSC") else "cpv"
        )
        isic = isic_of_product(named[2] if named else text, of_products)
        if isic is None:
            return None
        return Industry(isic, _SECTION_OF.get(isic, isic))
    code = re.sub(r"^(ISIC|NACE|NAICS)[\s:]*", "", text.strip().upper())
    letter_code = re.fullmatch(r"([A-U])[\s.-]?([\d.]*)", code)
    digits = re.sub(r"[.\s-]", "", letter_code[2] if letter_code else code)
    if letter_code and not digits:
        return Industry(letter_code[1], letter_code[1])
    if not digits.isdigit() or len(digits) > _LONGEST_CODE or (scheme == "naics" and letter_code):
        return None
    if scheme == "naics" or (scheme is None and len(digits) > 4):
        section = _NAICS_SECTION.get(digits[:2])
        return Industry(_NAICS_DIVISION.get(digits[:3], section), section) if section else None
    # Spreadsheets lose the zero in front of divisions 01 to 09.
    division = digits.zfill(2)[:2]
    section = _SECTION_OF.get(division)
    return Industry(division, section) if section else None


def parse_scheme(text: str) -> SectorScheme | None:
    """The scheme named, or None: ``ISIC Rev. 4`` and ``NACE_R2`` are understood."""
    folded = text.strip().casefold()
    schemes: tuple[SectorScheme, ...] = ("isic", "nace", "naics", "cpv", "unspsc")
    return next((scheme for scheme in schemes if folded.startswith(scheme)), None)


def parse_commodity(text: str) -> str | None:
    """The HS chapter (two digits) of an HS code of 2 to 10 digits, or None; CPV is no HS code."""
    if is_cpv(text):
        return None
    digits = re.sub(r"^HS\s*|[.\s-]", "", text.strip().upper())
    if not digits.isdigit() or len(digits) > 10:
        return None
    # An odd number of digits means that a spreadsheet lost the zero in front.
    chapter = digits.zfill(len(digits) + len(digits) % 2)[:2]
    number = int(chapter)
    return chapter if 1 <= number <= 97 and number != _HS_RESERVED else None
