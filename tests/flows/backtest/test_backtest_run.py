import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from benchmarks.past_months import write_past_months
from configs.config_errors import DataRejectedError, UsageError
from flows.backtest import point_in_time_sources
from flows.backtest.backtest_run import (
    Backtest,
    BacktestRequest,
    backtest,
    months_from,
)
from flows.backtest.point_in_time_inputs import known_on
from flows.cli.app import app
from flows.run import stages
from flows.run.request import experiments, run_request, weight_approval
from flows.run.sources import bounded_staging
from flows.run.work.stage_types import RunRequest
from flows.tuning import weight_acceptance
from scoring.aggregation.priority_bands import SCORE_DECIMALS
from scoring.tune.backtest import LabelWindow
from signals.conservation import Settled, UnbalancedError
from signals.source import PullContext, RawFile, SourceModule
from signals.sources.climate import firms

pytestmark = pytest.mark.long

FIRST, MONTHS = "2020-03", 4


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past") / "world"
    write_past_months(folder, suppliers=24, fires_from=2020)
    return folder


def request(world: Path, out: Path, outcomes: bool = True) -> BacktestRequest:
    return BacktestRequest(
        settings=run_request.settings_of(str(world / "profile.yaml")),
        out=out,
        days=months_from(FIRST, MONTHS),
        outcomes=world / "outcomes.csv" if outcomes else None,
        window=LabelWindow(embargo_days=30, horizon_days=300),
        count=5,
    )


@pytest.fixture(scope="module")
def found(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    return backtest(request(world, tmp_path_factory.mktemp("out")))


def of_month(found: Backtest, day: dt.date) -> pl.DataFrame:
    return rounded(found.scores.filter(pl.col("as_of") == day))


def rounded(scores: pl.DataFrame) -> pl.DataFrame:
    return scores.select(
        "supplier_id",
        pl.col("score", "evidence_coverage", "country_context_score").round(SCORE_DECIMALS),
        "rank",
    ).sort("supplier_id")


def test_a_source_that_does_not_add_up_is_out_with_its_sentence(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "firms: a.csv: 3 rows were read, but 2 used, 0 rejected and 0 out of scope"

    def unbalanced(*_: object) -> Settled:
        raise UnbalancedError(sentence)

    monkeypatch.setattr(bounded_staging, "stage_source", unbalanced)
    days = months_from(FIRST, MONTHS)
    asked = RunRequest(request(world, tmp_path).settings, days[0], tmp_path / "out")
    prepared = stages.prepare(asked)
    lists = dict.fromkeys(days, prepared.listed_suppliers)
    staged = point_in_time_sources.SourceLoader(prepared, lists).staged("firms")
    assert set(staged.brought.reasons.values()) == {sentence}
    assert set(staged.brought.files.values()) == {None}
    assert staged.known("stg_firms__fires", days[-1]) is None


def test_a_source_that_cannot_be_staged_for_one_day_is_not_known_on_it(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "firms: a.csv: 3 rows were read, but 2 used, 0 rejected and 0 out of scope"
    days = months_from(FIRST, MONTHS)
    really = bounded_staging.stage_source

    def unbalanced(source: SourceModule, files: Sequence[RawFile], context: PullContext) -> Settled:
        if source.CARD.id == "firms" and context.as_of == days[1]:
            raise UnbalancedError(sentence)
        return really(source, files, context)

    monkeypatch.setattr(bounded_staging, "stage_source", unbalanced)
    # Without it months are staged once for all days.
    monkeypatch.setattr(firms, "day_cut", lambda day: day)
    asked = RunRequest(request(world, tmp_path).settings, days[0], tmp_path / "out")
    known = list(known_on(stages.prepare(asked), days))
    assert [one.unavailable_sources.get("firms") for one in known] == [None, sentence, None, None]
    fires = [one.frames["stg_firms__site_fires"].collect().height for one in known]
    assert [height > 0 for height in fires] == [True, False, True, True]


def test_what_comes_later_changes_nothing(found: Backtest, world: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    shutil.copytree(world, later)
    accounts = pl.read_csv(later / "accounts" / "accounts.csv")
    day = months_from(FIRST, MONTHS)[0]
    planted = accounts.filter(pl.col("period_end") == "2020-12-31").with_columns(
        pl.lit("2020-01-01").alias("period_end"),
        pl.lit("2019-01-02").alias("period_start"),
        pl.lit((day + dt.timedelta(days=1)).isoformat()).alias("filed_on"),
        pl.lit(1.0).alias("equity"),
    )
    pl.concat([accounts, planted]).write_csv(later / "accounts" / "accounts.csv")
    settings = request(world, tmp_path).settings
    mirrors = {
        name: source.model_copy(update={"mirror": source.mirror.replace(str(world), str(later))})
        for name, source in settings.sources.items()
        if source.mirror
    }
    moved = settings.model_copy(update={"sources": {**settings.sources, **mirrors}})
    again = backtest(
        replace(
            request(world, tmp_path / "out", outcomes=False),
            settings=moved,
            days=months_from(FIRST, 2),
        )
    )
    second = months_from(FIRST, MONTHS)[1]
    assert_frame_equal(of_month(again, day), of_month(found, day), check_exact=True)
    assert not of_month(again, second).equals(of_month(found, second))


def test_unchanged_signals_are_not_computed_again(found: Backtest) -> None:
    assert found.signals_asked % MONTHS == 0
    assert found.signals_computed < found.signals_asked


def test_measures_stand_beside_baselines(found: Backtest) -> None:
    assert set(found.months["order"]) >= {"profile", "random", "size", "last year's cases"}
    assert found.summary is not None
    assert found.summary.profile.name == "profile"
    assert found.summary.metrics()["by_source"]
    assert found.agreement.height == MONTHS - 1


def test_the_acceptance_signs_what_the_back_test_found(
    found: Backtest, world: Path, tmp_path: Path
) -> None:
    changes = ["signals.leverage.weight=0.9", "tune.weights.learned=true"]
    settings = run_request.settings_of(str(world / "profile.yaml"), changes)
    accepted = weight_acceptance.acceptance(settings, found, "0" * 64)
    assert {criterion.name for criterion in accepted.result.criteria} == {
        "validity",
        "sectors",
        "baselines",
        "stability",
        "dominance",
        "group_error",
    }
    path = tmp_path / "evidence.json"
    weight_acceptance.write(accepted.record, path)
    named = run_request.settings_of(
        str(world / "profile.yaml"), [*changes, f"tune.weights.evidence={path}"]
    )
    today = dt.date(2026, 1, 1)
    if accepted.result.passed:
        assert weight_approval.approval_record(named, today)["acceptance_test"] == "passed"
    else:
        with pytest.raises(DataRejectedError, match="do not meet the acceptance criteria"):
            weight_approval.approval_record(named, today)


def test_the_acceptance_needs_months_that_can_be_judged(found: Backtest, world: Path) -> None:
    settings = run_request.settings_of(str(world / "profile.yaml"))
    with pytest.raises(UsageError, match="complete outcome window"):
        weight_acceptance.acceptance(settings, replace(found, summary=None), "0" * 64)


def test_the_verb_keeps_the_experiment(world: Path, tmp_path: Path) -> None:
    arguments = ["tune", "backtest", "--from", "2020-03", "--months", "1", "--json"]
    arguments += ["--profile", str(world / "profile.yaml"), "--out", str(tmp_path)]
    arguments += ["--outcomes", str(world / "outcomes.csv"), "--horizon-days", "200"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    (kept,) = experiments.read(tmp_path)
    assert kept["experiment_id"] == record["experiment_id"]
    assert kept["verdict"].startswith("AUC ")
    assert (Path(record["folder"]) / "scores.parquet").is_file()
    listed = CliRunner().invoke(app, ["tune", "experiments", "--out", str(tmp_path)])
    assert record["experiment_id"] in listed.stdout


def test_weights_are_estimated_again_where_outcomes_allow(tmp_path: Path) -> None:
    """Outcomes of the summer are known by the autumn; earlier months keep the default."""
    folder = tmp_path / "world"
    profile = write_past_months(folder, suppliers=80, fires_from=2021)
    rows = ["entity_id,known_on,kind,source,selection"]
    for row in range(0, 80, 2):
        rows += [f"s{row:05d},2020-06-{20 + row % 10},public_listing,register,public"]
    rows += [f"s{row:05d},2020-10-10,public_listing,register,public" for row in range(1, 40, 2)]
    rows += ["s00079,2021-03-01,public_listing,register,public"]
    outcomes = folder / "outcomes.csv"
    outcomes.write_text("\n".join(rows) + "\n")
    arguments = ["tune", "backtest", "--from", "2020-06", "--months", "4", "--refit", "space"]
    arguments += ["--profile", str(profile), "--out", str(tmp_path), "--outcomes", str(outcomes)]
    arguments += ["--embargo-days", "7", "--horizon-days", "60"]
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    months = {month["as_of"]: month for month in record["learned_weights"]}
    assert not months["2020-08-01"]["is_learned"]
    assert "no window of outcomes had closed" in months["2020-08-01"]["reason"]
    last = months["2020-09-01"]
    assert last["is_learned"]
    assert last["read_on"] == ["2020-06-01"]
    assert last["cases"] == 40
    assert sum(last["weights"].values()) == pytest.approx(1.0, abs=1e-3)
    orders = {(row["as_of"], row["order"]) for row in record["months"]}
    assert ("2020-09-01", "estimated weights") in orders
    assert ("2020-06-01", "estimated weights") not in orders
    assert ("2020-06-01", "learned or default weights") in orders
    (first, *_) = record["summary"]["learned_each_month"]
    assert (first["order"], first["less"], first["months"]) == ("estimated weights", "profile", 1)


def test_estimation_needs_outcomes(world: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give --outcomes"):
        backtest(replace(request(world, tmp_path, outcomes=False), refit="time"))


@pytest.mark.parametrize(
    ("first", "count", "word"),
    [("2020", 1, "2019-01"), ("2020-13", 1, "2019-01"), ("2999-01", 1, "is in the future")],
    ids=["no month", "no such month", "future"],
)
def test_months_that_are_none_are_rejected(first: str, count: int, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        months_from(first, count)


def test_months_run_over_the_year() -> None:
    assert months_from("2020-11", 3) == (
        dt.date(2020, 11, 1),
        dt.date(2020, 12, 1),
        dt.date(2021, 1, 1),
    )
