"""Upstream inputs: a worked example by hand, properties, and tables that cannot be used."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from suppliers.input_errors import DataRejectedError
from suppliers.relations.input_output import REQUIREMENT_SCHEMA, upstream_requirements
from suppliers.relations.input_output_table import checked_coefficients

_KEYS = ["from_country", "from_sector", "to_country", "to_sector"]
#: Cotton and yarn need each other. For one unit of garments, with c and y the output of both:
#: c = 0.1 + 0.5 y and y = 0.4 + 0.2 c, hence y = 0.42 / 0.9 = 7/15 and c = 1/3.
WORKED = (
    ("UZ", "Cotton", "IN", "Yarn", 0.5),
    ("IN", "Yarn", "UZ", "Cotton", 0.2),
    ("UZ", "Cotton", "BD", "Garments", 0.1),
    ("IN", "Yarn", "BD", "Garments", 0.4),
)


def table(rows: object) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=[*_KEYS, "coefficient"], orient="row")


def test_the_worked_example_by_hand() -> None:
    found = upstream_requirements(table(WORKED), [("BD", "Garments")])
    assert dict(found.schema) == REQUIREMENT_SCHEMA
    assert found.select("from_country", "from_sector").rows() == [("IN", "Yarn"), ("UZ", "Cotton")]
    assert found["direct"].to_list() == [0.4, 0.1]
    assert found["total"].to_list() == pytest.approx([7 / 15, 1 / 3])
    assert found["direct_share"].to_list() == pytest.approx([0.8, 0.2])
    assert found["upstream_share"].to_list() == pytest.approx([7 / 12, 5 / 12])


def test_a_sector_upstream_of_itself_counts_its_inputs_and_not_its_own_output() -> None:
    # c = 0.5 y and y = 1 + 0.2 c give y = 1 / 0.9: yarn needs 1/9 of yarn and 5/9 of cotton.
    found = upstream_requirements(table(WORKED), [("IN", "Yarn")])
    assert found.select("from_sector", "direct").rows() == [("Cotton", 0.5), ("Yarn", 0.0)]
    assert found["total"].to_list() == pytest.approx([5 / 9, 1 / 9])


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (WORKED, [("BD", "Shoes")]),
        (WORKED[2:], [("UZ", "Cotton")]),
        ([("UZ", "Cotton", "BD", "Garments", 0.0)], [("BD", "Garments")]),
        (WORKED, []),
        ([], [("BD", "Garments")]),
    ],
    ids=["unknown", "buys nothing", "zero alone", "none wanted", "empty table"],
)
def test_a_sector_without_inputs_has_no_rows(rows: object, wanted: list[tuple[str, str]]) -> None:
    schema = {**dict.fromkeys(_KEYS, pl.String), "coefficient": pl.Float64}
    found = upstream_requirements(pl.DataFrame(rows, schema=schema, orient="row"), wanted)
    assert dict(found.schema) == REQUIREMENT_SCHEMA
    assert found.is_empty()


@pytest.mark.parametrize("seed", range(5))
def test_requirements_agree_with_the_sum_over_tiers(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = 8
    inputs = random.random((size, size)) * (random.random((size, size)) < 0.4)
    inputs *= 0.7 / max(inputs.sum(axis=0).max(), 0.7)
    rows = [
        (f"X{chr(65 + i)}", "s", f"X{chr(65 + j)}", "s", float(inputs[i, j]))
        for i, j in np.argwhere(inputs > 0)
    ]
    tiers = sum(np.linalg.matrix_power(inputs, tier) for tier in range(1, 150))
    sectors = [(f"X{chr(65 + j)}", "s") for j in range(size)]
    found = upstream_requirements(table(rows).sample(fraction=1, shuffle=True, seed=seed), sectors)
    for j, (country, _) in enumerate(sectors):
        own = found.filter(pl.col("to_country") == country)
        total = dict(own.select("from_country", "total").iter_rows())
        expected = {f"X{chr(65 + i)}": tiers[i, j] for i in range(size) if tiers[i, j] > 0}
        assert total == pytest.approx(expected)
        assert (own["total"] >= own["direct"]).all()
        assert own["upstream_share"].is_sorted(descending=True)
        for share in ("direct_share", "upstream_share") if own.height else ():
            assert own[share].sum() == pytest.approx(1)


def given(*rows: tuple[str | None, ...], year: str | None = "2020") -> pl.DataFrame:
    """Rows as text, numbered from 2 like those of a file."""
    full = [(*row, *(year, "a publisher")[len(row) - 5 :]) for row in rows]
    schema = dict.fromkeys([*_KEYS, "coefficient", "year", "source"], pl.String)
    frame = pl.DataFrame(full, schema=schema, orient="row")
    return frame.with_row_index("source_row", 2).cast({"source_row": pl.Int64})


COTTON = ("UZ", "Cotton", "IN", "Yarn", "0.5")


def test_codes_of_two_and_three_letters_and_of_groups_are_one_spelling() -> None:
    checked = checked_coefficients(
        given(
            ("uzb", "Cotton", "IND", "Yarn", "5e-1"), ("XAF", "Oil", "NA", "Fish", "0.1", "2020.0")
        ),
        "t",
    )
    assert checked.rows() == [
        ("UZ", "Cotton", "IN", "Yarn", 0.5, 2020, "a publisher"),
        ("XAF", "Oil", "NA", "Fish", 0.1, 2020, "a publisher"),
    ]


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        ([("UZ", None, "IN", "Yarn", "0.5")], "t.csv row 2: the cell of 'from_sector' is empty"),
        ([("QQ", "Cotton", "WF1", "Yarn", "0.5")], "'to_country' has codes that are no country"),
        ([("UZ", "Cotton", "IN", "Yarn", "half")], "row 2: the coefficient is not a number"),
        ([("UZ", "Cotton", "IN", "Yarn", "-0.5")], "row 2: the coefficient is negative"),
        ([("UZ", "Cotton", "IN", "Yarn", "nan")], "row 2: the coefficient is not a number"),
        ([("UZ", "Cotton", "IN", "Yarn", "25 %")], "row 2: the coefficient is not a number"),
        ([], "t.csv: there is a header but no row below it"),
        ([(*COTTON, "20")], "row 2: the year is not a year"),
        ([COTTON, ("US", "Cotton", "IN", "Yarn", "0.1", "2021")], "several values of 'year' (20"),
        ([COTTON, ("UZB", "Cotton", "IN", "Yarn", "0.1")], "row 3: the pair of sectors is there"),
        ([COTTON, ("US", "Cotton", "IN", "Yarn", "0.5")], "of Yarn in IN sum to 1.000"),
        (
            [COTTON, ("UZ", "Cotton", "IN", "Yarn", "0.5", "2020", "other")],
            "several values of 'source' (a publisher, other)",
        ),
    ],
)
def test_a_fault_is_one_sentence(rows: list[tuple[str | None, ...]], part: str) -> None:
    with pytest.raises(DataRejectedError) as caught:
        checked_coefficients(given(*rows), "t.csv")
    assert part in str(caught.value)


def test_all_faults_are_named_at_once_with_the_number_of_their_rows() -> None:
    rows = given(
        ("QQ", "Cotton", "IN", "Yarn", "-0.5"),
        ("QP", "Cotton", "IN", "Yarn", "-0.5"),
        ("UZ", "Cotton", "BD", "Garments", "1.5"),
    )
    with pytest.raises(DataRejectedError) as caught:
        checked_coefficients(rows, "t.csv")
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "t.csv row 2 (1 further row too)", "t.csv row 2 (1 further row too)", "t.csv",
    ]  # fmt: skip
