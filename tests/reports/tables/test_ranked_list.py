import io
from dataclasses import replace

import polars as pl
import pytest

from reports.country_names import country_name
from reports.tables.cells import csv_bytes
from reports.tables.ranked_list import insufficient_csv_table, ranked_csv_table, ranked_table
from reports.wording import outside_interval
from tests.reports.sample import HOSTILE_NAMES, sample_bundle


@pytest.fixture(scope="module")
def csv() -> pl.DataFrame:
    bundle = sample_bundle()
    content = csv_bytes(ranked_csv_table(ranked_table(bundle), bundle))
    return pl.read_csv(io.BytesIO(content), infer_schema=False)


def test_columns_open_with_rank_and_supplier_and_end_with_the_note(csv: pl.DataFrame) -> None:
    first = ["rank", "supplier_id", "name", "country", "country_iso3", "score", "priority_band"]
    assert csv.columns[:7] == first
    assert csv.columns[-2:] == ["flags", "note"]


def test_those_with_a_score_by_rank_and_nobody_else(csv: pl.DataFrame) -> None:
    assert csv["rank"].to_list() == [str(rank) for rank in range(1, 23)]
    assert csv["score"].null_count() == 0


def test_points_have_one_decimal_and_shares_three(csv: pl.DataFrame) -> None:
    assert csv["score"].str.contains(r"^\d+\.\d$").all()
    assert csv["evidence_coverage"].str.contains(r"^\d\.\d{3}$").all()


def test_every_row_says_what_it_is(csv: pl.DataFrame) -> None:
    assert csv["note"].str.starts_with("Synthetic data").all()
    assert csv["note"].str.contains("not a finding; 4 of 11").all()
    assert csv["note"].str.ends_with("k in prob_top_k is 5.").all()
    assert csv["note"].str.len_chars().max() < 140


def test_reasons_are_short_and_one_to_a_column(csv: pl.DataFrame) -> None:
    for column in ("reason_1", "reason_2", "reason_3"):
        assert not csv[column].str.contains("Source:").any()
    assert csv["reason_1"].null_count() == 0


def test_hostile_names_survive_the_round_trip_harmless(csv: pl.DataFrame) -> None:
    names = csv["name"].to_list()
    assert "'" + HOSTILE_NAMES[1] in names
    assert HOSTILE_NAMES[1] not in names
    for name in (HOSTILE_NAMES[0], *HOSTILE_NAMES[2:4]):
        assert name in names


def test_the_order_of_the_input_does_not_matter() -> None:
    bundle = sample_bundle()
    shuffled = bundle.scores.sample(fraction=1.0, shuffle=True, seed=3)
    other = sample_bundle()
    object.__setattr__(other, "scores", shuffled)
    object.__setattr__(other, "contributions", bundle.contributions.reverse())
    first = csv_bytes(ranked_csv_table(ranked_table(bundle), bundle))
    assert csv_bytes(ranked_csv_table(ranked_table(other), other)) == first


def test_insufficient_names_the_cheapest_data_item() -> None:
    bundle = sample_bundle()
    table = insufficient_csv_table(ranked_table(bundle), bundle)
    assert table.height == 6
    assert table["supplier_id"].is_sorted()
    assert HOSTILE_NAMES[4] in table["name"]
    assert set(table["next_step"]) == {"Close a data gap first"}
    assert set(table["lowest_cost_data_gap"]) == {"the exact location of its main site"}


def test_a_list_with_nobody_ranked() -> None:
    bundle = sample_bundle(4, 4, hostile=False)
    assert ranked_csv_table(ranked_table(bundle), bundle).height == 0
    assert insufficient_csv_table(ranked_table(bundle), bundle).height == 4


@pytest.mark.parametrize(
    ("code", "name"),
    [("BRA", "Brazil"), ("CIV", "Côte d'Ivoire"), ("XKX", "Kosovo"), ("ZZZ", "ZZZ")],
)
def test_country_names(code: str, name: str) -> None:
    assert country_name(code) == name


def test_the_place_within_the_country_stands_beside_the_rank() -> None:
    bundle = sample_bundle()
    scored = bundle.scores.filter(pl.col("score").is_not_null())
    places = scored.select(
        "supplier_id",
        country_iso3=pl.lit("BRA"),
        rank_within_country=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        suppliers_ranked_in_country=pl.lit(scored.height, pl.Int64),
    )
    placed = replace(bundle, ranks_within_country=places)
    csv = ranked_csv_table(ranked_table(placed), placed)
    assert csv["rank_within_country"].to_list() == list(range(1, scored.height + 1))
    assert csv["suppliers_ranked_in_country"].unique().to_list() == [scored.height]
    withheld = replace(placed, ranks_withheld="They move too much.")
    assert ranked_table(withheld)["rank_within_country"].null_count() == bundle.scores.height


@pytest.mark.parametrize(
    ("rank", "low", "high", "words"),
    [
        (17, 18, 251, "above its 90 % interval"),
        (292, 49, 289, "below its 90 % interval"),
        (5, 5, 9, None),
        (9, 5, 9, None),
        (None, None, None, None),
    ],
)
def test_a_rank_outside_its_interval_says_so(
    rank: int | None, low: int | None, high: int | None, words: str | None
) -> None:
    text = outside_interval(rank, low, high)
    assert (text is None) if words is None else (words in str(text))


def test_the_note_of_the_list_explains_a_rank_outside_its_interval() -> None:
    ranked = ranked_table(sample_bundle())
    first = pl.col("supplier_id") == "S-00001"
    moved = ranked.with_columns(rank_p05=pl.when(first).then(2).otherwise("rank_p05"))
    notes = ranked_csv_table(moved, sample_bundle())["note"].to_list()
    assert notes[0].endswith("Use the interval.")
    assert "Use the interval." not in notes[1]


def test_withheld_ranks_leave_an_order_by_probability_and_no_note_on_a_rank() -> None:
    bundle = sample_bundle()
    withheld = replace(bundle, ranks_withheld="They move too much.")
    probability = pl.when(pl.col("supplier_id") == "S-00007").then(1.0).otherwise(0.25)
    ranked = ranked_table(withheld).with_columns(prob_top_k=probability, rank_p05=pl.lit(3))
    table = ranked_csv_table(ranked, withheld)
    assert table["rank"].null_count() == table.height
    assert table["supplier_id"][:3].to_list() == ["S-00007", "S-00001", "S-00002"]
    assert table["note"].str.contains("sorted by prob_top_k").all()
    assert not table["note"].str.contains("Use the interval").any()
