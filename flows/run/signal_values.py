"""Computes the signals of a list and keeps their values, one signal in memory at a time."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from flows.run.earlier_values import EarlierValues
from flows.run.request import inputs
from flows.run.stage_progress import StageProgress
from flows.run.staged_tables import KnownFrames
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import WorkFolder
from signals.card import SignalCard
from signals.list_parts import computed
from signals.registry import signals
from signals.values import FinishedSignal, WithoutRows, finish
from sql.parquet_rows import PartFiles
from sql.warehouse import Loaded, Warehouse

log = logging.getLogger("understory")


def keep_values(
    warehouse: Warehouse,
    prepared: PreparedRun,
    run_id: str,
    frames: KnownFrames,
    earlier: EarlierValues,
    reasons: Mapping[str, str],
    loads: list[Loaded],
) -> dict[str, int]:
    """Have the values of every signal as of the date in work folder and warehouse.

    A signal is computed where no earlier run has the same values.

    Args:
        warehouse: in a transaction.
        prepared: the request.
        run_id: of the values.
        frames: what signals may see.
        earlier: values of earlier runs.
        reasons: why sources are unavailable, by source.
        loads: counts of the rows loaded, added to.

    Returns:
        How many suppliers have an observed value, by signal.
    """
    workspace, as_of = prepared.workspace, prepared.request.as_of
    for table in ("signal_values", "site_signal_values"):
        warehouse.clear(table, run_id)
    of_sites = _every_signal(warehouse, prepared, run_id, frames, earlier, reasons)
    earlier.share()
    run = pl.lit(run_id).alias("run_id")
    site_values = pl.concat(of_sites).select(run, pl.all()).sort("site_id", "signal_id")
    workspace.write_frame(artefacts.SITE_SIGNAL_VALUES, site_values)
    del site_values
    log.info(
        "%d of %d signals unchanged, %d more unchanged for most suppliers",
        len(earlier.taken),
        len(signals()),
        len(earlier.taken_in_part),
    )
    rows = PartFiles(_files(workspace), as_of)
    loads.append(warehouse.load("signal_values", rows, run_id, earlier.parts("values", "rows")))
    # What breaks the contract of its table is in no result.
    if loads[-1].rejected:
        for signal_id in signals():
            kept = warehouse.read("signal_values", run_id, of_signal=signal_id)
            _write(workspace, signal_id, kept.drop("run_id"))
    loads.append(
        warehouse.load(
            "site_signal_values",
            workspace.folder / artefacts.SITE_SIGNAL_VALUES,
            run_id,
            earlier.parts("site_values", "site_rows"),
        )
    )
    if loads[-1].rejected:
        kept = warehouse.read("site_signal_values", run_id)
        workspace.write_frame(artefacts.SITE_SIGNAL_VALUES, kept)
    return earlier.observed()


def scan_values(workspace: WorkFolder, as_of: dt.date) -> dict[str, pl.LazyFrame]:
    """The values of a run by signal, columns of `signal_values` without run_id.

    Args:
        workspace: of the run.
        as_of: its day.
    """
    day = pl.lit(as_of).alias("as_of")
    return {
        signal_id: pl.scan_parquet(path, glob=False).with_columns(day)
        for signal_id, path in _files(workspace).items()
    }


def _files(workspace: WorkFolder) -> dict[str, Path]:
    return {
        signal_id: workspace.folder / artefacts.values_of_signal(signal_id)
        for signal_id in signals()
    }


def _write(workspace: WorkFolder, signal_id: str, values: pl.DataFrame) -> None:
    workspace.write_parts(artefacts.values_of_signal(signal_id), [values.drop("as_of")])


def _every_signal(
    warehouse: Warehouse,
    prepared: PreparedRun,
    run_id: str,
    frames: KnownFrames,
    earlier: EarlierValues,
    reasons: Mapping[str, str],
) -> list[pl.DataFrame]:
    """Leave the values of each signal in a file; rejected ones go to the warehouse.

    Returns:
        Those of its sites, of each signal.
    """
    of_sites: list[pl.DataFrame] = []
    suppliers, sites, as_of = prepared.suppliers, prepared.sites, prepared.request.as_of
    without_rows: WithoutRows = {}
    progress = StageProgress("Computing the signals", len(signals()))
    for signal in signals().values():
        progress.step(signal.card.id)
        taken = earlier.take(signal.card)
        if taken is not None:
            of_sites.append(taken)
            continue
        part = earlier.take_part(signal.card)
        if part is None:
            read: set[str] = set()
            rows = computed(signal, frames, read=read)
            finished = finish(signal.card, rows, suppliers, sites, as_of, without_rows)
            finished = _explained(finished, signal.card, reasons, suppliers)
        else:
            read, some = set(part.read), part.frames
            rows = computed(signal, some, read=read)
            finished = finish(signal.card, rows, some.suppliers, some.sites, as_of)
            finished = _explained(finished, signal.card, reasons, some.suppliers)
            finished = part.completed(finished, as_of)
        warehouse.reject("signal_values", finished.rejected, run_id)
        _write(prepared.workspace, signal.card.id, finished.values)
        earlier.note(signal.card, finished, read)
        of_sites.append(finished.site_values)
    return of_sites


def _explained(
    finished: FinishedSignal, card: SignalCard, reasons: Mapping[str, str], suppliers: pl.DataFrame
) -> FinishedSignal:
    values = inputs.explain_unavailable_sources(finished.values, card, reasons, suppliers)
    return replace(finished, values=values)
