"""Versions that decide over the bits of a measurement, here and on a worker."""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import rasterio

_PACKAGES = ("numpy", "numba", "rasterio", "shapely", "pyproj", "distributed")
_OWN_CODE = "code of signals/zonal"


@functools.cache
def own_versions() -> dict[str, str]:
    """Versions in this process: Python, GDAL, packages, and a hash of this package's code."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "GDAL": rasterio.__gdal_version__,
        **{name: metadata.version(name) for name in _PACKAGES},
        _OWN_CODE: digest.hexdigest()[:12],
    }


def version_difference(here: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    """What differs, such as `numpy 2.1.0 (here 2.2.1)`; None where nothing does."""
    parts = [
        f"{name} {there.get(name, 'not installed')} (here {version})"
        for name, version in here.items()
        if there.get(name) != version
    ]
    return ", ".join(parts) or None
