"""Identifiers that are mobile numbers of the row's country.

A buyer's own numbers run on, or have another form. A column counts as telephone numbers where
nearly all its numbers of that length are valid, are not a series, and are more than would be so at
random.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence

import polars as pl

from suppliers.intake.contact_values import mobile_shape

_SHAPE = r"^[+(]?\d[\d\s().\-/]{6,18}$"
_FEWEST = 3
_SHORTEST, _LONGEST = 8, 14
_LEAST_SHARE = 0.8
_BY_CHANCE = 0.01
#: A series of ids leaves gaps far below this; numbers of phones far above.
_GAP = 1_000
_TRIALS = 400


def phone_ids(values: pl.Series, regions: Sequence[str | None]) -> pl.Series:
    """Which identifiers are mobile numbers: none unless they are so as a column.

    Args:
        values: identifiers.
        regions: ISO code of the country of each row, or None.
    """
    none = pl.Series([False] * len(values), dtype=pl.Boolean)
    shaped = values.str.contains(_SHAPE).fill_null(False)
    if int(shaped.sum()) < _FEWEST:
        return none
    digits = values.str.replace_all(r"\D", "").to_list()
    candidates = [
        i
        for i in shaped.arg_true().to_list()
        if digits[i] is not None and 8 <= len(digits[i]) <= 14
    ]
    hits = [i for i in candidates if mobile_shape(regions[i]).fullmatch(digits[i])]
    alike = {len(digits[i]) for i in hits}
    compared = [i for i in candidates if len(digits[i]) in alike]
    if len(hits) < _FEWEST or len(hits) < _LEAST_SHARE * len(compared):
        return none
    numbers = sorted({int(digits[i]) for i in hits})
    if len(numbers) < _FEWEST or numbers[-1] - numbers[0] < _GAP * len(numbers):
        return none
    by_chance = 1.0
    for i in hits[:40]:
        by_chance *= _share(regions[i], len(digits[i]), digits[i].startswith("0"))
    if by_chance > _BY_CHANCE:
        return none
    found = set(hits)
    return pl.Series([i in found for i in range(len(values))], dtype=pl.Boolean)


@functools.cache
def _share(region: str | None, length: int, starts_with_0: bool) -> float:
    """How many random numbers of a length are mobile numbers of a country."""
    chance = random.Random(f"{region} {length}")
    low = 0 if starts_with_0 else 10 ** (length - 1)
    high = 10 ** (length - 1) if starts_with_0 else 10**length
    shape = mobile_shape(region)
    valid = sum(
        shape.fullmatch(str(chance.randrange(low, high)).zfill(length)) is not None
        for _ in range(_TRIALS)
    )
    return max(valid, 1) / _TRIALS
