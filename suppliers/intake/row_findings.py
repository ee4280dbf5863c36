"""Findings about the rows of lists: what is left out, left empty, or open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import polars as pl

from suppliers.intake.answers import town_key
from suppliers.intake.code_columns import UNKNOWN_SCHEME
from suppliers.intake.goods_producers import sector_or_goods
from suppliers.intake.industries import parse_sector
from suppliers.intake.list_findings import Block, Candidate, Kind, ListFinding
from suppliers.intake.sector_words import division_title
from suppliers.intake.supplier_rows import DUPLICATE, TOTALS
from suppliers.places.countries import possible_countries, resolve_country
from suppliers.places.town_matches import TownMatch, choice_name, find_town

_COORDINATE = "write decimal degrees (WGS84), such as 23.8921 and 90.3127"
_CORRECTIONS: Mapping[str, str] = {
    "cells_beyond_header": "put values with a delimiter into quotation marks",
    "person_like_value": "remove it from the list",
    "missing_supplier_id": "write your number of the supplier",
    "missing_name": "write the name of the company",
    "missing_country": "complete it in to_complete.xlsx",
    "unknown_country": "answer it in the mapping file, or write the ISO code",
    "bad_latitude": _COORDINATE,
    "bad_longitude": _COORDINATE,
    "bad_annual_spend": "name the decimal mark in the mapping file",
    "bad_currency": "write three letters (ISO 4217), such as EUR",
    "bad_sector_scheme": "write isic, nace, naics, us_sic, uk_sic, cpv or unspsc",
    "bad_commodity_scheme": "write hs, cpv or unspsc",
    "bad_duns": "write the nine digits, or leave it empty",
    "bad_sector": "answer it in the mapping file, or write an ISIC division",
    "bad_commodity": "write an HS code of 2 to 10 digits, or name the goods",
    "bad_lei": "compare it with the LEI register (gleif.org)",
    "bad_company_number": "write the number of the company register",
    "bad_cik": "write up to 10 digits",
    "bad_os_id": "write the 15 characters of Open Supply Hub",
    "bad_workforce_band": "write a head count or a band such as 50-249",
    "bad_tier": "write 1 for a direct supplier, 2 for its supplier, and so on",
    "bad_location_is_public": "write yes or no",
    "ambiguous_town": "choose a candidate in the mapping file, or write the region",
    "unknown_town": "write a larger town nearby in to_complete.xlsx, or the coordinates",
}
_SCHEMES = re.compile(r" \((\w+_scheme): (.+)\)$")
_LEFT_EMPTY = "; it was left empty"


def rejected_findings(
    faults: pl.DataFrame, raw: pl.DataFrame, absent: Mapping[str, frozenset[str]]
) -> Iterator[ListFinding]:
    """Rows that the run leaves out.

    Args:
        faults: of `judge_rows`.
        raw: the rows as written.
        absent: fields that a file has no column for that may be read, by file: said once, not
            in each row.
    """
    written = faults.join(
        raw.select("source_file", "source_row", "country"),
        on=["source_file", "source_row"],
        how="left",
        maintain_order="left",
    ).with_columns(country=pl.when(pl.col("rule") == "unknown_country").then(pl.col("country")))
    for (file, rule, reason, country), rows in _grouped(
        written, ["source_file", "rule", "reason", "country"]
    ):
        field = rule.removeprefix("missing_").removeprefix("unknown_")
        known = absent.get(file, frozenset())
        if (rule == f"missing_{field}" and field in known) or (
            rule == "person_like_value" and known & {"name", "country", "supplier_id"}
        ):
            continue
        if rule == "unknown_country":
            yield _of_country(file, rows, country)
        else:
            yield ListFinding(
                file,
                rows,
                "" if field == rule else field,
                rule,
                "note" if rule in (DUPLICATE, TOTALS) else "rejected",
                reason.partition("; ")[0],
                _CORRECTIONS.get(rule, ""),
            )


def issue_findings(issues: pl.DataFrame, rows: pl.DataFrame) -> Iterator[ListFinding]:
    """Optional values that were left empty.

    Args:
        issues: of `judge_rows` and `locate_towns`.
        rows: the rows as written, with `country_iso2`.
    """
    of_column = pl.col("rule") == UNKNOWN_SCHEME
    for (file, field, reason), numbers in _grouped(
        issues.filter(of_column), ["source_file", "field", "reason"]
    ):
        yield _scheme_question(file, numbers, field, reason)
    issues = issues.filter(~of_column)
    keys = ["source_file", "source_row"]
    fields = sorted(set(issues["field"].to_list()))
    named = [*fields, "town", "admin_area", "country_iso2"]
    texts = rows.select(*keys, *dict.fromkeys(named))
    written = issues.join(texts, on=keys, how="left", maintain_order="left")
    for field in fields:
        of_field = written.filter(pl.col("field") == field)
        further = {
            "town": ["admin_area", "country_iso2"],
        }.get(field, [])
        columns = ["source_file", "rule", "reason", field, *further]
        for (file, rule, reason, value, *more), numbers in _grouped(of_field, columns):
            finding = _ISSUES.get(field, _plain_issue)
            yield finding(file, numbers, field, rule, reason, value, *more)


def location_findings(located: pl.DataFrame) -> Iterator[ListFinding]:
    """Coordinates and outlines that cannot be used as given.

    Args:
        located: of `located_rows`.
    """
    given = located.filter(
        pl.any_horizontal(pl.col("latitude_text", "longitude_text", "geometry").is_not_null())
        & pl.col("location_reason").is_not_null()
        & (pl.col("location_reason") != "the coordinate is not a number in decimal degrees")
    )
    columns = ["source_file", "location_precision", "location_reason", "latitude", "longitude"]
    by_value = given.with_columns(
        # Only a swapped pair is shown with its values.
        pl.when(pl.col("location_reason").str.contains("swapped")).then(pl.col(name)).alias(name)
        for name in ("latitude", "longitude")
    )
    for (file, precision, reason, latitude, longitude), rows in _grouped(by_value, columns):
        kind: Kind = "note"
        correction = ""
        if precision in ("none", "country", "admin_area"):
            kind, correction = "open", "correct the coordinate, or leave it empty and give the town"
        if latitude is not None and longitude is not None:
            correction = f"write latitude {longitude:g} and longitude {latitude:g} if so"
        if reason.startswith("only one of"):
            correction = "give both"
        if reason.startswith("the centre point"):
            reason = f"the coordinate is {reason}"
        if kind == "note":
            reason = f"{reason}: the location counts as {precision}"
        yield ListFinding(file, rows, "latitude", "unusable_location", kind, reason, correction)


def _grouped(
    frame: pl.DataFrame, columns: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Distinct values of the columns, each with its rows."""
    grouped = frame.group_by(columns, maintain_order=True).agg("source_row")
    for *values, rows in grouped.iter_rows():
        yield tuple(values), tuple(rows)


def _of_country(file: str, rows: tuple[int, ...], written: str) -> ListFinding:
    candidates = [
        Candidate(match.country.iso2, name)
        for name in possible_countries(written)
        if (match := resolve_country(name)) is not None
    ]
    names = " or ".join(one.comment for one in candidates)
    text = f"the country {written!r} " + (f"can be {names}" if names else "is not known")
    return ListFinding(
        file, rows, "country", "unknown_country", "open", text,
        _CORRECTIONS["unknown_country"], "countries", written, tuple(candidates),
    )  # fmt: skip


def _plain_issue(
    file: str, rows: tuple[int, ...], field: str, rule: str, reason: str, value: str
) -> ListFinding:
    del value
    kind: Kind = "rejected" if rule == "bad_annual_spend" else "note"
    return ListFinding(
        file, rows, field, rule, kind, reason.removesuffix(_LEFT_EMPTY), _CORRECTIONS[rule]
    )


def _coordinate_issue(
    file: str, rows: tuple[int, ...], field: str, rule: str, reason: str, value: str
) -> ListFinding:
    text = f"{field} {value!r}" + reason.removesuffix(_LEFT_EMPTY).removeprefix(field)
    return ListFinding(file, rows, field, rule, "open", text, _CORRECTIONS[rule])


def _spend_issue(
    file: str, rows: tuple[int, ...], field: str, rule: str, reason: str, value: str
) -> ListFinding:
    del value
    text, _, _ = reason.removesuffix(_LEFT_EMPTY).partition("; ")
    if "ambiguous" not in reason:
        return ListFinding(
            file, rows, field, rule, "note", text, "write digits and one decimal mark"
        )
    marks = (Candidate("dot", "1.234 is 1.234"), Candidate("comma", "1.234 is 1234"))
    return ListFinding(
        file, rows, field, "ambiguous_number", "open", text, _CORRECTIONS[rule],
        "decimal", "decimal", marks,
    )  # fmt: skip


def _scheme_question(file: str, rows: tuple[int, ...], field: str, reason: str) -> ListFinding:
    """Codes of a column that can be of several schemes."""
    text, _, named = reason.removesuffix(_LEFT_EMPTY).partition("; ")
    found = _SCHEMES.search(named)
    if found is None:
        raise ValueError(f"a question about schemes without its choices: {reason}")
    return ListFinding(
        file, rows, field, UNKNOWN_SCHEME, "open", text,
        "name the scheme of the file in the mapping file", "constants", found[1],
        tuple(map(Candidate, found[2].split(" or "))),
    )  # fmt: skip


def _goods_issue(
    file: str, rows: tuple[int, ...], field: str, rule: str, reason: str, value: str
) -> ListFinding:
    del value
    text = reason.removesuffix(_LEFT_EMPTY).rpartition("; ")[0] or reason
    return ListFinding(
        file, rows, field, rule, "note", text.removesuffix(_LEFT_EMPTY), _CORRECTIONS[rule]
    )


def _sector_issue(
    file: str,
    rows: tuple[int, ...],
    field: str,
    rule: str,
    reason: str,
    value: str,
) -> ListFinding:
    block: Block = "sectors"
    candidates = [Candidate(code, division_title(code)) for code in sector_or_goods(value).choices]
    names = " or ".join(f"{one.value} ({one.comment})" for one in candidates)
    if names:
        text = f"sector {value!r} can be ISIC {names}"
    elif parse_sector(value, None) is None and any(c.isalpha() for c in value):
        text = f"no words of sector {value!r} name an ISIC division"
    else:
        text = f"sector {value!r} is {reason.removesuffix(_LEFT_EMPTY).partition(' is ')[2]}"
    return ListFinding(
        file, rows, field, rule, "open", text, _CORRECTIONS[rule], block, value,
        tuple(candidates),
    )  # fmt: skip


def _town_issue(
    file: str,
    rows: tuple[int, ...],
    field: str,
    rule: str,
    reason: str,
    value: str | None,
    area: str | None,
    iso2: str,
) -> ListFinding:
    text = reason.rpartition("; ")[0] if rule == "unknown_town" else reason.partition("; ")[0]
    if value is None:
        return ListFinding(file, rows, field, rule, "open", text, _CORRECTIONS[rule])
    match: TownMatch = find_town(value, iso2, area)
    candidates = tuple(
        dict.fromkeys(
            Candidate(choice_name(town), f"{town.inhabitants:,} inhabitants")
            for town in match.candidates
        )
    )
    return ListFinding(
        file, rows, field, rule, "open", text, _CORRECTIONS[rule],
        "towns", town_key(value, area, iso2), candidates,
    )  # fmt: skip


_ISSUES: Mapping[str, Callable[..., ListFinding]] = {
    "annual_spend": _spend_issue,
    "sector": _sector_issue,
    "commodity": _goods_issue,
    "town": _town_issue,
    "latitude": _coordinate_issue,
    "longitude": _coordinate_issue,
}
