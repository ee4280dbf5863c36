"""Whether a value differs from an earlier one by more than their measurement errors."""

from __future__ import annotations

import polars as pl

#: Two-sided 95 % of a normal distribution.
_Z = 1.96


def exceeds_error(
    value: pl.Expr, before: pl.Expr, stderr: pl.Expr, stderr_before: pl.Expr
) -> pl.Expr:
    """True where two values differ by more than 1.96 standard errors of their difference.

    The errors are taken as independent: sqrt(stderr^2 + stderr_before^2). An error that is not
    stated counts as 0. Null where either value is.
    """
    error = (stderr.fill_null(0.0) ** 2 + stderr_before.fill_null(0.0) ** 2).sqrt()
    return (value - before).abs() > _Z * error
