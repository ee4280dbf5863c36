"""Answers of the user to questions about the values of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.industries import parse_sector
from suppliers.places.countries import resolve_listed_country
from suppliers.places.town_matches import find_town


@dataclass(frozen=True)
class Answers:
    """What the user says in place of what a list says; keys are compared without case and accents.

    Attributes:
        countries: country as written to its name or ISO code.
        sectors: sector as written to an ISIC division or section.
        towns: town as written, with the region where the list gives one and the ISO2 code of the
            country (`San Juan, Cebu, PH`), to a town that the gazetteer knows.
    """

    countries: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    towns: Mapping[str, str] = field(default_factory=dict)


def town_key(town: str, admin_area: str | None, iso2: str) -> str:
    """How answers name a town of a list."""
    return ", ".join(part for part in (town, admin_area, iso2) if part)


def check_answers(answers: Answers) -> None:
    """Reject answers that cannot be used, all of them in one error.

    Raises:
        DataRejectedError: a country or sector that does not exist, or a town that is not one town
            of the gazetteer.
    """
    findings = Findings()
    for written, country in answers.countries.items():
        if resolve_listed_country(country) is None:
            findings.add(_unusable("countries", written, country, "write an ISO code"))
    for written, sector in answers.sectors.items():
        if parse_sector(sector, "isic") is None:
            findings.add(_unusable("sectors", written, sector, "write an ISIC division (14)"))
    for written, town in answers.towns.items():
        iso2 = written.rpartition(",")[2].strip().upper()
        if resolve_listed_country(iso2) is None or len(iso2) != 2:
            findings.add(
                DataRejectedError(
                    f"answers: towns: {written!r} does not end in the ISO2 code of the country; "
                    f"write it as 'Town, Region, CO'."
                )
            )
        elif find_town(town, iso2).outcome not in ("town", "area"):
            findings.add(_unusable("towns", written, town, "write a candidate of the mapping file"))
    findings.raise_all()


def with_answers(rows: pl.DataFrame, answers: Answers) -> pl.DataFrame:
    """Rows of a list with the answers in place of what was written.

    Args:
        rows: string columns country, sector, sector_scheme, town and admin_area.
        answers: as checked by `check_answers`.
    """
    countries = _by_spelling(rows["country"], answers.countries)
    sectors = _by_spelling(rows["sector"], answers.sectors)
    answered = rows.with_columns(
        country=pl.col("country").replace(countries),
        sector=pl.col("sector").replace(sectors),
        sector_scheme=pl.when(pl.col("sector").is_in(list(sectors)))
        .then(pl.lit("isic"))
        .otherwise("sector_scheme"),
    )
    if not answers.towns:
        return answered
    wanted = {normalise_header(key): town for key, town in answers.towns.items()}
    asked = answered.select("town", "admin_area", "country").drop_nulls(["town", "country"])
    found = []
    for town, area, country in asked.unique(maintain_order=True).iter_rows():
        match = resolve_listed_country(country)
        key = "" if match is None else town_key(town, area, match.country.iso2)
        if (answer := wanted.get(normalise_header(key))) is not None:
            found.append((town, area, country, answer))
    table = pl.DataFrame(
        found,
        schema=dict.fromkeys(("town", "admin_area", "country", "_answer"), pl.String()),
        orient="row",
    )
    joined = answered.join(
        table,
        on=["town", "admin_area", "country"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    # The region as written would contradict a town of another region.
    is_answered = pl.col("_answer").is_not_null()
    return joined.with_columns(
        town=pl.coalesce("_answer", "town"),
        admin_area=pl.when(~is_answered).then(pl.col("admin_area")),
    ).drop("_answer")


def _by_spelling(texts: pl.Series, answers: Mapping[str, str]) -> dict[str, str]:
    """The answer to each text of a column that has one."""
    wanted = {normalise_header(key): answer for key, answer in answers.items()}
    return {
        text: wanted[normalise_header(text)]
        for text in texts.drop_nulls().unique().to_list()
        if normalise_header(text) in wanted
    }


def _unusable(block: str, written: str, answer: str, correction: str) -> DataRejectedError:
    return DataRejectedError(
        f"answers: {block}: {answer!r} for {written!r} cannot be used; {correction}."
    )
