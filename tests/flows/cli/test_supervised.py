"""A verb whose process the system ends leaves one sentence, and signals reach it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.cli.supervised import is_computing, sentence_of

ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = "import os, signal, subprocess, sys, time\nfrom flows.cli.supervised import supervise\n"


def supervised(work: str) -> "subprocess.Popen[str]":
    """A program that supervises some lines."""
    lines = "".join(f"    {line}\n" for line in work.splitlines())
    return subprocess.Popen(
        [sys.executable, "-c", f"{_PROGRAM}def work():\n{lines}supervise(work)\n"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@pytest.mark.parametrize(
    ("work", "code", "says"),
    [
        ("print('done')", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("os.kill(os.getpid(), signal.SIGKILL)", 1, "understory: the process was ended (SIGKILL)"),
        ("signal.raise_signal(signal.SIGABRT)", 1, "understory: the process was ended (SIGABRT)"),
        ("sys.exit('understory: rejected')", 1, "understory: rejected"),
        ("os._exit(127)", 1, "understory: the process was ended (exit code 127)"),
        ("os._exit(1)", 1, "understory: the process was ended (exit code 1)"),
        ("os._exit(0)", 1, "understory: the process was ended (exit code 0)"),
        (
            "subprocess.Popen(['sleep', '30'], stdout=-3, stderr=-3, close_fds=False)\nos._exit(1)",
            1,
            "understory: the process was ended (exit code 1)",
        ),
        ("signal.raise_signal(signal.SIGSEGV)", 1, "understory: the process was ended by a libr"),
        ("signal.raise_signal(signal.SIGTERM)", -signal.SIGTERM, ""),
    ],
)
def test_how_the_work_ends_is_how_the_program_ends(work: str, code: int, says: str) -> None:
    process = supervised(work)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert errors.startswith(says)
    assert len(errors.splitlines()) == bool(says)


def test_a_signal_reaches_the_work() -> None:
    process = supervised(
        "def stop(*_):\n    print('stopped', flush=True)\n    sys.exit(130)\n"
        "signal.signal(signal.SIGINT, stop)\nprint('ready', flush=True)\ntime.sleep(60)"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "stopped\n"
    assert process.returncode == 130


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends a process with its parent")
def test_the_work_ends_with_the_program() -> None:
    process = supervised("print(os.getpid(), flush=True)\ntime.sleep(60)")
    assert process.stdout is not None
    work = Path("/proc") / process.stdout.readline().strip() / "cmdline"
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 20
    while work.exists() and work.read_bytes():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "--direct"], True),
        (["--verbose", "backfill"], True),
        (["serve"], False),
        (["explain", "run"], False),
        ([], False),
    ],
)
def test_which_verbs_are_supervised(arguments: list[str], expected: bool) -> None:
    assert is_computing(arguments) is expected


@pytest.mark.parametrize("code", [0, 1, 2, 3, 130])
def test_a_code_of_a_verb_has_no_sentence(code: int) -> None:
    assert sentence_of(code, has_reported=True) is None
