"""Spellings of countries: abbreviations, slips of the pen and what they may mean.

A spelling that fits two countries is neither. The names are those of the package ``countrynames``
(all languages) and of CLDR (the languages in which vendor lists are written).
"""

import functools
import re
import unicodedata
from collections.abc import Mapping

from suppliers.header_text import normalise_header
from suppliers.places.country_dictionary import APOSTROPHES, code_named, romanised_names

#: Languages whose names of countries count as well known.
_LANGUAGES = ("en", "es", "fr", "pt", "de", "it", "nl", "tr", "pl", "id", "sv", "vi")
#: Languages in other scripts, whose names of countries are read as they are.
_OTHER_SCRIPTS = ("zh", "zh_Hant", "bn", "ar")
#: Further languages. Their names without a letter beyond ASCII are read only where they are long
#: and no other country's: `Áo` is Austria, and without its accent the code of Angola.
_MARKED_LANGUAGES = (
    "hi", "ja", "ko", "th", "ru", "uk", "el", "he", "fa", "ur", "my", "km", "ta", "ne", "si",
    "da", "nb", "fi", "cs", "sk", "hu", "ro", "bg", "hr", "sr", "ms", "pt_PT",
)  # fmt: skip
#: Spellings of procurement systems that the packages do not know.
_FURTHER_NAMES: Mapping[str, str] = {
    "prc": "CN",
    "p r c": "CN",
    "pr china": "CN",
    "p r china": "CN",
    "lao pdr": "LA",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "ksa": "SA",
    "rsa": "ZA",
    "viet nam": "VN",
    "中国": "CN",
    "中國": "CN",
    "越南": "VN",
    "印度": "IN",
    "孟加拉": "BD",
    "孟加拉国": "BD",
    "柬埔寨": "KH",
    "印尼": "ID",
    "泰国": "TH",
    "缅甸": "MM",
    "مصر": "EG",
    "المغرب": "MA",
    "تونس": "TN",
    "الأردن": "JO",
    "الهند": "IN",
    "الصين": "CN",
    "تركيا": "TR",
    "vr china": "CN",
    "volksrepublik china": "CN",
    "rp china": "CN",
    "r p china": "CN",
    "rpc": "CN",
    "rp chine": "CN",
    "republica popular china": "CN",
    "republica popular de china": "CN",
    "republica popular da china": "CN",
    "republique populaire de chine": "CN",
    "repubblica popolare cinese": "CN",
    "volksrepubliek china": "CN",
    "chrl": "CN",
    "ch rl": "CN",
    "v r china": "CN",
    "chiny chrl": "CN",
    "cin halk cumhuriyeti": "CN",
    "trung hoa": "CN",
    "গণচীন": "CN",
    "جمهورية الصين الشعبية": "CN",
    "elfenbeinkuste": "CI",
    "ee uu": "US",
    "eua": "US",
    "e u a": "US",
    "vs": "US",
    "vk": "GB",
    "rdc": "CD",
    "n korea": "KP",
    "s korea": "KR",
    "dprk": "KP",
    "rok": "KR",
    "rep dominicaine": "DO",
    "laos pdr": "LA",
    "taiwan r o c": "TW",
    "bosnien": "BA",
    "osterr": "AT",
    "wks": "CI",
    "eeuu": "US",
    "inghilterra": "GB",
    "ingiltere": "GB",
    "holanda": "NL",
    "মিয়ানমার": "MM",
    "台湾": "TW",
    "臺灣": "TW",
    "emirats": "AE",
    "vae": "AE",
    "eau": "AE",
    "zea": "AE",
    "bae": "AE",
    # Natural Earth, World Bank and Comtrade, where words are left out or put together.
    "fs micronesia": "FM",
    "tfyr of macedonia": "MK",
    "st martin french part": "MF",
    "sint maarten dutch part": "SX",
    "virgin islands u s": "VI",
    "puerto rico us": "PR",
    "venezuela rb": "VE",
    "west bank and gaza": "PS",
    "fr s antarctic lands": "TF",
    "s geo and the is": "GS",
    "s geo and is": "GS",
    "heard i and mcdonald is": "HM",
    "china hong kong sar": "HK",
    "china macao sar": "MO",
    "christmas isds": "CX",
    "norfolk isds": "NF",
    "fr south antarctic terr": "TF",
    "rep dem du congo": "CD",
    "republique du congo": "CG",
    "republica del congo": "CG",
    "republica do congo": "CG",
    "repubblica del congo": "CG",
    "republik kongo": "CG",
    "republiek congo": "CG",
    "sao tome": "ST",
    # Everyday names that another country's name is near to, or that no package has.
    "dem rep korea": "KP",
    "republic of cabo verde": "CV",
    "republic of rwanda": "RW",
    "republic of ivory coast": "CI",
    "commonwealth of puerto rico": "PR",
    "south georgia and the islands": "GS",
    "hong kong special administrative region prc": "HK",
    "macao special administrative region prc": "MO",
    "holland": "NL",
    "kampuchea": "KH",
    "mainland china": "CN",
    "中国大陆": "CN",
    "中國大陸": "CN",
    "アメリカ": "US",
    "ビルマ": "MM",
    "韓國": "KR",
    "타이완": "TW",
    "터키": "TR",
    "เมียนมา": "MM",
    "พม่า": "MM",
    "สหรัฐ": "US",
    "म्यांमार": "MM",
    "рф": "RU",
    "кнр": "CN",
    "кндр": "KP",
    "юар": "ZA",
    "дрк": "CD",
    "белоруссия": "BY",
    "голландия": "NL",
    "сащ": "US",
    "ηπα": "US",
    "ארה ב": "US",
    "ترکی": "TR",
    "امریکہ": "US",
    "sua": "US",
    "barma": "MM",
}
#: Abbreviations that are no beginning of their word.
_SHORT_FOR: Mapping[str, frozenset[str]] = {
    "sts": frozenset({"states"}),
    "isds": frozenset({"islands"}),
    "is": frozenset({"islands", "island"}),
    "i": frozenset({"island", "islands"}),
    "st": frozenset({"saint", "st", "sint"}),
    "pdr": frozenset({"pdr"}),
}
#: Abbreviations that are written without a full stop as well.
_UNDOTTED = frozenset({"rep", "dem", "fed", "isds", "sts", "ter", "terr", "st", "is"})
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})
_LINKING_WORDS = frozenset({"the", "of", "and", "y", "et", "de", "del", "la"})
_TOKEN = re.compile(r"[^\W_]+\.?")
#: Shorter texts are codes, in which a slip cannot be recognised.
_SHORTEST_NAME = 5
_SLIP_SHARE = 0.15


def known_code(text: str) -> str | None:
    """ISO2 code of an own spelling of this module, or of a name in another script, or None."""
    plain = normalise_header(text)
    marked = _marked_names().get(_marked_key(text)) if not text.isascii() else None
    return marked or _FURTHER_NAMES.get(plain) or _names_in_other_scripts().get(plain)


def without_apostrophes(text: str) -> str:
    """A normalised name in which kinds of apostrophes are one: `O'zbekiston`, `Oʻzbekiston`."""
    return normalise_header(APOSTROPHES.sub("", text))


def code_of_further_name(text: str) -> str | None:
    """ISO2 code of a name in plain letters of a further language (`Cehia`), or None."""
    return _further_plain_names().get(normalise_header(text))


@functools.cache
def _further_plain_names() -> Mapping[str, str]:
    from babel import Locale

    names: dict[str, set[str]] = {}
    for language in _MARKED_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            is_country = len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
            if is_country and name.isascii() and len(name) >= _SHORTEST_NAME:
                names.setdefault(normalise_header(name), set()).add(code)
    return {
        name: min(codes)
        for name, codes in names.items()
        if len(codes) == 1 and code_named(name) in (None, *codes)
    }


def codes_of_short_name(text: str) -> frozenset[str]:
    """ISO2 codes of countries of which a text like a code is the whole name: `Nga` is Russia.

    Only a text with one capital letter: codes are written in one case.
    """
    if len(text) >= _SHORTEST_NAME or not (text.istitle() and text.isascii()):
        return frozenset()
    plain = normalise_header(text)
    return frozenset(code for code, names in _well_known().items() if plain in names)


def _marked_key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@functools.cache
def _marked_names() -> Mapping[str, str]:
    from babel import Locale

    names: dict[str, set[str]] = {}
    for language in (*_LANGUAGES, *_OTHER_SCRIPTS, *_MARKED_LANGUAGES):
        for code, name in Locale.parse(language).territories.items():
            is_country = len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
            if is_country and not name.isascii():
                names.setdefault(_marked_key(name), set()).add(code)
    return {name: min(codes) for name, codes in names.items() if len(codes) == 1}


def codes_of_abbreviation(text: str) -> frozenset[str]:
    """ISO2 codes of the countries whose name a text abbreviates (``S. Sudan``, ``Korea, Rep.``).

    Each word of the name is in the text, whole or as its beginning with a full stop, in any order.
    """
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    tokens = [token for token in tokens if token.rstrip(".") not in _LINKING_WORDS]
    if not any(t.endswith(".") or t in _UNDOTTED for t in tokens):
        return frozenset()
    found = frozenset(
        code
        for words, code in _names_by_length().get(len(tokens), ())
        if _abbreviates(tokens, words)
    )
    return found


def is_well_known(text: str, code: str) -> bool:
    """Whether a text is the code's name in one of the languages of vendor lists, or a code."""
    plain = normalise_header(text)
    return len(plain) < _SHORTEST_NAME or plain in _well_known().get(code, frozenset())


def is_name_of(text: str, code: str) -> bool:
    """Whether a text is the code's name, and no code, in one of the languages of vendor lists."""
    plain = normalise_header(text)
    named = _FURTHER_NAMES.get(plain) == code or plain in _well_known().get(code, frozenset())
    return named and len(plain) >= _SHORTEST_NAME


def codes_of_slip(text: str) -> tuple[str, ...]:
    """ISO2 codes of the countries of which a text may be a misspelt name, nearest first.

    A name is near within 15 % of its letters, at least one. Names one letter farther off than the
    nearest are possible too: ``Austalia`` is Australia or Austria.
    """
    from rapidfuzz.distance import OSA

    plain = normalise_header(text)
    if len(plain) < _SHORTEST_NAME:
        return ()
    limit = max(1, int(_SLIP_SHARE * len(plain)))
    distances: dict[str, int] = {}
    for code, names in _well_known().items():
        lengths = (name for name in names if len(name) >= _SHORTEST_NAME)
        near = min(
            (OSA.distance(plain, name, score_cutoff=limit + 1) for name in lengths),
            default=limit + 2,
        )
        if near <= limit + 1:
            distances[code] = near
    best = min(distances.values(), default=limit + 1)
    if best > limit:
        return ()
    possible = (code for code, distance in distances.items() if distance <= best + 1)
    return tuple(sorted(possible, key=lambda code: (distances[code], code)))


def _abbreviates(tokens: list[str], words: frozenset[str]) -> bool:
    left = set(words)
    for token in sorted(tokens, key=lambda token: (token.endswith("."), -len(token))):
        bare = token.rstrip(".")
        if bare in left:
            left.discard(bare)
            continue
        if not (token.endswith(".") or bare in _UNDOTTED):
            return False
        meant = _SHORT_FOR.get(bare)
        fitting = [
            word for word in left if (word in meant if meant is not None else word.startswith(bare))
        ]
        if len(fitting) != 1:
            return False
        left.discard(fitting[0])
    return not left


@functools.cache
def _names_by_length() -> Mapping[int, tuple[tuple[frozenset[str], str], ...]]:
    names: dict[int, list[tuple[frozenset[str], str]]] = {}
    pairs = [(name, code) for code, name in romanised_names()]
    pairs += [(name, code) for code, known in _well_known().items() for name in known]
    for name, code in pairs:
        words = frozenset(name.split()) - _LINKING_WORDS
        if len(code) == 2 and words:
            names.setdefault(len(words), []).append((words, code))
    return {length: tuple(dict.fromkeys(found)) for length, found in names.items()}


@functools.cache
def _names_in_other_scripts() -> Mapping[str, str]:
    from babel import Locale

    names: dict[str, set[str]] = {}
    for language in _OTHER_SCRIPTS:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                names.setdefault(normalise_header(name), set()).add(code)
    return {name: min(codes) for name, codes in names.items() if len(codes) == 1}


@functools.cache
def _well_known() -> Mapping[str, frozenset[str]]:
    from babel import Locale
    from countrynames.mappings import mappings

    codes = {code for code in mappings if len(code) == 2} - {"EU"}
    names: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in codes:
                names.setdefault(code, set()).add(normalise_header(name))
    return {code: frozenset(found) for code, found in names.items()}
