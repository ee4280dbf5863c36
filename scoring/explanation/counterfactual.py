"""The smallest change of evidence that would put a supplier below the cut."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from configs.normalisers import Anchors, Threshold
from scoring.explanation.sentences import unit_text, worded
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoredSignal, ScoringModel
from signals.card import Pillar, SignalCard, Wording

#: Pillars of what a supplier decides itself. Land, weather, the press, its country and the orders
#: of its buyer are not.
SUPPLIER_CONTROLLED = (Pillar.FINANCIAL,)

#: To which points are shown.
_POINTS_DECIMALS = 1

#: First words of titles that keep their capital.
_NAMES = ("Altman",)

_READ = (
    "supplier_id", "signal_id", "weight", "risk", "sector_relevance", "points", "shrunk_value",
)  # fmt: skip

_SCHEMA = {
    "supplier_id": pl.String,
    "signal_id": pl.String,
    "order": pl.Int64,
    "risk": pl.Float64,
    "needed_risk": pl.Float64,
    "value": pl.Float64,
    "needed_value": pl.Float64,
}


def needed_changes(
    scores: pl.DataFrame,
    contributions: pl.DataFrame | pl.LazyFrame,
    model: ScoringModel,
    normalised: NormalisedSignals,
) -> pl.DataFrame:
    """The smallest change of evidence that puts each supplier of the top k below the cut.

    The cut lies at the score of the first supplier that the audit budget does not reach. Of the
    single signals that suffice the one is taken whose risk would have to fall least. Where none
    suffices, signals fall together: the one of most points to no risk, then the next, the last
    only as far as needed. What is missing stays missing. A signal that adds nothing to the score
    as shown (0.0 points or less above the peer median) is no change to ask for; a supplier that
    only such signals could put below the cut has none.

    Args:
        scores: supplier_id, score.
        contributions: supplier_id, signal_id, weight, risk, sector_relevance, points,
            shrunk_value.
        model: weights, exponent, normalisers and audit budget.
        normalised: the normalised signals of the list, for goalposts of sector groups.

    Returns:
        supplier_id, signal_id, order (from 1), risk, needed_risk, value, needed_value (in the
        signal's unit; null where the normaliser has no fixed scale); no rows without a cut.
    """
    ranked = scores.filter(pl.col("score").is_not_null()).sort("score", descending=True)
    if ranked.height <= model.top_k:
        return pl.DataFrame(schema=_SCHEMA)
    cut = float(ranked["score"][model.top_k])
    above = ranked.filter(pl.col("score") > cut)["supplier_id"]
    exponent = model.exponent
    power = pl.col("risk") ** exponent
    weighted = (
        contributions.lazy()
        # A join would give the rows, whose risks are added up, in an order that differs by run.
        .filter(
            (pl.col("weight") > 0)
            & pl.col("risk").is_not_null()
            & pl.col("supplier_id").is_in(above.implode())
        )
        .select(_READ)
        .collect()
        .with_columns(carries=pl.col("weight") * power)
        .with_columns(
            excess=(
                pl.col("carries").sum() - pl.col("weight").sum() * (cut / 100) ** exponent
            ).over("supplier_id")
        )
    )
    adds = pl.col("points").round(_POINTS_DECIMALS) > 0
    candidates = weighted.filter(adds).filter(
        pl.col("carries").sum().over("supplier_id") >= pl.col("excess")
    )
    alone = (
        candidates.filter(pl.col("carries") >= pl.col("excess"))
        .with_columns(needed_risk=_lowered(pl.col("excess"), exponent))
        .sort("supplier_id", pl.col("risk") - pl.col("needed_risk"), "signal_id")
        .group_by("supplier_id", maintain_order=True)
        .first()
        .with_columns(order=pl.lit(1, pl.Int64))
    )
    by_points = candidates.join(alone.select("supplier_id"), on="supplier_id", how="anti").sort(
        "supplier_id", "points", "signal_id", descending=[False, True, False]
    )
    together = (
        by_points.with_columns(
            left=pl.col("excess")
            - (pl.col("carries").cum_sum() - pl.col("carries")).over("supplier_id"),
            order=pl.int_range(1, pl.len() + 1).over("supplier_id"),
        )
        .filter(pl.col("left") > 0)
        .with_columns(
            needed_risk=_lowered(pl.min_horizontal("left", "carries"), exponent),
        )
    )
    columns = [
        "supplier_id", "signal_id", "order", "risk", "needed_risk", "shrunk_value",
        "sector_relevance",
    ]  # fmt: skip
    both = pl.concat([alone.select(columns), together.select(columns)]).join(
        _own_scales(normalised), on=["supplier_id", "signal_id"], how="left"
    )
    by_id = {signal.signal_id: signal for signal in model.signals}
    return (
        both.with_columns(
            needed_value=pl.struct(
                "signal_id",
                "scale",
                risk_as_read=pl.col("needed_risk") / pl.col("sector_relevance").fill_null(1.0),
            ).map_elements(
                lambda row: _value_at(
                    by_id[row["signal_id"]], row["risk_as_read"], row["scale"] or 0
                ),
                return_dtype=pl.Float64,
            )
        )
        .rename({"shrunk_value": "value"})
        .select(list(_SCHEMA))
        .sort("supplier_id", "order")
    )


def counterfactuals(
    changes: pl.DataFrame, cards: Mapping[str, SignalCard], top_k: int
) -> pl.DataFrame:
    """The needed changes in words, with how many of them the supplier can bring about.

    Args:
        changes: as `needed_changes` gives them.
        cards: by signal.
        top_k: the rank to fall below.

    Returns:
        supplier_id, changes_to_leave_top_k (one or two sentences).
    """
    texts = [
        changes.filter(pl.col("signal_id") == signal_id).select(
            "supplier_id",
            "order",
            _in_words(cards[signal_id]).alias("text"),
            pl.lit(cards[signal_id].pillar in SUPPLIER_CONTROLLED).alias("is_in_its_control"),
        )
        for signal_id in changes["signal_id"].unique().sort()
    ]
    if not texts:
        return pl.DataFrame(schema={"supplier_id": pl.String, "changes_to_leave_top_k": pl.String})
    number, within = pl.len(), pl.col("is_in_its_control").sum()
    control = (
        pl.when(within == number)
        .then(pl.lit(""))
        .when(number == 1)
        .then(pl.lit(" (It is not in the supplier's control.)"))
        .when(within == 0)
        .then(pl.lit(" (None is in the supplier's control.)"))
        .when(within * 2 < number)
        .then(pl.lit(" (Most are not in the supplier's control.)"))
        .otherwise(pl.lit(" (Not all are in the supplier's control.)"))
    )
    subject = pl.when(number == 1).then(pl.lit("this")).otherwise(pl.lit("all of these"))
    return (
        pl.concat(texts)
        .sort("supplier_id", "order")
        .group_by("supplier_id", maintain_order=True)
        .agg(text=pl.col("text").str.join("; "), subject=subject, control=control)
        .select(
            "supplier_id",
            pl.format(
                f"To fall below rank {top_k}, {{}} would have to change: {{}}.{{}}",
                "subject",
                "text",
                "control",
            ).alias("changes_to_leave_top_k"),
        )
    )


def _lowered(by: pl.Expr, exponent: float) -> pl.Expr:
    """The risk that is left when its weighted power falls by so much."""
    left = (pl.col("risk") ** exponent - by / pl.col("weight")).clip(lower_bound=0.0)
    return left ** (1 / exponent)


def _own_scales(normalised: NormalisedSignals) -> pl.DataFrame:
    """supplier_id, signal_id and scale where a sector group reads a value in its own way."""
    found = [
        pl.DataFrame(
            {
                "supplier_id": normalised.supplier_ids,
                "signal_id": pl.Series([signal.signal_id]).new_from_index(
                    0, normalised.supplier_ids.len()
                ),
                "scale": normalised.aligned[signal.signal_id].scale,
            }
        ).filter(pl.col("scale") > 0)
        for signal in normalised.own.signals
        if signal.relevance is not None and signal.relevance.scales
    ]
    schema = {"supplier_id": pl.String, "signal_id": pl.String, "scale": pl.Int64}
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _value_at(signal: ScoredSignal, risk: float, scale: int) -> float | None:
    """The value that reads as a risk before the sector is weighed, where the scale is fixed."""
    normaliser = signal.normaliser
    if scale and signal.relevance is not None:
        normaliser = signal.relevance.scales[scale - 1].normaliser or normaliser
    match normaliser:
        case Anchors(floor=floor, ceiling=ceiling):
            return floor + risk * (ceiling - floor)
        case Threshold(at=at):
            return at
        case _:
            return None


def _in_words(card: SignalCard) -> pl.Expr:
    # A wording of its own holds the unit already.
    unit = "" if card.wording != Wording() else f" {_unit(card.unit)}".rstrip()
    title = f"{card.title[0].lower()}{card.title[1:]}" if _is_word(card.title) else card.title
    in_units = pl.concat_str(
        pl.lit(f"{title} "),
        worded(pl.col("value"), card),
        pl.lit(" -> "),
        worded(pl.col("needed_value"), card),
        pl.lit(unit),
    )
    among_peers = pl.format(
        f"{title} {{}} -> {{}} on its risk scale of 0 to 100",
        (100 * pl.col("risk")).round(0).cast(pl.Int64),
        (100 * pl.col("needed_risk")).round(0).cast(pl.Int64),
    )
    return (
        pl.when(pl.col("needed_value").is_not_null())
        .then(in_units)
        .when(pl.col("risk").is_not_null())
        .then(among_peers)
        .otherwise(pl.lit(f"{title} lower (its figures may not be redistributed)"))
    )


def _unit(unit: str) -> str:
    """What follows a figure: of a ratio, that it is a multiple."""
    return "times" if unit == "ratio" or unit.startswith("ratio ") else unit_text(unit)


def _is_word(title: str) -> bool:
    """Whether a title begins with a plain word, not with a name or an abbreviation."""
    first = title.split(" ")[0]
    return first[1:].islower() and first not in _NAMES
