"""The labelled pairs, as `validate name_pairs` judges them."""

from benchmarks.name_pairs import tally_pairs


def test_pairs_reach_the_goal_also_where_no_rule_was_made_on_them() -> None:
    tallies = tally_pairs()
    assert tallies["all"].pairs >= 200
    assert tallies["all"].f1 >= 0.88
    assert tallies["held_out"].f1 >= 0.88
    assert tallies["all"].precision >= 0.95
    for kind in ("sister_firm", "near_name", "generic_name", "country"):
        assert tallies[kind].wrong <= 1
