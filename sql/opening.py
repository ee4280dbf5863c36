"""Opening the file of a warehouse: waiting for whoever holds it, and what a kill left behind."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from configs import machine_memory
from sql.contracts import WarehouseError

#: How long a run waits for the file while another run or a notebook holds it.
PATIENCE_SECONDS = 300.0
_LOOK_EVERY_SECONDS = 0.5
#: Of the memory that is left, for the warehouse; beyond it, it writes to the disk.
_SHARE_OF_MEMORY, _LEAST_MEMORY_BYTES = 0.6, 256_000_000

log = logging.getLogger("understory")


def limit_memory(connection: duckdb.DuckDBPyConnection, most: int | None = None) -> None:
    """Leave memory to the rest of this process and of the machine.

    By itself a connection takes 80 % of the machine, whatever else runs there.

    Args:
        connection: to limit.
        most: bytes at most, if a larger share of the memory is left.
    """
    available = machine_memory.available_bytes()
    shares = [] if available is None else [int(_SHARE_OF_MEMORY * available)]
    least = min([*shares, *([] if most is None else [most])], default=None)
    if least is not None:
        connection.execute(f"set memory_limit = '{max(_LEAST_MEMORY_BYTES, least)}B'")


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
            if not is_held:
                reason = str(error).partition("\n")[0]
                raise WarehouseError(
                    f"{path}: the warehouse cannot be opened ({reason}); free disk space if it is "
                    "used up, restore the file, or name another folder with --out"
                ) from error
            if time.monotonic() >= deadline:
                raise WarehouseError(
                    f"{path}: the warehouse is held by another run or a notebook; wait for that "
                    "run to end or close the notebook, or name another folder with --out"
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
