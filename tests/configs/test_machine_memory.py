"""The memory that a process may use, as limits and the machine state it."""

from pathlib import Path

import pytest

from configs import machine_memory


@pytest.fixture
def stated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "meminfo").write_text("MemTotal:  8000 kB\nMemFree: 1 kB\nMemAvailable: 3000 kB\n")
    monkeypatch.setattr(machine_memory, "_STATED", tmp_path / "meminfo")
    monkeypatch.setattr(machine_memory, "_CONTROL_GROUP", (tmp_path / "max", tmp_path / "limit"))
    monkeypatch.setattr(machine_memory, "address_space_bytes", lambda: None)
    return tmp_path


def test_without_limits_the_machine_is_the_limit(stated: Path) -> None:
    (stated / "max").write_text("max\n")
    assert machine_memory.allowed_bytes() == 8000 * 1024
    assert machine_memory.available_bytes() == 3000 * 1024


def test_the_smallest_limit_holds(stated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (stated / "max").write_text("2000000\n")
    assert machine_memory.allowed_bytes() == 2_000_000
    assert machine_memory.available_bytes() == 2_000_000
    monkeypatch.setattr(machine_memory, "address_space_bytes", lambda: 1_000_000)
    assert machine_memory.available_bytes() == 1_000_000


def test_a_system_that_states_nothing_has_no_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_memory, "_STATED", tmp_path / "none")
    monkeypatch.setattr(machine_memory, "_CONTROL_GROUP", ())
    monkeypatch.setattr(machine_memory, "address_space_bytes", lambda: None)
    assert machine_memory.allowed_bytes() is None
