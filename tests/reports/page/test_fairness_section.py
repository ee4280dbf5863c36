"""The report's section on fairness."""

from dataclasses import replace
from typing import Any

import polars as pl

from reports.page.fairness_section import fairness_section
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_table
from tests.reports.groups import SLOPE, SUMMARY, SWAP, UNEVEN, fairness_table, with_fairness
from tests.reports.sample import sample_bundle


def _section(table: pl.DataFrame, **record: object) -> dict[str, Any]:
    found = fairness_section(with_fairness(sample_bundle(), table, **record))
    assert found is not None
    return found


def _cells(section: dict[str, Any]) -> list[dict[str, str]]:
    by_heading = {part["heading"]: part for part in section["dimensions"]}
    (row,) = by_heading["Language of the country"]["rows"]
    assert (row["group"], row["suppliers"]) == ("Malay", 40)
    cells: list[dict[str, str]] = row["cells"]
    return cells


def test_a_gap_is_reported_with_rates_interval_and_size() -> None:
    section = _section(fairness_table(has_score=UNEVEN), failing_significant_fdr5=1)
    assert _cells(section)[0] == {
        "rates": "4.3 % versus 98 %",
        "ratio": "0.04 times (0.02 to 0.11)",
        "mark": "statistically significant",
    }
    assert section["verdict"].startswith("Uneven: 1 of 4 comparisons")
    assert section["is_uneven"]


def test_nothing_among_few_is_no_proof_of_none() -> None:
    none = {"rate_group": 0.0, "rate_ratio": 0.0, "rate_ratio_low": 0.0, "rate_ratio_high": 12.34}
    section = _section(fairness_table(flag_rate_top_k={**none, "within_0_80_1_25": "no"}))
    assert _cells(section)[3]["ratio"] == "0 times (to 12.3)"
    assert _cells(section)[3]["mark"] == "not significant"
    assert "none of these differences is statistically significant" in section["verdict"]
    assert not section["is_uneven"]


def test_without_a_rate_among_the_others_there_is_no_ratio() -> None:
    alone = {"rate_rest": 0.0, "rate_ratio": None, "rate_ratio_low": None, "rate_ratio_high": None}
    section = _section(
        fairness_table(flag_rate_top_k={**alone, "within_0_80_1_25": "none_elsewhere"}),
    )
    assert _cells(section)[3]["rates"] == "10 % versus 0 %"
    assert _cells(section)[3]["ratio"] == "none among the others"


def test_small_and_unknown_groups_are_named_without_a_figure() -> None:
    section = _section(fairness_table())
    by_heading = {part["heading"]: part for part in section["dimensions"]}
    assert by_heading["Language of the country"]["too_small"] == ["Khmer"]
    assert by_heading["Income of the country"] == {
        "heading": "Income of the country", "rows": [], "too_small": [],
    }  # fmt: skip
    assert section["verdict"] == "All 4 comparisons lie within 0.8 to 1.25 times the others."


def test_what_a_country_does_beyond_the_signals_is_reported() -> None:
    (slope, swap) = _section(fairness_table(), income_slope=SLOPE, country_permutation=SWAP)[
        "effects"
    ]
    assert "change by -1.39 points (11% of their spread" in slope
    # 2.306 (t of 8) x 0.1 x ln 2.
    assert "own signals by +0.00 (-0.16 to +0.16)" in slope
    assert swap.startswith("Given the label of another region and nothing else, 2 of 30")
    (no_slope, no_swap) = _section(fairness_table())["effects"]
    assert "fewer than 5 countries" in no_slope
    assert "only one region" in no_swap


def test_the_report_shows_it_and_says_above_the_list_what_is_uneven() -> None:
    bundle = with_fairness(sample_bundle())
    bundle = replace(bundle, manifest={**bundle.manifest, "warnings": [SUMMARY, "Other."]})
    page = render_html(bundle, ranked_table(bundle))
    assert page.count(SUMMARY) == 1
    assert "1 warning of this run" in page
    assert 'href="#view=fairness" data-view="fairness">' in page
    assert "in the group, or among all others): Khmer." in page


def test_a_run_that_did_not_measure_it_has_no_such_part() -> None:
    bundle = sample_bundle()
    page = render_html(bundle, ranked_table(bundle))
    assert 'data-view="fairness" hidden>' in page
