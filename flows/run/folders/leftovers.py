"""What killed processes leave in a folder of results: removed by the next run, under its lock."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from configs import durable_files
from flows.run.folders import publication
from signals.fetching.raw_register import RESUMED_DAYS

#: In the folder of a request: outputs that have not got their name yet.
FINISHED = "finished"
#: Runs and work folders that are being removed.
REMOVED = Path(".work", "removed")


def remove_leftovers(out: Path) -> None:
    """Remove half-written files, and finish the replacement of a run that was cut off.

    Call it with the folder's lock held. Results of finished stages stay, and so do downloads that
    a later run goes on with, for as long as it would.
    """
    publication.restore_replaced(out)
    shutil.rmtree(out / REMOVED, ignore_errors=True)
    for link in out.glob(f".{publication.LATEST}-*"):
        link.unlink(missing_ok=True)
    for folder in (out / ".work").glob(f"*/{FINISHED}"):
        shutil.rmtree(folder)
    # Where DuckDB puts what does not fit into memory.
    shutil.rmtree(out / "warehouse.duckdb.tmp", ignore_errors=True)
    durable_files.remove_unfinished(out, is_deep=False)
    for folder in _written_by_runs(out):
        durable_files.remove_unfinished(folder)
    oldest = time.time() - RESUMED_DAYS * 86_400
    for part in (out / "raw" / "incoming").glob("*"):
        if part.stat().st_mtime < oldest:
            part.unlink(missing_ok=True)


def _written_by_runs(out: Path) -> list[Path]:
    """The folders in which runs write; not those of Prefect or of other programs."""
    names = (".work", "raw", "reference", "tune", "backtest")
    own = [out / name for name in names if (out / name).is_dir()]
    runs = [manifest.parent for manifest in out.glob("*/manifest.json")]
    return [*own, *(folder for folder in runs if not folder.is_symlink())]
