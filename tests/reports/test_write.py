import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from reports.write import rejected_files, write_outputs
from tests.reports.sample import SOURCES, sample_bundle, source_card

NAMES = {
    "flags.csv", "identity_review.csv", "fairness.csv", "drift.csv",
    "READ-ME-FIRST.txt", "report.html", "ranked.csv", "all_suppliers.csv",
    "insufficient_information.csv",
    "workbook.xlsx", "purchasing_practices.csv",
    "rejected.csv", "manifest.json", "ranked.parquet", "contributions.parquet",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs") / "new"
    write_outputs(sample_bundle(), folder)
    return folder


def test_it_writes_every_output_and_names_it(tmp_path: Path) -> None:
    written = write_outputs(sample_bundle(), tmp_path)
    assert {path.name for path in written} == NAMES
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    assert written[0].name == "READ-ME-FIRST.txt"


def test_equal_bundles_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    for path in write_outputs(sample_bundle(), tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_read_me_says_what_it_is_before_anything_else(folder: Path) -> None:
    lines = (folder / "READ-ME-FIRST.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Synthetic data")
    assert lines[1].startswith("Desktop-phase screening")
    assert lines[2].startswith("4 of 11 indicators")
    assert (
        "22 suppliers ranked, 6 with insufficient information; "
        "rejected rows: 3 of the supplier list, 0 of sources." in lines
    )


def test_parquet_keeps_names_and_precision(folder: Path) -> None:
    ranked = pl.read_parquet(folder / "ranked.parquet")
    assert ranked.columns[:5] == ["rank", "supplier_id", "name", "country", "country_iso3"]
    assert '=HYPERLINK("http://example.invalid","click")' in ranked["name"].to_list()
    assert ranked["score"].dtype == pl.Float64


def test_manifest_is_written_as_given(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == sample_bundle().manifest


def test_values_kept_back_by_a_licence_are_not_in_the_exports(tmp_path: Path) -> None:
    card = source_card("ledger", "Closed ledger", redistributable=False)
    write_outputs(sample_bundle(sources={**SOURCES, "ledger": card}), tmp_path)
    rows = pl.read_parquet(tmp_path / "contributions.parquet")
    closed = rows.filter(pl.col("signal_id") == "late_payment")
    assert closed["value"].null_count() == closed.height
    assert "days late" not in (tmp_path / "ranked.csv").read_text(encoding="utf-8")


def test_files_rejected_as_a_whole_are_named_in_one_line() -> None:
    bundle = sample_bundle()
    of_files = {"read": 3, "used": 1, "rejected": {"unreadable_file": 2}, "out_of_scope": {}}
    source = {"source_id": "firms", "status": "read", "conservation": {"file": of_files}}
    spoiled = replace(bundle, manifest={**bundle.manifest, "sources": [source]})
    assert rejected_files(spoiled) == "Files rejected as a whole: firms (2); see rejected.csv.\n"
    assert rejected_files(replace(bundle, manifest={**bundle.manifest, "sources": []})) == ""
