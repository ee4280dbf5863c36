"""Names of places brought to a form that can be compared: case, accents, kinds of place."""

import functools
import re
import unicodedata

import polars as pl

# Letters that do not decompose into a base letter and a mark, and signs inside names.
_LETTERS = {
    "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "æ": "ae",
    "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "ð": "d", "ʻ": "", "ʼ": "", "’": "", "'": "",
    "`": "",
}  # fmt: skip
# Words that name the kind of a place and not the place, in the languages of supplier lists.
_KINDS = (
    "city town municipality municipal district county province prefecture region state "
    "governorate village township subdistrict division department commune of the "
    "kota kabupaten kab kecamatan kec desa kelurahan provinsi "
    "thanh pho tp tinh quan huyen phuong xa thi tran "
    "ciudad municipio provincia departamento distrito estado de del "
    "cidade concelho ville commune departement du des "
    "stadt gemeinde landkreis kreis bezirk kanton gmina powiat wojewodztwo miasto "
    "ilce ilcesi sehri shi sheng xian qu shiqu si gun gu ken machi "
    "comune citta gemeente amphoe mueang changwat tambon "
    "upazila zila zilla tehsil taluk taluka mandal"
)
_KIND_WORDS = rf"\b(?:{'|'.join(_KINDS.split())})\b"
_CJK_KINDS = r"^(.{2,})[市区區县縣省府町村郡道都州镇鎮시군구도]$"

_LETTER_TABLE = str.maketrans(_LETTERS)
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_KIND = re.compile(_KIND_WORDS)
_CJK_KIND = re.compile(_CJK_KINDS)


def place_keys(names: pl.Series) -> pl.Series:
    """Names without case, Latin accents and punctuation; marks of other scripts are kept."""
    folded = pl.col(names.name).str.replace_many(_LETTERS).str.to_lowercase()
    bare = folded.str.normalize("NFKD").str.replace_all("[\u0300-\u036f]", "").str.normalize("NFC")
    words = bare.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()
    return names.to_frame().select(words)[names.name]


def bare_place_keys(keys: pl.Series) -> pl.Series:
    """Keys without the words for kinds of place: ``kota bandung`` and ``bandung`` are one.

    A name that consists of such words only keeps them.
    """
    key = pl.col(keys.name)
    bare = key.str.replace_all(_KIND_WORDS, " ").str.replace_all(" +", " ").str.strip_chars()
    kept = pl.when(bare == "").then(key).otherwise(bare)
    return keys.to_frame().select(kept.str.replace(_CJK_KINDS, "${1}"))[keys.name]


@functools.lru_cache(maxsize=100_000)
def place_key(text: str) -> str:
    """The key of one name, as `place_keys` has it."""
    # A frame of one name takes a hundred times as long.
    plain = text.translate(_LETTER_TABLE).lower()
    bare = unicodedata.normalize("NFC", _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", plain)))
    kept = (mark if unicodedata.category(mark)[0] in "LMN" else " " for mark in bare)
    return " ".join("".join(kept).split())


@functools.lru_cache(maxsize=100_000)
def bare_place_key(text: str) -> str:
    """The key of one name without the words for kinds of place, as `bare_place_keys` has it."""
    key = place_key(text)
    bare = " ".join(_KIND.sub(" ", key).split())
    return _CJK_KIND.sub(r"\1", bare or key)
