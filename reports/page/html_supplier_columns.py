"""The columns of suppliers and of sites on the page."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.sentences import Sentences
from reports.page.html_columns import (
    counts,
    dictionary,
    rounded,
    significant,
    steps,
    texts,
    whole,
)
from reports.page.html_rankings import ranking_columns
from reports.page.map_layers import CELL_DEGREES
from reports.tables.shown_figures import POINTS_DECIMALS, SHARE_DECIMALS
from reports.wording import BAND_LABELS, band_label

_TEXTS = (
    "sector", "next_step", "workforce_band", "parent", "commodity", "leading_pillar",
    "currency",
)  # fmt: skip
_SENTENCES = (
    "country", "insufficient_reason", "priority_band_note", "lowest_cost_data_gap",
    "next_step_reason", "shared_reason",
)  # fmt: skip
_POINTS = (
    "score", "score_best_case", "score_worst_case", "country_context_score", "score_absolute_scale",
    "score_vs_peers", "peer_median_score",
)  # fmt: skip
_SHARES = ("evidence_coverage", "prob_top_k", "ilo_indicator_coverage")


def priority_bands(listed: pl.DataFrame) -> list[dict[str, str]]:
    """Ids and labels of the priority bands that the list has, the most urgent first."""
    present = set(listed["priority_band"].unique())
    known = [priority_band for priority_band in BAND_LABELS if priority_band in present]
    rest = sorted(present - set(known))
    return [
        {"id": priority_band, "label": band_label(priority_band)}
        for priority_band in (*known, *rest)
    ]


def supplier_columns(
    bundle: ReportBundle, listed: pl.DataFrame, words: Sentences
) -> dict[str, object]:
    """Columns of the suppliers, in the order of the list; words in the language of the page.

    Args:
        bundle: of the run.
        listed: the ranked table with workforce_band, parent, currency, commodity, spend and
            leading_pillar.
        words: of the language.
    """
    band_ids = [band["id"] for band in priority_bands(listed)]
    rank = listed["rank"].cast(pl.Int64)
    return {
        "id": listed["supplier_id"].to_list(),
        "name": listed["name"].to_list(),
        "priority_band": [band_ids.index(band) for band in listed["priority_band"]],
        **{name: dictionary(listed[name]) for name in _TEXTS},
        **{name: dictionary(words.column(listed[name])) for name in _SENTENCES},
        "peer_group": dictionary(_peer_groups(listed["peer_group"], words)),
        # From the one before, and from the rank: small numbers compress.
        "rank": steps(rank),
        "rank_p05": whole(rank - listed["rank_p05"].cast(pl.Int64)),
        "rank_p95": whole(listed["rank_p95"].cast(pl.Int64) - rank),
        "rank_within_country": whole(listed["rank_within_country"]),
        "context_position": whole(listed["context_position"]),
        "context_position_p05": whole(listed["context_position_p05"]),
        "context_position_p95": whole(listed["context_position_p95"]),
        "suppliers_by_context": dictionary(listed["suppliers_by_context"].cast(pl.String)),
        "spend": significant(listed["spend"]),
        "peer_group_size": whole(listed["peer_group_size"]),
        **{name: rounded(listed[name], POINTS_DECIMALS) for name in _POINTS},
        **{name: rounded(listed[name], SHARE_DECIMALS) for name in _SHARES},
        **ranking_columns(bundle, listed, words),
    }


def _peer_groups(groups: pl.Series, words: Sentences) -> pl.Series:
    """What each group has in common, such as `sector, region`, word by word."""
    shown = {
        group: ", ".join(words.text(key) for key in group.split(", "))
        for group in groups.drop_nulls().unique()
    }
    return groups.replace_strict(shown, default=None, return_dtype=pl.String)


def site_columns(
    sites: pl.DataFrame, order: pl.DataFrame
) -> tuple[dict[str, object], pl.DataFrame, pl.Series]:
    """Columns of the sites, their order, and why some of them cannot be measured."""
    rows = sites.join(order, on="supplier_id").sort("supplier", "site_id").with_row_index("site")
    rows = rows.with_columns(_shown(name).alias(name) for name in ("latitude", "longitude"))
    # Most ids of sites begin with that of the supplier, which the page has already.
    tail = pl.when(pl.col("site_id").str.starts_with(pl.col("supplier_id"))).then(
        pl.lit("\u0001") + pl.col("site_id").str.slice(pl.col("supplier_id").str.len_chars())
    )
    columns: dict[str, object] = {
        "counts": counts(rows["supplier"], order.height),
        "id": texts(rows.select(tail.otherwise("site_id")).to_series()),
        "name": texts(rows["site_name"]),
        "area": texts(rows["admin_area"]),
        "precision": dictionary(rows["location_precision"]),
        "measurable": rows["has_measurable_location"].cast(pl.Int8).to_list(),
        "public": rows["location_is_public"].cast(pl.Int8).to_list(),
        "latitude": rows["latitude"].to_list(),
        "longitude": rows["longitude"].to_list(),
    }
    return columns, rows.select("site_id", "site", "supplier"), rows["location_reason"]


def _shown(name: str) -> pl.Expr:
    """A coordinate as the page may show it; null where the site has no location of its own."""
    value = pl.col(name).cast(pl.Float64)
    coarse = ((value / CELL_DEGREES).floor() + 0.5) * CELL_DEGREES
    shown = pl.when(pl.col("location_is_public")).then(value.round(2)).otherwise(coarse)
    return pl.when(pl.col("has_measurable_location")).then(shown)
