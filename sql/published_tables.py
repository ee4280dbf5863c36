"""The tables of a published run, for notebooks: read from its folder, without the warehouse.

The warehouse has one writer and no readers beside it; a run's folder is a snapshot that anybody
may read at any time.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.former_names import RUN_COLUMNS, RUN_FILES, renamed

#: Ending of the tables of earlier months that `understory clean` compressed.
COMPRESSED = ".gz"


@dataclass(frozen=True)
class Marts:
    """One published run.

    Attributes:
        manifest: inputs, versions, effective configuration and warnings.
        ranked: every supplier once; `rank` and `score` are null without enough evidence.
        contributions: every signal of every supplier: value, peer, risk, weight, points.
        tables: the run's other tables by name, such as `movements`, `legal_rankings` and
            `audit_plan`.
    """

    manifest: Mapping[str, Any]
    ranked: pl.DataFrame
    contributions: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]

    def risks(self) -> tuple[pl.Series, list[str], NDArray[np.float64], NDArray[np.float64]]:
        """What `scoring.aggregation.power_mean` takes: risks of the suppliers with a score.

        Returns:
            Supplier ids by rank; ids of the signals with a weight; risks of 0 to 1, suppliers by
            signals, NaN where there is none (also where a licence keeps the value back); weights.
        """
        weighted = self.contributions.filter(pl.col("weight") > 0)
        weights = weighted.group_by("signal_id").agg(pl.col("weight").max()).sort("signal_id")
        signal_ids = weights["signal_id"].to_list()
        order = self.ranked.drop_nulls("rank").sort("rank", "supplier_id").select("supplier_id")
        wide = weighted.pivot("signal_id", index="supplier_id", values="risk")
        rows = order.join(wide, on="supplier_id", how="left", maintain_order="left")
        table = rows.select(pl.col(signal_ids).cast(pl.Float64).fill_null(float("nan")))
        return order["supplier_id"], signal_ids, table.to_numpy(), weights["weight"].to_numpy()


def table_file(folder: Path, name: str) -> Path | None:
    """The file of a CSV table in the folder of a run, which `understory clean` may have compressed.

    Args:
        folder: of the run.
        name: of the file as the run wrote it, such as `movements.csv`.

    Returns:
        The file, or the one with `COMPRESSED` after its name; None where the run has no such table.
    """
    for path in (folder / name, folder / f"{name}{COMPRESSED}"):
        if path.is_file():
            return path
    return None


def table_bytes(path: Path) -> bytes:
    """The bytes of a file of a run as the run wrote it."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == COMPRESSED else content


def written_name(path: Path) -> str:
    """The name of a file of a run as the run wrote it."""
    return path.name.removesuffix(COMPRESSED)


def read_marts(folder: str | Path) -> Marts:
    """The tables of a published run.

    Args:
        folder: of one run, such as `outputs/latest`.

    Raises:
        FileNotFoundError: this is not the folder of a published run.
    """
    path = Path(folder)
    if not (path / "manifest.json").is_file():
        raise FileNotFoundError(
            f"{path}: no published run; give its folder, such as outputs/latest"
        )
    ranked = current_names(pl.read_parquet(path / "ranked.parquet"), "ranked")
    contributions = current_names(pl.read_parquet(path / "contributions.parquet"), "contributions")
    return Marts(
        manifest=json.loads((path / "manifest.json").read_text(encoding="utf-8")),
        ranked=ranked,
        contributions=for_every_supplier(contributions, ranked["supplier_id"]),
        tables={
            name: current_names(
                pl.read_csv(file, infer_schema_length=None, try_parse_dates=True), name
            )
            for file in sorted([*path.glob("*.csv"), *path.glob(f"*.csv{COMPRESSED}")])
            if (name := RUN_FILES.get(stem := Path(written_name(file)).stem, stem))
            not in ("ranked", "insufficient_information")
        },
    )


def for_every_supplier(contributions: pl.DataFrame, supplier_ids: pl.Series) -> pl.DataFrame:
    """Contributions with a row for each supplier in place of each that holds for all of them.

    Args:
        contributions: of a run; supplier_id is null in a row that holds for all suppliers.
        supplier_ids: of the run.

    Returns:
        The same columns, by supplier and signal.
    """
    is_shared = pl.col("supplier_id").is_null()
    shared = contributions.filter(is_shared)
    if shared.is_empty():
        return contributions
    of_each = supplier_ids.to_frame("supplier_id").join(shared.drop("supplier_id"), how="cross")
    own = contributions.filter(~is_shared)
    return pl.concat([own, of_each.select(own.columns)]).sort("supplier_id", "signal_id")


def current_names(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """A table of a published run under the column names of today.

    Args:
        frame: as an earlier or this version wrote it.
        table: name of its file without the ending, such as `ranked`.
    """
    return frame.rename(former_names(frame.columns, table))


def former_names(columns: Collection[str], table: str) -> dict[str, str]:
    """Of the columns of a table of a published run, those of earlier versions with today's name."""
    return dict(renamed(columns, RUN_COLUMNS.get(table, {})))
