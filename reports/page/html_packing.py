"""Long lists of numbers as bytes, which take half the space of their digits once compressed."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Set

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Shorter lists stay as they are.
_MIN_LENGTH = 256
_MAX_DECIMALS = 3
_MAX_CODES = 1 << 24


def plain(data: object) -> object:
    """The data, made of mappings and lists of them, with lists in place of series."""
    if isinstance(data, pl.Series):
        return data.to_list()
    if isinstance(data, Mapping):
        return {name: plain(value) for name, value in data.items()}
    if isinstance(data, list | tuple) and any(isinstance(item, Mapping) for item in data):
        return [plain(item) for item in data]
    return data


def packed(data: object) -> object:
    """The data with every long list or series of numbers packed, without loss.

    Shorter series become lists; all else is unchanged.

    A packed list is an object with `planes`, and `unpack` in the page undoes it. Numbers with up
    to three decimals become whole codes above the smallest one, 0 for null; the codes' low bytes
    come first, then the next ones, so that equal bytes meet. Others become three digits and an
    exponent. A list of numbers that fit neither stays a list.
    """
    if isinstance(data, Mapping):
        return {name: packed(value) for name, value in data.items()}
    if isinstance(data, pl.Series):
        is_long = len(data) >= _MIN_LENGTH and data.dtype.is_numeric()
        return (is_long and _packed(data)) or data.to_list()
    if not isinstance(data, list | tuple):
        return data
    kinds = set(map(type, data)) - {type(None)}
    if any(issubclass(kind, Mapping | list | tuple) for kind in kinds):
        return [packed(item) for item in data]
    if len(data) < _MIN_LENGTH or not _are_numbers(kinds):
        return data
    return _packed(pl.Series(data, dtype=pl.Float64, strict=False)) or data


def _packed(numbers: pl.Series) -> dict[str, object] | None:
    if numbers.null_count() == len(numbers):
        return None
    values = numbers.cast(pl.Float64).to_numpy()
    return _fixed(values) or _digits(values)


def _are_numbers(kinds: Set[type]) -> bool:
    return all(issubclass(kind, int | float) and not issubclass(kind, bool) for kind in kinds)


def _fixed(values: NDArray[np.float64]) -> dict[str, object] | None:
    for decimals in range(_MAX_DECIMALS + 1):
        codes = np.rint(values * 10.0**decimals)
        if np.array_equal(codes / 10.0**decimals, values, equal_nan=True):
            return _whole(codes, decimals)
    return None


def _digits(values: NDArray[np.float64]) -> dict[str, object] | None:
    size = np.abs(values)
    known = np.isfinite(values) & (size > 0)
    exponent = np.zeros(values.size)
    exponent[known] = np.floor(np.log10(size[known])) - 2
    # Numbers near the ends of what floats can hold overflow here, and then are not exact.
    with np.errstate(all="ignore"):
        digits = np.rint(values / 10.0**exponent)
        over = np.abs(digits) >= 1000
        digits[over], exponent[over] = np.rint(digits[over] / 10), exponent[over] + 1
        is_exact = np.isnan(values) | (np.abs(digits * 10.0**exponent - values) <= 1e-9 * size)
    if not is_exact.all():
        return None
    mantissas, exponents = _whole(digits, 0), _whole(exponent, 0)
    if mantissas is None or exponents is None:
        return None
    return mantissas | {"exponents": exponents}


def _whole(values: NDArray[np.float64], decimals: int) -> dict[str, object] | None:
    least = int(np.nanmin(values))
    if np.nanmax(values) - least + 1 >= _MAX_CODES:
        return None
    codes = np.where(np.isnan(values), 0, values - least + 1).astype("<u4")
    width = max(1, (int(codes.max()).bit_length() + 7) // 8)
    planes = codes.view(np.uint8).reshape(-1, 4)[:, :width].T
    text = base64.b64encode(np.ascontiguousarray(planes).tobytes()).decode("ascii")
    return {"planes": text, "least": least, "decimals": decimals, "length": values.size}
