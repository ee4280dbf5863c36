"""Rows of one list, or of several, that contradict each other about one supplier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from suppliers.header_text import normalise_header
from suppliers.intake.list_findings import Kind, ListFinding
from suppliers.intake.supplier_rows import derive_supplier_id
from suppliers.places.countries import great_circle_km

#: Fields that one company has once; spend and size may differ between sites and years.
_COMPARED = (
    "country_iso2", "sector", "lei", "cik", "company_number", "os_id", "parent", "tier",
)  # fmt: skip
_SHOWN_NAMES = {"country_iso2": "country"}
_KEYS = ["source_file", "source_row"]
_Row = Mapping[str, Any]
#: Two lists that give one site of a supplier this far apart do not mean one place.
_SAME_SITE_KM = 25.0


def contradiction_findings(located: pl.DataFrame) -> Iterator[ListFinding]:
    """Values that differ between rows about one supplier, each at the later row.

    Rows are about one supplier if they have its supplier_id, its LEI, or its name and country.

    Args:
        located: rows with their locations; one whose country is not known has none.
    """
    ordered = located.sort(_KEYS)
    rows = ordered.with_columns(
        _folded=pl.col("name").map_elements(normalise_header, return_dtype=pl.String),
        _same_name=_same_names(ordered),
    )
    yield from _ids_of_two_names(rows)
    yield from _suppliers_of_two_ids(rows)
    yield from _names_in_two_countries(rows)
    seen: set[tuple[str, int, str]] = set()
    for key in ("supplier_id", "_same_name", "lei"):
        for field in _COMPARED:
            for finding in _differing(rows, key, field) if field != key else ():
                place = (finding.file, finding.rows[0], finding.field)
                if place not in seen:
                    seen.add(place)
                    yield finding
    yield from _far_apart(rows)


def _same_names(rows: pl.DataFrame) -> pl.Series:
    country = pl.coalesce("country_iso2", "country", pl.lit("")).alias("_country")
    named = rows.select("name", country)
    pairs = named.unique().drop_nulls("name")
    keys = pairs.with_columns(
        key=pl.Series([derive_supplier_id(n, c) for n, c in pairs.iter_rows()], dtype=pl.String)
    )
    return named.join(keys, on=named.columns, how="left", maintain_order="left")["key"]


def _pairs(rows: pl.DataFrame, key: str) -> Iterator[tuple[_Row, _Row]]:
    """The first row of each group and every later one of the same group."""
    groups = rows.drop_nulls(key).filter(pl.len().over(key) > 1)
    for group in groups.partition_by(key, maintain_order=True):
        first, *others = group.iter_rows(named=True)
        for other in others:
            yield first, other


def _firsts(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """The first row of each distinct combination of values; rows without one are left out."""
    return rows.drop_nulls(by).unique(by, keep="first", maintain_order=True)


def _finding(
    other: _Row, field: str, rule: str, kind: Kind, text: str, correction: str
) -> ListFinding:
    file, row = (other[name] for name in _KEYS)
    return ListFinding(file, (row,), field, rule, kind, text, correction)


def _where(row: _Row) -> str:
    return f"{row['source_file']} row {row['source_row']}"


def _differing(rows: pl.DataFrame, key: str, field: str) -> Iterator[ListFinding]:
    """The first row of each further value of a field within a group."""
    shown = _SHOWN_NAMES.get(field, field)
    for first, other in _pairs(_firsts(rows, key, field), key):
        yield _finding(
            other,
            shown,
            "contradiction",
            "open",
            f"{shown} of {other['name']!r} is {other[field]} here and {first[field]} in "
            f"{_where(first)}",
            "correct one of them; the run takes the first",
        )


def _ids_of_two_names(rows: pl.DataFrame) -> Iterator[ListFinding]:
    for first, other in _pairs(_firsts(rows, "supplier_id", "_folded"), "supplier_id"):
        yield _finding(
            other,
            "supplier_id",
            "one_id_two_names",
            "open",
            f"supplier_id {other['supplier_id']!r} is {other['name']!r} here and "
            f"{first['name']!r} in {_where(first)}",
            "give each company its own id; the run takes them for one",
        )


def _suppliers_of_two_ids(rows: pl.DataFrame) -> Iterator[ListFinding]:
    for first, other in _pairs(_firsts(rows, "_same_name", "supplier_id"), "_same_name"):
        yield _finding(
            other,
            "supplier_id",
            "one_name_two_ids",
            "note",
            f"{other['name']!r} has the supplier_id {other['supplier_id']!r} here and "
            f"{first['supplier_id']!r} in {_where(first)}",
            "give it one id if it is one company; the run takes them for two",
        )


def _names_in_two_countries(rows: pl.DataFrame) -> Iterator[ListFinding]:
    """A name of one list that another list gives in another country only."""
    firsts = _firsts(rows, "_folded", "country_iso2").filter(
        (pl.col("source_file").n_unique().over("_folded") > 1)
        & (pl.col("supplier_id").n_unique().over("_folded") > 1)
    )
    for first, other in _pairs(firsts, "_folded"):
        yield _finding(
            other,
            "country",
            "one_name_two_countries",
            "note",
            f"{other['name']!r} is in {other['country_iso2']} here and in "
            f"{first['country_iso2']} in {_where(first)}",
            "correct the country if it is one company; the run takes them for two",
        )


def _far_apart(rows: pl.DataFrame) -> Iterator[ListFinding]:
    """A supplier's one site in each of two lists, at two places."""
    exact = rows.filter(pl.col("location_precision").is_in(["exact", "polygon", "city"]))
    alone = exact.filter(pl.len().over("_same_name", "source_file") == 1)
    for first, other in _pairs(alone, "_same_name"):
        latitude, longitude = (np.array([other[axis]]) for axis in ("latitude", "longitude"))
        distance = great_circle_km(latitude, longitude, first["latitude"], first["longitude"])[0]
        if distance > _SAME_SITE_KM:
            yield _finding(
                other,
                "latitude",
                "contradiction",
                "open",
                f"the location of {other['name']!r} is {distance:,.0f} km from that in "
                f"{_where(first)}",
                "correct one of them, or give each site its site_id",
            )
