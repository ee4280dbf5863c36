"""How precisely the place of each site is known, and why a measurement there would be false.

Precisions, finest first: ``polygon`` (an outline), ``exact`` (a coordinate nothing speaks
against), ``city`` (within some 10 km), ``admin_area``, ``country``, ``none`` (the coordinate given
is wrong). The first two are measured; a city serves the sources and signals whose card asks for
no more than the town. Nothing is corrected silently: swapped coordinates stay unused until the
list is put right.

Rules, in order:

1. out of range, or 0/0: ``none``;
2. outside the stated country: ``none``; where latitude and longitude swapped, or with one sign
   turned, lie inside it, the reason says so;
3. at a country's centre point, as geocoders give it for an address they do not find: ``country``;
4. one decimal: ``city``; no decimals: ``admin_area``;
5. one coordinate for different addresses: ``city``, and ``country`` near a centre of the country.

*Outside* means: more than 50 km from the country's outline and in another country's, or more than
300 km from it at sea. Outlines are coarse: of 2,159 real facilities and mills 97 % lie inside
theirs or within 50 km, and all others on islands that are not drawn (Bangka, Belitung: up to
220 km). A country without an outline is bounded by three radii of its area's circle and 100 km
around its centre point. A single geocode of a town or province is no different from a true
coordinate.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from suppliers.places.countries import (
    Floats,
    centres,
    country,
    country_of,
    distance_km,
    great_circle_km,
    same_ground,
)
from suppliers.places.geocoder_centres import COUNTRY_CENTRES

BORDER_TOLERANCE_KM = 50.0
SEA_TOLERANCE_KM = 300.0
_UNDRAWN_RADII = 3.0
_UNDRAWN_MARGIN_KM = 100.0
#: Numbers beyond this are neither latitudes nor longitudes.
_LARGEST_ANGLE = 360.0
_NULL_ISLAND_DEGREES = 0.01
_CENTRE_SHARE_OF_RADIUS = 0.05
_SAME_ADDRESS_SCORE = 70.0
_SAME_NAME_SCORE = 85.0
_MAX_COMPARED = 12
_SAME_HOUSE_SCORE = 60.0
_TELLING_LETTERS = 2  # a single letter is a block or an initial
_POSTCODE_DIGITS = 4
_KINDS_OF_PLACE = frozenset(
    [
        "ward",
        "commune",
        "village",
        "town",
        "city",
        "county",
        "district",
        "province",
        "state",
        "region",
        "zone",
        "area",
        "road",
        "street",
        "avenue",
        "lane",
        "building",
        "floor",
        "factory",
        "plot",
        "block",
        "rd",
        "st",
        "str",
        "ave",
        "av",
        "blvd",
        "ln",
        "bldg",
        "no",
        "nr",
        "blk",
        "dist",
        "distt",
        "prov",
        "vill",
        "po",
        "ps",
    ]
)
#: Numbers of floors and flats, before and behind their word.
_INSIDE_A_HOUSE = re.compile(
    r"\b(?:(?:floor|fl|unit|office|suite|flat|shop|level)s? (?:no )?\d\w*"
    r"|\d+(?:st|nd|rd|th)? (?:floor|fl|level))\b"
)

MEASURABLE = frozenset({"polygon", "exact"})
#: Precisions that also serve what hardly changes within a town, such as drought.
TOWN_LEVEL = MEASURABLE | {"city"}

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Points:
    """Coordinates of sites as given, all of one length.

    Attributes:
        iso2: stated country of each.
        latitude: degrees.
        longitude: degrees.
        decimals: digits after the decimal mark, the larger of the two numbers of each point.
        addresses: address or None; compared, never kept.
        names: name of the site or company, to distinguish a site given twice from two sites.
    """

    iso2: Sequence[str]
    latitude: Floats
    longitude: Floats
    decimals: npt.NDArray[np.int64]
    addresses: Sequence[str | None]
    names: Sequence[str]


@dataclass(frozen=True)
class Verdict:
    """Precision of one coordinate and the plain reason where it is not ``exact``."""

    precision: str
    reason: str | None


def judge_points(points: Points) -> list[Verdict]:
    """Judge each coordinate by the rules of this module.

    Args:
        points: the coordinates of the whole list; repetition across it is evidence.

    Returns:
        One verdict per point, in order.
    """
    lat, lon = points.latitude, points.longitude
    verdicts = [Verdict("exact", None)] * len(lat)
    done = np.zeros(len(lat), dtype=np.bool_)

    def settle(mask: Bools, precision: str, reasons: str | Sequence[str]) -> None:
        for place in np.flatnonzero(mask & ~done).tolist():
            reason = reasons if isinstance(reasons, str) else reasons[place]
            verdicts[place] = Verdict(precision, reason)
        done[mask] = True

    beyond = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    swapped = _inside_if(points, lon, lat)
    settle(beyond & swapped, "none", "latitude and longitude look swapped")
    settle(
        (np.abs(lat) > _LARGEST_ANGLE) & (np.abs(lon) > _LARGEST_ANGLE),
        "none",
        "the coordinate is in metres of a projection such as UTM, not in degrees",
    )
    settle(beyond, "none", "the coordinate lies outside the globe")
    null_island = (np.abs(lat) < _NULL_ISLAND_DEGREES) & (np.abs(lon) < _NULL_ISLAND_DEGREES)
    settle(null_island, "none", "0/0 stands for a missing coordinate")
    outside, reasons = _outside(points, ~done)
    if (outside & ~done).any():
        settle(outside & swapped, "none", "latitude and longitude look swapped")
        turned = _inside_if(points, -lat, lon) | _inside_if(points, lat, -lon)
        settle(outside & turned, "none", "a minus sign looks wrong or missing")
        settle(outside, "none", reasons)
    settle(_at_centre(points), "country", "the centre point of the country, not of the site")
    settle(points.decimals == 0, "admin_area", "the coordinate has no decimals")
    settle(points.decimals == 1, "city", "the coordinate has one decimal")
    shared = _shared_by_different_places(points, ~done)
    settle(
        shared & _near_centre(points),
        "country",
        "one coordinate near the middle of the country for different addresses",
    )
    settle(shared, "city", "one coordinate for different addresses")
    return verdicts


def _inside_if(points: Points, latitude: Floats, longitude: Floats) -> Bools:
    """Whether other coordinates would lie inside the stated country's outline."""
    result = np.zeros(len(latitude), dtype=np.bool_)
    valid = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
    for code, chosen in _by_country(points, valid):
        distance = distance_km(code, latitude[chosen], longitude[chosen])
        result[chosen] = distance <= BORDER_TOLERANCE_KM / 2
    return result


def _outside(points: Points, wanted: Bools) -> tuple[Bools, list[str]]:
    reasons = [""] * len(points.iso2)
    result = np.zeros(len(points.iso2), dtype=np.bool_)
    for code, chosen in _by_country(points, wanted):
        lat, lon = points.latitude[chosen], points.longitude[chosen]
        distance = distance_km(code, lat, lon)
        stated = country(code)
        limit = SEA_TOLERANCE_KM
        if np.isnan(distance).any():
            if stated is None or stated.radius_km is None or stated.latitude is None:
                continue
            distance = great_circle_km(lat, lon, stated.latitude, stated.longitude or 0.0)
            limit = _UNDRAWN_RADII * stated.radius_km + _UNDRAWN_MARGIN_KM
        suspects = np.flatnonzero(distance > min(BORDER_TOLERANCE_KM, limit))
        if not suspects.size:
            continue
        owners = country_of(lat[suspects], lon[suspects])
        for suspect, owner in zip(suspects.tolist(), owners, strict=True):
            place = chosen[suspect]
            if owner is not None and same_ground(code, owner):
                continue
            far = distance[suspect] > limit
            if owner is not None and (far or _deep_inside(owner, lat[suspect], lon[suspect])):
                other = country(owner)
                result[place] = True
                reasons[place] = (
                    f"the coordinate lies in {other.name if other else owner}, "
                    f"not in the stated country"
                )
            elif far:
                result[place] = True
                reasons[place] = "the coordinate lies far outside the stated country"
    return result, reasons


def _deep_inside(code: str, latitude: float, longitude: float) -> bool:
    """Whether a point is farther from the outline's border than the outlines are wrong."""
    import shapely

    from suppliers.places.countries import KM_PER_DEGREE, outline

    shape = outline(code)
    if shape is None:
        return False
    scale = np.array([max(float(np.cos(np.radians(latitude))), 0.01), 1.0])
    border = shapely.transform(shape.boundary, lambda xy: xy * scale)
    depth = border.distance(shapely.Point(longitude * scale[0], latitude)) * KM_PER_DEGREE
    return bool(depth > BORDER_TOLERANCE_KM)


def _at_centre(points: Points) -> Bools:
    """Whether a coordinate is a known centre point, rounded to the decimals it was given with."""
    result = np.zeros(len(points.iso2), dtype=np.bool_)
    everything = np.ones(len(points.iso2), dtype=np.bool_)
    for code, chosen in _by_country(points, everything):
        known = list(centres(code))
        if code in COUNTRY_CENTRES:
            known.append(COUNTRY_CENTRES[code])
        lat, lon = points.latitude[chosen], points.longitude[chosen]
        # Half a unit of the last decimal given, between 1e-4 and 0.005 degrees (10 to 550 m).
        slack = np.clip(0.5 * 10.0 ** -points.decimals[chosen].astype(float), 1e-4, 5e-3)
        for centre_lat, centre_lon in known:
            result[chosen] |= (np.abs(lat - centre_lat) <= slack) & (
                np.abs(lon - centre_lon) <= slack
            )
    return result


def _near_centre(points: Points) -> Bools:
    result = np.zeros(len(points.iso2), dtype=np.bool_)
    everything = np.ones(len(points.iso2), dtype=np.bool_)
    for code, chosen in _by_country(points, everything):
        stated = country(code)
        if stated is None or stated.radius_km is None:
            continue
        reach_km = _CENTRE_SHARE_OF_RADIUS * stated.radius_km
        for lat, lon in centres(code):
            distance = great_circle_km(points.latitude[chosen], points.longitude[chosen], lat, lon)
            result[chosen] |= distance <= reach_km
    return result


def _shared_by_different_places(points: Points, wanted: Bools) -> Bools:
    """Coordinates that stand for two or more different addresses.

    Two rows are one place if their addresses or their names are nearly the same: lists repeat
    facilities. Without addresses nothing is concluded: a company may own several mills at one spot.
    """
    groups: dict[tuple[float, float], list[int]] = {}
    lats, lons = points.latitude.tolist(), points.longitude.tolist()
    for place in np.flatnonzero(wanted).tolist():
        groups.setdefault((lats[place], lons[place]), []).append(place)
    result = np.zeros(len(points.iso2), dtype=np.bool_)
    for members in groups.values():
        if len(members) > 1 and _different(points, members):
            result[members] = True
    return result


def _different(points: Points, members: Sequence[int]) -> bool:
    distinct: dict[str, str] = {}
    for member in members:
        address = points.addresses[member]
        if address:
            distinct.setdefault(_folded(address), _folded(points.names[member]))
        if len(distinct) >= _MAX_COMPARED:
            break
    items = list(distinct.items())
    for i, (address, name) in enumerate(items):
        for other_address, other_name in items[i + 1 :]:
            if (
                not _same_address(address, other_address)
                and fuzz.token_set_ratio(name, other_name) < _SAME_NAME_SCORE
            ):
                return True
    return False


def _same_address(one: str, other: str) -> bool:
    """Whether two addresses differ in spelling only.

    The town and the province that they share say nothing about the street, so what only one of
    them has is compared by itself: another number of a house is another address, and so is
    another street or town. Floors and flats of one house are one place.
    """
    if fuzz.token_set_ratio(one, other) < _SAME_ADDRESS_SCORE:
        return False
    words, other_words = (
        _INSIDE_A_HOUSE.sub(" ", one).split(),
        _INSIDE_A_HOUSE.sub(" ", other).split(),
    )
    shared = set(words) & set(other_words)
    own, others = ([w for w in of if w not in shared] for of in (words, other_words))
    firsts = [next(filter(_is_house_number, of), None) for of in (words, other_words)]
    if None not in firsts and not shared.intersection(firsts):
        return False
    text, other_text = (
        "".join(w for w in of if not w[0].isdigit() and w not in _KINDS_OF_PLACE)
        for of in (own, others)
    )
    if min(len(text), len(other_text)) < _TELLING_LETTERS:
        return True
    has_shared_number = any(_is_house_number(word) for word in shared)
    least = _SAME_HOUSE_SCORE if has_shared_number else _SAME_ADDRESS_SCORE
    return fuzz.partial_ratio(text, other_text) >= least


def _is_house_number(word: str) -> bool:
    return word[0].isdigit() and len(word) < _POSTCODE_DIGITS


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _by_country(points: Points, wanted: Bools) -> list[tuple[str, npt.NDArray[np.intp]]]:
    """Positions of the wanted points, country by country."""
    numbers = {code: number for number, code in enumerate(dict.fromkeys(points.iso2))}
    chosen = np.flatnonzero(wanted)
    number_of = np.array([numbers[code] for code in points.iso2], dtype=np.int64)[chosen]
    ordered = chosen[np.argsort(number_of, kind="stable")]
    ends = np.cumsum(np.bincount(number_of, minlength=len(numbers)))
    parts = np.split(ordered, ends[:-1]) if numbers else []
    return [(code, part) for code, part in zip(numbers, parts, strict=True) if part.size]
