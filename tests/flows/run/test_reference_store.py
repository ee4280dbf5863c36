"""The hash of a frozen reference is that of its whole text, however it is made."""

import hashlib

import polars as pl
import pytest

from flows.run.history import reference_store


@pytest.mark.parametrize("rows", [0, 1, 7, 8])
def test_the_hash_is_that_of_the_whole_text(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_store, "_ROWS_OF_TEXT", 4)
    frame = pl.DataFrame(
        {
            "signal_id": ["a,b"] * rows,
            "sector": [None] * rows,
            "value": [n / 3 for n in range(rows)],
        },
        schema={"signal_id": pl.String, "sector": pl.String, "value": pl.Float64},
    )
    whole = hashlib.sha256(frame.write_csv().encode()).hexdigest()
    assert reference_store.content_hash(frame) == whole
