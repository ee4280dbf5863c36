"""Other names of first-level areas: official ones, codes, and those of other languages.

The gazetteer has one name for each state or province, mostly the English one. ISO 3166-2 gives
the official name and a code, and `pycountry` (iso-codes, LGPL 2.1) its translations. Where
neither is the gazetteer's name, `area_names.csv` has it: English names of CLDR 48.2 (Unicode
License V3, `area_names_licence.txt`), and 42 that we matched by hand. What names two areas of a
country names none.
"""

import csv
import functools
import gettext
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib import resources

from suppliers.places.place_names import bare_place_key

#: Languages of supplier lists, of which `pycountry` has translations.
_LANGUAGES = (
    "de", "es", "fr", "it", "nl", "pl", "tr", "vi", "id", "zh_CN", "zh_TW", "hi", "th", "ja", "ko",
    "ru", "uk",
)  # fmt: skip
#: Short forms in daily use that no list has.
_SHORT = {
    "DE-NW": ("NRW",),
    "CN-XJ": ("XUAR", "新疆维吾尔自治区"),
    "CN-NM": ("内蒙古自治区",),
    "CN-GX": ("广西壮族自治区",),
    "CN-NX": ("宁夏回族自治区",),
    "CN-XZ": ("西藏自治区",),
    "ID-JK": ("DKI Jakarta",),
    "ID-YO": ("DI Yogyakarta", "DIY"),
    "VN-SG": ("HCMC", "TPHCM", "TP HCM"),
    "PK-KP": ("KPK",),
    "BR-DF": ("DF",),
    "MX-CMX": ("CDMX", "DF"),
}
_CODE = re.compile(r"[A-Z]{2,3}")
_NOTES = re.compile(r"\(.*?\)|\[.*?\]")


@dataclass(frozen=True)
class AreaNames:
    """Other names of one area.

    Attributes:
        keys: comparable names.
        codes: codes of two or three letters, as they are written: ``SP``.
    """

    keys: frozenset[str]
    codes: frozenset[str]


def area_names(iso2: str, states: AbstractSet[str]) -> Mapping[str, AreaNames]:
    """Other names by the comparable name that the gazetteer has.

    Args:
        iso2: country.
        states: comparable names of the country's first-level areas in the gazetteer.
    """
    found: dict[str, tuple[set[str], set[str]]] = {}
    for code, names in _names_by_code(iso2):
        keys = {bare_place_key(name) for name in names} - {""}
        named = sorted(keys & states)
        short = code.partition("-")[2]
        for state in named:
            of_state = found.setdefault(state, (set(), set()))
            of_state[0].update(keys)
            if _CODE.fullmatch(short):
                of_state[1].add(short)
    claims: dict[str, set[str]] = defaultdict(set)
    for state, (keys, codes) in found.items():
        for key in (*keys, *codes):
            claims[key].add(state)
    return {
        state: AreaNames(
            # What is another area's own name, or claimed by two, is left out.
            frozenset(k for k in keys - (states - {state}) if len(claims[k]) == 1) - {state},
            frozenset(code for code in codes if len(claims[code]) == 1),
        )
        for state, (keys, codes) in found.items()
    }


def _names_by_code(iso2: str) -> Iterator[tuple[str, list[str]]]:
    """All names of each first-level area of a country, by its code."""
    for code, name in _official().get(iso2, ()):
        official = [_plain(name), *_SHORT.get(code, ())]
        english = _english().get(code)
        translated = [
            _plain(part)
            for texts in _translations()
            if (text := texts.gettext(name)) != name
            for part in text.split(";")
        ]
        yield code, [*official, *([english] if english else []), *translated]


def _plain(name: str) -> str:
    """A name without notes, and without what stands behind a comma: ``Guangdong, Provincie``."""
    return _NOTES.sub(" ", name).partition(",")[0].strip()


@functools.cache
def _official() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Code and official name of each area, by country."""
    path = resources.files("pycountry") / "databases" / "iso3166-2.json"
    areas: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for area in json.loads(path.read_bytes())["3166-2"]:
        areas[area["code"][:2]].append((area["code"], area["name"]))
    return areas


@functools.cache
def _english() -> Mapping[str, str]:
    path = resources.files("suppliers.places") / "area_names.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["code"]: row["name"] for row in rows}


@functools.cache
def _translations() -> tuple[gettext.NullTranslations, ...]:
    folder = resources.files("pycountry") / "locales"
    return tuple(
        gettext.translation("iso3166-2", str(folder), [language]) for language in _LANGUAGES
    )
