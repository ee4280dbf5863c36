"""`contributions.parquet` has every row of a run whose bundle has only the signals that apply."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from reports.bundle import ReportBundle
from reports.outputs.declared import contributions
from reports.page.html_data import page_data
from reports.redistribution import withhold_contributions
from reports.tables.ranked_list import ranked_table
from reports.write import write_outputs
from signals.card import Status
from tests.reports.sample import sample_bundle

UNUSED = "late_payment"
FIGURES = ("value", "stderr", "risk", "peer_risk", "peer_value", "shrunk_value", "data_through")


def whole() -> ReportBundle:
    """A run in which one signal applies to no supplier."""
    made = sample_bundle(23, 5, hostile=False)
    is_unused = pl.col("signal_id") == UNUSED
    blanked = [name for name in FIGURES if name in made.contributions.columns]
    rows = made.contributions.with_columns(
        *(pl.when(~is_unused).then(name).alias(name) for name in blanked),
        status=pl.when(is_unused).then(pl.lit(Status.NOT_APPLICABLE.value)).otherwise("status"),
        points=pl.when(is_unused).then(0.0).otherwise("points"),
    )
    return replace(made, contributions=rows)


def shortened(bundle: ReportBundle) -> ReportBundle:
    rows = bundle.contributions
    return replace(
        bundle,
        contributions=rows.filter(pl.col("signal_id") != UNUSED),
        every_contribution=rows.lazy(),
    )


def test_the_file_is_that_of_a_bundle_with_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contributions, "_READ", 10)
    monkeypatch.setattr(contributions, "_WRITTEN", 4)
    bundle = whole()
    write_outputs(shortened(bundle), tmp_path, with_documents=False)
    written = pl.read_parquet(tmp_path / "contributions.parquet")
    shown = withhold_contributions(
        bundle.contributions, bundle.signal_cards, bundle.source_cards
    ).sort("supplier_id", "signal_id")
    assert written.equals(shown)


def test_the_page_and_the_weights_are_those_of_a_bundle_with_all_rows() -> None:
    bundle = whole()
    ranked = ranked_table(bundle)
    assert ranked_table(shortened(bundle)).equals(ranked)
    assert page_data(shortened(bundle), ranked) == page_data(bundle, ranked)
    assert shortened(bundle).weights() == bundle.weights()
