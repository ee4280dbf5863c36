"""Columns of the page's data, small: each distinct text once, numbers to the digits shown."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: As many as the page shows.
SIGNIFICANT_DIGITS = 3


def dictionary(values: pl.Series) -> dict[str, object]:
    """Distinct texts in sorted order, and for each row its position there, or -1 for null.

    Where every row has the same text, or none, `codes` is that one number. The positions are a
    series, which `html_packing` takes without a Python object for each.
    """
    return dictionaries(values.to_frame(), len(values))[values.name]


def dictionaries(columns: pl.DataFrame, count: int) -> dict[str, dict[str, object]]:
    """The `dictionary` of each column, by its name.

    Args:
        columns: of the first rows.
        count: of all rows, of which those that follow are null.
    """
    rows, others = columns.select(pl.all().cast(pl.String)), count - columns.height
    found = rows.select(pl.all().drop_nulls().unique().sort().implode()).row(0, named=True)
    gaps = rows.null_count().row(0, named=True)
    one_code = {
        name: -1 if not texts else 0
        for name, texts in found.items()
        if not texts or (len(texts) == 1 and not gaps[name] and not others)
    }
    codes = rows.select(
        _codes(name, texts) for name, texts in found.items() if name not in one_code
    ).to_dict()
    return {
        name: {
            "texts": texts,
            "codes": one_code[name]
            if name in one_code
            else codes[name].extend_constant(-1, others),
        }
        for name, texts in found.items()
    }


def codes_of(values: pl.Series, texts: Sequence[str]) -> list[int]:
    """For each row its position in `texts`, which are distinct; -1 where it is not there."""
    return values.to_frame().select(_codes(values.name, texts)).to_series().to_list()


def _codes(name: str, texts: Sequence[str]) -> pl.Expr:
    places = pl.col(name).cast(pl.String).cast(pl.Enum(texts), strict=False).to_physical()
    return places.cast(pl.Int64).fill_null(-1)


def counts(groups: pl.Series, count: int) -> list[int]:
    """Rows of each of the groups 0..count - 1."""
    found = groups.cast(pl.Int64).alias("group").value_counts(name="rows")
    every = pl.DataFrame({"group": range(count)}, schema={"group": pl.Int64})
    counted = every.join(found, on="group", how="left", maintain_order="left")
    return counted["rows"].fill_null(0).to_list()


def numbers(columns: pl.DataFrame, count: int) -> dict[str, pl.Series | None]:
    """Each column as it is, by its name; None where no row has a number.

    Args:
        columns: of the first rows.
        count: of all rows, of which those that follow are null.
    """
    gaps, others = columns.null_count().row(0, named=True), count - columns.height
    return {
        name: None if gaps[name] == columns.height else columns[name].extend_constant(None, others)
        for name in columns.columns
    }


def rounded(values: pl.Series, decimals: int) -> list[float | None] | None:
    """Numbers to so many decimals; None where no row has one."""
    return None if _is_empty(values) else values.cast(pl.Float64).round(decimals).to_list()


def significant(values: pl.Series) -> list[float | None] | None:
    """Numbers to the digits shown; None where no row has one."""
    if _is_empty(values):
        return None
    return values.cast(pl.Float64).round_sig_figs(SIGNIFICANT_DIGITS).to_list()


def whole(values: pl.Series) -> list[int | None] | None:
    """Whole numbers; None where no row has one."""
    return None if _is_empty(values) else values.cast(pl.Int64).to_list()


def steps(values: pl.Series) -> list[int | None] | None:
    """Each whole number less the one before it, the first less 0; what rises evenly gets small.

    Nulls may only come last.
    """
    return whole(values.cast(pl.Int64) - values.cast(pl.Int64).shift(1, fill_value=0))


def texts(values: pl.Series) -> dict[str, object] | list[str | None]:
    """A dictionary, or the plain texts where most are different."""
    is_distinct = values.n_unique() > len(values) / 2
    return values.cast(pl.String).to_list() if is_distinct else dictionary(values)


def _is_empty(values: pl.Series) -> bool:
    return values.null_count() == len(values)
