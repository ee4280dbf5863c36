"""Loads what was staged, and shows the signals what of it was published by the as-of date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

import sql
from configs import durable_files
from flows.run.identity.run_identity import hash_of
from flows.run.request.inputs import file_hash, is_unavailable
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun
from reports.tables.rejections import LIST_TABLES
from signals.financial.earnings_manipulation import AMBIGUOUS, error_factors
from signals.financial.statements import (
    ACCOUNT_TABLES,
    PREPARED,
    annual_statements,
    statement_items,
)
from signals.frame_view import FrameView
from signals.list_parts import is_long, parts_of
from sql.warehouse import Loaded, Warehouse

#: Longer tables are read from a file, signal by signal.
_ROWS_IN_MEMORY = 500_000

#: The list and the date, beside the staging tables and what is made of them.
_OF_THE_REQUEST = ("suppliers", "sites", "run")


def load_staging(
    warehouse: Warehouse, prepared: PreparedRun, run_id: str
) -> tuple[list[Loaded], dict[str, str]]:
    """Have this run's rows in the staging tables; a table that has just these is left as it is.

    Returns:
        Counts of the rows, and by table a fingerprint of the files that its rows come from; tables
        without a file lack.
    """
    workspace = prepared.workspace
    files: dict[str, list[Path]] = {}
    refused: list[tuple[str, pl.DataFrame]] = []
    raw: list[dict[str, Any]] = []
    for source_id in prepared.source_ids:
        if not workspace.has(artefacts.staged(source_id)) or is_unavailable(workspace, source_id):
            continue
        raw += workspace.read_json(artefacts.pulled(source_id))["files"]
        for table in sorted(workspace.read_json(artefacts.staged(source_id))["rows"]):
            rows = workspace.folder / artefacts.staged_rows(source_id, table)
            files.setdefault(table, []).append(rows)
            rejected = workspace.read_frame(artefacts.staged_rejected(source_id, table))
            refused.append((table, rejected))
    loads: list[Loaded] = []
    contents: dict[str, str] = {}
    for table in sql.tables("20_staging"):
        if table in files:
            contents[table] = hash_of(code_version(), *map(file_hash, files[table]))
            loads += warehouse.replace_staging(table, files[table], run_id, contents[table])
        else:
            warehouse.empty(table, run_id)
    for table, frame in zip(LIST_TABLES, (prepared.suppliers, prepared.sites), strict=True):
        loads.append(warehouse.load(table, frame, run_id))
    for table, rejected in (
        ("stg_suppliers", workspace.read_frame(artefacts.LIST_REJECTED)),
        *refused,
    ):
        warehouse.reject(table, rejected, run_id)
    warehouse.clear("raw_files", run_id)
    if raw:
        frame = pl.DataFrame(raw).drop("version", strict=False)
        frame = frame.with_columns(pl.lit(run_id).alias("run_id"))
        loads.append(warehouse.load("raw_files", frame, run_id))
    return loads, contents


class KnownFrames(FrameView):
    """What signals may see: staging rows published by the as-of date, the list, and that date.

    A frame is read when it is first asked for. What many signals need is prepared once: the annual
    statements as `PREPARED`, and which accounts show suspected earnings manipulation as
    `AMBIGUOUS`. Long tables are files of the work folder, of which a signal reads the columns that
    it needs.

    Args:
        warehouse: with the rows of the run in its staging tables.
        prepared: the request.
        contents: fingerprints of these rows by table, as `load_staging` gives them.
    """

    def __init__(
        self, warehouse: Warehouse, prepared: PreparedRun, contents: Mapping[str, str]
    ) -> None:
        tables = (table for table in sql.tables("20_staging") if table not in LIST_TABLES)
        super().__init__((*tables, *_OF_THE_REQUEST, PREPARED, AMBIGUOUS))
        self._warehouse, self._prepared, self._contents = warehouse, prepared, contents
        self._made: dict[str, pl.LazyFrame] = {}
        self._fingerprints: dict[str, str] = {}

    def __getitem__(self, name: str) -> pl.LazyFrame:
        if name not in self:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._frame(name)
        return self._made[name]

    def fingerprint(self, name: str) -> str:
        """A hash of a frame's rows, without reading them: those of one code are equal with it.

        The rows of a table that were published by a date are those of its files up to the last day
        of publication that is not later.
        """
        if name not in self._fingerprints:
            self._fingerprints[name] = self._fingerprint(name)
        return self._fingerprints[name]

    def _fingerprint(self, name: str) -> str:
        if name == "run":
            return self._prepared.request.as_of.isoformat()
        if name == "suppliers":
            return hash_of_frame(self._suppliers)
        if name == "sites":
            return hash_of_frame(self._sites)
        if name in (PREPARED, AMBIGUOUS):
            # Parts of a long list hold the accounts of listed suppliers alone.
            listed = ("suppliers",) if is_long(self._suppliers.height) else ()
            return hash_of(*map(self.fingerprint, (*ACCOUNT_TABLES, *listed)))
        until = self._warehouse.last_published(name, self._prepared.request.as_of)
        return "empty" if until is None else hash_of(self._contents[name], until.isoformat())

    def _frame(self, name: str) -> pl.LazyFrame:
        if name == "run":
            return pl.LazyFrame({"as_of": [self._prepared.request.as_of]})
        if name == "suppliers":
            return self._suppliers.lazy()
        if name == "sites":
            return self._sites.lazy()
        if name == PREPARED:
            return self._annual_statements()
        if name == AMBIGUOUS:
            return error_factors({PREPARED: self[PREPARED]}).collect().lazy()
        return self._published(name)

    @cached_property
    def _suppliers(self) -> pl.DataFrame:
        return self._prepared.suppliers

    @cached_property
    def _sites(self) -> pl.DataFrame:
        return self._prepared.sites

    def _annual_statements(self) -> pl.LazyFrame:
        """The annual statements; those of a long list are a file of the work folder."""
        if not is_long(self._suppliers.height):
            return annual_statements(self).lazy()
        items = statement_items(self)
        parts = (annual_statements(part, columns_of=items) for part in parts_of(self))
        self._prepared.workspace.write_parts(artefacts.ANNUAL_STATEMENTS, parts)
        return self._prepared.workspace.scan_frame(artefacts.ANNUAL_STATEMENTS)

    def _published(self, table: str) -> pl.LazyFrame:
        as_of, workspace = self._prepared.request.as_of, self._prepared.workspace
        if self._warehouse.row_count(table) <= _ROWS_IN_MEMORY:
            return self._warehouse.published_as_of(table, as_of).lazy()
        name = artefacts.published_rows(table)
        with durable_files.written_whole(workspace.folder / name) as path:
            self._warehouse.write_published(table, as_of, path)
        return workspace.scan_frame(name)
