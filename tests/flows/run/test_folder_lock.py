"""Two runs in one folder: the second waits, says so, and ends with a sentence in time."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from configs.config_errors import UsageError
from flows.run.folders.folder_lock import one_run_at_a_time

_HOLDS = """
import sys, time
from pathlib import Path
from flows.run.folders.folder_lock import one_run_at_a_time
with one_run_at_a_time(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_waits_until_the_first_is_killed(
    tmp_path: Path, other: "subprocess.Popen[str]", caplog: pytest.LogCaptureFixture
) -> None:
    def killed(_: float) -> None:
        other.kill()
        other.wait()

    logging.getLogger("understory").propagate = True
    with caplog.at_level(logging.INFO, "understory"), one_run_at_a_time(tmp_path, 30, killed):
        pass
    assert set(caplog.messages) == {f"Waiting for another run in {tmp_path} (process {other.pid})"}


def test_a_wait_that_is_too_long_is_one_sentence(
    tmp_path: Path, other: "subprocess.Popen[str]"
) -> None:
    with (
        pytest.raises(UsageError, match=f"process {other.pid}"),
        one_run_at_a_time(tmp_path, 0.0, lambda _: None),
    ):
        pass


def test_one_run_after_another_waits_for_nobody(tmp_path: Path) -> None:
    for _ in range(2):
        with one_run_at_a_time(tmp_path, 0.0):
            pass
