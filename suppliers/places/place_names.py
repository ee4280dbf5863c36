"""Names of places brought to a form that can be compared: case, accents, kinds of place."""

import re
import unicodedata

# Letters that do not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "æ": "ae",
     "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "ð": "d", "ʻ": "", "ʼ": "", "’": "", "'": "",
     "`": ""}
)  # fmt: skip
# Words that name the kind of a place and not the place; in the languages lists are written in.
_KINDS = frozenset(
    """
    city town municipality municipal district county province prefecture region state governorate
    village township subdistrict division department commune of the
    kota kabupaten kab kecamatan kec desa kelurahan provinsi
    thanh pho tp tinh quan huyen phuong xa thi tran
    ciudad municipio provincia departamento distrito estado de del la el
    cidade municipio estado concelho do da
    ville commune departement province region du des
    stadt gemeinde landkreis kreis bezirk kanton
    gmina powiat wojewodztwo miasto
    il ilce ilcesi sehri
    shi sheng xian qu shiqu shixiaqu si gun gu do ken cho machi
    comune citta gemeente
    amphoe mueang changwat tambon
    upazila zila zilla tehsil taluk taluka mandal
    """.split()
)
_CJK_KINDS = "市区區县縣省府町村郡道都州镇鎮시군구도"


def place_key(text: str) -> str:
    """The name without case, Latin accents and punctuation; marks of other scripts are kept."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    bare = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    composed = unicodedata.normalize("NFC", bare)
    words = re.sub(r"[^\w\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+|_", " ", composed)
    return " ".join(words.split())


def bare_place_key(text: str) -> str:
    """The key without the words for kinds of place: ``Kota Bandung`` and ``Bandung`` are one.

    A name that consists of such words only keeps them.
    """
    key = place_key(re.sub(r"\(.*?\)", " ", text))
    kept = [word for word in key.split() if word not in _KINDS]
    bare = " ".join(kept) or key
    if len(bare) > 2 and bare[-1] in _CJK_KINDS:
        bare = bare[:-1]
    return bare
