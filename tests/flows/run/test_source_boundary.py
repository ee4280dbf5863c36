"""Whatever a source raises, and however large it grows, costs its own signals and not the run."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from configs.config_errors import DataRejectedError, UsageError
from flows.run import stages
from flows.run.request import run_request
from flows.run.sources import source_stages
from flows.run.sources.source_boundary import SourceFailedError, source_boundary
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, RunRequest
from signals.registry import sources
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.context import country_table
from tests.flows.small_world import AS_OF, write_small_world

CARD = country_table.CARD


class PanicException(BaseException):
    """Named as the panics of native libraries are."""


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"), RecursionError(), MemoryError(), OverflowError("too large"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), OSError(errno.EIO, "broken"),
        PanicException("index out of bounds"),
    ],
)  # fmt: skip
def test_what_nobody_foresaw_is_an_outage_with_a_detail(error: BaseException) -> None:
    with pytest.raises(SourceFailedError) as raised, source_boundary(CARD, "reading failed", {}):
        raise error
    assert type(error).__name__ in str(raised.value)
    assert "Traceback" in raised.value.detail
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "error", [NotPublishedError("x: gone."), DataRejectedError("x: broken."),
              SourceUnavailableError("x: HTTP 503.")]
)  # fmt: skip
def test_a_sentence_of_a_publishers_file_is_the_reason_of_the_outage(error: Exception) -> None:
    with pytest.raises(SourceUnavailableError) as raised, source_boundary(CARD, "reading", {}):
        raise error
    assert str(raised.value) == str(error)
    assert not isinstance(raised.value, SourceFailedError)


@pytest.mark.parametrize(
    "error", [UsageError("x"), KeyboardInterrupt(), OSError(errno.ENOSPC, "no space left")]
)
def test_what_concerns_the_whole_run_is_let_through(error: BaseException) -> None:
    with pytest.raises(type(error)), source_boundary(CARD, "reading", {}):
        raise error


def test_a_rejected_file_of_the_users_own_stops_the_run() -> None:
    ledger = sources()["buyer_ledger"].CARD
    with pytest.raises(DataRejectedError), source_boundary(ledger, "reading", {}):
        raise DataRejectedError("orders.csv: the column 'employee' is about persons.")


def test_no_key_is_in_the_detail() -> None:
    with (
        pytest.raises(SourceFailedError) as raised,
        source_boundary(CARD, "reading", {"SOME_KEY": "s3cret"}),
    ):
        raise ValueError("https://publisher.example/?key=s3cret")
    assert "s3cret" not in raised.value.detail
    assert "{SOME_KEY}" in raised.value.detail


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[..., PreparedRun]:
    def make(*overrides: str) -> PreparedRun:
        profile = write_small_world(tmp_path / "world")
        settings = run_request.settings_of(str(profile), list(overrides), [])
        request = run_request.request_of(settings, AS_OF, tmp_path / "out", False)
        return stages.prepare(request)

    return make


@pytest.mark.parametrize("step", [pytest.param("pull", marks=pytest.mark.long), "stage"])
def test_a_traceback_of_a_source_does_not_end_the_run(
    prepared: Callable[..., PreparedRun], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError("int too large to convert")

    monkeypatch.setattr(country_table, step, broken)
    request: RunRequest = prepared().request
    published = stages.run_all(request)
    assert any("OverflowError" in warning for warning in published.warnings)
    manifest = yaml.safe_load((published.folder / "manifest.json").read_text())
    status = {one["source_id"]: one["status"] for one in manifest["sources"]}
    assert (status["country_table"], status["accounts_csv"]) == ("unavailable", "read")


def test_the_traceback_is_kept_for_maintainers(
    prepared: Callable[..., PreparedRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(country_table, "stage", broken)
    run = prepared()
    source_stages.pull(run, "country_table")
    assert source_stages.stage(run, "country_table").rows == {}
    kept = run.workspace.read_json(artefacts.outage("country_table"))
    assert "ZeroDivisionError" in kept["detail"]


def test_more_rows_than_the_limit_are_an_outage(prepared: Callable[..., PreparedRun]) -> None:
    run = prepared("source_limits.accounts_csv.rows=1")
    source_stages.pull(run, "accounts_csv")
    source_stages.stage(run, "accounts_csv")
    kept = run.workspace.read_json(artefacts.outage("accounts_csv"))
    assert "source_limits.accounts_csv.rows" in kept["reason"]


def test_a_source_of_which_every_file_is_rejected_is_no_source_that_was_read(
    prepared: Callable[..., PreparedRun], tmp_path: Path
) -> None:
    run = prepared()
    (tmp_path / "world" / "countries" / "country_table.csv").write_text(
        "iso3,year,rule_of_law_risk,income_group\nXXX,never,much,?\n"
    )
    source_stages.pull(run, "country_table")
    source_stages.stage(run, "country_table")
    kept = run.workspace.read_json(artefacts.outage("country_table"))
    assert kept["reason"].startswith("none of its 1 files could be used")


def test_limits_of_a_source_that_is_not_there_are_a_usage_error(
    prepared: Callable[..., PreparedRun],
) -> None:
    with pytest.raises(UsageError, match=r"source_limits\.contry_table"):
        prepared("source_limits.contry_table.rows=1")
