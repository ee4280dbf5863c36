"""Each check on a machine with one fault, and none on one that is fit."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

import configs
from flows.run import doctor
from flows.run.doctor import Machine

NOW = dt.datetime.now(dt.UTC)
SECRET = "a-secret-value"
LATER = NOW + dt.timedelta(seconds=300)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    settings = configs.load(local=None)
    sources = {
        name: source.model_copy(update={"enabled": False})
        for name, source in settings.sources.items()
    }
    alone = settings.model_copy(update={"sources": sources})
    return Machine(alone, out, 0, {"UNDERSTORY_ALERTS": f"json://{SECRET}"}, NOW)


def found(machine: Machine, check: str) -> list[tuple[bool, str]]:
    return [(f.is_problem, f.sentence) for f in doctor.findings(machine) if f.check == check]


def test_a_machine_that_is_fit_has_no_problem(machine: Machine) -> None:
    assert [one for one in doctor.findings(machine) if one.is_problem] == []
    for check in ("clock", "keys", "alerts", "port", "warehouse", "permissions"):
        assert found(machine, check) == []


def test_another_version_than_the_pin_is_a_problem(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["prefect==0.1", "not-there-at-all>=1", "distributed>=9999; extra == 'cluster'"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: wanted)
    problems = found(machine, "versions")
    assert [is_problem for is_problem, _ in problems] == [True, True]
    assert "install prefect==0.1" in problems[0][1]
    assert "not-there-at-all is not installed" in problems[1][1]


@pytest.mark.parametrize(("free", "is_problem"), [(0.5, True), (3.0, False)])
def test_a_full_disk(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, free: float, is_problem: bool
) -> None:
    usage = SimpleNamespace(free=int(free * 1024**3))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage)
    ((problem, sentence),) = found(machine, "disk")
    assert problem is is_problem
    assert f"{free:.1f} GB free" in sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stated": LATER}, "300 s behind"),
        ({"stated": NOW - dt.timedelta(seconds=300)}, "300 s ahead of"),
        ({"now": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}, "was written after the present time"),
    ],
)
def test_a_clock_that_is_wrong(machine: Machine, changes: dict[str, Any], words: str) -> None:
    ((is_problem, sentence),) = found(replace(machine, **changes), "clock")
    assert is_problem
    assert words in sentence


def test_missing_keys_are_named_and_no_value_is_printed(machine: Machine) -> None:
    settings = machine.settings.model_copy(
        update={
            "sources": {
                **machine.settings.sources,
                "firms": machine.settings.sources["firms"].model_copy(
                    update={"enabled": True, "mirror": None}
                ),
            }
        }
    )
    ((is_problem, sentence),) = found(replace(machine, settings=settings), "keys")
    assert not is_problem
    assert "FIRMS_MAP_KEY" in sentence
    held = {**machine.environment, "FIRMS_MAP_KEY": SECRET, "UNDERSTORY_UMASK": SECRET}
    every = doctor.findings(replace(machine, settings=settings, environment=held))
    assert [one for one in every if one.check == "keys"] == []
    assert not any(SECRET in one.sentence for one in every)


def make_file(out: Path) -> None:
    out.rmdir()
    out.write_text("")


def make_other_version(out: Path) -> None:
    with duckdb.connect(str(out / "warehouse.duckdb")) as connection:
        connection.execute("create table runs (run_id varchar)")


@pytest.mark.parametrize(
    ("check", "spoil", "is_problem", "words"),
    [
        ("warehouse", make_other_version, False, "of another version"),
        ("warehouse", lambda out: (out / "warehouse.duckdb").write_text("x" * 99), True, "DuckDB"),
        ("permissions", make_file, True, "is a file"),
        ("permissions", lambda out: out.chmod(0o755), False, "chmod 700"),
    ],
)
def test_a_folder_with_a_fault(
    machine: Machine, check: str, spoil: Callable[[Path], object], is_problem: bool, words: str
) -> None:
    spoil(machine.out)
    ((problem, sentence),) = found(machine, check)
    assert problem is is_problem
    assert words in sentence


def test_a_port_in_use_and_a_mask_that_is_none(machine: Machine) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ((_, sentence),) = found(replace(machine, port=number), "port")
    assert str(number) in sentence
    masked = replace(machine, environment={**os.environ, "UNDERSTORY_UMASK": "private"})
    assert found(masked, "permissions")[0][0]
