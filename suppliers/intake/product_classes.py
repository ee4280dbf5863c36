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
    "03": "A",
    "14": "B",
    "15": "C",
    "18": "C",
    "181": "14",
    "182": "14",
    "183": "14",
    "188": "15",
    "191": "15",
    "192": "13",
    "24": "20",
    "31": "27",
    "32": "26",
    "42": "28",
    "43": "28",
    "45": "F",
    "55": "I",
    "60": "H",
    "80": "P",
    "85": "Q",
}
_UNSPSC: Mapping[str, str] = {
    "10": "A",
    "12": "20",
    "22": "28",
    "23": "28",
    "39": "27",
    "53": "C",
    "5310": "14",
    "5311": "15",
    "70": "A",
    "72": "F",
    "78": "H",
    "86": "P",
}
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
    if scheme == "cpv" and is_cpv(digits):
        digits = digits[:8]
    if re.fullmatch(r"\d{8}", digits) is None:
        return None
    table = _CPV if scheme == "cpv" else _UNSPSC
    starts = (digits[:length] for length in range(_LONGEST_START, 1, -1))
    return next((table[start] for start in starts if start in table), None)
