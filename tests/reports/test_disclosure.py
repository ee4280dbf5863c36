import polars as pl
import pytest

from reports.disclosure import (
    disclosable,
    source_of_origin,
    withhold_contributions,
    withhold_site_values,
)
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle, source_card

RESTRICTED = {
    **SOURCES,
    "hansen_gfc": source_card("hansen_gfc", "Forest Atlas", redistributable=False),
}
ORIGIN = "https://example.org/data/file.tif"
IS_FOREST = (pl.col("signal_id") == "forest_loss_rate") & (pl.col("status") == "observed")


def test_open_sources_change_nothing() -> None:
    bundle = sample_bundle()
    shown = disclosable(bundle)
    assert shown.contributions.equals(bundle.contributions)
    assert shown.site_signal_values.equals(bundle.site_signal_values)


def test_values_of_a_restricted_source_are_blank_and_the_sentence_has_none() -> None:
    shown = withhold_contributions(sample_bundle().contributions, SIGNALS, RESTRICTED, {})
    forest = shown.filter(IS_FOREST)
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
    after = withhold_contributions(before, SIGNALS, RESTRICTED, {})
    assert after.filter(~IS_FOREST).equals(before.filter(~IS_FOREST))


@pytest.mark.parametrize(
    ("source", "is_shown"), [("accounts_csv", True), ("hansen_gfc", False), (None, False)]
)
def test_a_row_is_judged_by_the_source_it_came_from(source: str | None, is_shown: bool) -> None:
    origins = {} if source is None else {ORIGIN: source}
    shown = withhold_contributions(sample_bundle().contributions, SIGNALS, RESTRICTED, origins)
    assert shown.filter(IS_FOREST)["value"].is_not_null().all() == is_shown


def test_site_values_stay_only_behind_a_value_that_is_shown() -> None:
    bundle = sample_bundle(sources=RESTRICTED)
    assert disclosable(bundle).site_signal_values.is_empty()
    observed = bundle.contributions.filter(IS_FOREST)
    shown = withhold_site_values(
        bundle.site_signal_values, bundle.contributions, SIGNALS, RESTRICTED
    )
    assert sorted(shown["supplier_id"]) == sorted(observed["supplier_id"])


def test_origins_are_read_from_the_manifest() -> None:
    files = [{"origin": ORIGIN, "sha256": "0"}]
    manifest = {"sources": [{"source_id": "firms", "files": files}, {"source_id": "ledger"}]}
    assert source_of_origin(manifest) == {ORIGIN: "firms"}
