"""The user's own table of countries, for the fairness of scores."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from configs.config_errors import DataRejectedError, UsageError
from flows.run.request.outcome_files import read_lab_table
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style

INCOME_GROUPS = ("low", "lower_middle", "upper_middle", "high")
_NO_NUMBER = "gdp_per_head_usd is not a number, or is ambiguous; write no marks of thousands"
_KINDS: dict[str, FieldKind] = {
    "country_iso3": "category",
    "income_group": "category",
    "gdp_per_head_usd": "number",
    "language": "category",
}


def read_countries(path: Path | str | None) -> pl.DataFrame | None:
    """Country_iso3 and those of income_group, gdp_per_head_usd and language that the file has.

    Args:
        path: CSV, TSV, XLSX or Parquet; None where the configuration names none.

    Raises:
        UsageError: there is no such file.
        DataRejectedError: a country twice, an unknown income group, or an income that is not a
            number above 0.
    """
    if path is None:
        return None
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"tune.countries: file {path} not found; correct the path, or set null")
    rows = read_lab_table(file, _KINDS, ["country_iso3"])
    for name in ("income_group", "language"):
        if name in rows.columns:
            rows = rows.with_columns(pl.col(name).str.to_lowercase().str.replace_all(" ", "_"))
    faults: list[tuple[pl.Expr, str]] = [
        (
            ~pl.col("country_iso3").str.contains("^[A-Z]{3}$").fill_null(False),
            "country_iso3 is no code of three capital letters",
        ),
        (pl.col("country_iso3").is_duplicated(), "the country stands in the file twice"),
    ]
    if "income_group" in rows.columns:
        is_known = pl.col("income_group").is_in(INCOME_GROUPS) | pl.col("income_group").is_null()
        faults.append((~is_known, f"income_group is none of {', '.join(INCOME_GROUPS)}"))
    if "gdp_per_head_usd" in rows.columns:
        income = number_of("gdp_per_head_usd", number_style(rows, ["gdp_per_head_usd"]))
        faults.append((pl.col("gdp_per_head_usd").is_not_null() & income.is_null(), _NO_NUMBER))
        is_wrong = pl.col("gdp_per_head_usd").is_not_null() & ~(income > 0).fill_null(False)
        faults.append((is_wrong, "gdp_per_head_usd is not a number above 0"))
    for fault, sentence in faults:
        bad = rows.filter(fault)
        if bad.height:
            raise DataRejectedError(
                f"{file.name} row {bad['source_row'][0]}: {sentence}; correct it"
            )
    if "gdp_per_head_usd" not in rows.columns:
        return rows.drop("source_row")
    style = number_style(rows, ["gdp_per_head_usd"])
    return rows.drop("source_row").with_columns(number_of("gdp_per_head_usd", style))
