"""The rank of a supplier over the runs of a year: gaps stay gaps."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from reports.bundle import ReportBundle
from reports.page.html_series import SERIES_FOR, past_ranks
from reports.tables.ranked_list import ranked_table
from tests.reports.months import with_earlier_runs
from tests.reports.sample import AS_OF, sample_bundle

_EARLIER = (dt.date(2023, 2, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1))


@pytest.fixture(scope="module")
def bundle() -> ReportBundle:
    """The first supplier was ranked in 2023 and in January, the second in February alone."""
    made = with_earlier_runs(sample_bundle(60, hostile=False))
    first, second = ranked_table(made)["supplier_id"][:2]
    rows = pl.DataFrame(
        {
            "supplier_id": [first, first, second],
            "as_of": _EARLIER,
            "rank": [9, 4, 7],
            "rank_p05": [5, 2, None],
            "rank_p95": [12, 8, None],
            "ranked": [50, 55, 58],
        }
    )
    return replace(made, earlier_ranks=rows)


def test_a_run_without_a_rank_is_a_gap_and_older_runs_are_left_out(bundle: ReportBundle) -> None:
    order = ranked_table(bundle).select("supplier_id").with_row_index("supplier")
    found = past_ranks(bundle, order)
    assert found is not None
    first, second = found["0"], found["1"]
    assert first["days"] == ["2024-01-01", "2024-02-01", AS_OF.isoformat()]
    assert first["rank"] == [4, None, 1]
    assert second["rank"] == [None, 7, 2]
    for end in ("low", "high"):
        assert list(second[end])[:2] == [None, 7]  # type: ignore[call-overload]
    assert first["of"] == [55, 58, bundle.scores["rank"].count()]
    assert set(found) == {"0", "1"}


def test_ranks_that_are_withheld_have_no_past(bundle: ReportBundle) -> None:
    order = ranked_table(bundle).select("supplier_id").with_row_index("supplier")
    assert past_ranks(replace(bundle, ranks_withheld="not printed"), order) is None


def test_every_supplier_with_figures_has_its_ranks() -> None:
    made = with_earlier_runs(sample_bundle(SERIES_FOR + 20, hostile=False))
    order = ranked_table(made).select("supplier_id").with_row_index("supplier")
    found = past_ranks(made, order)
    assert found is not None
    ranked = ranked_table(made).head(SERIES_FOR)["rank"].count()
    assert len(found) == ranked
