"""Reads an input-output table of the user's and answers for one sector of a country."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from flows.run.request.outcome_files import read_lab_table
from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError
from suppliers.relations.input_output import upstream_requirements
from suppliers.relations.input_output_table import COLUMNS, checked_coefficients, country_code

_NAMED = 10


@dataclass(frozen=True)
class UpstreamContext:
    """Upstream inputs of one sector of a country.

    Attributes:
        country: its code as in `origins`.
        sector: its name as the table has it.
        year: of the table.
        source: of the table, as the user states it.
        origins: columns of `suppliers.relations.input_output.REQUIREMENT_SCHEMA`.
    """

    country: str
    sector: str
    year: int
    source: str
    origins: pl.DataFrame


def read_coefficients(path: Path) -> pl.DataFrame:
    """The table in the shape of `checked_coefficients`.

    Args:
        path: CSV, TSV, XLSX, ODS or Parquet with the columns of `COLUMNS`; others are never read.

    Raises:
        UsageError: there is no such file.
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `checked_coefficients`; or a column is missing.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such input-output table; check the path")
    return checked_coefficients(read_lab_table(path, COLUMNS, tuple(COLUMNS)), path.name)


def upstream_context(path: Path, country: str, sector: str) -> UpstreamContext:
    """Upstream inputs of one sector of a country, from a table of the user's.

    Args:
        path: as of `read_coefficients`.
        country: ISO2 or ISO3 code, or the table's code of a group of countries.
        sector: name of the sector in the table, without regard to case and punctuation.

    Raises:
        UsageError: there is no such file, or the country code is unknown.
        NonExtractiveError: a header or a column is about persons.
        DataRejectedError: see `read_coefficients`; or the table has no inputs of that sector.
    """
    code = country_code(country)
    if code is None:
        raise UsageError(f"{country!r} is not a country code; use an ISO 3166 code such as BD")
    table = read_coefficients(path)
    buyers = table.filter(pl.col("to_country") == code)["to_sector"].unique().sort().to_list()
    wanted = normalise_header(sector)
    name = next((one for one in buyers if normalise_header(one) == wanted), None)
    if name is None:
        known = ", ".join(buyers[:_NAMED]) + (", ..." if len(buyers) > _NAMED else "")
        raise DataRejectedError(
            f"{path.name}: there are no inputs of the sector {sector!r} in {code}; "
            + (f"use one of these: {known}." if buyers else "add its rows or use another country.")
        )
    origins = upstream_requirements(table, [(code, name)])
    return UpstreamContext(code, name, table["year"][0], table["source"][0], origins)
