"""Small statements as the staging tables hold them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl

from signals.financial.registry_filings import OTHER_CASES_TABLE
from signals.financial.statements import ACCOUNT_TABLES
from signals.sources.accounts.company_facts import ITEMS_SCHEMA
from signals.sources.registers.companies_house_record import TABLES as RECORD_TABLES
from signals.sources.registers.companies_house_record import staged_record
from signals.sources.registers.national_register import CASE_SCHEMA
from signals.sourcing_areas import TABLE as AREA_TABLE
from tests.signals.builders import AS_OF
from tests.signals.builders import suppliers as supplier_rows

SEC, CSV = "stg_sec_companyfacts__items", "stg_accounts_csv__items"

Compute = Callable[[Mapping[str, pl.LazyFrame]], pl.LazyFrame]


def items(
    figures: Mapping[str, float | None],
    *,
    supplier: str = "S",
    year: int = 2023,
    filed: dt.date | None = None,
    currency: dict[str, str] | str = "USD",
    concept: str = "consolidated",
    weak: tuple[str, ...] = (),
) -> pl.DataFrame:
    """One statement; items without a figure are left out."""
    end = dt.date(year, 12, 31)
    rows = [
        {
            "supplier_id": supplier,
            "period_start": None,
            "period_end": end,
            "item": item,
            "value": value,
            "currency": currency if isinstance(currency, str) else currency.get(item, "USD"),
            "concept": concept,
            "is_weak": item in weak,
            "observed_to": end,
            "published_on": filed or dt.date(year + 1, 3, 1),
            "origin": f"{concept} {year}",
        }
        for item, value in figures.items()
        if value is not None
    ]
    return pl.DataFrame(rows, schema=ITEMS_SCHEMA)


def run(
    compute: Compute,
    csv: list[pl.DataFrame] | None = None,
    sec: list[pl.DataFrame] | None = None,
    *,
    as_of: dt.date = AS_OF,
    areas: tuple[str, ...] = (),
    tables: Mapping[str, list[pl.DataFrame]] | None = None,
    suppliers: pl.DataFrame | None = None,
    record: Mapping[str, pl.DataFrame] | None = None,
) -> list[dict[str, object]]:
    """The rows a signal computes from statements of the sources named."""
    empty = pl.DataFrame(schema=ITEMS_SCHEMA)
    given = {
        **{name: [] for name in ACCOUNT_TABLES},
        CSV: csv or [],
        SEC: sec or [],
        **(tables or {}),
    }
    frames = {
        name: pl.concat([empty, *parts]).filter(pl.col("published_on") <= as_of).lazy()
        for name, parts in given.items()
    }
    frames[AREA_TABLE] = pl.LazyFrame(
        {"supplier_id": list(areas)}, schema={"supplier_id": pl.String}
    )
    listed = supplier_rows() if suppliers is None else suppliers
    frames["suppliers"] = listed.lazy()
    for table in RECORD_TABLES:
        rows = (record or {}).get(table, staged_record(table, []).rows)
        frames[table] = rows.filter(pl.col("published_on") <= as_of).lazy()
    others = (record or {}).get(OTHER_CASES_TABLE, pl.DataFrame(schema=CASE_SCHEMA))
    frames[OTHER_CASES_TABLE] = others.filter(pl.col("published_on") <= as_of).lazy()
    frames["run"] = pl.LazyFrame({"as_of": [as_of]})
    return compute(frames).collect().to_dicts()
