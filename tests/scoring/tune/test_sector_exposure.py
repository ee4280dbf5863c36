"""Cases and suppliers by sector from a list and its outcomes."""

import numpy as np
import polars as pl
import pytest

from configs.config_errors import DataRejectedError
from scoring.tune.sector_exposure import NOT_STATED, checked_exposure, sector_places

IDS = pl.Series(["a", "b", "c"])
OWN = pl.Series(["01", "01", None])
NO_SECTOR = pl.DataFrame(schema={"entity_id": pl.String, "sector": pl.String})


def test_without_a_table_every_supplier_counts_once_in_its_own_sector() -> None:
    places = sector_places(IDS, OWN, np.array([True, False, True]), NO_SECTOR, None)
    found = {p.sector: (p.cases.tolist(), p.exposure.tolist()) for p in places}
    assert found == {
        "01": ([1.0, 0.0, 0.0], [1.0, 1.0, 0.0]),
        NOT_STATED: ([0.0, 0.0, 1.0], [0.0, 0.0, 1.0]),
    }


def test_outcomes_state_sectors_and_a_table_the_suppliers_of_an_area() -> None:
    stated = pl.DataFrame({"entity_id": ["a", "a", "b"], "sector": ["coffee", "coffee", "mining"]})
    exposure = pl.DataFrame(
        {"entity_id": ["a", "c"], "sector": ["coffee", "coffee"], "exposure": [2.0, 6.0]}
    )
    places = sector_places(IDS, OWN, np.array([True, True, False]), stated, exposure)
    found = {p.sector: (p.cases.tolist(), p.exposure.tolist()) for p in places}
    assert found == {
        "coffee": ([2.0, 0.0, 0.0], [2.0, 0.0, 6.0]),
        "mining": ([0.0, 1.0, 0.0], [0.0, 0.0, 0.0]),
    }


def _rows(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    schema = dict.fromkeys(("entity_id", "sector", "exposure"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("source_row", offset=2)


def test_a_table_of_exposure_is_read_as_numbers() -> None:
    found = checked_exposure(_rows(("a", "coffee", "12.5"), ("a", "mining", "0")), IDS, "f.csv")
    assert found.rows() == [("a", "coffee", 12.5), ("a", "mining", 0.0)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("a", None, "1"), "entity_id or sector is empty"),
        (("x", "coffee", "1"), "not on the list"),
        (("b", "coffee", "-1"), "not a number of 0 or more"),
        (("b", "coffee", "many"), "not a number of 0 or more"),
        (("a", "coffee", "3"), "stands in the file twice"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_row(row: tuple[str, ...], words: str) -> None:
    with pytest.raises(DataRejectedError, match=f"f.csv row [23]: .*{words}"):
        checked_exposure(_rows(("a", "coffee", "12.5"), row), IDS, "f.csv")
