"""The groups of the fairness check: country income, company size, language, region."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

#: Dimension by its name in the tables, with what people read.
DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "income_group": "income of the country",
        "firm_size": "size of the company",
        "language": "language of the country",
        "region": "region",
    }
)


def fairness_groups(
    suppliers: pl.DataFrame, income: pl.DataFrame | None, own: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The groups of each supplier; null where not known.

    Args:
        suppliers: supplier_id, country_iso2, country_iso3, subregion, workforce_band.
        income: country_iso3, income_group of the World Bank; None without such a source.
        own: table of the user: country_iso3, and any of income_group, gdp_per_head_usd, language.
            What it says goes before what the project knows.

    Returns:
        supplier_id (ascending), the keys of `DIMENSIONS`, country_iso3, gdp_per_head_usd. The
        language is the first official one of the country by CLDR, which is not always the one
        that a company reports in.
    """
    listed = suppliers.select(
        "supplier_id",
        "country_iso3",
        "country_iso2",
        pl.col("workforce_band").cast(pl.String).alias("firm_size"),
        pl.col("subregion").cast(pl.String).alias("region"),
    ).sort("supplier_id")
    codes = listed["country_iso2"].unique().drop_nulls().to_list()
    languages = pl.DataFrame(
        {"country_iso2": codes, "language": [official_language(code) for code in codes]},
        schema={"country_iso2": pl.String, "language": pl.String},
    )
    known = listed.join(languages, on="country_iso2", how="left", maintain_order="left")
    none: dict[str, pl.DataType] = {
        "income_group": pl.String(),
        "gdp_per_head_usd": pl.Float64(),
    }
    if income is not None and not income.is_empty():
        groups = income.select("country_iso3", pl.col("income_group").cast(pl.String)).unique(
            "country_iso3", maintain_order=True
        )
        known = known.join(groups, on="country_iso3", how="left", maintain_order="left")
    known = known.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in none.items() if name not in known.columns
    )
    if own is not None:
        known = known.join(
            own, on="country_iso3", how="left", suffix="_own", maintain_order="left"
        ).with_columns(
            pl.coalesce(f"{name}_own", name).alias(name)
            for name in ("income_group", "gdp_per_head_usd", "language")
            if name in own.columns
        )
    return known.select("supplier_id", *DIMENSIONS, "country_iso3", "gdp_per_head_usd")


@functools.cache
def official_language(iso2: str) -> str | None:
    """First official language of a country by CLDR, as an ISO 639 code; None if it has none."""
    from babel.languages import get_official_languages

    found = get_official_languages(iso2, de_facto=True)
    return str(found[0]) if found else None


def group_name(dimension: str, group: str) -> str:
    """A group as people call it; what the project does not know stands as it is written.

    Args:
        dimension: a key of `DIMENSIONS`.
        group: as in the table: an income group, a workforce band, a language code, a region.
    """
    if dimension == "income_group":
        return group.replace("_", " ")
    if dimension == "firm_size":
        return f"{group} workers"
    return _language_name(group) if dimension == "language" else group


@functools.cache
def _language_name(code: str) -> str:
    from babel import Locale

    return str(Locale("en").languages.get(code, code))
