"""Figures of a run as its outputs show them, and where two outputs disagree."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import polars as pl

#: The subject of figures about the run as a whole.
RUN = "run"

#: One row per figure that one output shows.
#:
#: subject: supplier id, supplier id and item, or `RUN`; figure: its name, the same in every
#: output; output: file, and sheet where there are several; value: the number, shares in percent;
#: text: instead of a number; decimals: digits behind the point that the output shows, null where
#: it gives the number in full; error: half a unit of the last digit of a number in full.
SCHEMA = {
    "subject": pl.String(),
    "figure": pl.String(),
    "output": pl.String(),
    "value": pl.Float64(),
    "text": pl.String(),
    "decimals": pl.Int64(),
    "error": pl.Float64(),
}

_RELATIVE = 1e-6
_ABSOLUTE = 1e-9
_NUMBER = re.compile(r"[-+\u2212]?\d[\d,]*(?:\.\d+)?")
_WORDS = {"billion": 1e9, "million": 1e6}


def shown(
    output: str, subject: str, figure: str, text: str | None, factor: float = 1.0
) -> pl.DataFrame:
    """The figure of a number in a text, with the decimals that it has there; none for None."""
    if text is None:
        return nothing()
    value, decimals = number_of(text)
    row = (subject, figure, output, value * factor, None, decimals, None)
    return pl.DataFrame([row], schema=SCHEMA, orient="row")


def full(output: str, subject: str, figure: str, value: float) -> pl.DataFrame:
    """The figure of a number that an output gives in full, or that is counted in it."""
    row = (subject, figure, output, float(value), None, None, 0.0)
    return pl.DataFrame([row], schema=SCHEMA, orient="row")


def texts(
    output: str, subjects: Sequence[str], figure: str, values: Sequence[str | None]
) -> pl.DataFrame:
    """Figures of a text of every subject; null where an output does not carry it."""
    read = [None if text is None else " ".join(text.split()) for text in values]
    return (
        pl.DataFrame({"subject": subjects, "text": read}, strict=False)
        .select(
            "subject",
            pl.lit(figure).alias("figure"),
            pl.lit(output).alias("output"),
            pl.lit(None, pl.Float64).alias("value"),
            pl.col("text").cast(pl.String),
            pl.lit(None, pl.Int64).alias("decimals"),
            pl.lit(None, pl.Float64).alias("error"),
        )
        .filter(pl.col("text").is_not_null())
    )


def nothing() -> pl.DataFrame:
    """No rows."""
    return pl.DataFrame(schema=SCHEMA)


def number_of(text: str) -> tuple[float, int]:
    """The first number of a text and its decimals; `1.2 million` has none before its last digit.

    Raises:
        ValueError: the text holds none.
    """
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError(f"no number in {text!r}")
    digits = found.group().replace(",", "").replace("\u2212", "-")
    decimals = len(digits.partition(".")[2])
    following = text[found.end() :].split()
    factor = _WORDS.get(following[0].strip(".,;)"), 1.0) if following else 1.0
    return float(digits) * factor, decimals - round(math.log10(factor))


def significant_decimals(value: pl.Expr, digits: int = 3) -> pl.Expr:
    """Decimals of numbers that are shown to so many significant digits; 0 for 0."""
    magnitude = value.abs().log10().floor().cast(pl.Int64)
    return pl.when(value == 0).then(0).otherwise(digits - 1 - magnitude)


def differences(figures: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Figures that are not the same in all outputs that show them.

    Two outputs that round agree where they show the same digits. A number in full agrees with a
    rounded one where it rounds to it.

    Returns:
        subject, figure, why, and what each output shows; nothing where all agree.
    """
    rows = pl.concat(figures)
    exact = pl.col("decimals").is_null() & pl.col("value").is_not_null()
    shown_value, full = (
        pl.col("value").filter(pl.col("decimals").is_not_null()),
        pl.col("value").filter(exact),
    )
    grouped = rows.group_by("subject", "figure").agg(
        texts=pl.col("text").drop_nulls().n_unique(),
        fewest=pl.col("decimals").min(),
        most=pl.col("decimals").max(),
        least_shown=shown_value.min(),
        most_shown=shown_value.max(),
        least_full=full.min(),
        most_full=full.max(),
        error=pl.col("error").max().fill_null(0.0),
        seen=pl.format(
            "{}: {}",
            "output",
            pl.coalesce("text", pl.col("value").cast(pl.String)),
        ).unique(maintain_order=True),
    )
    slack = pl.col("error") + _RELATIVE * pl.col("most_full").abs() + _ABSOLUTE
    half = 0.5 * pl.lit(10.0) ** (-pl.col("fewest").cast(pl.Float64)) + slack
    rounds_to = (pl.col("most_full") - pl.col("least_shown")).abs().le(half) & (
        (pl.col("least_full") - pl.col("least_shown")).abs() <= half
    )
    why = (
        pl.when(pl.col("texts") > 1)
        .then(pl.lit("texts differ"))
        .when(pl.col("fewest") != pl.col("most"))
        .then(pl.lit("decimals differ"))
        .when(pl.col("most_shown") - pl.col("least_shown") > _ABSOLUTE)
        .then(pl.lit("shown numbers differ"))
        .when(pl.col("most_full") - pl.col("least_full") > 2 * slack)
        .then(pl.lit("numbers in full differ"))
        .when(~rounds_to)
        .then(pl.lit("does not round to what is shown"))
    )
    return (
        grouped.with_columns(why=why)
        .filter(pl.col("why").is_not_null())
        .select("subject", "figure", "why", pl.col("seen").list.join(" | "))
        .sort("figure", "subject")
    )


def compared(figures: Iterable[pl.DataFrame]) -> int:
    """How many figures stand in more than one output."""
    rows = pl.concat(figures)
    outputs = rows.group_by("subject", "figure").agg(pl.col("output").n_unique())
    return int((outputs["output"] > 1).sum())


def shown_though_withheld(figures: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Single ranks in a run that withholds them; tables for programs keep them.

    Returns:
        Columns as of `differences`.
    """
    rows = pl.concat(figures)
    return rows.filter(
        (pl.col("figure") == "rank") & ~pl.col("output").str.ends_with(".parquet")
    ).select(
        "subject",
        "figure",
        pl.lit("shown although ranks are withheld").alias("why"),
        pl.format("{}: {}", "output", "value").alias("seen"),
    )
