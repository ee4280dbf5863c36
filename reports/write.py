"""Writes every output of a run into one folder; publishing that folder is not done here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from reports.bundle import ReportBundle
from reports.lab.monitoring_tables import lab_tables
from reports.page.html_report import render_html
from reports.redistribution import disclosable
from reports.tables.cells import csv_bytes
from reports.tables.decision_tables import CONTENTS, decision_tables
from reports.tables.land_figures import figure_files
from reports.tables.list_hits import flags_csv_table, questions_csv_table
from reports.tables.purchasing_practices import panel_csv_table
from reports.tables.ranked_list import (
    insufficient_csv_table,
    ranked_csv_table,
    ranked_parquet_table,
    ranked_table,
)
from reports.wording import notices
from reports.workbook.workbook import workbook_bytes

#: What each file of a run's folder is for, in reading order.
OUTPUT_FILES: Mapping[str, str] = {
    "report.html": "the report: open it in a browser; it needs no network",
    "workbook.xlsx": "the same for a spreadsheet program, with a sheet for your decisions",
    "ranked.csv": "the suppliers with a score, by rank, for spreadsheets",
    "insufficient_information.csv": "all others: why they have no score, and their data gaps",
    "ranked.parquet": "every supplier for programs; rank is empty without a score",
    "contributions.parquet": "every signal of every supplier with its points",
    "purchasing_practices.csv": "your own purchasing practices: pressure, amounts, what to do",
    **CONTENTS,
    "flags.csv": "suppliers on import-ban and entity lists; not part of the score",
    "identity_review.csv": "register matches for clerical review",
    "fairness.csv": "fairness check by supplier group, reported for every run",
    "drift.csv": "drift of each signal from the baseline reference distribution",
    "figures/": "land figures of the first suppliers, where there are any",
    "rejected.csv": "rows of the input that were rejected, with the rule",
    "manifest.json": "inputs, versions and settings that made this result",
}


def write_outputs(bundle: ReportBundle, folder: Path) -> list[Path]:
    """Write all outputs of a run into `folder`, which is made if it is not there.

    Values whose licence forbids redistribution are withheld from all of them. Equal bundles
    give equal bytes, but for the start and end of the run in `manifest.json`.

    Returns:
        The files written, the one to open first ahead.
    """
    bundle = disclosable(bundle)
    folder.mkdir(parents=True, exist_ok=True)
    ranked = ranked_table(bundle)
    files: dict[str, bytes] = {
        "READ-ME-FIRST.txt": _read_me_first(bundle, ranked).encode("utf-8"),
        "report.html": render_html(bundle, ranked).encode("utf-8"),
        "workbook.xlsx": workbook_bytes(bundle, ranked),
        "ranked.csv": csv_bytes(ranked_csv_table(ranked, bundle)),
        "insufficient_information.csv": csv_bytes(insufficient_csv_table(ranked, bundle)),
        "purchasing_practices.csv": csv_bytes(panel_csv_table(bundle)),
        **{name: csv_bytes(table) for name, table in decision_tables(bundle).items()},
        "flags.csv": csv_bytes(flags_csv_table(bundle)),
        "identity_review.csv": csv_bytes(questions_csv_table(bundle)),
        **{name: csv_bytes(table) for name, table in lab_tables(bundle).items()},
        "rejected.csv": csv_bytes(bundle.rejected),
        "manifest.json": _manifest_json(bundle.manifest).encode("utf-8"),
    }
    files |= figure_files(bundle, ranked)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    tables: dict[str, pl.DataFrame] = {
        "ranked.parquet": ranked_parquet_table(ranked),
        "contributions.parquet": bundle.contributions.sort("supplier_id", "signal_id"),
    }
    for name, table in tables.items():
        table.write_parquet(folder / name)
    return [folder / name for name in (*files, *tables)]


def _manifest_json(manifest: Mapping[str, object]) -> str:
    return json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _read_me_first(bundle: ReportBundle, ranked: pl.DataFrame) -> str:
    scored = ranked["rank"].is_not_null().sum()
    contents = "\n".join(f"{name:<30}{meaning}" for name, meaning in OUTPUT_FILES.items())
    return (
        "\n".join(notices(bundle.is_synthetic))
        + (f"\n{bundle.ranks_withheld}" if bundle.ranks_withheld else "")
        + f"\n\n{bundle.title}, as of {bundle.as_of.isoformat()}, run {bundle.run_id}\n"
        f"{scored} suppliers ranked, {ranked.height - scored} with insufficient information, "
        f"{bundle.rejected.height} rows rejected.\n\n{contents}\n"
    )
