"""Give sites without a coordinate the position of the town or area that the list names."""

from dataclasses import dataclass

import polars as pl

from suppliers.intake.table_rows import SOURCE_ROW
from suppliers.places.town_addresses import town_of_address
from suppliers.places.town_matches import TownMatch, choice_name, find_town

#: Columns that `locate_towns` adds to the rows.
TOWN_COLUMNS = {
    "town_latitude": pl.Float64(),
    "town_longitude": pl.Float64(),
    "town_precision": pl.String(),
    "town_reason": pl.String(),
}
# States are often abbreviated, and "SE" is a town too.
_ABBREVIATION = 3
_ISSUES = {
    "source_file": pl.String(),
    SOURCE_ROW: pl.Int64(),
    "supplier_id": pl.String(),
    "field": pl.String(),
    "rule": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True)
class LocatedTowns:
    """Rows with the position of their town.

    Attributes:
        rows: the rows with `TOWN_COLUMNS`; null where nothing was found or a coordinate is given.
        issues: towns to be settled by the user: source_file, source_row, supplier_id, field,
            rule, reason.
        counts: towns_found, towns_ambiguous, towns_unknown, over the rows without a coordinate.
    """

    rows: pl.DataFrame
    issues: pl.DataFrame
    counts: dict[str, int]


def locate_towns(rows: pl.DataFrame) -> LocatedTowns:
    """Find the towns of the rows that give no coordinate and no outline.

    The town is looked for in `town`, then in the last parts of `address`, then in `admin_area`. A
    town that is not known, or one of several, is asked about; until that is answered the site has
    the centre of its `admin_area`, where that is a known area.

    Args:
        rows: accepted rows with country_iso2, town, admin_area, address, latitude_text,
            longitude_text and geometry.
    """
    keys = ["country_iso2", "town", "admin_area", "address"]
    without = pl.all_horizontal(
        pl.col("latitude_text", "longitude_text", "geometry").is_null()
    ) & pl.any_horizontal(pl.col("town", "admin_area", "address").is_not_null())
    asked = rows.filter(without).select(keys).unique(maintain_order=True)
    matches = [(row, _match(*row)) for row in asked.iter_rows()]
    found = pl.DataFrame(
        [
            (*row, *_position(_area_at_least(match, row)), *_question(match, row))
            for row, match in matches
        ],
        schema={
            **dict.fromkeys(keys, pl.String()),
            **TOWN_COLUMNS,
            "rule": pl.String(),
            "reason": pl.String(),
        },
        orient="row",
    )
    joined = rows.with_columns(without.alias("_without")).join(
        found, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    joined = joined.with_columns(
        pl.when("_without").then(pl.col(name)).alias(name)
        for name in (*TOWN_COLUMNS, "rule", "reason")
    ).drop("_without")
    issues = joined.filter(pl.col("rule").is_not_null()).select(
        "source_file", SOURCE_ROW, "supplier_id", pl.lit("town").alias("field"), "rule", "reason"
    )
    counts = {
        "towns_found": int((joined["town_precision"] == "city").sum()),
        "towns_ambiguous": int((joined["rule"] == "ambiguous_town").sum()),
        "towns_unknown": int((joined["rule"] == "unknown_town").sum()),
    }
    return LocatedTowns(joined.drop("rule", "reason"), issues.cast(pl.Schema(_ISSUES)), counts)


def _match(
    iso2: str, town: str | None, admin_area: str | None, address: str | None
) -> TownMatch | None:
    if town is not None:
        return find_town(town, iso2, admin_area)
    return _without_town(iso2, admin_area, address)


def _without_town(iso2: str, admin_area: str | None, address: str | None) -> TownMatch | None:
    of_address = None if address is None else town_of_address(address, iso2)
    if of_address is not None or admin_area is None:
        return of_address
    match = find_town(admin_area, iso2, is_area=True)
    if match.outcome == "town" and len(admin_area) <= _ABBREVIATION:
        return None
    # Areas that are not known are no fault of the list: nothing was said about a town.
    return match if match.outcome in ("town", "area") else None


def _area_at_least(match: TownMatch | None, row: tuple[str | None, ...]) -> TownMatch | None:
    """The match, or the area that the row names where its town stays a question."""
    iso2, _, admin_area, _ = row
    if match is None or match.outcome in ("town", "area") or iso2 is None or admin_area is None:
        return match
    area = find_town(admin_area, iso2, is_area=True)
    return area if area.outcome == "area" else match


def _position(
    match: TownMatch | None,
) -> tuple[float | None, float | None, str | None, str | None]:
    if match is None or match.outcome not in ("town", "area"):
        return None, None, None, None
    kind = "town" if match.outcome == "town" else "area"
    precision = "city" if match.outcome == "town" else "admin_area"
    reason = (
        f"the centre of the {kind} {match.name}, from the list's {kind} name "
        f"(GeoNames); the site lies within about {match.radius_km:.0f} km"
    )
    return match.latitude, match.longitude, precision, reason


def _question(
    match: TownMatch | None, row: tuple[str | None, ...] | list[str | None]
) -> tuple[str | None, str | None]:
    if match is None or match.outcome in ("town", "area"):
        return None, None
    named = repr(row[1])
    if match.outcome == "ambiguous":
        choices = "; ".join(choice_name(town) for town in match.candidates)
        return "ambiguous_town", (
            f"town {named}: {match.reason}; write the region or the coordinates. Candidates: "
            f"{choices}"
        )
    return "unknown_town", (
        f"town {named}: {match.reason}; write a larger town nearby, or the coordinates"
    )
