"""What a licence allows is decided before a source is read, and again before it is written."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import yaml

import configs
from configs.config_errors import UsageError
from flows.run import stages
from flows.run.work.stage_types import Published, RunRequest, as_declared
from signals.registry import sources
from tests.flows.small_world import write_small_world

#: Of 2023, so the run stands on a later day than the small world's.
AS_OF = dt.date(2024, 3, 1)
VULNERABILITY = 57.391


def run(folder: Path, use: str) -> Published:
    profile = write_small_world(folder)
    index = folder / "index"
    index.mkdir()
    with xlsxwriter.Workbook(index / "2023-Global-Slavery-Index-Data.xlsx") as book:
        sheet = book.add_worksheet("GSI 2023 summary data")
        sheet.write_row(0, 0, ["Country", "Total Vulnerability score (%)"])
        sheet.write_row(1, 0, ["Indonesia", VULNERABILITY])
    settings = yaml.safe_load(profile.read_text())
    settings["use"] = use
    settings["sources"]["global_slavery_index"] = {"enabled": True, "mirror": str(index)}
    profile.write_text(yaml.safe_dump(settings))
    request = RunRequest(configs.load(str(profile), local=None), AS_OF, folder / "out")
    return stages.run_all(request)


def vulnerability(published: Published) -> pl.DataFrame:
    rows = pl.read_parquet(published.folder / "contributions.parquet")
    return rows.filter(pl.col("signal_id") == "vulnerability_prior")


@pytest.mark.long
def test_a_commercial_run_reads_no_source_for_other_use_and_says_so(tmp_path: Path) -> None:
    published = run(tmp_path / "w", "commercial")
    rows = vulnerability(published)
    assert rows["status"].unique().to_list() == ["not_covered"]
    assert "does not allow commercial use" in rows["sentence"][0]
    (warning,) = [reported for reported in published.warnings if "Global Slavery Index" in reported]
    assert "set use: non_commercial or research" in warning
    assert not (published.folder.parent / "raw" / "index" / "global_slavery_index.json").exists()


@pytest.mark.long
def test_another_run_reads_it_and_passes_no_value_on(tmp_path: Path) -> None:
    published = run(tmp_path / "w", "research")
    rows = vulnerability(published)
    assert rows["status"].unique().to_list() == ["observed"]
    assert rows["value"].null_count() == rows.height
    for path in (path for path in published.folder.rglob("*") if path.is_file()):
        if path.suffix == ".parquet":
            reported = str(pl.read_parquet(path).rows())
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                reported = "".join(book.read(n).decode("utf-8", "replace") for n in book.namelist())
        else:
            reported = path.read_text(encoding="utf-8", errors="replace")
        assert "57.39" not in reported, path.name
        assert "0.5739" not in reported, path.name
    # The other prior is shown beside it, and would give it away with their mean.
    priors = pl.read_parquet(published.folder / "ranked.parquet")["country_context_score"]
    assert priors.null_count() == len(priors) > 0


def test_the_use_is_one_of_three(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="use"):
        run(tmp_path / "w", "resale")


@pytest.mark.parametrize(
    ("source", "declared", "expected"),
    [
        ("news_csv", True, True),
        ("news_csv", False, False),
        ("land_cover", True, True),
        # What a publisher's licence says is not the user's to declare.
        ("global_slavery_index", True, False),
        ("firms", True, True),
    ],
)
def test_only_terms_of_a_table_of_their_own_are_declared_by_users(
    source: str, declared: bool, expected: bool
) -> None:
    settings = configs.load(None, local=None).sources[source]
    options = {**settings.options, "may_be_passed_on": declared}
    card = as_declared(sources()[source].CARD, settings.model_copy(update={"options": options}))
    assert card.licence.redistributable is expected
