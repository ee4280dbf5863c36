"""Whether a machine is fit for runs: every finding at once, each with its correction."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import duckdb
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from configs import machine_memory
from configs.settings import Settings
from flows.run.request import source_keys
from flows.run.results.alerts import addresses
from flows.run.work import private_files
from signals.registry import sources
from sql.migration import other_tables

_DISTRIBUTION = "understory"
_GB = 1024**3
_LEAST_DISK, _LEAST_MEMORY = 5 * _GB, 4 * _GB
_CLOCK_SECONDS = 120.0


@dataclass(frozen=True)
class Machine:
    """What is checked.

    Attributes:
        settings: the configuration.
        out: folder of results.
        port: of `understory serve` on loopback.
        environment: variables; their values are never part of a finding.
        now: the machine's clock.
        stated: time that a server gave on request; None where none was asked.
    """

    settings: Settings
    out: Path
    port: int
    environment: Mapping[str, str]
    now: dt.datetime
    stated: dt.datetime | None = None


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        check: its name.
        is_problem: a run or `serve` will fail; otherwise something to know.
        sentence: what it is, with the correction.
    """

    check: str
    is_problem: bool
    sentence: str

    def as_record(self) -> dict[str, object]:
        """As JSON-ready values."""
        return dict(self.__dict__)


def findings(machine: Machine) -> list[Finding]:
    """Every finding, in the order of the checks; none on a machine that is fit."""
    return [
        Finding(name, is_problem, sentence)
        for name, check in CHECKS.items()
        for is_problem, sentence in check(machine)
    ]


Found = Iterator[tuple[bool, str]]


def _versions(machine: Machine) -> Found:
    present = metadata.metadata(_DISTRIBUTION)
    python = ".".join(map(str, sys.version_info[:3]))
    wanted = present["Requires-Python"]
    if wanted and python not in SpecifierSet(wanted):
        yield True, f"Python {python} does not fit {wanted}; make the environment with another"
    for text in metadata.requires(_DISTRIBUTION) or []:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield True, f"{requirement.name} is not installed; install {text}"
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            yield True, f"{requirement.name} {version} does not fit; install {text}"


def _disk(machine: Machine) -> Found:
    folder = _existing(machine.out)
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        yield (
            free < _GB,
            f"{folder} has {free / _GB:.1f} GB free; make room to {_LEAST_DISK // _GB} GB "
            "(`understory clean` lists what is not needed), or name another disk with --out",
        )


def _memory(machine: Machine) -> Found:
    allowed = machine_memory.allowed_bytes()
    if allowed is not None and allowed < _LEAST_MEMORY:
        yield (
            False,
            f"{allowed / _GB:.1f} GB of memory; lists of 10,000 suppliers need "
            f"{_LEAST_MEMORY // _GB} GB or more, so raise the limit for larger lists",
        )


def _clock(machine: Machine) -> Found:
    correction = "set the clock (such as `timedatectl set-ntp true`)"
    if machine.stated is not None:
        behind = (machine.stated - machine.now).total_seconds()
        if abs(behind) > _CLOCK_SECONDS:
            word = "behind" if behind > 0 else "ahead of"
            yield (
                True,
                f"the clock is {abs(behind):.0f} s {word} the server that was asked; {correction}",
            )
    for path in (Path(__file__), *machine.out.glob("*/manifest.json")):
        written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        if (written - machine.now).total_seconds() > _CLOCK_SECONDS:
            yield True, f"{path} was written after the present time of the clock; {correction}"
            return


def _keys(machine: Machine) -> Found:
    for name, module in sources().items():
        source = machine.settings.sources.get(name)
        missing = source_keys.missing_variables(module.CARD, machine.environment)
        if source is not None and source.enabled and source.mirror is None and missing:
            yield (
                False,
                f"{name}: {', '.join(missing)} is not set, so the source is not read; set it in "
                f"the environment ({source_keys.PAGE}) or switch the source off",
            )


def _alerts(machine: Machine) -> Found:
    if not addresses(machine.environment):
        yield False, "no one is alerted about runs; set UNDERSTORY_ALERTS to addresses of Apprise"


def _port(machine: Machine) -> Found:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", machine.port))
        except OSError:
            yield (
                False,
                f"port {machine.port} is in use, perhaps by `understory serve`; name another one "
                "with --port if it is not",
            )


def _warehouse(machine: Machine) -> Found:
    path = machine.out / "warehouse.duckdb"
    if not path.exists():
        return
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            others = other_tables(connection)
    except duckdb.Error as error:
        if "lock" in str(error):
            yield False, f"{path} is in use by a run or a notebook; check again later"
        else:
            yield True, f"{path} cannot be opened as a DuckDB file; restore it, or move it away"
        return
    if others:
        yield (
            False,
            f"{path} has {len(others)} tables of another version, such as {others[0]}; the next "
            "run takes them over, so back the file up before",
        )


def _permissions(machine: Machine) -> Found:
    folder = _existing(machine.out)
    if not folder.is_dir():
        yield True, f"{folder} is a file; name a folder with --out"
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield True, f"{folder} may not be written by this user; change its owner or name another"
    stated = machine.environment.get(private_files.UMASK_VARIABLE)
    if stated and not re.fullmatch(r"0?[0-7]{3}", stated):
        yield True, f"{private_files.UMASK_VARIABLE} is not an octal mask; write it as 027"
    if machine.out.is_dir() and not stated:
        mode = stat.S_IMODE(machine.out.stat().st_mode)
        if mode & 0o077:
            yield (
                False,
                f"{machine.out} can be read by other users (mode {mode:o}); "
                f"chmod 700 {machine.out}, or set {private_files.UMASK_VARIABLE} if that is meant",
            )


CHECKS: Mapping[str, Callable[[Machine], Found]] = {
    "versions": _versions,
    "disk": _disk,
    "memory": _memory,
    "clock": _clock,
    "keys": _keys,
    "alerts": _alerts,
    "port": _port,
    "warehouse": _warehouse,
    "permissions": _permissions,
}


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    path = folder.absolute()
    while not path.exists():
        path = path.parent
    return path
