"""Where compiled kernels are kept: apart for each state of their sources.

numba compiles a kernel again when its own file changed, and not when that of a function which it
calls did. After an update that changed the latter alone, it would go on computing by the old one.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

_VARIABLE = "NUMBA_CACHE_DIR"
_PACKAGES = ("scoring", "signals", "suppliers")
_PREFIX = "kernels-"
_ROOT = Path(__file__).resolve().parents[1]


def keep_kernels_by_source(root: Path = _ROOT) -> None:
    """Have numba keep kernels in a folder of their sources, unless the environment names one.

    Where none can be made, as in an installation of another user, numba keeps them where it does
    by itself. Kernels of other sources are removed.

    Args:
        root: the folder of the packages.
    """
    if _VARIABLE in os.environ:
        return
    folder = root / "configs" / "__pycache__" / (_PREFIX + _hash_of_sources(root))
    if not folder.is_dir():
        try:
            folder.mkdir(parents=True)
        except OSError:
            return
        for other in folder.parent.glob(f"{_PREFIX}*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
    os.environ[_VARIABLE] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)


def _hash_of_sources(root: Path) -> str:
    """A hash of the files of the packages in which numba is named."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            content = path.read_bytes()
            if b"numba" in content:
                digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
                digest.update(content)
    return digest.hexdigest()[:16]
