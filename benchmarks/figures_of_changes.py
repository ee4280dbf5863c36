"""What outputs say would have to change for a rank to fall: never what contributes 0.0 points."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

from benchmarks.figures_of_page import embedded, text_at

_START, _LIST = "To fall below rank ", "would have to change: "
_COLUMN = "changes_to_leave_top_k"


def named_without_points(folder: Path) -> pl.DataFrame:
    """Signals of 0.0 points that an output names in such a sentence.

    Args:
        folder: of a published run in English.

    Returns:
        Columns as of `shown_figures.differences`.
    """
    data = embedded((folder / "report.html").read_text(encoding="utf-8"))
    titles = {card["title"].lower(): card["id"] for card in data["signals"]}
    table = pl.read_parquet(
        folder / "contributions.parquet", columns=["supplier_id", "signal_id", "points"]
    )
    points = {
        (supplier, signal_id): float(value or 0.0)
        for supplier, signal_id, value in table.iter_rows()
    }
    rows = []
    for output, supplier, sentence in changes_shown(folder):
        changes = sentence.partition(_LIST)[2].lower()
        for title, signal_id in titles.items():
            shown = round(abs(points.get((supplier, signal_id), 0.0)), 1)
            if title in changes and shown == 0.0:
                rows.append(
                    (supplier, signal_id, "named, with 0.0 points", f"{output}: {sentence}")
                )
    columns = dict.fromkeys(("subject", "figure", "why", "seen"), pl.String)
    return pl.DataFrame(rows, schema=columns, orient="row")


def changes_shown(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Output, supplier and sentence, of every output that may have it."""
    for name in ("ranked.csv", "ranked.parquet"):
        read = pl.read_csv if name.endswith("csv") else pl.read_parquet
        table = read(folder / name)
        if _COLUMN in table.columns:
            for supplier, sentence in table.select("supplier_id", _COLUMN).drop_nulls().iter_rows():
                yield name, str(supplier), str(sentence)
    book = CalamineWorkbook.from_path(str(folder / "workbook.xlsx"))
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            for cell in row:
                if _START in str(cell):
                    yield f"workbook.xlsx, {sheet}", str(row[0]), str(cell)
    suppliers = embedded((folder / "report.html").read_text(encoding="utf-8"))["suppliers"]
    for at, supplier in enumerate(suppliers["id"]):
        sentence = text_at(suppliers[_COLUMN], at) if suppliers.get(_COLUMN) else None
        if sentence is not None:
            yield "report.html", supplier, sentence
