"""Outlines of basins with the indicators of Aqueduct, from vector files or a table and outlines."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_rows,
    rows_read,
)
from signals.source import RawFile
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style

#: Baseline water stress and riverine flood risk; nothing else is read.
INDICATORS = ("bws", "rfr")
_COLUMNS = [f"{name}_{part}" for name in INDICATORS for part in ("score", "cat")]
#: What tables and outlines are joined by, best first.
_KEYS = ("string_id", "pfaf_id")
_LAYER = "baseline_annual"
_GEODATABASE = re.compile(r"^.*\.gdb(?=/)", re.IGNORECASE)
_STATED = "a basin that an earlier row states"
_NO_OUTLINE = "a basin of which no outline is there"


@dataclass(frozen=True)
class Basins:
    """What a file states of basins.

    Attributes:
        polygons: outlines in degrees with the columns of the indicators and `source_row`.
        read: rows of the file.
        rejected: rows that were not read.
        out_of_scope: rows that became no polygon, by reason.
    """

    polygons: Any
    read: int
    rejected: pl.DataFrame
    out_of_scope: Mapping[str, int]


def read_polygons(raw: RawFile) -> Basins:
    """The basins of a vector file that states the indicators itself.

    Raises:
        DataRejectedError: unreadable, or a column of an indicator is missing.
    """
    frame = _outlines(raw)
    lacking = [name for name in _COLUMNS if name not in frame.columns]
    if lacking:
        raise DataRejectedError(
            f"{Path(raw.origin).name}: the column {lacking[0]} is missing; give the baseline "
            "annual layer of Aqueduct 4.0."
        )
    frame["source_row"] = range(len(frame))
    return Basins(frame, len(frame), no_rejections(), {})


def _outlines(raw: RawFile) -> Any:
    import geopandas

    where, layer = _dataset(raw)
    try:
        frame = geopandas.read_file(where, layer=layer)
    except (RuntimeError, ValueError) as error:
        raise DataRejectedError(
            f"{Path(raw.origin).name}: it is no GeoPackage, or no geodatabase with the layer "
            f"{_LAYER}; download it again."
        ) from error
    frame = frame.rename(columns={name: name.lower() for name in frame.columns})
    kept = [name for name in (*_KEYS, *_COLUMNS) if name in frame.columns]
    return frame[[*kept, "geometry"]].to_crs(4326) if frame.crs is not None else frame


def _dataset(raw: RawFile) -> tuple[str, str | None]:
    """What GDAL opens of a file, and the layer to read; None for the only one.

    Raises:
        DataRejectedError: an archive that is broken or holds no geodatabase.
    """
    path = Path(raw.path)
    if path.suffix == ".gdbtable":
        return str(path.parent), _LAYER
    if not raw.key.lower().endswith(".zip"):
        return str(path), None
    try:
        with zipfile.ZipFile(path) as archive:
            folders = {_GEODATABASE.match(name) for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise DataRejectedError(f"{raw.key}: it is no whole zip; download it again.") from error
    inside = sorted({match[0] for match in folders if match})
    if not inside:
        raise DataRejectedError(
            f"{raw.key}: the archive holds no geodatabase (GDB/*.gdb); give that of Aqueduct 4.0."
        )
    return f"/vsizip/{{{path.resolve()}}}/{inside[0]}", _LAYER


def read_with_outlines(
    raw: RawFile, outlines: Sequence[RawFile], declared: DecimalMark | None = None
) -> Basins:
    """The table's indicators on the outlines of every vector file that shares a key with it.

    Args:
        raw: the table.
        outlines: the vector files.
        declared: decimal mark of the table by the user's word.

    Raises:
        DataRejectedError: unreadable, a column is missing, or no file shares a key with it.
        NonExtractiveError: the table holds data about persons.
    """
    import pandas as pd

    name = Path(raw.origin).name
    wanted: dict[str, FieldKind] = dict.fromkeys(_KEYS, "identifier")
    wanted |= dict.fromkeys(_COLUMNS, "number")
    table, unread = read_source_table(Path(raw.path), wanted, required=_COLUMNS, where=name)
    typed, unreadable = _typed(table, name, declared)
    keys = [key for key in _KEYS if key in typed.columns]
    is_named = pl.any_horizontal(pl.col(keys).is_not_null()) if keys else pl.lit(True)
    nameless = rejected_rows(
        typed.filter(~is_named), name, "basin_is_named", f"{' and '.join(keys)} are empty"
    )
    typed = typed.filter(is_named)
    merged, stated = [], pl.Series("source_row", [], dtype=typed["source_row"].dtype)
    for vector in outlines:
        frame = _outlines(vector)
        key = next((k for k in keys if k in frame.columns), None)
        if key is None:
            continue
        frame = frame[[key, "geometry"]]
        frame[key] = frame[key].astype(str)
        # Rows of one basin differ by province alone, and these indicators are of the basin.
        of_key = typed.drop_nulls(key).unique(key, keep="first", maintain_order=True)
        columns = of_key.select(key, "source_row", *_COLUMNS)
        merged.append(frame.merge(columns.to_pandas(), on=key, how="inner"))
        of_basins = typed.filter(pl.col(key).is_in(merged[-1][key].to_list()))
        stated = pl.concat([stated, of_basins["source_row"]])
    if not merged:
        raise DataRejectedError(
            f"{name}: the table has no outlines; put a vector file with {' or '.join(_KEYS)} "
            "beside it, such as HydroBASINS of level 6."
        )
    polygons = pd.concat(merged, ignore_index=True)
    beyond = {
        _STATED: len(set(stated) - set(polygons["source_row"])),
        _NO_OUTLINE: len(set(typed["source_row"]) - set(stated)),
    }
    return Basins(
        polygons, rows_read(table, unread), pl.concat([unread, unreadable, nameless]), beyond
    )


def _typed(
    table: pl.DataFrame, name: str, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The indicators as numbers, and the rows with a cell that is none."""
    style = number_style(table, _COLUMNS, declared=declared)
    is_none = pl.any_horizontal(
        pl.col(column).is_not_null() & number_of(column, style).is_null() for column in _COLUMNS
    )
    reason = "a score or category is not a number; write digits and one decimal mark"
    bad = rejected_rows(table.filter(is_none), name, "indicators_are_numbers", reason)
    whole = table.filter(~is_none)
    return whole.with_columns(number_of(column, style) for column in _COLUMNS), bad
