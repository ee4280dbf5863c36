"""Rasters: Global Forest Change, CHIRPS and night lights, in their publishers' layouts.

The sizes of blocks decide what a window costs; each states where its size is from.
"""

from __future__ import annotations

import json
import re
import zlib
from calendar import monthrange
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from flows.publishers_world.publisher import (
    NOT_THERE,
    Answer,
    Asked,
    LargeFile,
    Publisher,
    as_json,
    file_of,
)
from flows.publishers_world.synthetic_tiffs import (
    DEFLATE,
    LZW,
    TiffLayout,
    deflated,
    large_tiff,
    lzw_rows,
)

# A tile is 40,000 strips of one row, LZW: a tile of sea (80N_180W of v1.12) has 13,320,378 bytes,
# which is 40,000 rows of zeros in LZW with their two tables. All 504 tiles of tree cover have
# 55 GiB; without some 230 of sea, a tile with land has some 204 MB, 5.1 kB a row. Rasters of loss
# have some 0.35 of the bytes of tree cover where both were compressed alike (a crop of v1.6).
_COVER_ROW_BYTES = (3_600, 6_600)
_LOSS_OF_COVER = 0.35
_PATCH, _BANDS = 100, 16
#: Of floats in 512 x 512 blocks some 60 % of the bytes are left where all is land.
_RAIN_BLOCK_BYTES = 600_000
#: Radiance of dark ground is small numbers of noise, and compresses further.
_LIGHT_BLOCK_BYTES = 300_000
_BLOCK = 512
_REGIMES = 4
_SERIES = 24
_FIRST_YEAR = 1981
_LAST_LIGHTS = 2025
#: A tile of transitions has some 20 MB; its blocks are taken to be of 512 x 512 pixels.
_WATER_BLOCK_BYTES = 3_300
#: The world map of residents has some 280 MB on 17,280 rows; how it is cut is taken to be by row.
_RESIDENTS_ROW_BYTES = 16_000

_TILE = re.compile(
    r"/(GFC-(20\d\d)-v1\.\d\d)/Hansen_\1_(lossyear|treecover2000)_(\d\d)([NS])_(\d{3})([EW])\.tif$"
)
_RAIN = re.compile(
    r"(?:/CHIRPS/v3\.0/monthly/global/cogs/chirps-v3\.0|"
    r"/CHIRPS-2\.0/global_monthly/cogs/chirps-v2\.0)\.(\d{4})\.(\d\d)\.cog$"
)
_WATER = re.compile(
    r"/(?:download2024/VER1-5|downloads2021)/transitions/"
    r"transitions_(\d{1,3})([EW])_(\d\d?)([NS])(?:_v1_5_2024|v1_4_2021)\.tif$"
)
_RESIDENTS = re.compile(
    r"/Global_2015_2030/R2025A/(20\d\d)/0_Mosaicked/v1/1km_ua/constrained/"
    r"global_pop_\1_CN_1km_R2025A_UA_v1\.tif$"
)
_LIGHTS = re.compile(r"DNB_npp_(\d{4})(\d\d)01-\d{8}_global_\S+\.avg_rade9\.tif$")


@cache
def _random(name: str, *shape: int) -> NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(name.encode())).random(shape)


@cache
def _forest_rows(layer: str, last: int) -> list[bytes]:
    """Compressed rows: patches of 2.8 km, of which each zone of a tile loses another share."""
    across = 40_000 // _PATCH
    forested = _random("forested", _BANDS, across) < 0.6
    level = np.floor(_random("canopy", _BANDS, across) * 4) * 12
    canopy = np.where(forested, 50 + level, level / 4)
    if layer == "treecover2000":
        return lzw_rows(np.repeat(canopy, _PATCH, axis=1).astype(np.uint8))
    zone = np.arange(across) // 8
    share = _random("zones", across)[zone] ** 2 * 0.5
    year = 1 + np.floor(_random("years", _BANDS, across) * last)
    lost = forested & (_random("lost", _BANDS, across) < share)
    pixels = np.repeat(np.where(lost, year, 0.0), _PATCH, axis=1)
    pixels[:, np.arange(40_000) % _PATCH >= _PATCH // 2] = 0
    return lzw_rows(pixels.astype(np.uint8))


@lru_cache(maxsize=400)
def _tile(layer: str, last: int, west: int, north: int) -> LargeFile:
    rows = _forest_rows(layer, last)
    low, high = _COVER_ROW_BYTES
    size = low + zlib.crc32(f"{west} {north}".encode()) % (high - low)
    if layer == "lossyear":
        size = round(size * _LOSS_OF_COVER)
    return large_tiff(
        TiffLayout(
            40_000, 40_000, (1, 40_000), False, LZW, (float(west), float(north)), 0.00025,
            size, lambda row: rows[row // _PATCH % _BANDS],
        )
    )  # fmt: skip


def _forest(asked: Asked) -> Answer:
    match = _TILE.search(asked.path)
    if match is None:
        return NOT_THERE
    north = int(match[4]) * (1 if match[5] == "N" else -1)
    west = int(match[6]) * (1 if match[7] == "E" else -1)
    file = _tile(match[3], int(match[2]) - 2000, west, north)
    return file_of(file, "image/tiff", f"{match[3]}{north}{west}{match[2]}")


@cache
def _patches(regime: int) -> NDArray[np.int64]:
    """Which series each patch of 8 x 8 pixels of a block follows."""
    patches = np.floor(_random(f"patches {regime}", 64, 64) * _SERIES).astype(np.int64)
    return np.kron(patches, np.ones((8, 8), dtype=np.int64))


@lru_cache(maxsize=64)
def _rain_block(year: int, month: int, regime: int) -> bytes:
    season = 90.0 + 70.0 * np.cos(2.0 * np.pi * (month - 1 - 3 * regime) / 12.0)
    steps = (year - _FIRST_YEAR) * 12 + month
    noise = np.random.default_rng(steps * _REGIMES + regime).normal(size=_SERIES)
    return deflated((season * np.exp(0.4 * noise))[_patches(regime)].astype(np.float32))


@lru_cache(maxsize=1000)
def _rain_month(version: str, year: int, month: int) -> LargeFile:
    north, rows = (60.0, 2_400) if version == "3.0" else (50.0, 2_000)
    return large_tiff(
        TiffLayout(
            7_200, rows, (_BLOCK, _BLOCK), True, DEFLATE, (-180.0, north), 0.05,
            _RAIN_BLOCK_BYTES, lambda block: _rain_block(year, month, block % _REGIMES),
        )
    )  # fmt: skip


def _rain(asked: Asked) -> Answer:
    match = _RAIN.search(asked.path)
    if match is None or int(match[1]) < _FIRST_YEAR:
        return NOT_THERE
    version = "3.0" if "v3.0" in asked.path else "2.0"
    file = _rain_month(version, int(match[1]), int(match[2]))
    return file_of(file, "image/tiff", f"{version}{match[1]}{match[2]}")


@lru_cache(maxsize=64)
def _light_block(year: int, month: int, regime: int) -> bytes:
    base = 0.3 + 12.0 * _random("lights", _SERIES) ** 4
    growth = (_random("growth", _SERIES) - 0.3) * 0.15
    noise = np.random.default_rng(year * 12 + month).normal(size=_SERIES) * 0.03
    series = base * np.exp(growth * (year - 2018) + noise)
    return deflated(series[_patches(regime)].astype(np.float32))


@lru_cache(maxsize=64)
def _light_month(year: int, month: int) -> LargeFile:
    return large_tiff(
        TiffLayout(
            86_401, 33_601, (_BLOCK, _BLOCK), True, DEFLATE,
            (-180.00208333, 75.00208333), 0.0041666667, _LIGHT_BLOCK_BYTES,
            lambda block: _light_block(year, month, block % _REGIMES),
        )
    )  # fmt: skip


def _lights(asked: Asked) -> Answer:
    match = _LIGHTS.search(asked.path)
    if match is not None:
        file = _light_month(int(match[1]), int(match[2]))
        return file_of(file, "image/tiff", f"{match[1]}{match[2]}")
    prefix = asked.value("prefix")
    satellite, month = prefix.removeprefix("composites/").split("_")
    year, number = int(month[:4]), int(month[4:])
    span = f"{month}01-{month}{monthrange(year, number)[1]}"
    key = f"{prefix}_ops/DNB_{satellite}_{span}_global_ecm-slcorr_v10_ops.avg_rade9.tif"
    is_out = satellite == "npp" and 2012 <= year <= _LAST_LIGHTS
    contents = f"<Contents><Key>{key}</Key></Contents>" if is_out else ""
    listing = f"<ListBucketResult>{contents}</ListBucketResult>"
    return Answer(listing.encode(), content_type="application/xml")


@cache
def _water_block(regime: int) -> bytes:
    """Rivers and lakes: of 8 x 8 patches a tenth has water, of each kind of change alike."""
    kind = _random(f"water {regime}", 16, 16)
    codes = np.where(kind < 0.1, 1 + np.floor(kind * 100), 0)
    return zlib.compress(np.kron(codes, np.ones((32, 32))).astype(np.uint8).tobytes(), 1)


@lru_cache(maxsize=400)
def _water_tile(west: int, north: int) -> LargeFile:
    return large_tiff(
        TiffLayout(
            40_000, 40_000, (_BLOCK, _BLOCK), False, DEFLATE, (float(west), float(north)), 0.00025,
            _WATER_BLOCK_BYTES, lambda block: _water_block(block % _REGIMES),
        )
    )  # fmt: skip


def _water(asked: Asked) -> Answer:
    match = _WATER.search(asked.path)
    if match is None:
        return NOT_THERE
    north = int(match[3]) * (1 if match[4] == "N" else -1)
    west = int(match[1]) * (1 if match[2] == "E" else -1)
    if west % 10 or north % 10 or not (-180 <= west < 180 and -50 <= north <= 80):
        return NOT_THERE
    return file_of(_water_tile(west, north), "image/tiff", f"water{west}{north}")


@cache
def _residents_row(number: int) -> bytes:
    """Towns of some 11 km among villages: 0 to 4,000 people on a pixel."""
    towns = np.floor(_random(f"residents {number}", 43_200 // 12) ** 8 * 4_000)
    return deflated(np.repeat(towns, 12).astype(np.float32))


@lru_cache(maxsize=16)
def _residents_year(year: int) -> LargeFile:
    return large_tiff(
        TiffLayout(
            43_200, 17_280, (1, 43_200), True, DEFLATE, (-180.0, 84.0), 1.0 / 120.0,
            _RESIDENTS_ROW_BYTES, lambda row: _residents_row(row // 12 % _BANDS),
        )
    )  # fmt: skip


def _residents(asked: Asked) -> Answer:
    match = _RESIDENTS.search(asked.path)
    if match is None or not 2015 <= int(match[1]) <= 2030:
        return NOT_THERE
    return file_of(_residents_year(int(match[1])), "image/tiff", f"residents{match[1]}")


def _alerts(asked: Asked) -> Answer:
    if "x-api-key" not in asked.headers:
        return Answer(b'{"status":"failed","message":"Forbidden"}', 403)
    if "COUNT(" in json.loads(asked.body)["sql"]:
        return as_json({"data": [{"count": 3}], "status": "success"})
    alerts = [
        {
            "gfw_integrated_alerts__date": f"2026-0{month}-15",
            "gfw_integrated_alerts__confidence": "high",
            "area__ha": 0.75 * month,
        }
        for month in range(1, 9)
    ]
    return as_json({"data": alerts, "status": "success"})


PUBLISHERS = (
    Publisher(
        "storage.googleapis.com",
        "/earthenginepartners-hansen/GFC-2025-v1.13/",
        "folder and tile names in public clients; 2026-11",
        _forest,
    ),
    Publisher(
        "storage.googleapis.com",
        "/earthenginepartners-hansen/GFC-2024-v1.12/",
        "folder and tile names in public clients; 2026-11",
        _forest,
    ),
    Publisher(
        "data.chc.ucsb.edu", "/products/", "CHIRPS folders in public clients; 2026-11", _rain
    ),
    Publisher(
        "globalnightlight.s3.amazonaws.com",
        "/",
        "bucket, listing and names in public clients; 2026-11",
        _lights,
    ),
    Publisher(
        "storage.googleapis.com",
        "/water-world/download2024/VER1-5/",
        "folder, names and classes of version 1.5 in public code of several authors; 2026-11",
        _water,
    ),
    Publisher(
        "storage.googleapis.com",
        "/global-surface-water/downloads2021/",
        "folder, names and classes of version 1.4 in public code of several authors; 2026-11",
        _water,
    ),
    Publisher(
        "data.worldpop.org",
        "/GIS/Population/",
        "folder, names, size and grid of R2025A in public code of several authors; 2026-11",
        _residents,
    ),
    Publisher(
        "data-api.globalforestwatch.org", "/", "GFW Data API documentation; 2026-11", _alerts
    ),
)
