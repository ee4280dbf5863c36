"""What changed since the previous published run of the same list."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Settings
from flows.run.history import reference_store
from flows.run.history.kept_risks import kept_risks
from scoring.explanation.rank_change import ReadMonth, ReadRisks, movement_ledger
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.normalisation.peer_groups import PEER_KEYS
from scoring.normalisation.reference_distribution import Reference
from scoring.scoring_model import ScoringModel, scoring_model
from signals.card import SignalCard, SourceCard
from sql.warehouse import Warehouse

# A run is of the same list when at least this share of the shorter list is on both.
_SAME_LIST_SHARE = 0.5


@dataclass(frozen=True)
class Changes:
    """What changed; all empty where there is no earlier run.

    Attributes:
        previous_run_id: the run compared with, None where there is none.
        movements: columns of `sql/40_marts/movements.sql` without run_id.
        restatements: columns of `sql/40_marts/restatements.sql` without run_id.
        notes: what the reader should know, a sentence each.
    """

    previous_run_id: str | None
    movements: pl.DataFrame
    restatements: pl.DataFrame
    notes: tuple[str, ...] = ()


def changes(
    warehouse: Warehouse,
    out: Path,
    as_of: dt.date,
    present: ReadMonth,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    reference_sha256: str | None,
    scratch: Path,
    present_run_id: str,
) -> Changes:
    """Compare this month with the latest published one before it.

    Args:
        warehouse: where earlier runs lie.
        out: the folder of results, for frozen references.
        as_of: of this run.
        present: this month as read.
        cards: of all registered signals, by id.
        sources: cards of all registered sources, by id.
        reference_sha256: of the frozen reference of this month; None where it has none.
        scratch: an empty folder.
        present_run_id: of this month; its values are in the warehouse.
    """
    previous = _previous(warehouse, as_of, present.supplier_ids)
    if previous is None:
        return Changes(None, pl.DataFrame(), pl.DataFrame())
    run_id, manifest = previous
    name = pl.lit(run_id).alias("previous_run_id")
    late = warehouse.restated(run_id, present_run_id)
    try:
        model, reference = method_of(
            manifest, out, cards, sources, (present.reference, reference_sha256)
        )
    except (ValidationError, UsageError, DataRejectedError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        note = (
            f"Ranks are not compared with run {run_id}: its method cannot be rebuilt by this "
            f"version ({why})."
        )
        return Changes(run_id, pl.DataFrame(), late.with_columns(name), (note,))
    keys = warehouse.read("peer_keys", run_id).sort("supplier_id")
    read = (keys["supplier_id"], keys.select(PEER_KEYS), keys["commodity_hs"])

    def values_before() -> pl.LazyFrame:
        path = scratch / "signal_values.parquet"
        warehouse.write_values(run_id, path)
        return pl.scan_parquet(path)

    before = ReadMonth(
        values_before,
        read[0],
        read[1],
        model,
        reference,
        read[2],
        kept_risks(out, run_id, model, *read),
    )
    ledger = movement_ledger(before, present)
    return Changes(run_id, ledger.with_columns(name), late.with_columns(name))


def read_month(
    normalised: NormalisedSignals,
    values: Mapping[str, pl.LazyFrame],
    model: ScoringModel,
    reference: Reference | None,
) -> ReadMonth:
    """This run as a month that can be compared."""
    return ReadMonth(
        lambda: values,
        normalised.supplier_ids,
        normalised.keys,
        model,
        reference,
        normalised.commodity_hs,
        ReadRisks.of(normalised.own),
    )


def earlier_runs(
    warehouse: Warehouse, as_of: dt.date, supplier_ids: pl.Series
) -> Iterator[tuple[str, dt.date]]:
    """Published runs of the same list that stand on an earlier day, the latest first."""
    runs = warehouse.read("runs").filter(
        (pl.col("result") == "published") & (pl.col("as_of") < as_of)
    )
    latest_first = runs.sort("as_of", "started_at", "run_id", descending=True)
    for run_id, day in latest_first.select("run_id", "as_of").iter_rows():
        ids = warehouse.read("peer_keys", run_id, ["supplier_id"])["supplier_id"]
        shared = ids.is_in(supplier_ids.implode()).sum()
        if shared and shared >= _SAME_LIST_SHARE * min(ids.len(), supplier_ids.len()):
            yield run_id, day


def _previous(
    warehouse: Warehouse, as_of: dt.date, supplier_ids: pl.Series
) -> tuple[str, dict[str, Any]] | None:
    for run_id, _ in earlier_runs(warehouse, as_of, supplier_ids):
        (manifest,) = warehouse.read("runs").filter(run_id=run_id)["manifest"]
        return run_id, json.loads(manifest)
    return None


def method_of(
    manifest: Mapping[str, Any],
    out: Path,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard],
    present: tuple[Reference | None, str | None],
) -> tuple[ScoringModel, Reference | None]:
    """The method of a past run, of the signals that are still known.

    Args:
        manifest: of the past run.
        out: the folder of results, for frozen references.
        cards: of all registered signals, by id.
        sources: cards of all registered sources, by id.
        present: the frozen reference of this month and its hash, taken where it is that of the
            past run.
    """
    settings = Settings.model_validate(manifest["config"])
    shared = {name: line for name, line in settings.signals.items() if name in cards}
    known = settings.model_copy(update={"signals": shared})
    model = scoring_model(known, {name: cards[name] for name in shared}, sources)
    used = manifest["reference"]
    if used["mode"] == "own":
        return model, None
    reference, sha256 = present
    if reference is not None and used["sha256"] == sha256:
        return model, reference
    return model, reference_store.load(out, used["version"], used["sha256"])
