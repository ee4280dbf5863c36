"""Months filled by one command are those that single runs give, and no source is read twice."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import configs
from benchmarks.past_months import write_past_months
from configs.config_errors import UsageError
from flows.run import back_fill, stages
from flows.run.back_fill import FilledMonth, months_between
from flows.run.folders import publication
from flows.run.results import decided_runs
from flows.run.work.stage_types import Measured, PreparedRun, RunRequest
from reports.write import has_documents
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.accounts import accounts_csv
from signals.sources.climate import firms
from tests.flows.small_world import write_small_world

pytestmark = pytest.mark.long

FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4")
MONTHS = months_between("2021-12", "2022-02")


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_world(tmp_path_factory.mktemp("months") / "world")


def request(profile: Path, out: Path, as_of: dt.date = MONTHS[0]) -> RunRequest:
    return RunRequest(configs.load(str(profile), local=None, overrides=FEW), as_of, out)


@pytest.mark.parametrize(
    ("first", "last", "count"), [("2024-01", "2024-01", 1), ("2023-11", "2024-02", 4)]
)
def test_months_are_counted_with_both_ends(first: str, last: str, count: int) -> None:
    months = months_between(first, last)
    assert len(months) == count
    assert (months[0], months[-1]) == tuple(dt.date.fromisoformat(f"{m}-01") for m in (first, last))


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2024", "2024-02", "--from 2024: this is not a month"),
        ("2024-01", "2024-13", "--to 2024-13: this is not a month"),
        ("2024-02", "2024-01", "exchange them"),
        ("2024-01", "2999-01", "still to come"),
    ],
)
def test_what_is_no_range_of_months_is_one_sentence(first: str, last: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        months_between(first, last)


def test_months_equal_single_runs_to_the_byte_and_sources_are_read_once(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls: list[str] = []
    real = accounts_csv.pull

    def counted(context: PullContext) -> Sequence[RawFile]:
        pulls.append("accounts_csv")
        return real(context)

    two = MONTHS[:2]
    single = [stages.run_all(request(profile, tmp_path / "one", day)) for day in two]
    monkeypatch.setattr(accounts_csv, "pull", counted)
    filled = back_fill.back_fill(request(profile, tmp_path / "all"), two)
    assert pulls == ["accounts_csv"]
    assert [month.run_id for month in filled] == [run.run_id for run in single]
    tables = sorted(path.name for path in single[-1].folder.glob("*.csv"))
    assert len(tables) > 10
    reports = [(tmp_path / "all" / month.run_id / "report.html").is_file() for month in filled]
    assert reports == [False, True]
    for run in single:
        for name in tables:
            if (run.folder / name).is_file():
                same = (tmp_path / "all" / run.run_id / name).read_bytes()
                assert same == (run.folder / name).read_bytes(), name
    assert publication.latest_run(tmp_path / "all") == single[-1].run_id


def test_rows_of_months_are_staged_once_where_a_later_day_has_those_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = write_past_months(tmp_path / "world", suppliers=8, fires_from=2021)
    months = months_between("2021-04", "2021-06")
    single = [stages.run_all(request(profile, tmp_path / "one", day)) for day in months]
    days: list[dt.date] = []
    real = firms.stage

    def counted(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
        days.append(context.as_of)
        return real(files, context)

    monkeypatch.setattr(firms, "stage", counted)
    filled = back_fill.back_fill(request(profile, tmp_path / "all"), months)
    assert days == [months[-1]]
    assert [month.run_id for month in filled] == [run.run_id for run in single]
    for run in single:
        again = tmp_path / "all" / run.run_id
        for name in ("ranked.csv", "contributions.csv", "insufficient_information.csv"):
            if (run.folder / name).is_file():
                assert (again / name).read_bytes() == (run.folder / name).read_bytes(), name
    staged = list((tmp_path / "all" / ".work").glob("*/stage/firms/*.span.parquet"))
    assert len(staged) <= 1


def test_a_month_without_a_report_gets_it_from_a_single_run_or_when_latest_names_it(
    profile: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first, last = back_fill.back_fill(request(profile, out), MONTHS[:2])
    assert not (out / first.run_id / "report.html").exists()
    read_me = (out / first.run_id / "READ-ME-FIRST.txt").read_text()
    assert "workbook.xlsx" not in read_me
    ranked = (out / first.run_id / "ranked.csv").read_bytes()
    again = stages.run_all(request(profile, out, MONTHS[0]))
    assert again.run_id == first.run_id
    assert again.report.is_file()
    assert (again.folder / "ranked.csv").read_bytes() == ranked
    assert publication.latest_run(out) == last.run_id
    every = back_fill.back_fill(request(profile, tmp_path / "all"), MONTHS[:2], every_report=True)
    assert all((tmp_path / "all" / month.run_id / "workbook.xlsx").is_file() for month in every)


def test_a_back_fill_that_stopped_goes_on_and_latest_moves_last(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    real = stages.measure
    calls: list[int] = []

    def stopped(prepared: PreparedRun) -> Measured:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(prepared)

    with monkeypatch.context() as patch:
        patch.setattr(stages, "measure", stopped)
        with pytest.raises(KeyboardInterrupt):
            back_fill.back_fill(request(profile, out), MONTHS[:2])
    assert publication.latest_run(out) is None
    filled = back_fill.back_fill(request(profile, out), MONTHS[:2])
    assert [month.was_done for month in filled] == [True, False]
    assert publication.latest_run(out) == filled[-1].run_id


def test_a_month_that_is_held_is_named_and_the_next_compares_with_the_last_good_one(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = accounts_csv.pull

    def out_in_january(context: PullContext) -> Sequence[RawFile]:
        if context.as_of == MONTHS[1]:
            raise SourceUnavailableError("the publisher answered 503")
        return real(context)

    monkeypatch.setattr(accounts_csv, "pull", out_in_january)
    filled: list[FilledMonth] = back_fill.back_fill(request(profile, tmp_path / "out"), MONTHS)
    assert [month.state for month in filled] == ["published", "held", "published"]
    assert f"run {filled[1].run_id} is held" in (filled[1].attention or "")
    assert publication.latest_run(tmp_path / "out") == filled[-1].run_id


def test_latest_has_a_report_also_where_the_last_month_is_held(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = accounts_csv.pull

    def out_in_january(context: PullContext) -> Sequence[RawFile]:
        if context.as_of == MONTHS[1]:
            raise SourceUnavailableError("the publisher answered 503")
        return real(context)

    monkeypatch.setattr(accounts_csv, "pull", out_in_january)
    out = tmp_path / "out"
    filled = back_fill.back_fill(request(profile, out), MONTHS[:2])
    assert [month.state for month in filled] == ["published", "held"]
    assert publication.latest_run(out) == filled[0].run_id
    assert (out / "latest" / "report.html").is_file()


def test_every_way_in_which_latest_moves_to_a_filled_month_gives_it_a_report(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = accounts_csv.pull

    def out_from_january(context: PullContext) -> Sequence[RawFile]:
        if context.as_of >= MONTHS[1]:
            raise SourceUnavailableError("the publisher answered 503")
        return real(context)

    monkeypatch.setattr(accounts_csv, "pull", out_from_january)
    out = tmp_path / "out"
    december, january, february = back_fill.back_fill(request(profile, out), MONTHS)
    assert [month.state for month in (december, january, february)] == ["published", "held", "held"]
    (out / "latest" / "report.html").unlink()

    def has_report(month: FilledMonth) -> bool:
        named = publication.latest_run(out)
        assert named == month.run_id
        return has_documents(out / named)

    assert not has_documents(out / january.run_id)
    decided_runs.accept(out, january.run_id, "the publisher closed")
    assert has_report(january)
    decided_runs.accept(out, february.run_id, "the publisher closed")
    for month in (december, january):
        for name in ("report.html", "report.xlsx"):
            (out / month.run_id / name).unlink(missing_ok=True)
    assert decided_runs.withdraw(out, february.run_id, "wrong after all").note is None
    assert has_report(january)
    decided_runs.name_latest(out, december.run_id, "January is to be checked")
    assert has_report(december)

    (out / january.run_id / "report.html").unlink()
    shutil.rmtree(out / ".work")
    with pytest.raises(UsageError, match="filled in without a report, and its work folder is gone"):
        decided_runs.name_latest(out, january.run_id, "")
    assert has_report(december)
    decided_runs.name_latest(out, december.run_id, "")
    undone = decided_runs.withdraw(out, december.run_id, "wrong too")
    assert publication.latest_run(out) != december.run_id
    assert undone.note is None
