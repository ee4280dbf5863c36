"""The memory that a process may use, as limits and the machine state it."""

import ctypes
import resource
import sys
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


def _resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="the C library is not that of GNU",
)
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    size = 100_000
    blocks = [library.malloc(size) for _ in range(1000)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    # The last block keeps the library from giving back the others by itself.
    for block in blocks[:-1]:
        library.free(block)
    before = _resident_bytes()
    machine_memory.give_back()
    assert _resident_bytes() < before - 500 * size
    library.free(blocks[-1])
