"""The labelled pairs, as `validate name_pairs` judges them."""

from benchmarks.name_pairs import labelled_pairs, split_of, tally_pairs


def test_pairs_reach_the_goal_also_where_no_rule_was_made_on_them() -> None:
    tallies = tally_pairs()
    tuning, held_out = tallies["tuning half"], tallies["held-out half"]
    assert held_out.f1 >= 0.90
    assert held_out.precision >= 0.95
    assert abs(held_out.f1 - tuning.f1) <= 0.04
    assert tallies["held-out half, a country missing"].precision >= 0.95
    assert tallies["earlier pairs"].f1 >= 0.95
    assert tallies["earlier pairs"].precision >= 0.98


def test_the_pairs_are_many_from_many_countries_and_split_by_group() -> None:
    pairs = [pair for pair in labelled_pairs() if pair.split in ("tuning", "held_out")]
    assert len(pairs) >= 1000
    assert len({pair.left.country for pair in pairs}) >= 30
    assert sum(not pair.has_countries for pair in pairs) >= 200
    held_out = sum(pair.split == "held_out" for pair in pairs)
    assert 0.4 * len(pairs) <= held_out <= 0.6 * len(pairs)
    assert split_of("g001") == split_of("g001")
