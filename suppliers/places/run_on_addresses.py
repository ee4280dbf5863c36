"""Addresses that are written without marks between their parts, as in China, Japan and Korea.

Parts go from the largest to the smallest, and each ends in the word for its kind: 省, 市, 区.
"""

from __future__ import annotations

import re

#: Province, prefecture-level city, and a county or a county-level city. Of a district (区) its city
#: is the town.
_CHINESE = re.compile(
    r"(?:中华人民共和国|中国|中國|台灣|台湾|臺灣)?\s*"
    r"(?P<province>[^\W\d]{2,7}?(?:省|自治区|自治區|特别行政区))?\s*"
    r"(?P<city>[^\W\d]{2,8}?(?:市|地区|地區|自治州|盟))?\s*"
    r"(?P<county>[^\W\d]{1,6}?(?:市|县|縣|旗))?"
)
_JAPANESE = re.compile(
    r"(?:日本国?)?\s*(?:〒?\s*[\d\uff10-\uff19]{3}[-\uff0d\u2212]?[\d\uff10-\uff19]{4})?\s*"
    r"(?P<prefecture>東京都|北海道|京都府|大阪府|[^\W\d]{2,3}県)?\s*"
    r"(?P<city>[^\W\d]{1,6}?[市区]|[^\W\d]{1,5}?郡[^\W\d]{1,5}?[町村])?"
)
#: 경기도 수원시 영통구: words that end in the kind of an area, districts of a city left out.
_KOREAN = re.compile(r"[\uac00-\ud7a3]+(?:특별자치도|특별자치시|특별시|광역시|도|시|군)")

_HAN = re.compile("[\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")


def parts_of_run_on(text: str, iso2: str) -> list[str]:
    """The parts of an address of these countries from the largest; none in another script.

    Args:
        text: the address, or a part of it between marks.
        iso2: country of the site.
    """
    if iso2 == "KR" and _HANGUL.search(text):
        return [word for word in text.split() if _KOREAN.fullmatch(word)]
    form = {"CN": _CHINESE, "TW": _CHINESE, "JP": _JAPANESE}.get(iso2)
    if form is None or not _HAN.search(text):
        return []
    found = form.match(text.strip())
    return [part for part in found.groups() if part] if found else []
