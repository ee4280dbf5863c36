"""Computes the signals of a list and keeps their values, one signal in memory at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

import polars as pl

from flows.run.earlier_values import EarlierValues
from flows.run.request import inputs
from flows.run.stage_progress import StageProgress
from flows.run.staged_tables import KnownFrames
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from signals.list_parts import computed
from signals.registry import signals
from signals.values import WithoutRows, finish
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
    workspace = prepared.workspace
    observed: dict[str, int] = {}
    of_sites: list[pl.DataFrame] = []
    run = pl.lit(run_id).alias("run_id")

    def values() -> Iterator[pl.DataFrame]:
        for part, sites in _every_signal(warehouse, prepared, run_id, frames, earlier, reasons):
            signal_id = str(part["signal_id"][0])
            observed[signal_id] = int((part["status"] == "observed").sum())
            of_sites.append(sites)
            yield part.select(run, pl.all())

    for table in ("signal_values", "site_signal_values"):
        warehouse.clear(table, run_id)
    workspace.write_parts(artefacts.SIGNAL_VALUES, values())
    site_values = pl.concat(of_sites).select(run, pl.all()).sort("site_id", "signal_id")
    of_sites.clear()
    workspace.write_frame(artefacts.SITE_SIGNAL_VALUES, site_values)
    del site_values
    log.info("%d of %d signals unchanged", len(earlier.taken), len(signals()))
    for table, file, parts in (
        ("signal_values", artefacts.SIGNAL_VALUES, earlier.parts("values", "rows")),
        (
            "site_signal_values",
            artefacts.SITE_SIGNAL_VALUES,
            earlier.parts("site_values", "site_rows"),
        ),
    ):
        loads.append(warehouse.load(table, workspace.folder / file, run_id, parts))
    # What breaks the contract of its table is in no result.
    if loads[-2].rejected:
        kept = warehouse.read("signal_values", run_id)
        workspace.write_parts(artefacts.SIGNAL_VALUES, kept.partition_by("signal_id"))
    if loads[-1].rejected:
        kept = warehouse.read("site_signal_values", run_id)
        workspace.write_frame(artefacts.SITE_SIGNAL_VALUES, kept)
    return observed


def _every_signal(
    warehouse: Warehouse,
    prepared: PreparedRun,
    run_id: str,
    frames: KnownFrames,
    earlier: EarlierValues,
    reasons: Mapping[str, str],
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The values of each signal, by supplier and by site; rejected ones go to the warehouse."""
    suppliers, sites, as_of = prepared.suppliers, prepared.sites, prepared.request.as_of
    without_rows: WithoutRows = {}
    progress = StageProgress("Computing the signals", len(signals()))
    for signal in signals().values():
        progress.step(signal.card.id)
        taken = earlier.take(signal.card)
        if taken is not None:
            yield taken
            continue
        read: set[str] = set()
        rows = computed(signal, frames, read=read)
        finished = finish(signal.card, rows, suppliers, sites, as_of, without_rows)
        warehouse.reject("signal_values", finished.rejected, run_id)
        values = inputs.explain_unavailable_sources(
            finished.values, signal.card, reasons, suppliers
        )
        earlier.note(signal.card, finished, values, read)
        yield values, finished.site_values
