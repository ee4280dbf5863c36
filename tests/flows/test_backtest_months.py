"""A month of a back-test is what a run as of that month gives, column by column."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from benchmarks.past_months import write_past_months
from configs.settings import Settings
from flows.backtest.backtest_run import Backtest, BacktestRequest, backtest
from flows.run import stages
from flows.run.request import run_request
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, RunRequest
from scoring.tune.backtest import LabelWindow

pytestmark = pytest.mark.long

MAY, JUNE = dt.date(2020, 5, 1), dt.date(2020, 6, 1)
FIRMS = ("Harrowgate Textiles", "Quellmark Foods", "Brindle Ceramics", "Ostara Furniture")

#: Filled from draws, or told in words: a back-test makes neither.
NOT_OF_A_MONTH = [
    "rank_p05",
    "rank_p95",
    "prob_top_k",
    "insufficient_reason",
    "lowest_cost_data_gap",
]


def write_facts(folder: Path) -> None:
    """Accounts of listed companies, whose numbers a register gives from the middle of May."""
    names, facts = folder / "names", folder / "facts"
    names.mkdir()
    facts.mkdir()
    tickers = {
        str(row): {"cik_str": row + 1, "ticker": "T", "title": f"{name.upper()} INC"}
        for row, name in enumerate(FIRMS)
    }
    (names / "company_tickers.json").write_text(json.dumps(tickers))
    for row, name in enumerate(FIRMS):
        filed = {"accn": "0", "form": "10-K", "filed": "2020-02-01"}
        at_end = {"end": "2019-12-31", **filed}
        reported = {
            "Assets": 100,
            "AssetsCurrent": 50,
            "Liabilities": 40 + 12 * row,
            "LiabilitiesCurrent": 20 + 9 * row,
            "StockholdersEquity": 60 - 12 * row,
        }
        content = {
            "cik": row + 1,
            "entityName": f"{name} Inc",
            "facts": {
                "us-gaap": {
                    item: {"units": {"USD": [{**at_end, "val": value}]}}
                    for item, value in reported.items()
                }
            },
        }
        (facts / f"CIK{row + 1:010d}.json").write_text(json.dumps(content))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Mills with accounts of their own, and listed companies whose accounts a register leads to."""
    folder = tmp_path_factory.mktemp("months") / "world"
    path = write_past_months(folder, suppliers=16, fires_from=2021)
    rows = [f"f{row},{name} Incorporated,United States,10,,,,USD" for row, name in enumerate(FIRMS)]
    # Companies beside them that file with no register tell nothing of the law they file under.
    rows += [f"g{row},Mill of {row},United States,10,,,,USD" for row in range(4)]
    with (folder / "list.csv").open("a") as file:
        file.write("\n".join(rows) + "\n")
    accounts = folder / "accounts" / "accounts.csv"
    reported = accounts.read_text().splitlines()
    reported += [
        f"g{line[5:]}" for line in reported if line.startswith(("s00000", "s00001", "s00002"))
    ]
    accounts.write_text("\n".join(reported) + "\n")
    write_facts(folder)
    profile = yaml.safe_load(path.read_text())
    profile["sources"]["sec_tickers"] = {
        "enabled": True,
        "mirror": str(folder / "names"),
        "options": {"known_since": "2020-05-15"},
    }
    profile["sources"]["sec_companyfacts"] = {"enabled": True, "mirror": str(folder / "facts")}
    profile["scoring"]["peers"] = {"minimum": 3}
    profile["uncertainty"] = {"draws": 50}
    path.write_text(yaml.safe_dump(profile))
    return run_request.settings_of(str(path))


@pytest.fixture(scope="module")
def found(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    window = LabelWindow(embargo_days=30, horizon_days=300)
    out = tmp_path_factory.mktemp("out")
    return backtest(BacktestRequest(settings, out, (MAY, JUNE), None, window, 5))


@pytest.fixture(params=[MAY, JUNE], ids=["before the register", "after it"])
def run(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> PreparedRun:
    """A run as of the day, as far as its scores."""
    prepared = stages.prepare(RunRequest(settings, request.param, tmp_path))
    for source_id in prepared.identity_source_ids:
        stages.pull(prepared, source_id)
        stages.stage(prepared, source_id)
    stages.identify(prepared)
    for source_id in prepared.evidence_source_ids:
        stages.pull(prepared, source_id)
        stages.stage(prepared, source_id)
    stages.measure(prepared)
    stages.score(prepared)
    return prepared


def test_every_figure_of_a_month_is_that_of_a_run(found: Backtest, run: PreparedRun) -> None:
    day = run.request.as_of
    expected = run.workspace.read_frame(artefacts.SCORES).drop(NOT_OF_A_MONTH)
    of_month = found.scores.filter(pl.col("as_of") == day).drop("as_of")
    assert_frame_equal(of_month.sort("supplier_id"), expected.sort("supplier_id"), check_exact=True)
    listed = pl.col("supplier_id").str.starts_with("f")
    known = expected.filter(listed)["score"].is_not_null().any()
    assert known == (day == JUNE)
    regimes = run.workspace.read_frame(artefacts.DISCLOSURE_REGIMES)
    assert regimes.is_empty() == (day == MAY)
