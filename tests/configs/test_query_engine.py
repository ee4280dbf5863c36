"""Queries are computed in memory wherever values, scores or identities are computed."""

import os
import subprocess
import sys

import pytest

_SHOW = "from polars.lazyframe.engine_config import _select_engine; print(_select_engine('auto'))"


def engine_after(room: str, asked: str | None) -> str:
    """The engine of a query in a process of its own that imports a room."""
    environment = {k: v for k, v in os.environ.items() if k != "POLARS_ENGINE_AFFINITY"}
    if asked is not None:
        environment["POLARS_ENGINE_AFFINITY"] = asked
    command = [sys.executable, "-c", f"import polars, {room}; {_SHOW}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("room", ["suppliers", "signals", "scoring"])
def test_rooms_compute_in_memory(room: str) -> None:
    assert engine_after(room, None) == "InMemoryEngine()"


def test_the_environment_may_ask_for_another_engine() -> None:
    assert engine_after("scoring", "streaming") == "StreamingEngine()"
