"""Product classifications of purchasing systems (CPV, UNSPSC) brought to the ISIC producer.

Only classes whose goods or services come from one ISIC division or section are listed; a code of
any other class has no industry, since one class of goods may come from several.

Sources: Common Procurement Vocabulary, Regulation (EC) No 213/2008; UNSPSC segment and family
titles (GS1 US); ISIC Rev. 4 titles (United Nations, 2008). The assignment by titles is our own.
"""

import re
from collections.abc import Mapping
from typing import Literal

ProductScheme = Literal["cpv", "unspsc"]

# Start of the code to ISIC division, or section letter where several divisions share the class.
_CPV: Mapping[str, str] = {
    "03": "A", "0311": "01", "0312": "01", "0313": "01", "0314": "01", "032": "01", "033": "01",
    "0331": "03", "034": "02", "0345": "01", "14": "B", "15": "C", "151": "10", "152": "10",
    "153": "10", "154": "10", "155": "10", "156": "10", "157": "10", "158": "10", "159": "11",
    "1599": "12", "16": "28", "18": "C", "181": "14", "182": "14", "183": "14", "184": "14",
    "185": "32", "188": "15", "191": "15", "192": "13", "196": "13", "24": "20", "302": "26",
    "31": "27", "316": "27", "32": "26", "331": "32", "336": "21", "341": "29", "343": "29",
    "345": "30", "346": "30", "347": "30", "374": "32", "375": "32", "391": "31", "395": "13",
    "397": "27", "398": "20", "42": "28", "43": "28", "443": "25", "445": "25", "45": "F",
    "48": "62", "55": "I", "551": "55", "552": "55", "553": "56", "554": "56", "555": "56",
    "60": "H", "63": "52", "641": "53", "642": "61", "661": "64", "665": "65", "70": "68",
    "71": "71", "72": "62", "73": "72", "773": "81", "791": "69", "792": "69", "793": "73",
    "794": "70", "796": "78", "797": "80", "80": "P", "85": "Q", "851": "86", "905": "38",
    "909": "81",
}  # fmt: skip
_UNSPSC: Mapping[str, str] = {
    "10": "A", "1110": "B", "1112": "16", "1115": "13", "1116": "13", "1117": "24", "12": "20",
    "14": "17", "20": "28", "21": "28", "22": "28", "23": "28", "2510": "29", "2517": "29",
    "2519": "29", "2520": "30", "2611": "27", "2612": "27", "2711": "25", "3010": "24",
    "3011": "23", "3013": "23", "3110": "24", "3116": "25", "3210": "26", "3211": "26",
    "39": "27", "4212": "32", "4213": "32", "4214": "32", "4319": "26", "4320": "26",
    "4321": "26", "4322": "26", "4323": "62", "48": "28", "49": "32", "5010": "10", "5011": "10",
    "5012": "10", "5013": "10", "5015": "10", "5016": "10", "5017": "10", "5018": "10",
    "5019": "10", "5020": "C", "5021": "12", "5030": "01", "5040": "01", "51": "21",
    "5210": "13", "5212": "13", "5214": "27", "5216": "26", "53": "C", "5310": "14",
    "5311": "15", "5312": "15", "5313": "20", "5410": "32", "56": "31", "6014": "32", "70": "A",
    "7012": "01", "7015": "02", "72": "F", "7611": "81", "7612": "38", "78": "H", "7813": "52",
    "8012": "69", "8013": "68", "8014": "73", "8110": "71", "8111": "62", "8210": "73",
    "8311": "61", "8412": "64", "8413": "65", "8510": "86", "86": "P", "9010": "56",
    "9011": "55", "9212": "80",
}  # fmt: skip
_CPV_FORM = re.compile(r"\d{8}-\d")
_LONGEST_START = 4


def is_cpv(code: str) -> bool:
    """Whether a code has the form of CPV: eight digits, a hyphen and the check digit."""
    return _CPV_FORM.fullmatch(code.strip()) is not None


def isic_of_product(code: str, scheme: ProductScheme) -> str | None:
    """ISIC division or section letter of the producer, or None where the class has no single one.

    Args:
        code: eight digits; a CPV code may have its check digit.
        scheme: the classification that the code is of.
    """
    digits = code.strip()
    if scheme == "cpv" and (is_cpv(digits) or re.fullmatch(r"\d{9}", digits)):
        digits = digits[:8]
    if re.fullmatch(r"\d{8}", digits) is None:
        return None
    table = _CPV if scheme == "cpv" else _UNSPSC
    starts = (digits[:length] for length in range(_LONGEST_START, 1, -1))
    return next((table[start] for start in starts if start in table), None)
