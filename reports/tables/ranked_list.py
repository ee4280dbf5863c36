"""The ranked list as tables: one typed frame, and the text columns a spreadsheet shows."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.country_names import country_name
from reports.tables.list_hits import flag_texts
from reports.tables.next_step import next_steps
from reports.tables.purchasing_practices import own_practices
from reports.tables.reasons import (
    REASONS_SHOWN,
    data_gaps,
    first_sentence,
    shared_reasons,
    top_reasons,
)
from reports.tables.shown_figures import POINTS_DECIMALS, SHARE_DECIMALS
from reports.wording import ABOVE_INTERVAL, BELOW_INTERVAL, CONTESTED_LABEL, band_label, row_notice
from scoring.explanation.counterfactual import counterfactuals

NO_REASON = "No signal is above the peer median."
RANKS_WITHHELD = (
    "Single ranks are not shown (READ-ME-FIRST.txt says why); rows are sorted by prob_top_k."
)
NOTHING_UNKNOWN = "Every signal that applies has a value."

_POINT_COLUMNS = (
    "score",
    "score_best_case",
    "score_worst_case",
    "country_context_score",
    "score_vs_peers",
)
_SINGLE_RANKS = ("rank", "rank_before", "rank_after")
_SHARE_COLUMNS = ("evidence_coverage", "prob_top_k", "prob_same_band")
_NO_UNCERTAINTY = pl.DataFrame(
    schema={
        "supplier_id": pl.String,
        "rank_median": pl.Float64,
        "prob_same_band": pl.Float64,
        "main_uncertainty_source": pl.String,
    }
)
_NO_CONTEXT_ORDER = pl.DataFrame(
    schema={
        "supplier_id": pl.String,
        "order_basis": pl.String,
        "context_position": pl.Int64,
        "context_position_p05": pl.Int64,
        "context_position_p95": pl.Int64,
        "suppliers_by_context": pl.Int64,
    }
)
_POSITIONS = [name for name in _NO_CONTEXT_ORDER.columns if name.startswith("context_")]
_NO_CHANGES = pl.DataFrame(schema={"supplier_id": pl.String, "signal_id": pl.String})
_NO_OVERRIDES = pl.DataFrame(
    schema={"supplier_id": pl.String, "override": pl.String, "priority_band_is_frozen": pl.Boolean}
)
_NO_RANKS = pl.DataFrame(
    schema={
        "supplier_id": pl.String,
        "rank_within_country": pl.Int64,
        "suppliers_ranked_in_country": pl.Int64,
    }
)
_REASON_COLUMNS = tuple(f"reason_{number + 1}" for number in range(REASONS_SHOWN))
#: What reasons, data gaps and next steps are made from.
_OF_CONTRIBUTIONS = (
    "supplier_id", "signal_id", "pillar", "status", "risk", "weight", "points", "sentence",
)  # fmt: skip
_CSV_COLUMNS = (
    "rank",
    "supplier_id",
    "name",
    "country",
    "country_iso3",
    "score",
    "priority_band",
    "priority_band_note",
    "override",
    "evidence_coverage",
    "rank_p05",
    "rank_p95",
    "prob_top_k",
    "rank_within_country",
    "suppliers_ranked_in_country",
    "prob_same_band",
    "main_uncertainty_source",
    "score_best_case",
    "score_worst_case",
    "country_context_score",
    "score_vs_peers",
    *_REASON_COLUMNS,
    "changes_to_leave_top_k",
    "data_gaps",
    "next_step",
    "next_step_reason",
    "flags",
    "note",
)


def ranked_table(bundle: ReportBundle) -> pl.DataFrame:
    """Every supplier once, ranked ones first by rank, then those with insufficient information.

    The latter are sorted by their position by context, then by falling coverage, so those that need
    least to be ranked come first; ties go by supplier id. Columns: those of `scores` and
    `uncertainty`; name, country (name), country_iso3, sector of the list; reasons (list of
    sentences), shared_reason, data_gaps (list); order_basis and the position by context with its
    interval (null with a score, and where the licence of a context source hides the context
    score); next_step, next_step_label, next_step_reason; rank_within_country and
    suppliers_ranked_in_country, null without a score and where ranks are withheld.
    """
    within_country = (
        _NO_RANKS if bundle.ranks_within_country is None else bundle.ranks_within_country
    )
    if bundle.ranks_withheld is not None:
        within_country = within_country.with_columns(rank_within_country=pl.lit(None, pl.Int64))
    uncertainty = bundle.uncertainty if bundle.uncertainty is not None else _NO_UNCERTAINTY
    list_columns = bundle.suppliers.select("supplier_id", "name", "country_iso3", "sector")
    return (
        bundle.scores.join(list_columns, on="supplier_id", how="left", validate="1:1")
        .join(uncertainty, on="supplier_id", how="left")
        .join(within_country.select(_NO_RANKS.columns), on="supplier_id", how="left")
        .join(_decisions(bundle), on="supplier_id", how="left")
        .join(_context_order(bundle), on="supplier_id", how="left")
        .join(_from_evidence(bundle), on="supplier_id", how="left")
        .with_columns(
            pl.col("reasons", "data_gaps").fill_null([]),
            pl.col("country_iso3")
            .replace_strict(_country_names(bundle.suppliers), default=pl.col("country_iso3"))
            .alias("country"),
        )
        .sort(
            ["rank", "context_position", "evidence_coverage", "supplier_id"],
            descending=[False, False, True, False],
            nulls_last=True,
        )
    )


def _from_evidence(bundle: ReportBundle) -> pl.DataFrame:
    """The columns that are made from contributions, some suppliers at a time."""
    parts = []
    for some, rows in bundle.rows_by_supplier(_OF_CONTRIBUTIONS):
        scores = some.join(bundle.scores, on="supplier_id", maintain_order="left")
        parts.append(
            scores.select("supplier_id")
            .join(top_reasons(rows), on="supplier_id", how="left")
            .join(shared_reasons(rows), on="supplier_id", how="left")
            .join(data_gaps(rows, bundle.signal_cards), on="supplier_id", how="left")
            .join(
                next_steps(scores, rows, own_practices(bundle, rows)),
                on="supplier_id",
                how="left",
            )
        )
    return pl.concat(parts)


def shown_ranks(bundle: ReportBundle, table: pl.DataFrame) -> pl.DataFrame:
    """A table whose single ranks are null in every row where the run withholds them."""
    if bundle.ranks_withheld is None:
        return table
    names = [name for name in _SINGLE_RANKS if name in table.columns]
    return table.with_columns(pl.lit(None, pl.Int64).alias(name) for name in names)


def ranked_csv_table(ranked: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """The suppliers with a score, in the columns of `ranked.csv`, in reading order.

    Points have one decimal and shares three, as fixed decimals, so that equal input gives equal
    bytes. `flags` is for list hits, which are not part of the score. `note` says on
    every row in short what the list is and is not, because rows are filtered and copied. Where
    ranks are withheld, rows are sorted by their probability of the top k and `note` says so.
    """
    scored = ranked.filter(pl.col("rank").is_not_null())
    ordered = scored if bundle.ranks_withheld is None else _by_probability(scored)
    withheld = None if bundle.ranks_withheld is None else RANKS_WITHHELD
    k = f"k in prob_top_k is {bundle.top_k}."
    note = " ".join(filter(None, (withheld, row_notice(bundle.is_synthetic), k)))
    flagged = ordered.join(flag_texts(bundle), on="supplier_id", how="left", maintain_order="left")
    table = flagged.with_columns(
        *(_fixed(name, POINTS_DECIMALS) for name in _POINT_COLUMNS),
        *(_fixed(name, SHARE_DECIMALS) for name in _SHARE_COLUMNS),
        _band_labels(ranked),
        *short_reasons(),
        pl.when(pl.col("data_gaps").list.len() == 0)
        .then(pl.lit(NOTHING_UNKNOWN))
        .otherwise(pl.col("data_gaps").list.join("; "))
        .alias("data_gaps"),
        pl.col("next_step_label").alias("next_step"),
        pl.col("flags").fill_null(""),
        _note(note, bundle.ranks_withheld).alias("note"),
    ).select(_CSV_COLUMNS)
    return shown_ranks(bundle, table)


def insufficient_csv_table(ranked: pl.DataFrame, bundle: ReportBundle) -> pl.DataFrame:
    """Suppliers without a score: the reason, the lowest-cost data gap, all data gaps."""
    return (
        ranked.filter(pl.col("rank").is_null())
        .join(flag_texts(bundle), on="supplier_id", how="left", maintain_order="left")
        .with_columns(
            _fixed("evidence_coverage", SHARE_DECIMALS),
            _fixed("country_context_score", POINTS_DECIMALS),
            pl.col("data_gaps").list.join("; "),
            pl.col("flags").fill_null(""),
            pl.lit(row_notice(bundle.is_synthetic)).alias("note"),
        )
        .select(
            "supplier_id",
            "name",
            "country",
            "country_iso3",
            "evidence_coverage",
            "pillars_with_evidence",
            "order_basis",
            *_POSITIONS,
            "country_context_score",
            "insufficient_reason",
            "lowest_cost_data_gap",
            "data_gaps",
            pl.col("next_step_label").alias("next_step"),
            "flags",
            "note",
        )
    )


def all_suppliers_table(bundle: ReportBundle, ranked: pl.DataFrame) -> pl.DataFrame:
    """Every supplier once: its rank by evidence, its position by context, or that nothing is known.

    `standing` says in a sentence why the supplier stands where it stands.
    """
    by_context = pl.format(
        "No score: {} By country, sector and goods alone it is at position {} of {} "
        "(interval {} to {}); suppliers with the same context share it.",
        pl.col("insufficient_reason"),
        "context_position",
        "suppliers_by_context",
        "context_position_p05",
        "context_position_p95",
    )
    listed = ranked.with_columns(has_score=pl.col("rank").is_not_null())
    return shown_ranks(bundle, listed).select(
        "supplier_id",
        "name",
        "country",
        "order_basis",
        "rank",
        "rank_p05",
        "rank_p95",
        *_POSITIONS,
        pl.when("has_score")
        .then(pl.lit("Ranked on supplier-specific evidence; ranked.csv has the reasons."))
        .otherwise(
            pl.coalesce(
                by_context,
                pl.format("No score and no context: {}", "insufficient_reason"),
                pl.lit("No score and no context."),
            )
        )
        .alias("standing"),
        "lowest_cost_data_gap",
    )


def ranked_parquet_table(ranked: pl.DataFrame) -> pl.DataFrame:
    """The ranked table for programs: full precision, ids of bands and steps, no prose notes."""
    first = ("rank", "supplier_id", "name", "country", "country_iso3")
    return ranked.select(*first, pl.exclude(*first, "sector", "next_step_label"))


def _note(of_the_run: str, ranks_withheld: str | None) -> pl.Expr:
    """The note of the run, and on a rank outside its interval `reports.wording`'s sentence."""
    if ranks_withheld is not None:
        return pl.lit(of_the_run)
    outside = (
        pl.when(pl.col("rank") < pl.col("rank_p05"))
        .then(pl.lit(ABOVE_INTERVAL))
        .when(pl.col("rank") > pl.col("rank_p95"))
        .then(pl.lit(BELOW_INTERVAL))
    )
    return pl.concat_str(pl.lit(of_the_run), outside, separator=" ", ignore_nulls=True)


def short_reasons() -> list[pl.Expr]:
    """Of the ranked table: `reason_1` to `reason_3`, one sentence each, null beyond the last.

    Where no signal sets the supplier apart, `reason_1` is what it shares with its peers.
    """
    own = [pl.col("reasons").list.get(place, null_on_oob=True) for place in range(REASONS_SHOWN)]
    own[0] = pl.coalesce(own[0], "shared_reason", pl.lit(NO_REASON))
    return [
        first_sentence(reason).alias(name)
        for reason, name in zip(own, _REASON_COLUMNS, strict=True)
    ]


def _decisions(bundle: ReportBundle) -> pl.DataFrame:
    """Separate from the score: changes_to_leave_top_k, priority_band_is_frozen and override."""
    listed = bundle.suppliers.select("supplier_id")
    words = counterfactuals(
        _NO_CHANGES if bundle.needed_changes is None else bundle.needed_changes,
        bundle.signal_cards,
        bundle.top_k,
    )
    overrides = bundle.table("overrides")
    decided = _NO_OVERRIDES if overrides is None else overrides
    return (
        listed.join(words, on="supplier_id", how="left")
        .join(decided.select(_NO_OVERRIDES.columns), on="supplier_id", how="left")
        .with_columns(pl.col("priority_band_is_frozen").fill_null(False))
    )


def _context_order(bundle: ReportBundle) -> pl.DataFrame:
    """Columns of `_NO_CONTEXT_ORDER`; without positions where a licence hides the context score."""
    order = bundle.table("all_suppliers")
    if order is None:
        return _NO_CONTEXT_ORDER
    hidden = bundle.scores.filter(pl.col("country_context_score").is_null())["supplier_id"]
    shown = ~pl.col("supplier_id").is_in(hidden.implode())
    figures = [*_POSITIONS, "suppliers_by_context"]
    return order.select(_NO_CONTEXT_ORDER.columns).with_columns(
        pl.when(shown).then(name).alias(name) for name in figures
    )


def _by_probability(ranked: pl.DataFrame) -> pl.DataFrame:
    """By the probability of the top k, then by the best rank of the interval and by id.

    It says which suppliers are likely among the first, where single ranks cannot be separated.
    """
    return ranked.sort(
        pl.col("prob_top_k").round(SHARE_DECIMALS),
        "rank_p05",
        "supplier_id",
        descending=[True, False, False],
        nulls_last=True,
    )


def _fixed(name: str, decimals: int) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).round(decimals).cast(pl.Decimal(12, decimals))


def _band_labels(ranked: pl.DataFrame) -> pl.Expr:
    labels = {
        priority_band: band_label(priority_band)
        for priority_band in ranked["priority_band"].unique()
    }
    label = pl.col("priority_band").replace_strict(labels, return_dtype=pl.String)
    frozen = pl.col("priority_band_is_frozen")
    return pl.when(frozen).then(pl.lit(CONTESTED_LABEL)).otherwise(label).alias("priority_band")


def _country_names(suppliers: pl.DataFrame) -> dict[str, str]:
    return {code: country_name(code) for code in suppliers["country_iso3"].unique()}
