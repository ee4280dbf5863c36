"""Areas under an import ban or a policy about labour that a state imposes, and the sites in them.

Labour that a state imposes leaves no trace that a site would show: places look like any other. So
where a site lies is held against a list of areas, and a match is a flag, never part of the score.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import RAGGED, SOURCE_ROW

#: The list that comes with the tool; a list of one's own has the same columns.
SHIPPED = Path(__file__).with_name("listed_areas.csv")

LIST_ID = "listed_areas"
KINDS = ("import_ban", "uflpa_region_or_entity", "state_imposed")
COLUMNS = (
    "area", "country", "region", "other_names", "kind", "policy", "since", "link", "divisions",
)  # fmt: skip

_BETWEEN = re.compile(r"\s*;\s*")
#: Shorter names are looked for as a whole region alone, never inside another text.
_MIN_LETTERS = 4

HIT_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "list_id": pl.String(),
    "entry_id": pl.String(),
    "matched_via": pl.String(),
    "list_title": pl.String(),
    "kind": pl.String(),
    "matched_name": pl.String(),
    "listed_on": pl.Date(),
    "link": pl.String(),
    "band": pl.String(),
    "score": pl.Float64(),
    "reason": pl.String(),
    "path": pl.String(),
}


@dataclass(frozen=True)
class ListedArea:
    """One policy about one area.

    Attributes:
        area: its id on the list.
        country: ISO alpha-3.
        region: name of the region; empty for the whole country.
        names: the region's folded names, its own among them.
        kind: one of `KINDS`.
        policy: title of the law, order or finding.
        since: the day from which it holds.
        link: where it can be read.
        divisions: two digits of ISIC or NACE that it is about; none: all.
    """

    area: str
    country: str
    region: str
    names: tuple[str, ...]
    kind: str
    policy: str
    since: dt.date
    link: str
    divisions: tuple[str, ...]


def read_areas(path: Path = SHIPPED) -> list[ListedArea]:
    """The areas of a list.

    Raises:
        UsageError: there is no such file.
        DataRejectedError: it lacks a column, or a row lacks its country, kind, day or link.
    """
    if not path.is_file():
        raise UsageError(f"identity.listed_areas: file not found: {path}; name one, or null.")
    table = open_table(path, COLUMNS.__contains__)
    lacking = [name for name in COLUMNS if name not in table.headers]
    if lacking:
        raise DataRejectedError(f"{path.name}: the column {lacking[0]} is missing; add it.")
    rows = table.read({name: table.headers.index(name) for name in COLUMNS}, may_be_empty=True)
    if beyond := rows.filter(RAGGED)[SOURCE_ROW].to_list():
        raise DataRejectedError(
            f"{path.name}, row {beyond[0]}: it has more or fewer cells than the header; put a "
            "value with a comma into quotation marks."
        )
    return [
        _area(row, f"{path.name}, row {row[SOURCE_ROW]}")
        for row in rows.fill_null("").iter_rows(named=True)
    ]


def area_hits(
    areas: Sequence[ListedArea], suppliers: pl.DataFrame, sites: pl.DataFrame, as_of: dt.date
) -> pl.DataFrame:
    """Suppliers with a site in a listed area, and those whose own name speaks of it.

    A site whose region is named as the area's, or any site where the whole country is listed, is a
    hit (`accept`). A site in the country whose region is not known, of a supplier whose name
    speaks of the region, is a question (`review`).

    Args:
        areas: the list.
        suppliers: supplier_id, name, country_iso3, sector.
        sites: supplier_id, country_iso3, admin_area, site_name.
        as_of: policies of later days are not known yet.

    Returns:
        One row per supplier and area, columns of `HIT_SCHEMA`, by supplier and area.
    """
    countries = {area.country for area in areas}
    is_there = pl.col("country_iso3").is_in(countries)
    columns = ("supplier_id", "country_iso3", "admin_area", "site_name")
    places = sites.filter(is_there).select(columns).rows()
    without = suppliers.filter(is_there).join(sites, on="supplier_id", how="anti")
    places += [(*row, None, None) for row in without.select(columns[:2]).rows()]
    near = suppliers.filter(pl.col("supplier_id").is_in({place[0] for place in places}))
    of_supplier = {
        row["supplier_id"]: row
        for row in near.select("supplier_id", "name", "sector").iter_rows(named=True)
    }
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for area in areas:
        if area.since > as_of:
            continue
        for supplier_id, country, region, site_name in places:
            supplier = of_supplier.get(supplier_id)
            if supplier is None or country != area.country or not _is_about(area, supplier):
                continue
            texts = (str(supplier["name"]), str(site_name or ""))
            found = _found(area, region, texts)
            known = rows.get((supplier_id, area.area))
            if found is None or (known is not None and known["band"] == "accept"):
                continue
            band, reason = found
            rows[(supplier_id, area.area)] = {
                "supplier_id": supplier_id,
                "list_id": LIST_ID,
                "entry_id": area.area,
                "matched_via": "site",
                "list_title": area.policy,
                "kind": area.kind,
                "matched_name": area.region or area.country,
                "listed_on": area.since,
                "link": area.link,
                "band": band,
                "score": 1.0 if band == "accept" else 0.5,
                "reason": reason,
            }
    ordered = [rows[key] for key in sorted(rows)]
    return pl.DataFrame(ordered, schema=HIT_SCHEMA, orient="row")


def _found(area: ListedArea, region: str | None, texts: tuple[str, ...]) -> tuple[str, str] | None:
    if not area.region:
        return "accept", "a site lies in the country"
    if region:
        own = _folded(region)
        named = any(own == name or _speaks_of(own, name) for name in area.names)
        return ("accept", f"a site lies in {region}") if named else None
    if any(_speaks_of(_folded(text), name) for text in texts for name in area.names):
        return "review", "its name speaks of the region, and where its site lies is not known"
    return None


def _is_about(area: ListedArea, supplier: dict[str, object]) -> bool:
    """Whether the policy is about the supplier's industry; if unclear, it is."""
    sector = supplier.get("sector")
    return not area.divisions or not sector or str(sector)[:2] in area.divisions


def _speaks_of(text: str, name: str) -> bool:
    if not name.isascii():
        return name in text
    return len(name) >= _MIN_LETTERS and f" {name} " in f" {text} "


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def _area(row: dict[str, str], where: str) -> ListedArea:
    if len(row["country"]) != 3 or row["kind"] not in KINDS:
        raise DataRejectedError(
            f"{where}: give country as three letters and kind as one of {', '.join(KINDS)}."
        )
    if not row["link"].startswith("https://") or not row["area"] or not row["policy"]:
        raise DataRejectedError(f"{where}: give area, policy and an https link where it stands.")
    try:
        since = stated_day(row["since"])
    except ValueError as error:
        raise DataRejectedError(f"{where}: since is no day; write 2022-06-21.") from error
    names = (row["region"], *_BETWEEN.split(row["other_names"]))
    return ListedArea(
        area=row["area"],
        country=row["country"],
        region=row["region"],
        names=tuple(dict.fromkeys(_folded(name) for name in names if name)),
        kind=row["kind"],
        policy=row["policy"],
        since=since,
        link=row["link"],
        divisions=tuple(part for part in _BETWEEN.split(row["divisions"]) if part),
    )
