"""Computes the signals of a list and keeps their values, one signal in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from flows.run.request import inputs
from flows.run.stage_progress import StageProgress
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun
from signals.list_parts import computed
from signals.registry import signals
from signals.values import WithoutRows, finish
from sql.warehouse import Loaded, Warehouse


def keep_values(
    warehouse: Warehouse,
    prepared: PreparedRun,
    run_id: str,
    frames: Mapping[str, pl.LazyFrame],
    loads: list[Loaded],
) -> dict[str, int]:
    """Compute every signal as of the date and keep the values in work folder and warehouse.

    Args:
        warehouse: in a transaction.
        prepared: the request.
        run_id: of the values.
        frames: what signals may see.
        loads: counts of the rows loaded, added to.

    Returns:
        How many suppliers have an observed value, by signal.
    """
    workspace = prepared.workspace
    observed: dict[str, int] = {}
    of_sites: list[pl.DataFrame] = []
    run = pl.lit(run_id).alias("run_id")

    def values() -> Iterator[pl.DataFrame]:
        for part, sites in _computed(warehouse, prepared, run_id, frames):
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
    loads.append(
        warehouse.load("signal_values", workspace.folder / artefacts.SIGNAL_VALUES, run_id)
    )
    loads.append(
        warehouse.load(
            "site_signal_values", workspace.folder / artefacts.SITE_SIGNAL_VALUES, run_id
        )
    )
    # What breaks the contract of its table is in no result.
    if loads[-2].rejected:
        kept = warehouse.read("signal_values", run_id)
        workspace.write_parts(artefacts.SIGNAL_VALUES, kept.partition_by("signal_id"))
    if loads[-1].rejected:
        kept = warehouse.read("site_signal_values", run_id)
        workspace.write_frame(artefacts.SITE_SIGNAL_VALUES, kept)
    return observed


def _computed(
    warehouse: Warehouse,
    prepared: PreparedRun,
    run_id: str,
    frames: Mapping[str, pl.LazyFrame],
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The values of each signal, by supplier and by site; rejected ones go to the warehouse."""
    suppliers, sites, as_of = prepared.suppliers, prepared.sites, prepared.request.as_of
    reasons = inputs.unavailable_sources(prepared)
    without_rows: WithoutRows = {}
    progress = StageProgress("Computing the signals", len(signals()))
    for signal in signals().values():
        progress.step(signal.card.id)
        finished = finish(
            signal.card, computed(signal, frames), suppliers, sites, as_of, without_rows
        )
        warehouse.reject("signal_values", finished.rejected, run_id)
        yield (
            inputs.explain_unavailable_sources(finished.values, signal.card, reasons, suppliers),
            finished.site_values,
        )
