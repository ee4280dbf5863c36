"""The allow-list of supplier fields, and how the headers of a file are matched to it."""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from suppliers.header_text import normalise_header
from suppliers.input_errors import Findings, ListFaultError
from suppliers.intake.further_headers import further_headers, goods_headers
from suppliers.intake.header_aliases import HEADER_ALIASES

FieldKind = Literal["identifier", "text", "address", "category", "number", "boolean", "geometry"]

_NEAREST_MINIMUM = 72.0
#: Of short headers more letters must agree: "end" is no "spend"; "nmae" has those of "name".
_SHORT, _NEAREST_OF_SHORT = 7, 82.0
#: Words of headers of all kinds, and how much a word is spelt like another.
_COMMON_WORDS = frozenset(
    {
        "number", "no", "nr", "num", "id", "code", "key", "name", "of", "the",
    }
)  # fmt: skip
_NEAREST_WORD, _NEAREST_TRIED = 76.0, 10
_CODE_AND_NAME = {"country code", "country name"}
#: Known headers that no field asks for, however like one they look.
_NO_FIELD = frozenset(
    ["facility type", "processing type", "facility type processing type", "is closed", "status"]
)
#: Blocks of fields in vendor masters; within them only fields of the site are meant.
_BLOCK = re.compile(
    r"^(?:(?:supplier|vendor|company|organi[sz]ation) )?"
    r"(?:(?:main|primary|corporate|registered|physical|fulfillment|remit to|legal|default) )?"
    r"(?:address|supplier|vendor|company|site|location) "
)
_IN_BLOCKS = frozenset(["country", "town", "admin_area", "address"])
#: What headers of amounts end with: currency, year, number of months.
_OF_AMOUNTS = re.compile(
    r"(?: (?:in )?(?:usd|eur|gbp|chf|cny|rmb|inr|jpy|mxn|brl|pln|try|vnd|idr|bdt|cop|egp|mad"
    r"|k|net|netto|gross|(?:fy ?)?(?:20)?\d{2}|\d{1,2} ?(?:m|months)|last 12 months|ltm|ytd))+$"
)


@dataclass(frozen=True)
class Field:
    """One column that may be read from a supplier list.

    Attributes:
        name: canonical name.
        kind: how values are parsed and which value checks of the guard apply.
        description: what the field holds, for the documentation and the command line.
        required: whether each row must have it.
    """

    name: str
    kind: FieldKind
    description: str
    required: bool = False


FIELDS: tuple[Field, ...] = (
    Field("supplier_id", "identifier", "Your own stable number for the supplier.", required=True),
    Field("name", "text", "Name of the supplier (the company, never a person).", required=True),
    Field(
        "country",
        "category",
        "Country of the site: a name, ISO2 or ISO3 in any spelling.",
        required=True,
    ),
    Field("site_id", "identifier", "Your own number for the site."),
    Field("site_name", "text", "Name of the factory, mill, farm or other site."),
    Field(
        "address",
        "address",
        "Address of the site; compared in memory, never written to any output.",
    ),
    Field("admin_area", "text", "Province, state, district or municipality of the site."),
    Field(
        "town",
        "text",
        "Town or city of the site: gives a position of town level where no coordinate is known.",
    ),
    Field("latitude", "number", "Latitude in decimal degrees (WGS84)."),
    Field("longitude", "number", "Longitude in decimal degrees (WGS84)."),
    Field(
        "geometry",
        "geometry",
        "Outline of the site or sourcing area: WKT or GeoJSON, WGS84.",
    ),
    Field("sector", "category", "Industry: a code (ISIC, NACE, NAICS, US or UK SIC) or in words."),
    Field(
        "sector_scheme",
        "category",
        "Scheme of the sector code: isic, nace, naics, us_sic, uk_sic, cpv or unspsc.",
    ),
    Field(
        "commodity",
        "category",
        "What is bought: a code (Harmonised System, CPV or UNSPSC) or goods in words.",
    ),
    Field("commodity_scheme", "category", "Scheme of the commodity code: hs, cpv or unspsc."),
    Field("lei", "identifier", "Legal Entity Identifier (20 characters)."),
    Field(
        "duns",
        "identifier",
        "D-U-N-S number (9 digits); the supplier's number where the list has no other.",
    ),
    Field("cik", "identifier", "SEC Central Index Key."),
    Field("company_number", "identifier", "Number in the national company register."),
    Field("os_id", "identifier", "Open Supply Hub id."),
    Field("parent", "text", "Name of the owning group."),
    Field("parent_id", "identifier", "Your number of the parent: the same for sister companies."),
    Field("annual_spend", "number", "What you spend with the supplier in a year."),
    Field("currency", "category", "Currency of annual_spend (ISO 4217)."),
    Field(
        "workforce_band",
        "category",
        "Size of the company: 1-9, 10-49, 50-249, 250-999, 1000+; a head count is put in its band.",
    ),
    Field("tier", "category", "Tier in your chain: 1 is a direct supplier."),
    Field(
        "location_is_public",
        "boolean",
        "Whether the place of the site is already public (yes or no; absent means no).",
    ),
)

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
REQUIRED: tuple[str, ...] = tuple(field.name for field in FIELDS if field.required)


@dataclass(frozen=True)
class HeaderMatch:
    """Which column of a file feeds which field.

    Attributes:
        columns: field name to position of the column in the file, counted from 0.
        unread: positions of the columns that no field asks for.
    """

    columns: Mapping[str, int]
    unread: tuple[int, ...]


@functools.cache
def _spellings() -> Mapping[str, str]:
    return {
        spelling: field.name
        for field in FIELDS
        for spelling in map(normalise_header, (field.name, *HEADER_ALIASES[field.name].split(";")))
        if spelling
    }


def match_header(header: str, mapping: Mapping[str, str]) -> str | None:
    """The field a header feeds, or None.

    Args:
        header: the header as written in the file.
        mapping: the profile's own ``columns:`` (header to field name), which goes first.
    """
    normalised = normalise_header(header)
    for own, field in mapping.items():
        if normalise_header(own) == normalised:
            return field
    return _spellings().get(normalised) or _further(normalised)


def _further(normalised: str) -> str | None:
    """The field of a weaker header: of an address block, or with a year, a currency or a unit."""
    further = further_headers()
    if normalised in further:
        return further[normalised]
    of_block = _BLOCK.sub("", normalised)
    if of_block != normalised:
        field = _spellings().get(of_block) or further.get(of_block)
        return field if field in _IN_BLOCKS else None
    plain = _OF_AMOUNTS.sub("", normalised)
    if plain != normalised:
        field = _spellings().get(plain) or further.get(plain)
        return field if field == "annual_spend" else None
    return None


def nearest_field(header: str) -> str | None:
    """The field whose name or alias is spelled most like the header, or None if none is near."""
    spellings = _spellings()
    normalised = normalise_header(header)
    if normalised in _NO_FIELD or normalised in further_headers():
        return further_headers().get(normalised)
    near = process.extract(
        normalised,
        spellings.keys(),
        scorer=fuzz.ratio,
        score_cutoff=_NEAREST_MINIMUM,
        limit=_NEAREST_TRIED,
    )
    return next(
        (
            spellings[spelling]
            for spelling, likeness, _ in near
            if _is_near(normalised, spelling, likeness, spellings[spelling])
        ),
        None,
    )


def _is_near(header: str, spelling: str, likeness: float, field: str) -> bool:
    """Whether a header is another spelling, and not only made of the same common words."""
    if len(header) < _SHORT and likeness < _NEAREST_OF_SHORT and sorted(spelling) != sorted(header):
        return False
    own, theirs = (
        [word for word in text.split() if word not in _COMMON_WORDS] or text.split()
        for text in (header, spelling)
    )
    # "PO number" is none of "CIK number"; "country of the mill" may be meant as the country.
    return _have_like(theirs, own) and (field == "country" or _have_like(own, theirs))


def _have_like(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether each word has one among the others that is spelt much like it."""
    whole = "".join(others)
    return all(
        any(
            fuzz.ratio(word, other) >= _NEAREST_WORD or sorted(word) == sorted(other)
            for other in (*others, whole)
        )
        for word in words
    )


def match_headers(
    headers: Sequence[str],
    mapping: Mapping[str, str],
    drop: AbstractSet[str],
    where: str,
    findings: Findings | None = None,
    *,
    are_numbers: Callable[[int], bool] = lambda _: False,
    are_names: Callable[[int], bool] = lambda _: False,
) -> HeaderMatch:
    """Match all headers of a file to fields.

    A column named in ``mapping`` wins over one that only matches an alias, and an alias over a
    weaker one (`further_headers`). Of several columns of goods in words none is read. A file with
    a site name but no supplier name uses the site name for both.

    Args:
        headers: headers in the order of the file.
        mapping: the profile's ``columns:``, header to field name.
        drop: headers that must not be read.
        where: the file's name, for the message.
        findings: takes up what is wrong, so that the caller can raise it with other findings.
        are_numbers: whether the column at a position holds numbers; see `table_columns`.
        are_names: whether it holds names.

    Raises:
        DataRejectedError: without `findings`: columns that feed one field, and fields in
            ``mapping`` that do not exist, all of them.
    """
    wrong = Findings() if findings is None else findings
    for own, field in mapping.items():
        if field not in BY_NAME:
            near = nearest_field(field)
            hint = f"; the nearest field is {near!r}" if near else ""
            wrong.add(
                ListFaultError(
                    f"columns: maps {own!r} to {field!r}, which is not a field{hint}.",
                    where=where,
                    rule="unknown_field",
                    field=field,
                    columns=(own,),
                )
            )
    dropped = {normalise_header(name) for name in drop}
    mapped = {normalise_header(name) for name in mapping}
    explicit: dict[str, list[int]] = {}
    by_alias: dict[str, list[int]] = {}
    by_further: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        normalised = normalise_header(header)
        target = match_header(header, mapping)
        if normalised in dropped or target is None or target not in BY_NAME:
            continue
        of_kind = by_alias if normalised in _spellings() else by_further
        if normalised in mapped:
            of_kind = explicit
        of_kind.setdefault(target, []).append(position)
    _settle_number_and_name((by_alias, by_further, explicit), are_numbers, are_names)
    _prefer_country_codes(headers, by_alias)
    columns: dict[str, int] = {}
    goods = by_further.get("commodity", [])
    if len(goods) > 1:
        codes = [p for p in goods if normalise_header(headers[p]) not in goods_headers()]
        by_further["commodity"] = codes
        if not codes:
            del by_further["commodity"]
    for target, positions in {**by_further, **by_alias, **explicit}.items():
        exact = [p for p in positions if normalise_header(headers[p]) == normalise_header(target)]
        chosen = exact if len(exact) == 1 and target not in explicit else positions
        if len(chosen) > 1:
            wrong.add(_ambiguous(target, [headers[p] for p in chosen], where))
        columns[target] = chosen[0]
    if findings is None:
        wrong.raise_all()
    if "name" not in columns and "site_name" in columns:
        columns["name"] = columns["site_name"]
    used = set(columns.values())
    return HeaderMatch(columns, tuple(p for p in range(len(headers)) if p not in used))


def _settle_number_and_name(
    found: tuple[dict[str, list[int]], ...],
    are_numbers: Callable[[int], bool],
    are_names: Callable[[int], bool],
) -> None:
    """Move columns between number and name by their values; the last of `found` are mapped."""
    *open_to, _ = found
    count = {
        target: sum(len(one.get(target, ())) for one in found) for target in ("supplier_id", "name")
    }
    if count["name"] > 1 or not count["supplier_id"]:
        _move("name", "supplier_id", open_to, are_numbers)
    elif not count["name"]:
        _move("supplier_id", "name", open_to, are_names)


def _move(
    one: str, other: str, found: Sequence[dict[str, list[int]]], is_other: Callable[[int], bool]
) -> None:
    for by_target in found:
        positions = by_target.pop(one, [])
        moved = [position for position in positions if is_other(position)]
        if moved:
            by_target.setdefault(other, []).extend(moved)
        if kept := [position for position in positions if position not in moved]:
            by_target[one] = kept


def _prefer_country_codes(headers: Sequence[str], found: dict[str, list[int]]) -> None:
    """Of a code and a name of the country side by side, as exports have them, take the code."""
    by_header = {normalise_header(headers[p]): p for p in found.get("country", ())}
    if set(by_header) == _CODE_AND_NAME:
        found["country"] = [by_header["country code"]]


def _ambiguous(field: str, headers: Sequence[str], where: str) -> ListFaultError:
    named = " and ".join(repr(header) for header in headers[:3])
    return ListFaultError(
        f"{where}: the columns {named} both mean {field}; keep one with "
        f"--drop COLUMN or name it under columns: map: in the profile.",
        where=where,
        rule="two_columns",
        field=field,
        columns=tuple(headers),
    )
