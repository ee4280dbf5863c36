"""`contributions.parquet` has every row of a run whose bundle has only the signals that apply."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import reports.bundle
from flows.run.folders import published_runs
from reports.bundle import ReportBundle
from reports.outputs.declared import contributions
from reports.page.html_data import page_data
from reports.redistribution import withhold_contributions
from reports.tables.ranked_list import ranked_table
from reports.write import write_outputs
from signals.card import Status
from sql.published_tables import for_every_supplier, read_marts
from tests.reports.sample import sample_bundle

UNUSED = "late_payment"
REASON = "Late payment: does not apply to this supplier: no ledger was given."
FIGURES = ("value", "stderr", "risk", "peer_risk", "peer_value", "shrunk_value", "data_through")


def whole(reason: str | None) -> ReportBundle:
    """A run in which one signal applies to no supplier, for the same reason or each for its own."""
    made = sample_bundle(23, 5, hostile=False)
    is_unused = pl.col("signal_id") == UNUSED
    blanked = [name for name in made.contributions.collect_schema() if name in FIGURES]
    rows = made.contributions.with_columns(
        *(pl.when(~is_unused).then(name).alias(name) for name in blanked),
        status=pl.when(is_unused).then(pl.lit(Status.NOT_APPLICABLE.value)).otherwise("status"),
        points=pl.when(is_unused).then(0.0).otherwise("points"),
        sentence=pl.when(is_unused)
        .then(pl.lit(reason) if reason else pl.format("{} {}", "supplier_id", "sentence"))
        .otherwise("sentence"),
        **{
            name: pl.when(~is_unused).then(name)
            for name in ("period", "source_file", "source_used")
        },
    )
    return replace(made, contributions=rows)


def shortened(bundle: ReportBundle) -> ReportBundle:
    rows = bundle.contributions
    return replace(
        bundle,
        contributions=rows.filter(pl.col("signal_id") != UNUSED),
        every_contribution=rows,
    )


@pytest.mark.parametrize("reason", [REASON, None])
def test_the_file_has_the_rows_of_a_bundle_with_all(
    reason: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contributions, "_READ", 10)
    monkeypatch.setattr(contributions, "_WRITTEN", 4)
    bundle = whole(reason)
    write_outputs(shortened(bundle), tmp_path, with_documents=False)
    written = pl.read_parquet(tmp_path / "contributions.parquet")
    of_all = written.filter(pl.col("supplier_id").is_null())
    assert of_all["signal_id"].to_list() == [UNUSED] * (reason is not None)
    shown = withhold_contributions(
        bundle.contributions, bundle.signal_cards, bundle.source_cards
    ).sort("supplier_id", "signal_id")
    every = for_every_supplier(written, bundle.suppliers["supplier_id"])
    assert every.equals(shown.collect())


def test_a_run_is_read_with_a_row_for_each_supplier(tmp_path: Path) -> None:
    bundle = whole(REASON)
    write_outputs(shortened(bundle), tmp_path, with_documents=False)
    every = published_runs.read_every_contribution(tmp_path)
    assert every.height == bundle.contributions.collect().height
    assert read_marts(tmp_path).contributions.equals(every)
    supplier = bundle.suppliers["supplier_id"][3]
    own = published_runs.read_contributions(tmp_path, supplier)
    of_supplier = every.filter(pl.col("supplier_id") == supplier)
    assert own.sort("signal_id").equals(of_supplier.sort("signal_id"))
    assert own.filter(pl.col("signal_id") == UNUSED)["sentence"].to_list() == [REASON]
    assert published_runs.read_contributions(tmp_path, "not on the list").is_empty()


@pytest.mark.parametrize("figures_for", [0, 3, None])
@pytest.mark.parametrize("reason", [REASON, None])
def test_the_page_and_the_weights_are_those_of_a_bundle_with_all_rows(
    reason: str | None, figures_for: int | None
) -> None:
    bundle = whole(reason)
    ranked = ranked_table(bundle)
    assert ranked_table(shortened(bundle)).equals(ranked)
    assert shortened(bundle).shared_rows.height == (reason is not None)
    page = page_data(shortened(bundle), ranked, figures_for)
    assert page == page_data(bundle, ranked, figures_for)
    assert shortened(bundle).weights() == bundle.weights()


def test_a_list_read_in_parts_gives_the_same_table_and_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = whole(REASON)
    ranked = ranked_table(bundle)
    pages = [page_data(bundle, ranked), page_data(bundle, ranked.head(9))]
    monkeypatch.setattr(reports.bundle, "_SUPPLIERS_AT_A_TIME", 4)
    assert ranked_table(bundle).equals(ranked)
    assert [page_data(bundle, ranked), page_data(bundle, ranked.head(9))] == pages
