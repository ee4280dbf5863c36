"""A kernel is compiled again when a function that it calls changed in another file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CALLED = "import numba\n\n@numba.njit(cache=True)\ndef one():\n    return {}\n"
_CALLER = (
    "import numba\nfrom scoring.called import one\n\n"
    "@numba.njit(cache=True)\ndef two():\n    return one() + 1\n"
)
_RUN = (
    "import pathlib\nfrom configs.kernel_cache import keep_kernels_by_source\n"
    "keep_kernels_by_source(pathlib.Path.cwd())\n"
    "from scoring.caller import two\nprint(two())"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for package in ("scoring", "signals", "configs"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    source = Path(__file__).parents[2] / "configs" / "kernel_cache.py"
    (tmp_path / "configs" / "kernel_cache.py").write_text(source.read_text())
    (tmp_path / "scoring" / "caller.py").write_text(_CALLER)
    return tmp_path


def result(root: Path, **environment: str) -> int:
    kept = {k: v for k, v in os.environ.items() if k not in ("NUMBA_CACHE_DIR", "PYTHONPATH")}
    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        cwd=root, env=kept | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


def folders(root: Path) -> list[Path]:
    return sorted((root / "configs" / "__pycache__").glob("kernels-*"))


def test_kernels_are_those_of_their_sources(root: Path) -> None:
    called = root / "scoring" / "called.py"
    called.write_text(_CALLED.format(1))
    assert result(root) == 2
    (first,) = folders(root)
    assert list(first.rglob("*.nbi"))
    called.write_text(_CALLED.format(10))
    assert result(root) == 11
    (second,) = folders(root)
    assert second != first


def test_the_environment_may_name_the_folder(root: Path, tmp_path: Path) -> None:
    (root / "scoring" / "called.py").write_text(_CALLED.format(1))
    assert result(root, NUMBA_CACHE_DIR=str(tmp_path / "mine")) == 2
    assert list((tmp_path / "mine").rglob("*.nbi"))
    assert not folders(root)
