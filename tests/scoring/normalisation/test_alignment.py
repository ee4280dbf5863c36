"""Values of a file are lined up as those in memory are, and what cannot be read is named."""

from pathlib import Path

import polars as pl
import pytest

from configs.config_errors import DataRejectedError
from scoring.normalisation.alignment import align
from tests.scoring.sample import values

LISTED = pl.Series(["A", "B", "C"])
SIGNALS = ("leverage", "liquidity", "unused")


def in_file(frame: pl.DataFrame, folder: Path) -> pl.LazyFrame:
    frame.write_parquet(folder / "values.parquet")
    return pl.scan_parquet(folder / "values.parquet")


def by_signal(frame: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    return {str(name): part.lazy() for (name,), part in frame.group_by("signal_id")}


def test_a_file_is_read_as_the_frame_is(tmp_path: Path) -> None:
    given = values(
        {
            "A": {"leverage": 1.0, "liquidity": "not_applicable"},
            "B": {"leverage": None, "liquidity": "not_applicable"},
            "C": {"liquidity": "not_applicable"},
        }
    )
    of_frame = align(given, LISTED, SIGNALS)
    of_file = align(in_file(given, tmp_path), LISTED, SIGNALS)
    of_parts = align(by_signal(given), LISTED, SIGNALS)
    assert list(of_file) == list(of_parts) == sorted(SIGNALS)
    for signal_id, part in of_frame.items():
        assert part.rows.equals(of_file[signal_id].rows)
        assert part.rows.equals(of_parts[signal_id].rows)
        assert part.usable.tolist()[1:] == pytest.approx([float("nan")] * 2, nan_ok=True)
    assert of_file["liquidity"].rows["status"].to_list() == ["not_applicable"] * 3
    assert of_file["unused"].rows["status"].to_list() == ["not_covered"] * 3


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"A": {"leverage": float("inf")}}, "signal leverage, supplier A: the value is infinite"),
        ({"A": {"other": 1.0}}, "signal other is not in the model"),
        ({"Z": {"leverage": 1.0}, "Y": {"leverage": 1.0}}, "supplier Y is not in the list"),
    ],
)
def test_what_cannot_be_read_is_named(
    table: dict[str, dict[str, float | str | None]], text: str, tmp_path: Path
) -> None:
    for given in (values(table), in_file(values(table), tmp_path), by_signal(values(table))):
        with pytest.raises(DataRejectedError, match=text):
            align(given, LISTED, SIGNALS)
