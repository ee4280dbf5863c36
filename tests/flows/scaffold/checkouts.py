"""Copies of the checkout that a scaffold may write to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_PACKAGES = ("flows", "reports", "scoring", "signals", "suppliers", "sql", "configs")
_OF_TESTS = ("__init__.py", "conftest.py", "signals")
#: Programs of the virtual environment that run as modules, so that the copy is what they import.
_MODULES = {"understory": "flows.cli", "pytest": "pytest", "ruff": "ruff"}


def copy_checkout(folder: Path) -> Path:
    """The packages and the signals' tests, with their compiled files, which are slow to remake."""
    folder.mkdir(exist_ok=True)
    for package in _PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    (folder / "configs" / "local.yaml").unlink(missing_ok=True)
    (folder / "tests").mkdir()
    for name in _OF_TESTS:
        source = ROOT / "tests" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / "tests" / name)
    shutil.copy2(ROOT / "pyproject.toml", folder)
    return folder


def run_in(checkout: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment, run on the copy."""
    return subprocess.run(
        [sys.executable, "-m", _MODULES[program], *arguments],
        capture_output=True,
        text=True,
        cwd=checkout,
        # Compiled kernels are kept by path, and compiling them for a copy takes half a minute.
        env=os.environ | {"PYTHONPATH": str(checkout), "NUMBA_DISABLE_JIT": "1"},
        check=False,
    )
