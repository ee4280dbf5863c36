"""Sentences that say what was seen, in figures people can read; never a finding."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType

import polars as pl

from signals.card import SignalCard, SourceCard, Status

#: What a card's sentence template may name.
PLACEHOLDERS = ("value", "unit", "peer", "period", "source", "date")

#: Why there is no value, in words.
STATUS_TEXT: Mapping[str, str] = MappingProxyType(
    {
        Status.OBSERVED: "observed",
        Status.NOT_APPLICABLE: "does not apply",
        Status.NOT_DISCLOSED: "not disclosed",
        Status.NOT_DISCLOSED_EXEMPT: "not disclosed, as the law allows",
        Status.NOT_DISCLOSED_OVERDUE: "not disclosed although it is due by law",
        Status.NOT_COVERED: "not covered",
        Status.TOO_OLD: "too old",
        Status.CONTESTED: "contested and not used until reviewed",
    }
)

_SIGNIFICANT_DIGITS = 3
# Below this a figure is more zeros than news.
_ALMOST_ZERO = 1e-4


def figure(value: pl.Expr) -> pl.Expr:
    """A number as people write it: three significant digits, thousands marked, no `e`."""
    large = pl.when(value.abs() >= 999.5e6).then(1e9).when(value.abs() >= 999.5e3).then(1e6)
    divisor = large.otherwise(1.0)
    word = (
        pl.when(divisor == 1e9)
        .then(pl.lit(" billion"))
        .when(divisor == 1e6)
        .then(pl.lit(" million"))
        .otherwise(pl.lit(""))
    )
    # The second rounding takes away what dividing by a power of ten leaves in the last digits.
    short = (value / divisor).round_sig_figs(_SIGNIFICANT_DIGITS).round(8)
    plain = short.cast(pl.String).str.strip_suffix(".0")
    whole = short.abs().round(0).cast(pl.Int64)
    marked = pl.concat_str(
        pl.when(short < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        whole // 1000,
        pl.lit(","),
        (whole % 1000).cast(pl.String).str.zfill(3),
    )
    return (
        pl.when(value == 0)
        .then(pl.lit("0"))
        .when(value.abs() < _ALMOST_ZERO)
        .then(pl.lit("almost 0"))
        .when(short.abs() >= 1000)
        .then(pl.concat_str(marked, word))
        .otherwise(pl.concat_str(plain, word))
    )


def quantity(value: pl.Expr, unit: str) -> pl.Expr:
    """A figure; a share is written in percent."""
    return pl.concat_str(figure(100 * value), pl.lit(" %")) if _is_share(unit) else figure(value)


def unit_text(unit: str) -> str:
    """The unit in words; of a share, what follows the percent sign."""
    return (unit.removeprefix("share") if _is_share(unit) else unit).replace("_", " ").strip()


def source_text(card: SignalCard, sources: Mapping[str, SourceCard]) -> str:
    """Titles of the sources of a signal; the bare id where the card is not available."""
    titles = (
        sources[source_id].title if source_id in sources else source_id.replace("_", " ")
        for source_id in card.sources
    )
    return " or ".join(titles)


def sentence(card: SignalCard, sources: Mapping[str, SourceCard], as_of: str | None) -> pl.Expr:
    """The sentence of one signal for every supplier.

    Expects the columns value, peer_value, period, observed_to, status and status_reason.

    Args:
        card: gives the unit and the template, with any of `PLACEHOLDERS`. Value and peer come as
            bare figures, shares with a percent sign. Peer and source are added at the end where
            the template does not name them.
        sources: cards of the sources, for their titles.
        as_of: the date the run stands on, as text; None leaves it out.

    Raises:
        ValueError: the template names something else.
    """
    return (
        pl.when(pl.col("status") == Status.OBSERVED)
        .then(_filled(card, source_text(card, sources)))
        .otherwise(absence(card, as_of))
    )


def absence(card: SignalCard, as_of: str | None) -> pl.Expr:
    """The sentence of one signal for suppliers of which nothing is observed.

    Expects the columns status and status_reason; arguments as in `sentence`.
    """
    by = f" by {as_of}" if as_of else ""
    reason = pl.coalesce(
        pl.concat_str(pl.lit(": "), pl.col("status_reason").str.strip_suffix(".")), pl.lit("")
    )
    absent = (
        pl.when(pl.col("status") == Status.CONTESTED)
        .then(pl.concat_str(pl.lit("the supplier contests the value"), reason))
        .when(pl.col("status") == Status.NOT_APPLICABLE)
        .then(pl.concat_str(pl.lit("does not apply to this supplier"), reason))
        .otherwise(pl.concat_str(pl.lit(f"no value is known{by}: "), status_text()))
    )
    return pl.concat_str(pl.lit(f"{card.title}: "), absent, pl.lit("."))


def status_text() -> pl.Expr:
    """Why there is no value: the reason where one is given, with the status in words."""
    words = pl.col("status").replace_strict(dict(STATUS_TEXT), return_dtype=pl.String)
    reason = pl.concat_str(pl.lit(", "), pl.col("status_reason").str.strip_suffix("."))
    return pl.concat_str(words, pl.coalesce(reason, pl.lit("")))


def _filled(card: SignalCard, source: str) -> pl.Expr:
    template = card.sentence
    names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    unknown = sorted(set(names) - set(PLACEHOLDERS))
    if unknown:
        raise ValueError(
            f"signal {card.id}: its sentence names {{{unknown[0]}}}; a sentence may name "
            f"{', '.join(PLACEHOLDERS)}"
        )
    date = pl.col("observed_to").cast(pl.String)
    parts: Mapping[str, pl.Expr] = {
        "value": quantity(pl.col("value"), card.unit),
        "peer": quantity(pl.col("peer_value"), card.unit).fill_null("an unknown figure"),
        "unit": pl.lit(unit_text(card.unit)),
        "period": pl.coalesce(pl.col("period"), date, pl.lit("an unstated period")),
        "source": pl.lit(source),
        "date": pl.coalesce(date, pl.lit("an unstated date")),
    }
    if "peer" not in names:
        template += " Typical peer: {peer}."
    if "source" not in names:
        template += " Source: {source}, data to {date}."
    pieces: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(template):
        pieces.append(pl.lit(text))
        if name is not None:
            pieces.append(parts[name])
    return pl.concat_str(pieces)


def _is_share(unit: str) -> bool:
    return unit.split(" ")[0].split("_")[0] == "share"
