"""Cells that the user completed in a workbook of `understory list check`, by supplier and site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import BY_NAME, FieldKind, match_header
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.personal_data_guard import check_values, reject_personal_headers
from suppliers.intake.table_files import open_table
from suppliers.intake.table_rows import SOURCE_ROW

#: Fields that the workbook asks about, in the order of its columns.
OF_SUPPLIER = ("country", "sector")
OF_SITE = ("town", "admin_area", "address", "latitude", "longitude")
COMPLETED_FIELDS = (*OF_SUPPLIER, *OF_SITE)
_KEYS = ("supplier_id", "site_id")
# As the drop-downs write sectors and countries.
_CODE_AND_TITLE = r"^([0-9]{2}) .*$"
_NAME_AND_CODE = r"^.* \(([A-Z]{2})\)$"


def read_completed(path: Path) -> pl.DataFrame:
    """The filled cells: supplier_id, site_id and `COMPLETED_FIELDS` as text, null where empty.

    Raises:
        NonExtractiveError: a column holds data about persons.
        DataRejectedError: no such file, no supplier_id, or a supplier or site given twice.
    """
    table = open_table(path, lambda cell: match_header(cell, {}) is not None)
    asked = (*_KEYS, *COMPLETED_FIELDS)
    columns: dict[str, int] = {}
    for position, header in enumerate(table.headers):
        name = match_header(header, {})
        if name in asked and name not in columns:
            columns[name] = position
    if "supplier_id" not in columns or not set(columns) & set(COMPLETED_FIELDS):
        raise DataRejectedError(
            f"{path.name}: a completed workbook has supplier_id and at least one of "
            f"{', '.join(COMPLETED_FIELDS)}; use the one that `understory list check` wrote."
        )
    reject_personal_headers(table.headers, GuardSettings(), path.name)
    kinds: Mapping[str, FieldKind] = {name: BY_NAME[name].kind for name in columns}
    read = table.read(columns, kinds).drop_nulls("supplier_id")
    check = check_values(read, kinds, GuardSettings(), path.name)
    cells = read.with_columns(
        pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in check.withheld.items()
    )
    complete = cells.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in asked if name not in columns
    )
    twice = complete.filter(pl.struct(_KEYS).is_duplicated())
    if not twice.is_empty():
        rows = ", ".join(map(str, twice[SOURCE_ROW].to_list()[:5]))
        raise DataRejectedError(
            f"{path.name}: rows {rows} are about one supplier and site; keep one of them."
        )
    return complete.select(*asked).with_columns(
        country=pl.col("country").str.replace(_NAME_AND_CODE, "${1}"),
        sector=pl.col("sector").str.replace(_CODE_AND_TITLE, "ISIC ${1}"),
    )


def with_completed(
    rows: pl.DataFrame, completed: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows of lists with the completed cells in place of theirs, and notes.

    A completed row without a site_id is about the supplier's row without one; what it says about
    the location is left out where the supplier has several such rows, since it names one of them.

    Args:
        rows: string columns of all fields.
        completed: of `read_completed`.
    """
    known = set(rows["supplier_id"].drop_nulls().to_list())
    strangers = sorted(set(completed["supplier_id"].to_list()) - known)
    keys = list(_KEYS)
    counted = rows.with_columns(_alike=pl.len().over(keys))
    joined = counted.join(
        completed, on=keys, how="left", nulls_equal=True, maintain_order="left", suffix="_new"
    )
    # The country and the sector are the same for all rows of a supplier.
    of_supplier = completed.group_by("supplier_id").agg(
        pl.col(name).drop_nulls().first().alias(f"{name}_all") for name in OF_SUPPLIER
    )
    joined = joined.join(of_supplier, on="supplier_id", how="left", maintain_order="left")
    is_one = pl.col("_alike") == 1
    new: dict[str, pl.Expr] = {
        **{name: pl.coalesce(f"{name}_new", f"{name}_all") for name in OF_SUPPLIER},
        **{name: pl.when(is_one).then(pl.col(f"{name}_new")) for name in OF_SITE},
    }
    given = pl.any_horizontal(pl.col([f"{name}_new" for name in OF_SITE]).is_not_null())
    several = joined.filter(given & ~is_one)["supplier_id"].n_unique()
    counts = joined.select(
        **{name: value.is_not_null().sum() for name, value in new.items()},
    ).row(0, named=True)
    replaced = joined.select(
        n=pl.sum_horizontal(
            (value.is_not_null() & pl.col(name).is_not_null() & (value != pl.col(name))).sum()
            for name, value in new.items()
        )
    ).item()
    filled = joined.with_columns(
        *(pl.coalesce(value, name).alias(name) for name, value in new.items()),
        sector_scheme=pl.when(new["sector"].is_not_null())
        .then(None)
        .otherwise(pl.col("sector_scheme")),
    )
    filled_counts = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    notes = [f"completed cells: {filled_counts}"] if filled_counts else []
    if replaced:
        notes.append(f"{replaced} completed cells replace a value of the list")
    if strangers:
        notes.append(
            f"{len(strangers)} suppliers of the completed workbook are not in the list "
            f"({', '.join(strangers[:3])}); check their supplier_id"
        )
    if several:
        notes.append(
            f"{several} suppliers have several sites without a site_id: their completed location "
            "was not used; give a site_id in the list"
        )
    return filled.select(rows.columns), tuple(notes)
