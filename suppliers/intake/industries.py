"""Industry and commodity codes brought to ISIC divisions, ISIC sections and HS chapters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from suppliers.intake.product_classes import ProductScheme, is_cpv, isic_of_product

SectorScheme = Literal["isic", "nace", "naics", "us_sic", "uk_sic", "sic", "cpv", "unspsc"]
CommodityScheme = Literal["hs", "cpv", "unspsc"]

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
# NAICS subsectors, and industry groups that differ from theirs, by the ISIC division of the larger
# part; others stay at the section. The assignment by titles (NAICS 2017, US Census Bureau) is our
# own and is not taken from a published concordance.
_NAICS_DIVISION: Mapping[str, str] = {
    "111": "01", "112": "01", "1125": "03", "113": "02", "114": "03", "211": "06", "2121": "05",
    "2122": "07", "2123": "08", "213": "09", "2211": "35", "2212": "35", "22131": "36",
    "22132": "37", "22133": "35", "236": "41", "237": "42", "238": "43", "311": "10",
    "3121": "11", "3122": "12", "313": "13", "314": "13", "315": "14", "316": "15", "321": "16",
    "322": "17", "323": "18", "324": "19", "325": "20", "3254": "21", "326": "22", "327": "23",
    "331": "24", "332": "25", "333": "28", "334": "26", "335": "27", "3361": "29", "3362": "29",
    "3363": "29", "3364": "30", "3365": "30", "3366": "30", "3369": "30", "337": "31",
    "339": "32", "423": "46", "424": "46", "425": "46", "441": "45", "442": "47", "443": "47",
    "444": "47", "445": "47", "446": "47", "447": "47", "448": "47", "449": "47", "451": "47",
    "452": "47", "453": "47", "454": "47", "455": "47", "456": "47", "457": "47", "458": "47",
    "459": "47", "481": "51", "482": "49", "483": "50", "484": "49", "485": "49", "486": "49",
    "488": "52", "491": "53", "492": "53", "493": "52", "511": "58", "512": "59", "513": "58",
    "515": "60", "516": "60", "517": "61", "518": "63", "521": "64", "522": "64", "523": "66",
    "524": "65", "5242": "66", "525": "64", "531": "68", "532": "77", "533": "77", "5411": "69",
    "5412": "69", "5413": "71", "5414": "74", "5415": "62", "5416": "70", "5417": "72",
    "5418": "73", "551": "70", "5613": "78", "5614": "82", "5615": "79", "5616": "80",
    "5617": "81", "562": "38", "611": "85", "621": "86", "622": "86", "623": "87", "624": "88",
    "711": "90", "712": "91", "713": "93", "721": "55", "722": "56", "811": "95", "8111": "45",
    "812": "96", "813": "94", "814": "97",
}  # fmt: skip
# Major groups of the US Standard Industrial Classification of 1987 (OSHA, US Census Bureau; public
# domain), and industry groups that differ, by the ISIC division of the larger part; others stay at
# the section. The assignment by titles is our own.
_US_SIC: Mapping[str, str] = {
    "01": "01", "02": "01", "07": "01", "08": "02", "09": "03", "10": "07", "12": "05", "13": "06",
    "14": "08", "15": "41", "16": "42", "17": "43", "20": "10", "208": "11", "21": "12", "22": "13",
    "23": "14", "24": "16", "25": "31", "26": "17", "27": "18", "271": "58", "272": "58",
    "273": "58", "28": "20", "283": "21", "29": "19", "30": "22", "302": "15", "31": "15",
    "32": "23", "33": "24", "34": "25", "35": "28", "357": "26", "36": "27", "365": "26",
    "366": "26", "367": "26", "37": "30", "371": "29", "38": "26", "384": "32", "385": "32",
    "39": "32", "40": "49", "41": "49", "42": "49", "422": "52", "44": "50", "45": "51", "46": "49",
    "47": "52", "48": "61", "49": "35", "495": "38", "50": "46", "51": "46", "52": "47", "53": "47",
    "54": "47", "55": "47", "56": "47", "57": "47", "58": "56", "59": "47", "60": "64", "61": "64",
    "62": "66", "63": "65", "64": "66", "65": "68", "70": "55", "72": "96", "73": "N", "734": "81",
    "736": "78", "737": "62", "738": "82", "7381": "80", "75": "45", "80": "86", "81": "69",
    "82": "85", "83": "88", "87": "M",
}  # fmt: skip
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
    not read, since CPV and UNSPSC give the same eight digits to different goods. A code of ``sic``
    is of the United Kingdom with five digits and of the United States with fewer.
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
    if scheme in ("us_sic", "uk_sic", "sic"):
        return _of_sic(re.sub(r"\D", "", text), scheme)
    code = re.sub(r"^(ISIC|NACE|NAICS)[\s:]*", "", text.strip().upper())
    letter_code = re.fullmatch(r"([A-U])[\s.-]?([\d.]*)", code)
    digits = re.sub(r"[.\s-]", "", letter_code[2] if letter_code else code)
    if letter_code and not digits:
        return Industry(letter_code[1], letter_code[1])
    if not digits.isdigit() or len(digits) > _LONGEST_CODE or (scheme == "naics" and letter_code):
        return None
    if scheme == "naics" or (scheme is None and len(digits) > 4):
        return _of_naics(digits)
    # Spreadsheets lose the zero in front of divisions 01 to 09.
    division = digits.zfill(2)[:2]
    section = _SECTION_OF.get(division)
    return Industry(division, section) if section else None


def _of_naics(digits: str) -> Industry | None:
    section = _NAICS_SECTION.get(digits[:2])
    if section is None:
        return None
    starts = (digits[:length] for length in (5, 4, 3))
    division = next((_NAICS_DIVISION[start] for start in starts if start in _NAICS_DIVISION), None)
    if division is None:
        return Industry(section, section)
    return Industry(division, _SECTION_OF[division])


def _of_sic(digits: str, scheme: SectorScheme) -> Industry | None:
    if scheme == "uk_sic" or (scheme == "sic" and len(digits) == 5):
        # UK SIC 2007 is NACE with a fifth digit.
        section = _SECTION_OF.get(digits[:2]) if 4 <= len(digits) <= 5 else None
        return Industry(digits[:2], section) if section else None
    if not 2 <= len(digits) <= 4:
        return None
    isic = next((_US_SIC[digits[:n]] for n in (4, 3, 2) if digits[:n] in _US_SIC), None)
    return Industry(isic, _SECTION_OF.get(isic, isic)) if isic else None


def parse_scheme(text: str) -> SectorScheme | None:
    """The scheme named, or None: ``ISIC Rev. 4`` and ``NACE_R2`` are understood."""
    folded = re.sub(r"[\s_]+", "_", text.strip().casefold())
    schemes: tuple[SectorScheme, ...] = (
        "isic", "nace", "naics", "us_sic", "uk_sic", "sic", "cpv", "unspsc"
    )  # fmt: skip
    return next((scheme for scheme in schemes if folded.startswith(scheme)), None)


def parse_commodity_scheme(text: str) -> CommodityScheme | None:
    """The scheme of goods named, or None."""
    folded = text.strip().casefold()
    schemes: tuple[CommodityScheme, ...] = ("hs", "cpv", "unspsc")
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
