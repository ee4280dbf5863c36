"""Files that change once a year at most: planned, fetched once into the store of all runs, removed.

Runs take them from the store without a request. Nothing else of a run is done here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run import stages
from flows.run.identity import identity_inputs
from flows.run.request import source_keys
from flows.run.work.stage_types import RunRequest, is_licensed, is_set_up
from signals.fetching.fetch import Fetcher
from signals.fetching.planned_files import PlannedFile, PlanningStore
from signals.fetching.raw_store import YEARLY_DAYS, ContentStore
from signals.measurable_sites import measurable_sites
from signals.registry import sources
from signals.source import PullContext, RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError
from sql.warehouse import Warehouse

#: Free space that a fetch leaves on the disk.
_MARGIN_BYTES = 200_000_000

#: Called with the source, the address, the bytes there and the bytes of the whole file.
OnBytes = Callable[[str, str, int, int], None]


@dataclass(frozen=True)
class StaticPlan:
    """What a fetch would bring.

    Attributes:
        files: whole files to bring, and those that are in the store.
        windowed: rasters of which runs read windows, left out of `files` unless asked for.
        problems: by source, why it could not be planned.
    """

    files: tuple[PlannedFile, ...]
    windowed: tuple[PlannedFile, ...]
    problems: Mapping[str, str]

    @property
    def missing(self) -> tuple[PlannedFile, ...]:
        """Files that are not in the store."""
        return tuple(file for file in self.files if file.stored is None)

    @property
    def missing_bytes(self) -> int:
        """Bytes to transfer, as far as publishers state lengths."""
        return sum(file.missing_bytes for file in self.missing)

    def as_record(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "files": [_record(file) for file in self.files],
            "missing_bytes": self.missing_bytes,
            "read_in_windows": [_record(file) for file in self.windowed],
            "problems": dict(self.problems),
        }


def static_source_ids(settings: Settings, only: Sequence[str]) -> list[str]:
    """Sources at an address whose files change once a year at most.

    Raises:
        UsageError: a name of `only` is no such source, or one that is not read from an address.
    """
    known = sources()
    ready = [
        name
        for name, module in known.items()
        if name in settings.sources
        and settings.sources[name].mirror is None
        and is_set_up(settings.sources[name])
        and is_licensed(module.CARD, settings)
        and (
            module.CARD.is_static
            or (
                module.CARD.has_yearly_archives and bool(source_keys.missing_variables(module.CARD))
            )
        )
    ]
    for name in only:
        if name not in known:
            raise UsageError(f"--only {name}: there is no such source; see understory sources list")
        if name not in ready:
            raise UsageError(
                f"--only {name}: it has no files to bring: it is switched off, read from a folder, "
                "without an address, or its data change more than once a year"
            )
    return [name for name in ready if not only or name in only]


def plan_static(
    request: RunRequest, only: Sequence[str] = (), *, whole_rasters: bool = False
) -> StaticPlan:
    """Ask publishers for lengths and versions of static files; nothing is stored.

    Args:
        request: settings and folder; its list, if any, says which tiles and countries.
        only: sources to plan; empty: all.
        whole_rasters: rasters that runs read in windows are brought whole.

    Raises:
        UsageError: a name of `only` is no static source, or the list is not there.
        DataRejectedError: the list holds person-level data, or nothing usable.
    """
    names = static_source_ids(request.settings, only)
    source_keys.reject_foreign_variables(request.settings)
    stages.reject_stand_in(request.settings)
    files: list[PlannedFile] = []
    problems: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        suppliers, sites = _listed(request, Path(folder))
        for name in names:
            with closing(stages.fetcher_of(request.settings, name)) as fetcher:
                planning = PlanningStore(
                    ContentStore(request.out / "raw", fetcher),
                    ContentStore(Path(folder) / name, fetcher),
                )
                context = _context(request, name, suppliers, sites, planning)
                try:
                    sources()[name].pull(context)
                except (SourceUnavailableError, NotPublishedError, UsageError) as error:
                    problems[name] = str(error)
                files += planning.planned
    whole = [f for f in files if whole_rasters or not f.is_window_file or f.stored is not None]
    windowed = [file for file in files if file not in whole]
    return StaticPlan(tuple(whole), tuple(windowed), problems)


def check_space(plan: StaticPlan, out: Path) -> None:
    """Check that the disk has room for what is missing.

    Raises:
        UsageError: it has not.
    """
    folder = next(one for one in (out, *out.absolute().parents) if one.exists())
    free, needed = shutil.disk_usage(folder).free, plan.missing_bytes + _MARGIN_BYTES
    if free < needed:
        raise UsageError(
            f"{folder}: {needed / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free; free "
            "space, choose sources with --only, or name a folder on another disk with --out"
        )


def fetch_static(
    plan: StaticPlan, request: RunRequest, on_bytes: OnBytes
) -> tuple[list[RawFile], dict[str, str]]:
    """Bring what is missing, one file after the other; what a file fails by does not stop others.

    Returns:
        The files brought, and by address why one could not be.

    Raises:
        UsageError: the disk is full; what came is kept and resumed.
    """
    brought: list[RawFile] = []
    failed: dict[str, str] = {}
    by_source: dict[str, list[PlannedFile]] = {}
    for file in plan.missing:
        by_source.setdefault(file.source_id, []).append(file)
    for name, files in by_source.items():
        card = sources()[name].CARD
        with closing(stages.fetcher_of(request.settings, name)) as fetcher:
            store = ContentStore(request.out / "raw", fetcher)
            fetcher.on_bytes = lambda url, there, whole, name=name: on_bytes(
                name, url, there, whole
            )
            for file in files:
                is_fixed = card.cadence == "once" or file.is_final
                try:
                    brought.append(
                        store.bring(
                            name, file.url, key=file.key, expect=file.expect,
                            headers=file.headers, checksum=file.checksum,
                            days=None if is_fixed else YEARLY_DAYS,
                        )
                    )  # fmt: skip
                except (SourceUnavailableError, NotPublishedError) as error:
                    failed[file.url] = str(error)
    return brought, failed


def list_static(out: Path, settings: Settings) -> list[RawFile]:
    """Files that runs take from the store of a folder without asking, by source and address."""
    with closing(Fetcher(settings.download, environment={})) as fetcher:
        return ContentStore(out / "raw", fetcher).register.final_files()


def remove_static(out: Path, settings: Settings, only: Sequence[str]) -> tuple[int, int]:
    """Remove the static files of sources from the store; how many, and the bytes freed.

    Raises:
        UsageError: the store has no static file of a source.
    """
    with closing(Fetcher(settings.download, environment={})) as fetcher:
        store = ContentStore(out / "raw", fetcher)
        held: dict[str, list[str]] = {}
        for raw in store.register.final_files():
            held.setdefault(raw.source_id, []).append(raw.origin)
        for name in only:
            if name not in held:
                raise UsageError(
                    f"{name}: {out / 'raw'} has no static file of it; see understory data list"
                )
        freed = sum(store.register.remove(name, held[name]) for name in only)
        return sum(len(held[name]) for name in only), freed


def sizes_by_source(files: Sequence[PlannedFile]) -> list[tuple[str, int, int, int]]:
    """Source, number of files, those in the store, and bytes to transfer."""
    counts = Counter(file.source_id for file in files)
    return [
        (
            name,
            count,
            sum(f.stored is not None for f in files if f.source_id == name),
            sum(f.missing_bytes for f in files if f.source_id == name),
        )
        for name, count in counts.items()
    ]


def _record(file: PlannedFile) -> dict[str, Any]:
    entry = asdict(replace(file, stored=None, headers={}))
    del entry["headers"], entry["stored"]
    if file.stored is not None:
        entry |= {"bytes": file.stored.bytes, "version": file.stored.version}
    return {**entry, "in_store": file.stored is not None, "missing_bytes": file.missing_bytes}


def _listed(request: RunRequest, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Suppliers and sites of the list; empty frames where no list is named."""
    if not request.settings.suppliers.files:
        with Warehouse(None) as warehouse:
            return warehouse.read("stg_suppliers"), warehouse.read("stg_sites")
    prepared = stages.prepare(replace(request, out=folder))
    return prepared.suppliers, prepared.sites


def _context(
    request: RunRequest,
    name: str,
    suppliers: pl.DataFrame,
    sites: pl.DataFrame,
    store: PlanningStore,
) -> PullContext:
    source = request.settings.sources[name]
    return PullContext(
        as_of=request.as_of,
        mirror=None,
        url=source.url,
        options=source.options,
        suppliers=suppliers,
        sites=measurable_sites(sites, sources()[name].CARD.location_needed),
        thresholds=identity_inputs.thresholds(request.settings.identity),
        store=store,
    )
