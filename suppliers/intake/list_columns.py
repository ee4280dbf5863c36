"""Columns that the rows of a list carry besides its fields."""

import polars as pl

from suppliers.intake.fields import BY_NAME
from suppliers.intake.table_rows import SOURCE_ROW

SOURCE_FILE = "source_file"
#: Whether a value that the row needs was withheld by the guard.
WITHHELD_ROW = "holds_withheld_value"
#: Whether the supplier is a declared sole trader, whose name gives way to the id.
PERSON_ROW = "is_sole_trader"
#: Decimal mark that the user declares for the row's file, or null.
DECIMAL = "declared_decimal"
#: Where a row is.
ROW_KEYS = (SOURCE_FILE, SOURCE_ROW)


def empty_field_columns() -> list[pl.Expr]:
    """Null string columns for every field, to fill the ones a file does not have."""
    return [pl.lit(None, dtype=pl.String).alias(name) for name in BY_NAME]
