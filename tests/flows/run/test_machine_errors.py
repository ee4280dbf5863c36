"""Faults of the machine and interrupts end a verb in one sentence, without a traceback."""

import errno
import os
import signal
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from configs import machine_memory
from flows.cli.app import app
from flows.run.request import run_request
from flows.run.work.machine_errors import sentence_of


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "x", "out/a"), "out/a: the disk is full"),
        (PermissionError(errno.EACCES, "x", "out"), "out: no permission"),
        (NotADirectoryError(errno.ENOTDIR, "x", "out"), "out: a file stands where"),
        (OSError(errno.EROFS, "x"), "the disk is read-only"),
        (MemoryError(), "the memory is used up"),
        (OSError(errno.ENOMEM, "x"), "the memory is used up"),
        (ImportError("x.so: failed to map segment from shared object"), "the memory is used up"),
    ],
)
def test_each_fault_says_what_to_do(error: BaseException, says: str) -> None:
    sentence = sentence_of(error)
    assert sentence is not None
    assert sentence.startswith(says)
    assert "; " in sentence


def test_a_limit_of_the_shell_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_memory, "address_space_bytes", lambda: 700_000_000)
    assert sentence_of(MemoryError()) == (
        "the memory is used up: the shell allows 0.7 GB of addresses; raise the limit (ulimit -v), "
        "or use a larger machine"
    )


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("x"), BrokenPipeError(errno.EPIPE, "x")]
)
def test_a_defect_of_the_program_stays_a_traceback(error: BaseException) -> None:
    assert sentence_of(error) is None


def ended_by(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, is_stopped: bool) -> Result:
    """What a run that ends with an error leads to, after Ctrl-C or without it."""

    def broken(*_: object) -> None:
        if is_stopped:
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                raise error from None
        raise error

    monkeypatch.setattr(run_request, "settings_of", broken)
    return CliRunner().invoke(app, ["run", "--direct"])


def test_a_file_in_place_of_the_folder_of_results(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("supplier_id,name,country\ns1,Mill One,Indonesia\n")
    (tmp_path / "out").write_text("a file")
    arguments = ["--suppliers", str(tmp_path / "list.csv"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["run", "--direct", *arguments])
    assert done.exit_code == 1
    assert "a file stands where a folder is needed" in done.output
    assert "Traceback" not in done.output


def test_a_full_disk_is_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    done = ended_by(monkeypatch, OSError(errno.ENOSPC, "x"), is_stopped=False)
    assert done.exit_code == 1
    assert "the disk is full" in done.output


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_ctrl_c_is_130_whatever_a_library_makes_of_it(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    done = ended_by(monkeypatch, error, is_stopped=True)
    assert done.exit_code == 130
    assert "run the same command to resume" in done.output
