import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from reports.bundle import ReportBundle
from reports.redistribution import (
    disclosable,
    withhold_contributions,
    withhold_site_values,
)
from reports.write import write_outputs
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle, source_card

RESTRICTED = {
    **SOURCES,
    "hansen_gfc": source_card("hansen_gfc", "Forest Atlas", redistributable=False),
}
IS_FOREST = (pl.col("signal_id") == "forest_loss_rate") & (pl.col("status") == "observed")


def test_open_sources_change_nothing() -> None:
    bundle = sample_bundle()
    shown = disclosable(bundle)
    assert shown.contributions.collect().equals(bundle.contributions.collect())
    assert shown.site_signal_values.equals(bundle.site_signal_values)


def test_values_of_a_restricted_source_are_blank_and_the_sentence_has_none() -> None:
    shown = withhold_contributions(sample_bundle().contributions, SIGNALS, RESTRICTED)
    forest = shown.filter(IS_FOREST).collect()
    assert forest.height > 0
    for name in ("value", "peer_value", "risk", "peer_risk"):
        assert forest[name].null_count() == forest.height
    assert forest["sentence"].unique().to_list() == [
        "Forest loss around the sites: the value is not shown, because the licence of Forest "
        "Atlas does not allow redistribution."
    ]
    assert (forest["points"] != 0).any()


def test_other_signals_and_missing_ones_keep_their_rows() -> None:
    before = sample_bundle().contributions
    after = withhold_contributions(before, SIGNALS, RESTRICTED)
    shown, measured = (rows.filter(~IS_FOREST).collect() for rows in (after, before))
    assert shown.equals(measured)


@pytest.mark.parametrize(
    ("source_used", "is_shown"),
    [
        ("accounts_csv", True),
        ("hansen_gfc", False),
        ("accounts_csv, hansen_gfc", False),
        (None, False),
        ("a_source_without_a_card", False),
        ("accounts_csv, a_source_without_a_card", False),
    ],
)
def test_a_row_is_judged_by_the_sources_it_came_from(
    source_used: str | None, is_shown: bool
) -> None:
    rows = sample_bundle().contributions.with_columns(
        pl.lit(source_used, pl.String).alias("source_used")
    )
    shown = withhold_contributions(rows, SIGNALS, RESTRICTED).filter(IS_FOREST).collect()
    assert shown["value"].is_not_null().all() == is_shown
    assert shown["sentence"].str.contains("the licence of Forest Atlas does").all() != is_shown


def test_site_values_stay_only_behind_a_value_that_is_shown() -> None:
    bundle = sample_bundle(sources=RESTRICTED)
    assert disclosable(bundle).site_signal_values.is_empty()
    observed = bundle.contributions.filter(IS_FOREST).collect()
    shown = withhold_site_values(
        bundle.site_signal_values, bundle.contributions, SIGNALS, RESTRICTED
    )
    assert sorted(shown["supplier_id"]) == sorted(observed["supplier_id"])


#: A figure that nothing else in the bundle has.
SECRET = 0.0123457


def restricted_bundle() -> ReportBundle:
    """Every frame that carries values has the figure, all of one source that keeps it back."""
    bundle = sample_bundle(sources=RESTRICTED, hostile=False)
    secret = pl.when(IS_FOREST).then(SECRET)
    own = bundle.contributions.filter(IS_FOREST).select("supplier_id", "signal_id").collect()
    return replace(
        bundle,
        contributions=bundle.contributions.with_columns(
            *(secret.otherwise(name).alias(name) for name in ("value", "peer_value", "risk")),
            pl.when(IS_FOREST).then(pl.lit(f"Forest loss: {SECRET}")).otherwise("sentence")
            .alias("sentence"),
        ),
        site_signal_values=bundle.site_signal_values.with_columns(value=pl.lit(SECRET)),
        tables={
            "restatements": own.head(1).with_columns(
                previous_run_id=pl.lit("20240201-00000000"), period=pl.lit("2023"),
                value_before=pl.lit(SECRET), value_after=pl.lit(SECRET),
            ),
            "made_up": own.head(1).with_columns(value=pl.lit(SECRET)),
        },
        needed_changes=own.head(1).with_columns(
            risk=pl.lit(SECRET), needed_risk=pl.lit(SECRET), value=pl.lit(SECRET),
            needed_value=pl.lit(SECRET), order=pl.lit(1, pl.Int32),
        ),
        series=own.head(1).with_columns(
            title=pl.lit("Forest"), unit=pl.lit("share"), year=pl.lit(2023, pl.Int32),
            month=pl.lit(None, pl.Int8), value=pl.lit(SECRET),
        ),
        rejected=bundle.rejected.head(1).with_columns(
            reason=pl.lit(f"forest_loss_rate of S-00001-a is {SECRET}, outside 0 to 1 share")
        ),
    )  # fmt: skip


def readable(path: Path) -> str:
    """All text of an output, unzipped; the data of a small page stand in it as they are."""
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).rows())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return path.read_text(encoding="utf-8")


def test_no_output_holds_a_value_that_may_not_be_passed_on(tmp_path: Path) -> None:
    bundle = restricted_bundle()
    files = write_outputs(bundle, tmp_path)
    assert len(files) > 10
    for path in files:
        reported = readable(path)
        assert str(SECRET) not in reported, path.name
        assert "0.01234" not in reported, path.name
    # The same figures of an open source are shown: the search finds what is there.
    write_outputs(replace(bundle, source_cards=SOURCES), tmp_path / "open")
    assert str(SECRET) in readable(tmp_path / "open" / "contributions.parquet")
    assert "0.01234" in readable(tmp_path / "open" / "report.html")


def test_a_prior_of_a_single_value_kept_back_is_kept_back_too() -> None:
    secret_country = {**SOURCES, "country_table": source_card("country_table", "Index",
                                                              redistributable=False)}  # fmt: skip
    bundle = sample_bundle(sources=secret_country)
    of_prior = bundle.contributions.filter(
        pl.col("signal_id") == "governance_prior", pl.col("value").is_not_null()
    ).collect()
    shown = disclosable(bundle).scores
    hidden = shown.filter(pl.col("supplier_id").is_in(of_prior["supplier_id"].to_list()))
    assert hidden["country_context_score"].null_count() == hidden.height > 0
    assert (
        disclosable(sample_bundle()).scores["country_context_score"].null_count()
        < shown["country_context_score"].null_count()
    )


def test_series_and_rejected_values_of_a_restricted_source_are_left_out() -> None:
    shown = disclosable(restricted_bundle())
    assert shown.series is not None
    assert shown.series.is_empty()
    assert "licence" in shown.rejected["reason"][0]
