"""Figures of the tables, the workbook and the texts of a published run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineWorkbook

from benchmarks.shown_figures import RUN, SCHEMA, full, nothing, number_of, shown, texts
from reports.wording import BAND_LABELS, CONTESTED_LABEL
from scoring.aggregation.priority_bands import PriorityBand

#: Of one supplier, by column, with the factor to the unit in which outputs show it.
SUPPLIER_FIGURES: Mapping[str, float] = {
    "rank": 1, "score": 1, "rank_p05": 1, "rank_p95": 1, "rank_within_country": 1,
    "suppliers_ranked_in_country": 1, "score_best_case": 1, "score_worst_case": 1,
    "country_context_score": 1, "score_vs_peers": 1, "peer_median_score": 1,
    "evidence_coverage": 100, "prob_top_k": 100, "prob_same_band": 100,
    "context_position": 1, "context_position_p05": 1, "context_position_p95": 1,
    "csddd_rank": 1, "lksg_rank": 1, "order_with_overrides": 1,
    "rank_before": 1, "rank_change": 1,
}  # fmt: skip
#: Of one signal of a supplier.
SIGNAL_FIGURES = ("value", "peer_value", "points")
#: Tables whose columns are rounded as people read them; others give numbers in full.
_ROUNDED = ("ranked.csv", "insufficient_information.csv")
_OTHER_NAMES = {"movements.csv": {"rank_after": "rank"}}

#: Titles of the workbook's columns that are figures of a supplier, with the decimals shown.
_SHEET_COLUMNS: Mapping[str, tuple[str, int, float]] = {
    "Rank": ("rank", 0, 1), "rank": ("rank", 0, 1), "Rank now": ("rank", 0, 1),
    "Score": ("score", 1, 1), "Rank from": ("rank_p05", 0, 1), "Rank to": ("rank_p95", 0, 1),
    "Rank in country": ("rank_within_country", 0, 1),
    "of": ("suppliers_ranked_in_country", 0, 1),
    "Best case": ("score_best_case", 1, 1), "Worst case": ("score_worst_case", 1, 1),
    "Evidence coverage": ("evidence_coverage", 1, 100), "CSDDD rank": ("csddd_rank", 0, 1),
    "Position by context": ("context_position", 0, 1),
    "Position from": ("context_position_p05", 0, 1),
    "Position to": ("context_position_p95", 0, 1),
    "Order with decisions": ("order_with_overrides", 0, 1),
    "Rank before": ("rank_before", 0, 1), "Change of rank": ("rank_change", 0, -1),
}  # fmt: skip
_TOP = re.compile(r"^In top [\d,]+$")
_HEADER_ROW = 2
#: Record, name and factor of figures of the manifest.
_IN_MANIFEST: Mapping[str, tuple[str, str, float]] = {
    "suppliers certain of the top": ("uncertainty", "certain", 1),
    "suppliers borderline": ("uncertainty", "interchangeable", 1),
    "variance explained by country": ("countries", "r_squared", 100),
    "rank correlation with country": ("countries", "rank_correlation", 1),
}


def table_figures(folder: Path) -> Iterator[pl.DataFrame]:
    """Figures of every table in the folder that has a supplier in each row."""
    for path in sorted(folder.glob("*.csv")):
        yield from _csv_figures(path)
    for name in ("ranked", "contributions"):
        table = pl.read_parquet(folder / f"{name}.parquet")
        yield from _figures(table.cast({pl.Date: pl.String}), f"{name}.parquet", {})


def _csv_figures(path: Path) -> Iterator[pl.DataFrame]:
    table = pl.read_csv(path, infer_schema=False)
    if "supplier_id" not in table.columns or table.is_empty():
        return
    table = table.rename(_OTHER_NAMES.get(path.name, {}), strict=False)
    if "is_ranked" in table.columns:  # without a score a supplier counts as ranked last
        ranks = {"rank": "is_ranked", "rank_before": "was_ranked"}
        table = table.with_columns(
            pl.when(pl.col(flag) == "true").then(pl.col(name)).alias(name)
            for name, flag in ranks.items()
        )
    decimals = {
        name: table[name].str.split(".").list.get(1, null_on_oob=True).str.len_chars().max() or 0
        for name in (*SUPPLIER_FIGURES, *SIGNAL_FIGURES)
        if name in table.columns
    }
    yield from _figures(table, path.name, decimals)


def _figures(
    table: pl.DataFrame, output: str, decimals: Mapping[str, object]
) -> Iterator[pl.DataFrame]:
    for name, factor in SUPPLIER_FIGURES.items():
        if name in table.columns:
            yield _column(table, output, pl.col("supplier_id"), name, factor, decimals.get(name))
    if "signal_id" in table.columns and "points" in table.columns:
        item = pl.format("{}/{}", "supplier_id", "signal_id")
        for name in SIGNAL_FIGURES:
            yield _column(table, output, item, name, 1, None)
        subjects = table.select(item.alias("subject"))["subject"].to_list()
        yield texts(output, subjects, "sentence", table["sentence"].to_list())
    if "priority_band" in table.columns and "is_ranked" not in table.columns:
        yield texts(output, table["supplier_id"].to_list(), "priority band", _bands(table))


def _bands(table: pl.DataFrame) -> list[str]:
    """The band as people read it: tables for programs hold its id."""
    frozen = (
        table["priority_band_is_frozen"].cast(pl.String).to_list()
        if "priority_band_is_frozen" in table.columns
        else ["false"] * table.height
    )
    return [
        CONTESTED_LABEL if is_frozen == "true" else BAND_LABELS.get(band, band)
        for band, is_frozen in zip(table["priority_band"].to_list(), frozen, strict=True)
    ]


def _column(
    table: pl.DataFrame,
    output: str,
    subject: pl.Expr,
    name: str,
    factor: float,
    decimals: object,
) -> pl.DataFrame:
    """Figures of one column; whole numbers and rounded tables show all their decimals."""
    count = decimals if isinstance(decimals, int) else None
    behind = None if count is None else count - (2 if factor == 100 else 0)
    is_shown = behind is not None and (output in _ROUNDED or behind <= 0)
    if table.schema[name].is_integer():
        behind, is_shown = 0, True
    error = 0.0 if count is None else 0.5 * factor * 10.0**-count
    return (
        table.select(
            subject.alias("subject"),
            pl.lit(name).alias("figure"),
            pl.lit(output).alias("output"),
            (pl.col(name).cast(pl.Float64) * factor).alias("value"),
            pl.lit(None, pl.String).alias("text"),
            pl.lit(max(behind or 0, 0) if is_shown else None, pl.Int64).alias("decimals"),
            pl.lit(None if is_shown else error, pl.Float64).alias("error"),
        )
        .filter(pl.col("value").is_not_null())
        .unique()
    )


def workbook_figures(path: Path) -> Iterator[pl.DataFrame]:
    """Figures of every sheet, rounded as its number formats show them, and the rows of lists."""
    book = CalamineWorkbook.from_path(str(path))
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        titles = [str(title) for title in rows[_HEADER_ROW]]
        names = {title.lower().replace("_", " "): place for place, title in enumerate(titles)}
        if "supplier id" not in names:
            continue
        output = f"workbook.xlsx, {sheet}"
        body = [row for row in rows[_HEADER_ROW + 1 :] if row[names["supplier id"]] != ""]
        found = [
            (str(row[names["supplier id"]]), *_cell(title, cell))
            for row in body
            for title, cell in zip(titles, row, strict=True)
            if isinstance(cell, int | float) and _shape(title) is not None
        ]
        yield pl.DataFrame(
            [(subject, figure, output, v, None, d, None) for subject, figure, v, d in found],
            schema=SCHEMA,
            orient="row",
        ).unique()
        if sheet == "Ranked list":
            band = names["priority band"]
            ids = [str(row[names["supplier id"]]) for row in body]
            yield texts(output, ids, "priority band", [str(row[band]) for row in body])
        counted = {"Ranked list": "suppliers ranked", "Insufficient": "suppliers insufficient"}
        if sheet in counted:
            yield shown(output, RUN, counted[sheet], str(len(body)))


def _shape(title: str) -> tuple[str, int, float] | None:
    return ("prob_top_k", 1, 100) if _TOP.match(title) else _SHEET_COLUMNS.get(title)


def _cell(title: str, cell: float) -> tuple[str, float, int]:
    shape = _shape(title)
    if shape is None:
        raise ValueError(f"{title}: no figure of a supplier")
    figure, decimals, factor = shape
    # As a spreadsheet program rounds: the decimal digits, halves away from zero.
    exact = Decimal(repr(float(cell))) * Decimal(str(factor))
    return figure, float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)), decimals


def text_figures(folder: Path, printed: str) -> Iterator[pl.DataFrame]:
    """Counts of the run in READ-ME-FIRST.txt, metrics.prom, the manifest and on the terminal.

    Args:
        folder: of the published run.
        printed: what the terminal showed at the end of the run; empty where that is not known.
    """
    ranked = pl.read_csv(folder / "ranked.csv", infer_schema=False)
    yield full("ranked.csv", RUN, "suppliers ranked", ranked.height)
    insufficient = pl.read_csv(folder / "insufficient_information.csv", infer_schema=False)
    yield full("insufficient_information.csv", RUN, "suppliers insufficient", insufficient.height)
    yield from _computed(folder)
    read_me = (folder / "READ-ME-FIRST.txt").read_text(encoding="utf-8")
    for output, text in (("READ-ME-FIRST.txt", read_me), ("terminal", printed)):
        yield from _counts(output, text)
    metrics = folder.parent / "metrics.prom"
    if metrics.is_file() and printed:
        yield from _metrics(metrics.read_text(encoding="utf-8"))


def _computed(folder: Path) -> Iterator[pl.DataFrame]:
    """Figures of the run as a whole, counted in its tables and taken from its manifest."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    ranked = pl.read_parquet(folder / "ranked.parquet")
    scored = ranked.drop_nulls("rank")
    first = ranked.filter(pl.col("priority_band") == PriorityBand.FIRST_PRIORITY.value)
    yield full("ranked.parquet", RUN, "suppliers of first priority", first.height)
    if scored.height:
        median = scored["evidence_coverage"].median()
        yield full("ranked.parquet", RUN, "median evidence coverage", 100 * float(str(median)))
    status = [source["status"] for source in manifest.get("sources", [])]
    yield full("manifest.json", RUN, "sources read", status.count("read"))
    filled = [source for source in manifest.get("sources", []) if any(_rows(source))]
    yield full("manifest.json", RUN, "sources with data", len(filled))
    yield full("manifest.json", RUN, "sources unavailable", status.count("unavailable"))
    for figure, (record, name, factor) in _IN_MANIFEST.items():
        value = manifest.get(record, {}).get(name)
        if value is not None:
            yield full("manifest.json", RUN, figure, factor * value)
    rejected = pl.read_csv(folder / "rejected.csv", infer_schema=False)
    yield full("rejected.csv", RUN, "rejected rows", rejected.height)


def _rows(source: Mapping[str, Any]) -> list[int]:
    """Rows that a source gave, by table; one where it was read and they are not counted."""
    if source["status"] != "read":
        return []
    return list(source["rows"].values()) if "rows" in source else [1]


def _counts(output: str, text: str) -> Iterator[pl.DataFrame]:
    found = re.search(r"([\d,]+) suppliers ranked, ([\d,]+) with insufficient", text)
    if found is None:
        yield nothing()
        return
    yield shown(output, RUN, "suppliers ranked", found[1])
    yield shown(output, RUN, "suppliers insufficient", found[2])
    rejected = re.search(r"rejected rows: ([\d,]+) of the supplier list, ([\d,]+) of sources", text)
    if rejected is not None:
        yield shown(output, RUN, "rejected rows of the list", rejected[1])
        yield shown(output, RUN, "rejected rows of sources", rejected[2])
        both = sum(number_of(count)[0] for count in rejected.groups())
        yield full(output, RUN, "rejected rows", both)
    country = re.search(r"explain ([\d.]+) ?% of the spread .*?correlation (-?[\d.]+)\)", text)
    if country is not None:
        yield shown(output, RUN, "variance explained by country", country[1])
        yield shown(output, RUN, "rank correlation with country", country[2])


def _metrics(text: str) -> Iterator[pl.DataFrame]:
    names = {
        "suppliers_ranked": "suppliers ranked",
        "suppliers_insufficient": "suppliers insufficient",
        "rejected_rows": "rejected rows of the list",
        "sources_unavailable": "sources unavailable",
        "sources_read": "sources read",
    }
    for name, figure in names.items():
        found = re.search(rf"^understory_{name} (\d+)$", text, re.MULTILINE)
        yield shown("metrics.prom", RUN, figure, None if found is None else found[1])
