"""Loads what was staged, and shows the signals what of it was published by the as-of date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

import sql
from configs import durable_files
from flows.run.identity.run_identity import hash_of
from flows.run.list_buckets import bucket_of, hashes_by_bucket
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
from signals.list_parts import Part, is_long, parts_of
from sql.contracts import contract_of
from sql.warehouse import Loaded, Warehouse

#: Longer tables are read from a file, signal by signal.
_ROWS_IN_MEMORY = 500_000

#: What signals may see of suppliers and sites: no more than they ask for, so that a list from
#: another file, or with other spend, has the same values.
_SEEN_OF_SUPPLIERS = (
    "supplier_id", "country_iso2", "country_iso3", "subregion", "sector", "sector_section",
    "commodity_hs", "company_number", "workforce_band",
)  # fmt: skip
_SEEN_OF_SITES = (
    "site_id", "supplier_id", "country_iso3", "admin_area", "latitude", "longitude",
    "geometry_wkt", "location_precision", "location_reason", "has_measurable_location",
)  # fmt: skip

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
        self._by_bucket: dict[str, tuple[str, ...]] = {}
        self._some: tuple[frozenset[int], SomeFrames] | None = None

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

    def parted_by(self, name: str) -> str | None:
        """A hash of what `by_bucket` of a frame depends on; None where it has no buckets."""
        if name == "run":
            return None
        if name in (PREPARED, AMBIGUOUS):
            return hash_of(*map(self.fingerprint, ACCOUNT_TABLES))
        columns = self._listed_columns(name)
        if "supplier_id" in columns:
            return self.fingerprint(name)
        return hash_of(self.fingerprint(name), self._owners) if "site_id" in columns else None

    def by_bucket(self, name: str) -> tuple[str, ...]:
        """A hash of a frame's rows for each bucket of suppliers; `parted_by` gives one."""
        if name not in self._by_bucket:
            if name in (PREPARED, AMBIGUOUS):
                each = zip(*map(self.by_bucket, ACCOUNT_TABLES), strict=True)
                self._by_bucket[name] = tuple(hash_of(*hashes) for hashes in each)
            else:
                self._by_bucket[name] = hashes_by_bucket(self[name], self._sites)
        return self._by_bucket[name]

    def of_buckets(self, buckets: frozenset[int]) -> SomeFrames:
        """What signals may see of the suppliers of some buckets, as of a list of them alone."""
        if self._some is None or self._some[0] != buckets:
            self._some = (buckets, SomeFrames(self, self._suppliers, self._sites, buckets))
        return self._some[1]

    def is_made(self, name: str) -> bool:
        """Whether a frame was asked for."""
        return name in self._made

    def _listed_columns(self, name: str) -> Collection[str]:
        return contract_of(name).columns if name.startswith("stg_") else self[name].collect_schema()

    @cached_property
    def _owners(self) -> str:
        return hash_of_frame(self._sites.select("site_id", "supplier_id"))

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
        return self._prepared.suppliers.select(_SEEN_OF_SUPPLIERS)

    @cached_property
    def _sites(self) -> pl.DataFrame:
        return self._prepared.sites.select(_SEEN_OF_SITES)

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


class SomeFrames(Part):
    """What signals may see of the suppliers of some buckets.

    What is prepared once for the list is prepared for them alone, unless the list has it already.

    Args:
        known: of the list.
        suppliers: the list.
        sites: the sites.
        buckets: the buckets.

    Attributes:
        suppliers: those of the buckets, in the order of the list.
        sites: theirs, in the order of the list.
    """

    def __init__(
        self,
        known: KnownFrames,
        suppliers: pl.DataFrame,
        sites: pl.DataFrame,
        buckets: frozenset[int],
    ) -> None:
        self._buckets = sorted(buckets)
        self.suppliers = suppliers.filter(self.is_among(suppliers["supplier_id"]))
        is_theirs = pl.col("supplier_id").is_in(self.suppliers["supplier_id"].implode())
        self.sites = sites.filter(is_theirs)
        super().__init__(known, is_theirs, self.sites.select("site_id"))
        self._known = known
        self._made: dict[str, pl.LazyFrame] = {}

    def __getitem__(self, name: str) -> pl.LazyFrame:
        is_list_long = is_long(self.suppliers.height)
        if name not in (PREPARED, AMBIGUOUS) or is_list_long or self._known.is_made(name):
            return super().__getitem__(name)
        if name not in self._made:
            if name == PREPARED:
                made = annual_statements(self._accounts(), columns_of=statement_items(self._known))
            else:
                made = error_factors({PREPARED: self[PREPARED]}).collect()
            self._made[name] = made.lazy()
        return self._made[name]

    def is_among(self, suppliers: pl.Series) -> pl.Series:
        """Whether each supplier_id is of these buckets."""
        return bucket_of(suppliers).is_in(self._buckets)

    def _accounts(self) -> dict[str, pl.LazyFrame]:
        return {table: self[table] for table in ACCOUNT_TABLES}
