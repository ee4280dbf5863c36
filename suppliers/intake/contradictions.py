"""Rows of one list, or of several, that contradict each other about one supplier."""

from __future__ import annotations

from collections.abc import Iterator

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
#: Two lists that give one site of a supplier this far apart do not mean one place.
_SAME_SITE_KM = 25.0


def contradiction_findings(located: pl.DataFrame) -> Iterator[ListFinding]:
    """Values that differ between rows about one supplier, each at the later row.

    Rows are about one supplier if they have its supplier_id, its LEI, or its name and country.

    Args:
        located: accepted rows with their locations.
    """
    rows = located.sort(_KEYS).with_columns(_same_name=_same_names(located.sort(_KEYS)))
    seen: set[tuple[str, int, str]] = set()
    yield from _ids_of_two_names(rows)
    yield from _suppliers_of_two_ids(rows)
    yield from _names_in_two_countries(rows)
    for key in ("supplier_id", "_same_name", "lei"):
        for field in _COMPARED:
            if field == key:
                continue
            for finding in _differing(rows.drop_nulls([key, field]), key, field):
                place = (finding.file, finding.rows[0], finding.field)
                if place not in seen:
                    seen.add(place)
                    yield finding
    yield from _far_apart(rows)


def _same_names(rows: pl.DataFrame) -> pl.Series:
    pairs = rows.select("name", "country_iso2").unique()
    keys = pairs.with_columns(
        key=pl.Series([derive_supplier_id(n, c) for n, c in pairs.iter_rows()], dtype=pl.String)
    )
    return rows.join(keys, on=["name", "country_iso2"], how="left", maintain_order="left")["key"]


def _differing(rows: pl.DataFrame, key: str, field: str) -> Iterator[ListFinding]:
    """The first row of each further value of a field within a group."""
    firsts = rows.unique([key, field], keep="first", maintain_order=True)
    groups = firsts.filter(pl.col(field).n_unique().over(key) > 1)
    for group in groups.partition_by(key, maintain_order=True):
        first, *others = group.select(*_KEYS, "name", field).rows()
        for file, row, name, value in others:
            yield ListFinding(
                file,
                (row,),
                _SHOWN_NAMES.get(field, field),
                "contradiction",
                "open",
                f"{_SHOWN_NAMES.get(field, field)} of {name!r} is {value} here and {first[3]} in "
                f"{first[0]} row {first[1]}",
                "correct one of them; the run takes the first",
            )


def _ids_of_two_names(rows: pl.DataFrame) -> Iterator[ListFinding]:
    folded = rows.with_columns(
        _folded=pl.col("name").map_elements(normalise_header, return_dtype=pl.String)
    )
    firsts = folded.unique(["supplier_id", "_folded"], keep="first", maintain_order=True)
    groups = firsts.filter(pl.len().over("supplier_id") > 1)
    for group in groups.partition_by("supplier_id", maintain_order=True):
        first, *others = group.select(*_KEYS, "supplier_id", "name").rows()
        for file, row, supplier_id, name in others:
            yield ListFinding(
                file,
                (row,),
                "supplier_id",
                "one_id_two_names",
                "open",
                f"supplier_id {supplier_id!r} is {name!r} here and {first[3]!r} in "
                f"{first[0]} row {first[1]}",
                "give each company its own id; the run takes them for one",
            )


def _suppliers_of_two_ids(rows: pl.DataFrame) -> Iterator[ListFinding]:
    firsts = rows.unique(["_same_name", "supplier_id"], keep="first", maintain_order=True)
    groups = firsts.filter(pl.len().over("_same_name") > 1)
    for group in groups.partition_by("_same_name", maintain_order=True):
        first, *others = group.select(*_KEYS, "supplier_id", "name").rows()
        for file, row, supplier_id, name in others:
            yield ListFinding(
                file,
                (row,),
                "supplier_id",
                "one_name_two_ids",
                "note",
                f"{name!r} has the supplier_id {supplier_id!r} here and {first[2]!r} in "
                f"{first[0]} row {first[1]}",
                "give it one id if it is one company; the run takes them for two",
            )


def _names_in_two_countries(rows: pl.DataFrame) -> Iterator[ListFinding]:
    """A name of one list that another list gives in another country only."""
    folded = rows.with_columns(
        _folded=pl.col("name").map_elements(normalise_header, return_dtype=pl.String)
    )
    firsts = folded.unique(["_folded", "country_iso2"], keep="first", maintain_order=True)
    groups = firsts.filter(
        (pl.len().over("_folded") > 1)
        & (pl.col("source_file").n_unique().over("_folded") > 1)
        & (pl.col("supplier_id").n_unique().over("_folded") > 1)
    )
    for group in groups.partition_by("_folded", maintain_order=True):
        first, *others = group.select(*_KEYS, "name", "country_iso2").rows()
        for file, row, name, country in others:
            yield ListFinding(
                file,
                (row,),
                "country",
                "one_name_two_countries",
                "note",
                f"{name!r} is in {country} here and in {first[3]} in {first[0]} row {first[1]}",
                "correct the country if it is one company; the run takes them for two",
            )


def _far_apart(rows: pl.DataFrame) -> Iterator[ListFinding]:
    """A supplier's one site in each of two lists, at two places."""
    exact = rows.filter(pl.col("location_precision").is_in(["exact", "polygon", "city"]))
    alone = exact.filter(
        (pl.len().over("_same_name", "source_file") == 1) & (pl.len().over("_same_name") > 1)
    )
    for group in alone.partition_by("_same_name", maintain_order=True):
        first, *others = group.select(*_KEYS, "name", "latitude", "longitude").rows()
        for file, row, name, latitude, longitude in others:
            distance = great_circle_km(
                np.array([latitude]), np.array([longitude]), first[3], first[4]
            )[0]
            if distance > _SAME_SITE_KM:
                kind: Kind = "open"
                yield ListFinding(
                    file,
                    (row,),
                    "latitude",
                    "contradiction",
                    kind,
                    f"the location of {name!r} is {distance:,.0f} km from that in {first[0]} "
                    f"row {first[1]}",
                    "correct one of them, or give each site its site_id",
                )
