"""Fairness of a run."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.engine import ScoringResult
from scoring.tune.country_effects import country_permutation, income_slope
from scoring.tune.fairness import SCHEMA, Fairness, Outcomes, fairness, parity
from scoring.tune.fairness_groups import fairness_groups, group_name, official_language
from tests.scoring.sample import CARDS, model, scored, suppliers

IDS = [f"s{n:03d}" for n in range(100)]
RNG = np.random.default_rng(6)


def _groups(**columns: list[str | None]) -> pl.DataFrame:
    given: dict[str, Any] = {
        "income_group": None, "firm_size": None, "language": None, "region": None,
        "country_iso3": "IDN",
    } | columns  # fmt: skip
    return pl.DataFrame({"supplier_id": IDS}).with_columns(
        (pl.Series(v) if isinstance(v, list) else pl.lit(v, pl.String)).alias(k)
        for k, v in given.items()
    ).with_columns(gdp_per_head_usd=pl.lit(None, pl.Float64))  # fmt: skip


def _scores(ranks: list[int | None], coverage: float = 1.0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "supplier_id": IDS,
            "rank": ranks,
            "score": [None if rank is None else 100.0 - rank for rank in ranks],
        }
    ).with_columns(evidence_coverage=pl.lit(coverage))


def _row(table: pl.DataFrame, group: str, measure: str) -> dict[str, Any]:
    return table.filter(pl.col("group") == group, pl.col("measure") == measure).to_dicts()[0]


HALVES: list[str | None] = ["low"] * 50 + ["high"] * 50


def test_a_ratio_by_hand() -> None:
    # The top 10 are suppliers 0-7 of the low half and 50, 51 of the high one.
    first = [*range(8), 50, 51]
    order = [*first, *(n for n in range(100) if n not in first)]
    ranks = [order.index(n) + 1 for n in range(100)]
    table = parity(_groups(income_group=HALVES), _scores(ranks), 10)
    row = _row(table, "low", "flag_rate_top_k")
    assert (row["suppliers"], row["rate_group"], row["rate_rest"]) == (50, 0.16, 0.04)
    assert row["rate_ratio"] == pytest.approx(4)
    # Katz: exp(ln 4 -+ 1.96 sqrt((1 - .16) / 8 + (1 - .04) / 2)).
    assert row["rate_ratio_low"] == pytest.approx(4 * np.exp(-1.959964 * np.sqrt(0.105 + 0.48)))
    assert row["within_0_80_1_25"] == "no"
    assert row["significant_fdr5"] is False
    assert _row(table, "high", "flag_rate_top_k")["rate_ratio"] == pytest.approx(0.25)


def test_even_groups_pass_and_unknown_ones_are_named() -> None:
    alternating: list[str | None] = ["a", "b"] * 50
    table = parity(_groups(language=alternating), _scores(list(range(1, 101))), 20)
    assert table.columns == list(SCHEMA)
    reported = table.filter(pl.col("dimension") == "language")
    assert set(reported["within_0_80_1_25"]) == {"yes"}
    unknown = table.filter(pl.col("within_0_80_1_25") == "unknown")
    assert unknown["dimension"].to_list() == ["income_group", "firm_size", "region"]


def test_a_large_gap_is_beyond_probability() -> None:
    table = parity(_groups(income_group=HALVES), _scores(list(range(1, 101))), 40)
    assert _row(table, "low", "flag_rate_top_k")["significant_fdr5"] is True
    assert _row(table, "low", "flag_rate_top_k")["within_0_80_1_25"] == "none_elsewhere"
    high = _row(table, "high", "flag_rate_top_k")
    assert (high["rate_ratio"], high["rate_ratio_low"], high["within_0_80_1_25"]) == (0, 0, "no")
    # Half a case on each side: (.5 / 50.5) / (40.5 / 50.5) x exp(1.96 sqrt(2 - 2 / 50.5 + 1/40.5)).
    spread = np.sqrt(2 - 2 / 50.5 + 1 / 40.5)
    assert high["rate_ratio_high"] == pytest.approx(0.5 / 40.5 * np.exp(1.959964 * spread))


def test_the_ratio_of_mean_coverages_has_an_interval() -> None:
    coverage = [0.5, 0.7] * 25 + [0.9, 0.7] * 25
    scores = _scores(list(range(1, 101))).with_columns(evidence_coverage=pl.Series(coverage))
    row = _row(parity(_groups(income_group=HALVES), scores, 10), "low", "coverage")
    # Both sides vary by 0.01 x 50 / 49 around 0.6 and 0.8.
    half = 1.959964 * np.sqrt(0.01 / 49 / 0.6**2 + 0.01 / 49 / 0.8**2)
    assert row["rate_ratio"] == pytest.approx(0.75)
    assert row["rate_ratio_low"] == pytest.approx(0.75 * np.exp(-half))
    assert row["rate_ratio_high"] == pytest.approx(0.75 * np.exp(half))


def test_the_gap_that_touches_most_suppliers_is_named() -> None:
    # Eleven companies of one country have no score; the larger half has it far less often.
    ranks: list[int | None] = [None] * 11 + [None] * 30 + list(range(1, 60))
    found = Fairness(
        parity(
            _groups(
                language=["km"] * 11 + ["ms"] * 39 + ["id"] * 50,
                income_group=["low"] * 50 + ["upper_middle"] * 50,
            ),
            _scores(ranks),
            10,
        ),
        None,
        None,
    )
    assert found.summary.startswith("Fairness: ")
    assert (
        "The widest gap: share with a score, 18% where the income of the country is low, "
        "100% elsewhere (fairness.csv)." in found.summary
    )
    assert found.sentences() == [found.summary]


def test_even_groups_are_said_to_be_even_and_nobody_is_warned() -> None:
    alternating: list[str | None] = ["a", "b"] * 50
    found = Fairness(
        parity(_groups(language=alternating), _scores(list(range(1, 101))), 20), None, None
    )
    assert found.summary == (
        "Fairness: all 8 comparisons of groups lie within 0.8 to 1.25 times the others "
        "(fairness.csv)."
    )
    assert found.sentences() == []
    nobody = Fairness(parity(_groups(), _scores(list(range(1, 101))), 20), None, None)
    assert "no two groups" in nobody.summary


@pytest.mark.parametrize(
    ("dimension", "group", "name"),
    [
        ("language", "bn", "Bangla"),
        ("language", "own words", "own words"),
        ("income_group", "lower_middle", "lower middle"),
        ("firm_size", "10-49", "10-49 workers"),
        ("region", "Melanesia", "Melanesia"),
    ],
)
def test_groups_have_names_that_people_use(dimension: str, group: str, name: str) -> None:
    assert group_name(dimension, group) == name


def test_small_groups_are_not_reported() -> None:
    few: list[str | None] = ["tiny"] * 9 + ["rest"] * 91
    table = parity(_groups(firm_size=few), _scores(list(range(1, 101))), 10)
    reported = table.filter(pl.col("dimension") == "firm_size")
    assert set(reported["within_0_80_1_25"]) == {"too_few"}
    assert reported["suppliers"].null_count() == reported.height
    assert reported["rate_group"].null_count() == reported.height


def test_who_is_not_scored_counts_in_the_share_with_a_score() -> None:
    ranks: list[int | None] = [None] * 30 + list(range(1, 71))
    table = parity(_groups(income_group=HALVES), _scores(ranks), 10)
    assert _row(table, "low", "has_score")["rate_group"] == pytest.approx(0.4)
    assert _row(table, "high", "has_score")["rate_group"] == 1


def test_errors_are_reported_on_outcomes_and_precision_on_the_random_arm() -> None:
    # Cases are suppliers 0-19 and 50-69; the top tenth are 0-4 and 50-54.
    positive = np.isin(np.arange(100), [*range(20), *range(50, 70)])
    first = [*range(5), *range(50, 55)]
    order = [*first, *(n for n in range(100) if n not in first)]
    ranks = [order.index(n) + 1 for n in range(100)]
    table = parity(
        _groups(income_group=HALVES), _scores(ranks), 10, Outcomes(positive, np.ones(100, bool))
    )
    row = _row(table, "low", "recall")
    assert (row["suppliers"], row["rate_group"], row["rate_ratio"]) == (20, 0.25, 1)
    assert _row(table, "low", "precision_random_arm")["within_0_80_1_25"] == "too_few"


def test_groups_come_from_the_list_the_house_and_the_users_table() -> None:
    listed = suppliers(
        IDS[:3],
        country_iso2=["BR", "MY", "ZZ"],
        country_iso3=["BRA", "MYS", "ZZZ"],
        subregion=["South America", None, None],
    )
    income = pl.DataFrame({"country_iso3": ["BRA"], "income_group": ["upper_middle"]})
    own = pl.DataFrame(
        {"country_iso3": ["MYS"], "income_group": ["high"], "gdp_per_head_usd": [12000.0]}
    )
    groups = fairness_groups(listed, income, own)
    assert groups["language"].to_list() == ["pt", "ms", None]
    assert groups["income_group"].to_list() == ["upper_middle", "high", None]
    assert groups["gdp_per_head_usd"].to_list() == [None, 12000.0, None]
    assert fairness_groups(listed, None)["income_group"].null_count() == 3


@pytest.mark.parametrize(("code", "language"), [("BR", "pt"), ("US", "en"), ("AQ", None)])
def test_the_language_of_a_country(code: str, language: str | None) -> None:
    assert official_language(code) == language


@pytest.fixture(scope="module")
def by_anchors() -> ScoringResult:
    table = {
        name: {signal: float(RNG.random()) for signal in ("accounts", "forest", "drought", "fires")}
        for name in IDS
    }
    regions: list[str | None] = ["A", "B"] * 50
    return scored(table, listed=suppliers(IDS, subregion=regions))


def test_with_anchors_a_country_label_changes_no_score(by_anchors: ScoringResult) -> None:
    swap = country_permutation(by_anchors.normalised, model())
    assert swap is not None
    assert swap.swapped > 3
    assert (swap.changed, swap.largest_change) == (0, 0)


def test_with_peers_a_country_label_changes_scores_and_that_is_reported() -> None:
    # Region B has far higher values, so a supplier of A read among them falls.
    shift = {name: 0.5 * (n % 2) for n, name in enumerate(IDS)}
    table = {
        name: {s: float(RNG.random() / 2 + shift[name]) for s in ("accounts", "forest", "drought")}
        for name in IDS
    }
    percentile = {"normalise": {"method": "peer_percentile"}}
    built = model(CARDS, {"accounts": percentile}, peers={"minimum": 5, "levels": [["region"]]})
    result = scored(
        table, built, CARDS, suppliers(IDS, subregion=["A", "B"] * 50, country_iso3=["IDN"] * 100)
    )
    found = fairness(_groups(region=["A", "B"] * 50), result.scores, result.normalised, built)
    assert found.swap is not None
    assert found.swap.changed == found.swap.swapped > 3
    assert any("another country label alone" in text for text in found.sentences())
    assert found.record()["country_permutation"]["changed"] == found.swap.changed


def test_one_region_cannot_be_swapped() -> None:
    result = scored({name: {"accounts": 0.5, "forest": 0.5} for name in IDS[:5]})
    assert country_permutation(result.normalised, model()) is None


def test_scores_made_of_own_signals_leave_nothing_to_income(by_anchors: ScoringResult) -> None:
    countries = [f"C{n % 8:02d}" for n in range(100)]
    accounts = by_anchors.normalised.aligned["accounts"].usable
    groups = _groups(country_iso3=countries).with_columns(
        gdp_per_head_usd=pl.Series(np.exp(8 + 2 * accounts + RNG.normal(0, 0.3, 100)))
    )
    slope = income_slope(groups, by_anchors.scores, by_anchors.normalised, model())
    assert slope is not None
    assert (slope.suppliers, slope.countries) == (100, 8)
    # Income goes with a signal, so with the score; after the signal little is left.
    assert slope.slope > 5
    assert slope.r_squared > 0.1
    assert abs(slope.residual_slope) < 1.5
    assert slope.residual_r_squared < 0.1


def test_few_countries_tell_no_slope(by_anchors: ScoringResult) -> None:
    groups = _groups().with_columns(gdp_per_head_usd=pl.lit(1000.0))
    assert income_slope(groups, by_anchors.scores, by_anchors.normalised, model()) is None


def test_the_manifest_and_the_reader_are_reported(by_anchors: ScoringResult) -> None:
    scores = _scores(list(range(1, 101)))
    found = fairness(_groups(income_group=HALVES), scores, by_anchors.normalised, model())
    record = found.record()
    assert record["unknown"] == ["firm_size", "language", "region"]
    assert record["failing"] >= record["failing_significant_fdr5"] > 0
    assert record["income_slope"] is None
    assert any("lie outside 0.8 to 1.25" in text for text in found.sentences())
