import polars as pl
import pytest

from scoring.explanation.value_change import exceeds_error


@pytest.mark.parametrize(
    ("value", "before", "stderr", "stderr_before", "expected"),
    [
        (1.0, 1.0, None, None, False),
        (1.0, 1.1, None, None, True),
        (10.0, 19.7, 3.0, 4.0, False),  # 1.96 x 5 = 9.8
        (10.0, 19.9, 3.0, 4.0, True),
        (10.0, 16.0, 3.0, None, True),  # 1.96 x 3 = 5.88
        (None, 1.0, 0.1, 0.1, None),
    ],
)
def test_a_change_is_more_than_the_error_of_the_difference(
    value: float | None,
    before: float,
    stderr: float | None,
    stderr_before: float | None,
    expected: bool | None,
) -> None:
    schema = dict.fromkeys(("value", "before", "stderr", "stderr_before"), pl.Float64)
    row = pl.DataFrame([(value, before, stderr, stderr_before)], schema=schema, orient="row")
    found = row.select(exceeds_error(*(pl.col(name) for name in schema))).item()
    assert found is expected
