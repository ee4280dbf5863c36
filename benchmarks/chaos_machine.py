"""Bad machines: two runs at once, a full or read-only disk, little memory, a wrong clock."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows.run.folders import publication
from tests.flows.small_world import write_small_world

_SECONDS = 600.0
_FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4")
_SENTENCE = re.compile(r"^understory: \S.+", re.MULTILINE)
_USUAL = "from flows.cli.app import main; main()"


@dataclass(frozen=True)
class Fault:
    """What a bad machine led to: the exit code, and the last line on stderr."""

    name: str
    code: int
    said: str
    is_good: bool


def machine_faults(folder: Path) -> list[Fault]:
    """Try each, with a published run in the folder; prints a row per machine."""
    profile = write_small_world(folder / "world")
    base = folder / "base"
    _ended(_command(profile, base, "2022-02-01"))
    found = []
    for fault in _tried(profile, base, folder):
        mark = "ok" if fault.is_good else "BAD"
        print(f"{mark:<4} {fault.name:<28} exit {fault.code:>3}  {fault.said[:110]}", flush=True)
        found.append(fault)
    return found


def _tried(profile: Path, base: Path, folder: Path) -> Iterator[Fault]:
    for name, kind, size in _LIMITS:
        yield _limited(profile, base, folder / "limited", name, kind, size)
    yield from _mounted(profile, base, folder / "mounted")
    yield from _at_once(profile, base, folder / "at_once")
    if shutil.which("faketime") is None:
        print("faketime is not installed: a wrong clock is not tried")
        return
    for days in (-3650, -1, 1200):
        yield _clock(profile, base, folder / "clock", days)


_LIMITS = (
    *((f"files of {size // 1000} kB", resource.RLIMIT_FSIZE, size) for size in (30_000, 300_000)),
    *((f"files of {size} MB", resource.RLIMIT_FSIZE, size * 10**6) for size in (3, 12)),
    *((f"memory of {size} MB", resource.RLIMIT_AS, size * 10**6)
      for size in (700, 1000, 1400, 2000, 3000)),
    ("30 open files", resource.RLIMIT_NOFILE, 30),
)  # fmt: skip


def _command(profile: Path, out: Path, as_of: str = "2022-03-01", *more: str) -> list[str]:
    chosen = [part for one in _FEW for part in ("--set", one)]
    return ["run", "--direct", "--profile", str(profile), "--as-of", as_of, "--out", str(out),
            *chosen, *more]  # fmt: skip


def _ended(
    arguments: list[str],
    before: Callable[[], None] | None = None,
    under: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*under, sys.executable, "-c", _USUAL, *arguments],
        preexec_fn=before,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _fault(name: str, ended: subprocess.CompletedProcess[str], out: Path) -> Fault:
    said = ended.stderr.strip().splitlines()[-1:] or [""]
    is_sentence = len(_SENTENCE.findall(ended.stderr)) == 1 and "Traceback" not in ended.stderr
    is_good = (ended.returncode == 0) != (ended.returncode in (1, 2, 3) and is_sentence)
    return Fault(
        name, ended.returncode, said[0], is_good and publication.latest_run(out) is not None
    )


def _fresh(base: Path, out: Path) -> Path:
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(base, out, symlinks=True)
    return out


def _limited(profile: Path, base: Path, out: Path, name: str, kind: int, size: int) -> Fault:
    _fresh(base, out)
    limit = partial(resource.setrlimit, kind, (size, size))
    return _resumed(profile, out, _fault(name, _ended(_command(profile, out), limit), out))


def _resumed(profile: Path, out: Path, fault: Fault) -> Fault:
    """The fault, bad if the same command does not go on once the machine is well."""
    if fault.code == 0 or _ended(_command(profile, out)).returncode == 0:
        return fault
    return Fault(f"{fault.name}, resumed", fault.code, fault.said, is_good=False)


def _mounted(profile: Path, base: Path, out: Path) -> list[Fault]:
    """A disk of its own that fills up or may not be written; none where mounting is not allowed."""
    out.mkdir()
    found = []
    used = sum(path.stat().st_size for path in base.rglob("*") if not path.is_symlink())
    with ExitStack() as mounts:
        made = ["mount", "-t", "tmpfs", "-o", "size=200m", "none", str(out)]
        if subprocess.run(made, check=False).returncode != 0:
            print("a disk of its own may not be mounted: full and read-only disk are not tried")
            return []
        mounts.callback(subprocess.run, ["umount", "-l", str(out)], check=False)
        for free in (100_000, 1_000_000, 4_000_000, 9_000_000):
            folder = _fresh(base, out / "out")
            _remount(out, f"size={used + free + 300_000}")
            fault = _fault(
                f"disk with {free // 1000} kB", _ended(_command(profile, folder)), folder
            )
            _remount(out, "size=200m")
            found.append(_resumed(profile, folder, fault))
        folder = _fresh(base, out / "out")
        _remount(out, "ro")
        for more in ((), ("--force",)):
            ended = _ended(_command(profile, folder, "2022-02-01", *more))
            found.append(_fault(f"read-only disk {' '.join(more)}", ended, folder))
        _remount(out, "rw")
    return found


def _remount(out: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(out)], check=True)


def _at_once(profile: Path, base: Path, out: Path) -> list[Fault]:
    found = []
    for more in ((), ("--force",)):
        _fresh(base, out)
        command = [sys.executable, "-c", _USUAL, *_command(profile, out, "2022-03-01", *more)]
        both = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for number, process in enumerate(both, start=1):
            written, errors = process.communicate(timeout=_SECONDS)
            ended = subprocess.CompletedProcess(command, process.returncode, written, errors)
            fault = _fault(f"two at once {' '.join(more)} ({number})", ended, out)
            found.append(Fault(fault.name, fault.code, fault.said, fault.code == 0))
    return found


def _clock(profile: Path, base: Path, out: Path, days: int) -> Fault:
    """What the clock says is moved for the run alone; waiting takes its usual time."""
    _fresh(base, out)
    ended = _ended(_command(profile, out), under=("faketime", "-m", "-f", f"{days:+d}d"))
    return _resumed(profile, out, _fault(f"clock {days:+d} days", ended, out))
