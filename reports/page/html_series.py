"""Time series of a supplier's page: yearly and monthly values, and ranks in past runs."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.sentences import Sentences

#: Suppliers from the top whose page has figures; of more the page would grow too long.
SERIES_FOR = 200

_MIN_POINTS = 2


def series(
    bundle: ReportBundle, order: pl.DataFrame, words: Sentences
) -> dict[str, list[dict[str, object]]] | None:
    """Series by row of the page; only of signals whose value may be shown; None without any.

    `at` is the position of a point, in years or months; `labels` is its date in words.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        order: supplier_id and supplier (row of the page's list).
        words: titles in the language of the page.
    """
    if bundle.series is None or bundle.series.is_empty():
        return None
    shown = bundle.with_values(order.head(SERIES_FOR)["supplier_id"])
    year, month = pl.col("year"), pl.col("month")
    of_month = pl.format("{}-{}", year, month.cast(pl.String).str.zfill(2))
    rows = (
        bundle.series.join(order.head(SERIES_FOR), on="supplier_id")
        .join(shown, on=["supplier_id", "signal_id"], how="semi")
        .sort("supplier", "signal_id", "year", "month")
        .with_columns(
            (12 * year + month - 1).fill_null(year).alias("at"),
            pl.when(month.is_null()).then(year.cast(pl.String)).otherwise(of_month).alias("label"),
        )
    )
    by_title = rows.group_by("supplier", "title", "unit", maintain_order=True).agg(
        "at", labels="label", values=pl.col("value").round_sig_figs(3)
    )
    found: dict[str, list[dict[str, object]]] = {}
    for one in by_title.filter(pl.col("at").list.len() >= _MIN_POINTS).iter_rows(named=True):
        unit = one["unit"] if words.language == "en" else words.unit(one["unit"])
        points = {name: one[name] for name in ("at", "labels", "values")}
        found.setdefault(str(one["supplier"]), []).append(
            {"title": words.text(one["title"]), "unit": unit, **points}
        )
    return found


def past_ranks(bundle: ReportBundle, order: pl.DataFrame) -> dict[str, dict[str, object]] | None:
    """Ranks in the runs of the last twelve months, by row of the page; None where none is shown.

    A supplier that had a rank before has every run, oldest first and this one last, with null ranks
    where it had none; `of` is how many were ranked.

    Args:
        bundle: the run.
        order: supplier_id and supplier (row of the page's list).
    """
    if bundle.earlier_ranks is None or bundle.ranks_withheld is not None:
        return None
    now = bundle.scores.drop_nulls("rank")
    this_run = now.select(
        "supplier_id",
        pl.lit(bundle.as_of).alias("as_of"),
        *(pl.col(name).cast(pl.Int64) for name in ("rank", "rank_p05", "rank_p95")),
        pl.lit(now.height, dtype=pl.Int64).alias("ranked"),
    )
    earlier = bundle.earlier_ranks.filter(pl.col("as_of").dt.offset_by("12mo") >= bundle.as_of)
    every = pl.concat([earlier.select(this_run.columns), this_run], how="vertical_relaxed")
    runs = every.group_by("as_of").agg(pl.col("ranked").max()).sort("as_of")
    if runs.height < _MIN_POINTS:
        return None
    listed = order.head(SERIES_FOR).join(earlier, on="supplier_id", how="semi")
    rows = (
        listed.join(runs, how="cross")
        .join(every.drop("ranked"), on=["supplier_id", "as_of"], how="left")
        .sort("supplier", "as_of")
    )
    by_supplier = rows.group_by("supplier", maintain_order=True).agg(
        days=pl.col("as_of").cast(pl.String),
        rank="rank",
        low=pl.col("rank_p05").fill_null(pl.col("rank")),
        high=pl.col("rank_p95").fill_null(pl.col("rank")),
        of="ranked",
    )
    return {str(ranks.pop("supplier")): ranks for ranks in by_supplier.to_dicts()}
