"""Risks of an earlier month as its run left them, so that they are not computed a second time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.work_folder import WorkFolder
from scoring.explanation.rank_change import ReadRisks
from scoring.normalisation.normalised_matrix import shared
from scoring.normalisation.sector_relevance import group_weights, sectors_of
from scoring.scoring_model import ScoringModel
from signals.card import NOT_REQUIRED


def kept_risks(
    out: Path,
    run_id: str,
    model: ScoringModel,
    supplier_ids: pl.Series,
    keys: pl.DataFrame,
    commodity_hs: pl.Series,
) -> ReadRisks | None:
    """The risks of a run by its own method, from the contributions in its work folder.

    Args:
        out: folder of results.
        run_id: of the earlier run.
        model: its method.
        supplier_ids: its list, ascending.
        keys: peer keys of each supplier.
        commodity_hs: HS chapter of each supplier's goods.

    Returns:
        None if its work folder was removed, is of another run by now, or was left by other code.
    """
    workspace = _work_of(out, run_id)
    if workspace is None:
        return None
    rows = workspace.scan_frame(artefacts.CONTRIBUTIONS)
    risk: dict[str, NDArray[np.float64]] = {}
    applicable: dict[str, NDArray[np.bool_]] = {}
    nothing = shared(np.nan, supplier_ids.len())
    for signal in model.signals:
        of_signal = rows.filter(pl.col("signal_id") == signal.signal_id)
        part = of_signal.select("risk", applies=~pl.col("status").is_in(NOT_REQUIRED)).collect()
        is_known = part["risk"].null_count() < part.height
        if not is_known and not part["applies"].any():
            continue
        # The suppliers of all signals are those of the first.
        if not risk and not _is_of(of_signal, supplier_ids):
            return None
        values = part["risk"].fill_null(np.nan).to_numpy()
        risk[signal.signal_id] = values if is_known else nothing
        applicable[signal.signal_id] = part["applies"].to_numpy()
    signals = [signal for signal in model.signals if signal.signal_id in risk]
    return ReadRisks(
        supplier_ids.len(),
        risk,
        applicable,
        group_weights(signals, sectors_of(keys, commodity_hs)),
    )


def _is_of(rows: pl.LazyFrame, supplier_ids: pl.Series) -> bool:
    return rows.select("supplier_id").collect()["supplier_id"].equals(supplier_ids)


def _work_of(out: Path, run_id: str) -> WorkFolder | None:
    for path in sorted((out / ".work").glob(f"*/{artefacts.SCORED}")):
        workspace = WorkFolder(path.parent)
        if not workspace.has(artefacts.SCORED) or not workspace.has(artefacts.CONTRIBUTIONS):
            continue
        scored = workspace.read_json(artefacts.SCORED)
        if scored["run_id"] == run_id and scored.get("code_version") == code_version():
            return workspace
    return None
