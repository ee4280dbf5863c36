"""Evidence sentences: what was observed, in readable figures; never a finding."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType

import polars as pl

from signals.card import SignalCard, SourceCard, Status
from signals.source_used import SOURCE_SEPARATOR

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
#: The name of a file at the end of a path or address, which may go on to say where in the file.
_FILE_NAME = r"^[^?]*?([^/\\?]+\.[A-Za-z][A-Za-z0-9]{1,7})(?:\s.*)?$"
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


def worded(value: pl.Expr, card: SignalCard) -> pl.Expr:
    """A value as the sentence of its signal writes it: by its sign, in words, turned back.

    Args:
        value: in the unit of the card.
        card: its `wording` says how.
    """
    wording = card.wording
    if wording.steps:
        text = pl.lit(None, pl.String)
        for lower_bound, phrase in wording.steps:
            text = pl.when(value >= lower_bound).then(pl.lit(phrase)).otherwise(text)
        return text
    if not wording.positive:
        return _size(value, card)
    size = _size(value, card, signed=False)
    return (
        pl.when(value < 0)
        .then(_phrase(wording.negative, size))
        .when(value > 0)
        .then(_phrase(wording.positive, size))
        .when(value == 0)
        .then(_phrase(wording.zero, size))
    )


def _phrase(phrase: str, size: pl.Expr) -> pl.Expr:
    before, mark, after = phrase.partition("{size}")
    return pl.concat_str(pl.lit(before), size, pl.lit(after)) if mark else pl.lit(phrase)


def _size(value: pl.Expr, card: SignalCard, *, signed: bool = True) -> pl.Expr:
    match card.wording.scale:
        case "linear":
            return quantity(value if signed else value.abs(), card.unit)
        case "percentage_points":
            turned = 100 * value
        case "log_ratio":
            return figure(value.exp())
        case "log_change":
            turned = 100 * (value.exp() - 1)
        case "log1p":
            turned = value.exp() - 1
    text = figure(turned if signed else turned.abs())
    return pl.concat_str(text, pl.lit(" %")) if card.wording.scale == "log_change" else text


def unit_text(unit: str) -> str:
    """The unit in words; of a share, what follows the percent sign."""
    return (unit.removeprefix("share") if _is_share(unit) else unit).replace("_", " ").strip()


def source_text(card: SignalCard, sources: Mapping[str, SourceCard]) -> str:
    """Titles of all sources that a signal can use; the bare id where a card is not available."""
    return " or ".join(_titles(card, sources).values())


def used_source_text(card: SignalCard, sources: Mapping[str, SourceCard]) -> pl.Expr:
    """Titles of the sources that gave each value, with the name of the file it was read from.

    Expects the columns source_used and origin. Rows that name no source, as those of earlier
    versions, get every source that the signal can use.
    """
    used = (
        pl.col("source_used")
        .str.split(SOURCE_SEPARATOR)
        .list.eval(pl.element().replace(_titles(card, sources)))
        .list.join(" and ")
    )
    file = pl.col("origin").str.extract(_FILE_NAME)
    return pl.concat_str(
        pl.coalesce(used, pl.lit(source_text(card, sources))),
        pl.coalesce(pl.format(" ({})", file), pl.lit("")),
    )


def _titles(card: SignalCard, sources: Mapping[str, SourceCard]) -> dict[str, str]:
    return {
        source_id: sources[source_id].title if source_id in sources else source_id.replace("_", " ")
        for source_id in card.sources
    }


def sentences_of(
    rows: pl.DataFrame, card: SignalCard, sources: Mapping[str, SourceCard], as_of: str | None
) -> pl.LazyFrame:
    """The sentence of one signal for every supplier.

    Args:
        rows: the columns value, peer_value, period, observed_to, source_used, origin, status and
            status_reason.
        card: gives the unit, the template with any of `PLACEHOLDERS`, and the wording of value
            and peer: bare figures unless it says otherwise, shares with a percent sign. Peer and
            source are added at the end where the template does not name them.
        sources: cards of the sources, for their titles.
        as_of: the as-of date of the run, as text; None leaves it out.

    Returns:
        The rows with the column sentence, in their order.

    Raises:
        ValueError: the template names something else.
    """
    is_observed = pl.col("status") == Status.OBSERVED
    absent = _absence(card, as_of).alias("absent")
    if not rows.select(is_observed.any()).item():
        return rows.lazy().with_columns(sentence=absent)
    # What many suppliers share is worded once.
    source, peer = used_source_text(card, sources), worded(pl.col("peer_value"), card)
    read = _worded(rows.lazy(), ("status", "status_reason"), absent)
    read = _worded(read, ("source_used", "origin"), source.alias("source"))
    read = _worded(read, ("peer_value",), peer.alias("peer"))
    return read.with_columns(sentence=pl.when(is_observed).then(_filled(card)).otherwise("absent"))


def _worded(rows: pl.LazyFrame, columns: tuple[str, ...], text: pl.Expr) -> pl.LazyFrame:
    """Rows with a text that depends on some columns alone, made once for each of their values."""
    texts = rows.select(columns).unique().with_columns(text)
    return rows.join(texts, on=columns, how="left", nulls_equal=True, maintain_order="left")


def _absence(card: SignalCard, as_of: str | None) -> pl.Expr:
    """The sentence for suppliers of which nothing is observed, by status and status_reason."""
    by = f" as of {as_of}" if as_of else ""
    reason = pl.coalesce(
        pl.concat_str(pl.lit(": "), pl.col("status_reason").str.strip_suffix(".")), pl.lit("")
    )
    absent = (
        pl.when(pl.col("status") == Status.CONTESTED)
        .then(pl.concat_str(pl.lit("the supplier contests the value"), reason))
        .when(pl.col("status") == Status.NOT_APPLICABLE)
        .then(pl.concat_str(pl.lit("does not apply to this supplier"), reason))
        .otherwise(pl.concat_str(pl.lit(f"no value{by}: "), status_text()))
    )
    return pl.concat_str(pl.lit(f"{card.title}: "), absent, pl.lit("."))


def status_text() -> pl.Expr:
    """Why there is no value: the reason where one is given, with the status in words."""
    words = pl.col("status").replace_strict(dict(STATUS_TEXT), return_dtype=pl.String)
    reason = pl.concat_str(pl.lit(", "), pl.col("status_reason").str.strip_suffix("."))
    return pl.concat_str(words, pl.coalesce(reason, pl.lit("")))


def _filled(card: SignalCard) -> pl.Expr:
    """The template with value, period and observed_to, and with the texts of peer and source."""
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
        "value": worded(pl.col("value"), card),
        "peer": pl.col("peer").fill_null("not known"),
        "unit": pl.lit(unit_text(card.unit)),
        "period": pl.coalesce(pl.col("period"), date, pl.lit("an unstated period")),
        "source": pl.col("source"),
        "date": pl.coalesce(date, pl.lit("an unstated date")),
    }
    if "peer" not in names:
        template += " Peer median: {peer}."
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
