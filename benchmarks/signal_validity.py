"""What each signal of sourcing areas says of suppliers of a sector, on the choosing part.

The figures are on every signal's card (signals/measured_validity.csv), where `WRITE=1` puts them;
without it they are compared with the committed ones. Nothing is read on the judging part: no
signal is chosen there.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.brazil_sectors import SECTORS, SectorAreas, read_sector_areas
from scoring.tune.supplier_weighted import supplier_weighted
from signals.measured_validity import FILE, measured_validity

ID = "signal_validity"
GOAL = "no signal with a default weight points the wrong way in most sectors where it applies"
KIND = "validate"

DATA = "Brazil, register of employers 2018-2022, municipalities of 8 states for choosing"
_COLUMNS = ("signal", "data", "measured_on", "sector", "applies", "cases", "auc", "low", "high")
_CSV = Path(__file__).resolve().parents[1] / "signals" / FILE
_NO_INFORMATION = 0.5


def run() -> str:
    """Print the table and return the figures.

    Raises:
        DataRejectedError: the shared data folder is absent.
    """
    areas = read_sector_areas()
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    rows = [row for column in range(len(areas.signals)) for row in _rows(areas, column, today)]
    _show(rows, dict(zip(areas.signals, areas.weight.tolist(), strict=True)))
    if os.environ.get("WRITE") == "1":
        _CSV.write_text(_text([*_others(), *rows]), encoding="utf-8")
        print(f"Written: signals/{FILE}.")
    else:
        print(f"signals/{FILE} has these figures: {'yes' if _is_committed(rows) else 'no'}.")
    wrong = [
        name
        for name, weight in zip(areas.signals, areas.weight, strict=True)
        if weight > 0 and points_wrong([row for row in rows if row["signal"] == name])
    ]
    weighted = int((areas.weight > 0).sum())
    return (
        f"{len(areas.signals)} signals of sourcing areas, {weighted} with a default weight, of "
        f"which {len(wrong)} point the wrong way in most sectors where they apply"
        + (f" ({', '.join(wrong)})" if wrong else "")
    )


def points_wrong(rows: list[dict[str, str]]) -> bool:
    """Whether the figure is below one half in most of the sectors to which the signal applies."""
    of_sectors = [row for row in rows if row["sector"] != "mean" and row["applies"] == "true"]
    below = [row for row in of_sectors if float(row["auc"]) < _NO_INFORMATION]
    return len(below) * 2 > len(of_sectors)


def _rows(areas: SectorAreas, column: int, today: str) -> Iterator[dict[str, str]]:
    signal = areas.signals[column]
    found = supplier_weighted(areas.measured[:, column], areas.places("choosing"), areas.state)
    titles = {kind.name: kind.title for kind in SECTORS}
    for each in found.sectors:
        if not np.isnan(each.auc.value):
            applies = bool((~np.isnan(areas.risk[each.sector][:, column])).any())
            yield _row(
                signal, today, titles[each.sector], applies, each.cases,
                (each.auc.value, each.auc.low, each.auc.high),
            )  # fmt: skip
    mean = found.mean
    cases = sum(each.cases for each in found.sectors if each.sector in found.in_mean)
    yield _row(signal, today, "mean", True, cases, (mean.value, mean.low, mean.high))


def _row(
    signal: str,
    today: str,
    sector: str,
    applies: bool,
    cases: int,
    figures: tuple[float, float, float],
) -> dict[str, str]:
    shown = [f"{figure:.3f}" for figure in figures]
    cells = (signal, DATA, today, sector, str(applies).lower(), str(cases), *shown)
    return dict(zip(_COLUMNS, cells, strict=True))


def _show(rows: list[dict[str, str]], weights: dict[str, float]) -> None:
    sectors = [*(kind.title for kind in SECTORS), "mean"]
    print("Supplier-weighted AUC, 90 % interval over states; * the signal applies by default")
    print(f"{'signal':<28}{'weight':>8}" + "".join(f"{name:>22}" for name in sectors))
    for signal, weight in weights.items():
        own = {row["sector"]: row for row in rows if row["signal"] == signal}
        cells = [
            f"{own[name]['auc']} [{own[name]['low']}, {own[name]['high']}]"
            + ("*" if own[name]["applies"] == "true" and name != "mean" else " ")
            if name in own
            else ""
            for name in sectors
        ]
        print(f"{signal:<28}{weight:>8.2f}" + "".join(f"{cell:>23}" for cell in cells))


def _others() -> list[dict[str, str]]:
    """Committed rows of other data, which stay as they are."""
    rows = csv.DictReader(_CSV.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["data"] != DATA]


def _is_committed(rows: list[dict[str, str]]) -> bool:
    committed = {
        (name, row.sector, row.applies, row.cases, row.auc)
        for name, every in measured_validity().items()
        for row in every
        if row.data == DATA
    }
    return committed == {
        (
            row["signal"],
            row["sector"],
            row["applies"] == "true",
            int(row["cases"]),
            float(row["auc"]),
        )
        for row in rows
    }


def _text(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
