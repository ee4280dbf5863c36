import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SLEEPER = "import time; time.sleep(60)"
PARENT = """
import os, subprocess, sys, time
command = [sys.executable, "-m", "flows.orchestration.ends_with_parent", "sleeper"]
stated = {**os.environ, "UNDERSTORY_PARENT": str(os.getpid())}
print(subprocess.Popen(command, env=stated, start_new_session=True).pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no signal for this")
def test_a_child_ends_when_its_parent_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).resolve().parents[3]
    (tmp_path / "sleeper.py").write_text(f"open('started', 'w').close()\n{SLEEPER}\n")
    monkeypatch.setenv("PYTHONPATH", f"{root}:{tmp_path}")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    _until(lambda: (tmp_path / "started").exists())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    _until(lambda: not _is_running(child))


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_serve_does_not_import_prefect_before_it_knows_the_address() -> None:
    words = "import sys, flows.orchestration.serve; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False).returncode == 0
