"""Countries: any spelling to ISO codes, centres, areas and coarse outlines.

Names come from the package ``countrynames``; centres, areas and outlines from ``countryinfo``.
Its outlines are coarse (20 to 500 corners) and leave out many islands, and 80 small countries
have none. `distance_km` and `country_of` say so instead of guessing.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from suppliers.header_text import normalise_header
from suppliers.places.country_dictionary import code_named
from suppliers.places.country_spellings import (
    code_of_further_name,
    codes_of_abbreviation,
    codes_of_short_name,
    codes_of_slip,
    is_well_known,
    known_code,
    without_apostrophes,
)

Floats = npt.NDArray[np.float64]

KM_PER_DEGREE = 111.195  # mean Earth radius 6371.0 km

# Parts that carry an ISO code of their own and are commonly written under the other country, in
# either direction.
_SHARED_GROUND: tuple[frozenset[str], ...] = (
    frozenset({"CN", "HK", "MO", "TW"}),
    frozenset({"FR", "GF", "GP", "MQ", "RE", "YT", "NC", "PF", "MF", "BL"}),
    frozenset({"US", "PR", "GU", "VI", "AS", "MP"}),
    frozenset({"NL", "AW", "CW", "SX", "BQ"}),
    frozenset({"GB", "JE", "GG", "IM", "GI"}),
    frozenset({"MA", "EH"}),
    frozenset({"RS", "XK"}),
    frozenset({"FI", "AX"}),
    frozenset({"DK", "FO", "GL"}),
    frozenset({"NO", "SJ"}),
    frozenset({"IL", "PS"}),
)
_WORD = re.compile(r"[^\W_]+")
_CAPITAL_WORD = re.compile(r"\b[A-Z\u00c0-\u00de][^\W_]*")
_LONGEST_COUNTRY = 3
_AMBIGUOUS_ADJECTIVES = frozenset({"american", "channel islander", "congolese", "guinean"})
_FOREIGN_SCRIPT = re.compile("[^\\W\\d_a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")


@dataclass(frozen=True)
class Country:
    """A country.

    Attributes:
        iso2: ISO 3166-1 alpha-2 code.
        iso3: ISO 3166-1 alpha-3 code.
        name: short English name.
        subregion: UN subregion, None if unknown.
        latitude: latitude of the package's centre point in degrees, None if unknown.
        longitude: longitude of that point in degrees.
        area_km2: area, None if unknown.
    """

    iso2: str
    iso3: str
    name: str
    subregion: str | None
    latitude: float | None
    longitude: float | None
    area_km2: float | None

    @property
    def radius_km(self) -> float | None:
        """Radius of the circle of the country's area."""
        return None if self.area_km2 is None else float(np.sqrt(self.area_km2 / np.pi))


@dataclass(frozen=True)
class CountryMatch:
    """A country resolved from text; ``guessed`` if the spelling was only near a known one."""

    country: Country
    guessed: bool


@functools.lru_cache(maxsize=100_000)
def resolve_country(text: str) -> CountryMatch | None:
    """The country meant by a name, ISO2 or ISO3 in any spelling, or None.

    Exact spellings of all languages go first, then abbreviations (``Korea, Rep.``); a slip of the
    pen (``Bangldesh``) is resolved with ``guessed=True`` so that the caller can say so. A spelling
    that fits two countries is not resolved; `possible_countries` names them.
    """
    codes, guessed = _codes_meant(text)
    found = country(codes[0]) if len(codes) == 1 else None
    return None if found is None else CountryMatch(found, guessed)


def resolve_listed_country(text: str) -> CountryMatch | None:
    """The country meant in a list of suppliers; as `resolve_country`, but for names in common use.

    ``Congo`` is one state by ISO 3166 and in tables of statistics; people write it for both. Such a
    name is not resolved; `possible_countries` names the two.
    """
    return None if normalise_header(text) in _SEVERAL_IN_LISTS else resolve_country(text)


def possible_countries(text: str) -> tuple[str, ...]:
    """Names of the countries between which a spelling of a list leaves it open; none if not."""
    codes = _SEVERAL_IN_LISTS.get(normalise_header(text)) or _codes_meant(text)[0]
    return tuple(found.name for code in codes if (found := country(code))) if codes[1:] else ()


#: Names that two countries share in use, whatever one dictionary says.
_SEVERAL: Mapping[str, tuple[str, ...]] = {
    "guiana": ("GF", "GY"),
    "guayana": ("GF", "GY"),
    "man": ("IM", "OM"),
    "papua": ("ID", "PG"),
    "new guinea": ("ID", "PG"),
    "timor": ("ID", "TL"),
    "samoa islands": ("AS", "WS"),
    "virgin islands": ("VG", "VI"),
    "r u": ("GB", "RU"),
    "t c": ("TC", "TR"),
}

#: Names that are those of one country by ISO 3166, and that people write for two.
_SEVERAL_IN_LISTS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("congo", "kongo", "conggo", "конго", "конга", "コンゴ", "刚果", "剛果", "콩고", "คองโก",
     "الكونغو", "كونغو", "κονγκο", "קונגו", "कांगो", "কঙ্গো"),
    ("CD", "CG"),
)  # fmt: skip


def _codes_meant(text: str) -> tuple[tuple[str, ...], bool]:
    """The ISO2 codes that a text may mean, and whether it is only near their names."""
    plain = normalise_header(text)
    if several := _SEVERAL.get(plain):
        return several, False
    natives = _native_names()
    exact = known_code(text) or natives.get(plain) or natives.get(without_apostrophes(text))
    if exact is not None:
        return (exact,), False
    undotted = text.replace(".", "")
    if named := codes_of_short_name(text.strip()):
        code = code_named(text)
        return tuple(sorted({*named, *([code] if code else [])})), False
    if not _FOREIGN_SCRIPT.search(text):
        exact = code_named(text) or code_named(undotted)
        abbreviated = () if exact else tuple(sorted(codes_of_abbreviation(text)))
        if abbreviated:
            return abbreviated, False
        if (further := code_of_further_name(text)) and exact in (None, further):
            return (further,), False
    elif len(plain) > 4:
        # Letters of other scripts are romanised, and short words then look like ISO codes
        # (Egypt in Arabic becomes "msr", the code of Montserrat).
        return ((exact,), False) if (exact := code_named(text)) else ((), False)
    if exact is not None and is_well_known(text, exact):
        return (exact,), False
    slips = codes_of_slip(text)
    if exact is None:
        return slips, True
    # A name in a rare language may be the slip of a pen that meant another country's.
    rivals = [code for code in slips if code != exact]
    return ((exact, *rivals), True) if rivals else ((exact,), False)


def countries_named(text: str) -> frozenset[str]:
    """ISO2 codes of the countries that a text names in English, as noun or as adjective.

    Words that begin in lower case are no names: "china cups", "turkey farms".
    """
    words = _CAPITAL_WORD.findall(text)
    names = _english_names()
    runs = (
        " ".join(words[at : at + length]).lower()
        for length in range(1, _LONGEST_COUNTRY + 1)
        for at in range(len(words) - length + 1)
    )
    return frozenset(names[run] for run in runs if run in names)


@functools.cache
def _english_names() -> Mapping[str, str]:
    from countrynames.mappings import mappings

    names: dict[str, str] = {}
    for code in sorted(code for code in mappings if len(code) == 2):
        info = _info(code)
        for name in (info.get("name"), info.get("demonym")):
            words = _WORD.findall(normalise_header(str(name or "")))
            if words and len(words) <= _LONGEST_COUNTRY:
                names.setdefault(" ".join(words), code)
    # Adjectives that several countries share name none of them.
    return {name: code for name, code in names.items() if name not in _AMBIGUOUS_ADJECTIVES}


@functools.cache
def _native_names() -> Mapping[str, str]:
    from countrynames.mappings import mappings

    names = {code: str(_info(code).get("nativeName") or "") for code in mappings if len(code) == 2}
    # Only names of other scripts: a Latin one could be another country's code.
    read = [(name, code) for code, name in names.items() if _FOREIGN_SCRIPT.search(name)]
    return {key(n): code for key in (without_apostrophes, normalise_header) for n, code in read}


@functools.cache
def country(iso2: str) -> Country | None:
    """The country of an ISO2 code, or None if it is none (``EU``)."""
    from countrynames.mappings import mappings

    iso3 = mappings.get(iso2)
    if iso3 is None or len(iso2) != 2 or iso2 == "EU":
        return None
    info = _info(iso2)
    centre = info.get("latlng") or [None, None]
    return Country(
        iso2=iso2,
        iso3=iso3,
        name=str(info.get("name") or iso2),
        subregion=info.get("subregion") or None,
        latitude=None if centre[0] is None else float(centre[0]),
        longitude=None if centre[1] is None else float(centre[1]),
        area_km2=float(info["area"]) if info.get("area") else None,
    )


@functools.cache
def all_countries() -> tuple[Country, ...]:
    """All countries that a text can resolve to, by code."""
    from countrynames.mappings import mappings

    return tuple(found for code in sorted(mappings) if (found := country(code)) is not None)


@functools.cache
def outline(iso2: str) -> Any | None:
    """Coarse outline as a valid shapely geometry in WGS84 (x = longitude), or None."""
    import shapely
    from shapely.geometry import shape

    features = (_info(iso2).get("geoJSON") or {}).get("features") or []
    parts = [shapely.make_valid(shape(feature["geometry"])) for feature in features]
    return shapely.union_all(parts) if parts else None


@functools.cache
def centres(iso2: str) -> tuple[tuple[float, float], ...]:
    """Points (latitude, longitude) a geocoder may give for the whole country.

    The package's centre, and the centroid and the middle of the bounds of its outline.
    """
    found = country(iso2)
    points: list[tuple[float, float]] = []
    if found is not None and found.latitude is not None and found.longitude is not None:
        points.append((found.latitude, found.longitude))
    shape = outline(iso2)
    if shape is not None:
        west, south, east, north = shape.bounds
        points.append((shape.centroid.y, shape.centroid.x))
        points.append(((south + north) / 2, (west + east) / 2))
    return tuple(points)


def same_ground(one: str, other: str) -> bool:
    """Whether two ISO2 codes are commonly written for each other's ground."""
    return one == other or any({one, other} <= group for group in _SHARED_GROUND)


def distance_km(iso2: str, latitude: Floats, longitude: Floats) -> Floats:
    """Distance of points from a country's outline in km: 0 inside, NaN without an outline."""
    import shapely

    shape = outline(iso2)
    result = np.full(len(latitude), np.nan)
    if shape is None:
        return result
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, longitude, latitude)
    result[inside] = 0.0
    # A degree of longitude is shorter than one of latitude by the cosine: one scaled outline per
    # whole degree of latitude keeps the error of the distance under 2 % below 60 degrees.
    for band in np.unique(np.round(latitude[~inside])):
        chosen = ~inside & (np.round(latitude) == band)
        scale = np.array([max(np.cos(np.radians(band)), 0.01), 1.0])
        scaled = shapely.transform(shape, lambda xy, scale=scale: xy * scale)
        points = shapely.points(longitude[chosen] * scale[0], latitude[chosen])
        result[chosen] = shapely.distance(scaled, points) * KM_PER_DEGREE
    return result


def country_of(latitude: Floats, longitude: Floats) -> list[str | None]:
    """ISO2 code of the outline that holds each point; None at sea and where none is drawn."""
    import shapely

    codes, tree = _outline_tree()
    found: list[str | None] = [None] * len(latitude)
    points, shapes = tree.query(shapely.points(longitude, latitude), predicate="within")
    for point, shape in zip(points.tolist(), shapes.tolist(), strict=True):
        found[point] = codes[shape]
    return found


@functools.cache
def _outline_tree() -> tuple[tuple[str, ...], Any]:
    import shapely
    from countrynames.mappings import mappings

    drawn = [(code, outline(code)) for code in sorted(mappings) if len(code) == 2]
    kept = [(code, shape) for code, shape in drawn if shape is not None]
    return tuple(code for code, _ in kept), shapely.STRtree([shape for _, shape in kept])


@functools.cache
def _info(iso2: str) -> Mapping[str, Any]:
    from countryinfo import CountryInfo, CountryNotFoundError

    try:
        found: Mapping[str, Any] = CountryInfo(iso2).info()
    except CountryNotFoundError:
        return {}
    return found


def great_circle_km(
    latitude: Floats, longitude: Floats, other_latitude: float, other_longitude: float
) -> Floats:
    """Great-circle distance of points from one point in km (haversine)."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    other_lat, other_lon = np.radians(other_latitude), np.radians(other_longitude)
    half = (
        np.sin((lat - other_lat) / 2) ** 2
        + np.cos(lat) * np.cos(other_lat) * np.sin((lon - other_lon) / 2) ** 2
    )
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
