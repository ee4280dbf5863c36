"""The ranked list as tables: one typed frame, and the text columns a spreadsheet shows."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.country_names import country_name
from reports.tables.list_hits import flag_texts
from reports.tables.next_step import next_steps
from reports.tables.reasons import REASONS_SHOWN, shared_reasons, top_reasons, unknowns
from reports.wording import row_notice, tier_label
from scoring.explanation.counterfactual import counterfactuals

NO_REASON = "No signal stands above what is typical of its peers."
RANKS_WITHHELD = "Single ranks are not shown; READ-ME-FIRST.txt says why."
NOTHING_UNKNOWN = "Every signal that applies has a value."

_POINTS_DECIMALS = 1
_SHARE_DECIMALS = 3
_POINT_COLUMNS = (
    "score",
    "score_if_best",
    "score_if_worst",
    "own_evidence",
    "prior",
    "absolute_exposure",
    "within_peer_anomaly",
)
_SHARE_COLUMNS = ("coverage", "p_top_k", "tier_stability")
_NO_UNCERTAINTY = pl.DataFrame(
    schema={
        "supplier_id": pl.String,
        "rank_median": pl.Float64,
        "tier_stability": pl.Float64,
        "depends_most_on": pl.String,
    }
)
_NO_CHANGES = pl.DataFrame(schema={"supplier_id": pl.String, "signal_id": pl.String})
_NO_OVERRIDES = pl.DataFrame(
    schema={"supplier_id": pl.String, "override": pl.String, "tier_is_frozen": pl.Boolean}
)
_NO_PLACES = pl.DataFrame(
    schema={
        "supplier_id": pl.String,
        "rank_in_country": pl.Int64,
        "ranked_in_country": pl.Int64,
    }
)
#: Instead of the tier of a supplier that contests it.
CONTESTED_TIER = "contested: not to be used until reviewed"
_CSV_COLUMNS = (
    "rank",
    "supplier_id",
    "name",
    "country",
    "score",
    "tier",
    "tier_reason",
    "coverage",
    "rank_low",
    "rank_high",
    "p_top_k",
    "rank_in_country",
    "ranked_in_country",
    "tier_stability",
    "depends_most_on",
    "score_if_best",
    "score_if_worst",
    "own_evidence",
    "prior",
    "absolute_exposure",
    "within_peer_anomaly",
    "top_reasons",
    "counterfactual",
    "not_known",
    "next_step",
    "next_step_reason",
    "flags",
    "note",
)


def ranked_table(bundle: ReportBundle) -> pl.DataFrame:
    """Every supplier once, ranked ones first by rank, then those with insufficient information.

    The latter stand by falling coverage, so the ones that need least to be ranked come first;
    ties go by supplier id. Columns: those of `scores` and `uncertainty`; name, country (name),
    country_iso3, sector of the list; reasons (list of sentences), shared_reason, unknown (list);
    next_step, next_step_label, next_step_reason; rank_in_country and ranked_in_country, null
    without a score and where ranks are withheld.
    """
    places = _NO_PLACES if bundle.places_in_country is None else bundle.places_in_country
    if bundle.ranks_withheld is not None:
        places = places.with_columns(rank_in_country=pl.lit(None, pl.Int64))
    uncertainty = bundle.uncertainty if bundle.uncertainty is not None else _NO_UNCERTAINTY
    list_columns = bundle.suppliers.select("supplier_id", "name", "country_iso3", "sector")
    return (
        bundle.scores.join(list_columns, on="supplier_id", how="left", validate="1:1")
        .join(uncertainty, on="supplier_id", how="left")
        .join(places.select(_NO_PLACES.columns), on="supplier_id", how="left")
        .join(_beside(bundle), on="supplier_id", how="left")
        .join(top_reasons(bundle.contributions), on="supplier_id", how="left")
        .join(shared_reasons(bundle.contributions), on="supplier_id", how="left")
        .join(unknowns(bundle.contributions, bundle.signal_cards), on="supplier_id", how="left")
        .join(next_steps(bundle), on="supplier_id", how="left")
        .with_columns(
            pl.col("reasons", "unknown").fill_null([]),
            pl.col("country_iso3")
            .replace_strict(_country_names(bundle.suppliers), default=pl.col("country_iso3"))
            .alias("country"),
        )
        .sort(["rank", "coverage", "supplier_id"], descending=[False, True, False], nulls_last=True)
    )


def ranked_csv_table(ranked: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """The suppliers with a score, in the columns of `ranked.csv`, in reading order.

    Points have one decimal and shares three, as fixed decimals, so that equal input gives equal
    bytes. `flags` is for list hits, which stand beside a score and never in it. `note` says on
    every row in short what the list is and is not, because rows are filtered and copied. Where
    ranks are withheld, rows stand by tier and `note` says so.
    """
    scored = ranked.filter(pl.col("rank").is_not_null())
    ordered = scored if bundle.ranks_withheld is None else _by_tier(scored)
    reasons = pl.col("reasons").list.head(REASONS_SHOWN).list.join(" ")
    withheld = None if bundle.ranks_withheld is None else RANKS_WITHHELD
    note = " ".join(filter(None, (withheld, row_notice(bundle.is_synthetic))))
    flagged = ordered.join(flag_texts(bundle), on="supplier_id", how="left", maintain_order="left")
    table = flagged.with_columns(
        *(_fixed(name, _POINTS_DECIMALS) for name in _POINT_COLUMNS),
        *(_fixed(name, _SHARE_DECIMALS) for name in _SHARE_COLUMNS),
        _tier_labels(ranked),
        pl.when(pl.col("reasons").list.len() == 0)
        .then(pl.col("shared_reason").fill_null(NO_REASON))
        .otherwise(reasons)
        .str.strip_chars()
        .alias("top_reasons"),
        pl.when(pl.col("unknown").list.len() == 0)
        .then(pl.lit(NOTHING_UNKNOWN))
        .otherwise(pl.col("unknown").list.join("; "))
        .alias("not_known"),
        pl.col("next_step_label").alias("next_step"),
        pl.col("flags").fill_null(""),
        pl.lit(note).alias("note"),
    ).select(_CSV_COLUMNS)
    return table if bundle.ranks_withheld is None else table.with_columns(rank=pl.lit(None))


def insufficient_csv_table(ranked: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """Suppliers without a score: why, what would settle it at least cost, what is missing."""
    return (
        ranked.filter(pl.col("rank").is_null())
        .join(flag_texts(bundle), on="supplier_id", how="left", maintain_order="left")
        .with_columns(
            _fixed("coverage", _SHARE_DECIMALS),
            _fixed("prior", _POINTS_DECIMALS),
            pl.col("unknown").list.join("; ").alias("not_known"),
            pl.col("flags").fill_null(""),
            pl.lit(row_notice(bundle.is_synthetic)).alias("note"),
        )
        .select(
            "supplier_id",
            "name",
            "country",
            "coverage",
            "own_pillars",
            "prior",
            "insufficient_reason",
            "cheapest_datum",
            "not_known",
            pl.col("next_step_label").alias("next_step"),
            "flags",
            "note",
        )
    )


def ranked_parquet_table(ranked: pl.DataFrame) -> pl.DataFrame:
    """The ranked table for programs: full precision, ids of tiers and steps, no prose notes."""
    return ranked.select(
        "rank",
        "supplier_id",
        "name",
        "country_iso3",
        pl.exclude(
            "rank", "supplier_id", "name", "country_iso3", "country", "sector", "next_step_label"
        ),
    )


def _beside(bundle: ReportBundle) -> pl.DataFrame:
    """What stands beside each score: counterfactual, tier_is_frozen and override, with nulls."""
    listed = bundle.suppliers.select("supplier_id")
    words = counterfactuals(
        _NO_CHANGES if bundle.needed_changes is None else bundle.needed_changes,
        bundle.signal_cards,
        bundle.top_k,
    )
    decided = _NO_OVERRIDES if bundle.overrides is None else bundle.overrides
    return (
        listed.join(words, on="supplier_id", how="left")
        .join(decided.select(_NO_OVERRIDES.columns), on="supplier_id", how="left")
        .with_columns(pl.col("tier_is_frozen").fill_null(False))
    )


def _by_tier(ranked: pl.DataFrame) -> pl.DataFrame:
    """Tier by tier and by id within: an order that shows no ranks."""
    lowest = pl.col("score").min().over("tier")
    return ranked.sort(lowest, "supplier_id", descending=[True, False], nulls_last=True)


def _fixed(name: str, decimals: int) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).round(decimals).cast(pl.Decimal(12, decimals))


def _tier_labels(ranked: pl.DataFrame) -> pl.Expr:
    labels = {tier: tier_label(tier) for tier in ranked["tier"].unique()}
    label = pl.col("tier").replace_strict(labels, return_dtype=pl.String)
    frozen = pl.col("tier_is_frozen")
    return pl.when(frozen).then(pl.lit(CONTESTED_TIER)).otherwise(label).alias("tier")


def _country_names(suppliers: pl.DataFrame) -> dict[str, str]:
    return {code: country_name(code) for code in suppliers["country_iso3"].unique()}
