"""Opening the file of a warehouse: waiting for whoever holds it, and what a kill left behind."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from sql.contracts import WarehouseError

#: How long a run waits for the file while another run or a notebook holds it.
PATIENCE_SECONDS = 300.0
_LOOK_EVERY_SECONDS = 0.5

log = logging.getLogger("understory")


def connected(path: Path | None, patience_seconds: float) -> duckdb.DuckDBPyConnection:
    """A connection, once whoever holds the file has let go of it."""
    deadline = time.monotonic() + patience_seconds
    is_told = False
    while True:
        try:
            if path is None:
                return duckdb.connect(":memory:")
            _replay_log(path)
            return duckdb.connect(str(path))
        except duckdb.Error as error:
            is_held = "lock" in str(error)
            if not is_held or time.monotonic() >= deadline:
                raise WarehouseError(
                    f"{path}: the warehouse is held by another run or a notebook, or is not a "
                    "DuckDB file; wait for that run to end or close the notebook, or name another "
                    "folder with --out"
                ) from error
        if not is_told:
            log.warning(
                "%s is held by another run or a notebook; waiting up to %.0f s for it",
                path,
                patience_seconds,
            )
            is_told = True
        time.sleep(_LOOK_EVERY_SECONDS)


def _replay_log(path: Path) -> None:
    """Bring the changes into a file that a killed process left in the log beside it.

    A connection replays the log before it has the functions that checks of our tables call, and
    fails (duckdb/duckdb#18259); a database that is attached to an open one does not.
    """
    log_file = path.with_name(f"{path.name}.wal")
    if path.is_file() and log_file.is_file():
        # Where this fails, because the file is open or damaged, the connection after it says why.
        with suppress(duckdb.Error), duckdb.connect(":memory:") as connection:
            name = str(path).replace("'", "''")
            connection.execute(f"attach '{name}' as killed")
            connection.execute("checkpoint killed")
