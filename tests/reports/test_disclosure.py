import polars as pl

from reports.disclosure import restricted_signals, withhold_contributions, withhold_site_values
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle, source_card

RESTRICTED = {
    **SOURCES,
    "hansen_gfc": source_card("hansen_gfc", "Forest Atlas", redistributable=False),
}


def test_open_sources_change_nothing() -> None:
    bundle = sample_bundle()
    assert restricted_signals(SIGNALS, SOURCES) == {}
    assert withhold_contributions(bundle.contributions, SIGNALS, SOURCES).equals(
        bundle.contributions
    )
    assert withhold_site_values(bundle.site_signal_values, SIGNALS, SOURCES).height == 28


def test_values_of_a_restricted_source_are_blank_and_the_sentence_has_none() -> None:
    shown = withhold_contributions(sample_bundle().contributions, SIGNALS, RESTRICTED)
    forest = shown.filter(
        (pl.col("signal_id") == "forest_loss_rate") & (pl.col("status") == "observed")
    )
    assert forest.height > 0
    for name in ("value", "peer_value", "normalised", "peer_normalised"):
        assert forest[name].null_count() == forest.height
    assert forest["sentence"].unique().to_list() == [
        "Forest loss around the sites: the value is not shown, because the licence of Forest "
        "Atlas does not allow passing it on."
    ]
    assert (forest["points"] != 0).any()


def test_other_signals_and_missing_ones_keep_their_rows() -> None:
    before = sample_bundle().contributions
    after = withhold_contributions(before, SIGNALS, RESTRICTED)
    untouched = (pl.col("signal_id") != "forest_loss_rate") | (pl.col("status") != "observed")
    assert after.filter(untouched).equals(before.filter(untouched))


def test_site_values_of_a_restricted_source_are_left_out() -> None:
    values = sample_bundle().site_signal_values
    assert withhold_site_values(values, SIGNALS, RESTRICTED).is_empty()
