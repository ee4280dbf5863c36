"""Alerts: what is sent of a run, to whom, and what never is."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import configs
from configs.config_errors import DataRejectedError
from flows.cli.app import app
from flows.run import stages
from flows.run.results import alerts
from flows.run.results.alerts import VARIABLE, events_of
from flows.run.work.stage_types import Published, RunRequest
from signals.source_errors import SourceUnavailableError
from signals.sources.accounts import accounts_csv
from tests.flows.small_world import write_small_world

pytestmark = pytest.mark.long

FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4")
FEBRUARY, MARCH = dt.date(2022, 2, 1), dt.date(2022, 3, 1)
SETTINGS = configs.load(local=None)


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Messages that a webhook on this machine receives."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(VARIABLE, f"json://127.0.0.1:{server.server_port}/?token=s3cret")
    yield received
    server.shutdown()
    server.server_close()


def manifest(state: str, status: str = "read", reason: str = "HTTP 503", **drift: Any) -> Any:
    source = {"source_id": "firms", "status": status, "reason": reason}
    return {"result": state, "sources": [source], "drift": drift}


@pytest.mark.parametrize(
    ("record", "events"),
    [
        (manifest("published"), ["done"]),
        (manifest("published", alarm=["fires"]), ["drifted", "done"]),
        (manifest("published", "unavailable"), ["thin", "done"]),
        (manifest("published", "unavailable", "set FIRMS_MAP_KEY"), ["done"]),
        (manifest("published", "not_set_up"), ["done"]),
        (manifest("nothing_ranked"), ["thin"]),
        (manifest("held", "unavailable"), ["held"]),
        (manifest("held", alarm=["fires"]), ["held", "drifted"]),
        (manifest("withdrawn"), []),
    ],
)
def test_what_a_run_is_reported_as(
    record: Any, events: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIRMS_MAP_KEY", raising=False)
    assert events_of(record, SETTINGS) == events


def test_runs_are_reported_by_ids_alone(
    tmp_path: Path, inbox: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = write_small_world(tmp_path / "world")
    settings = configs.load(str(profile), local=None, overrides=FEW)

    def run(as_of: dt.date, due: dt.datetime | None = None) -> Published:
        request = RunRequest(settings, as_of, tmp_path / "out")
        return alerts.reported(request, lambda: stages.run_all(request), due)

    good = run(FEBRUARY)
    run(FEBRUARY)
    metrics = (tmp_path / "out" / "metrics.prom").read_text()
    assert f"understory_suppliers_ranked {good.ranked}\n" in metrics
    assert 'understory_run_state{state="published"} 1' in metrics

    def unavailable(*_: object) -> None:
        raise SourceUnavailableError("Mill 3 was not found")

    with monkeypatch.context() as patch:
        patch.setattr(accounts_csv, "pull", unavailable)
        held = run(MARCH, due=dt.datetime(2022, 3, 1, 6, tzinfo=dt.UTC))
    assert [m["title"] for m in inbox] == [
        "Understory: done", "Understory: late", "Understory: held",
    ]  # fmt: skip
    assert f"understory publish --accept {held.run_id}" in inbox[-1]["message"]
    assert "accounts_csv" in inbox[-1]["message"]
    assert "Mill" not in json.dumps(inbox)
    assert 'state="held"} 1' in (tmp_path / "out" / "metrics.prom").read_text()

    def broken(*_: object) -> None:
        raise DataRejectedError("row 3 of Mill 3 cannot be read")

    with monkeypatch.context() as patch:
        patch.setattr(stages, "measure", broken)
        with pytest.raises(DataRejectedError):
            run(dt.date(2022, 4, 1))
    assert inbox[-1]["title"] == "Understory: failed"
    assert "DataRejectedError" in inbox[-1]["message"]
    assert "Mill" not in inbox[-1]["message"]
    assert 'state="failed"} 1' in (tmp_path / "out" / "metrics.prom").read_text()


def test_only_what_is_wanted_is_sent(inbox: list[dict[str, Any]]) -> None:
    assert alerts.send(("held",), ["done"], "text")
    assert inbox == []


def test_an_address_that_does_not_answer_is_a_warning_without_the_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, "json://127.0.0.1:9/?token=s3cret")
    monkeypatch.setattr(alerts.log, "propagate", True)
    assert not alerts.send(("held",), ["held"], "text")
    assert "could not be sent by json" in caplog.text
    assert "s3cret" not in caplog.text


def test_alerts_can_be_tested(inbox: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(app, ["alerts", "test"])
    assert (done.exit_code, inbox[0]["title"]) == (0, "Understory: test")
    assert "s3cret" not in done.output
    monkeypatch.setenv(VARIABLE, "json://127.0.0.1:9/")
    failed = CliRunner().invoke(app, ["alerts", "test", "--json"])
    assert failed.exit_code == 1
    assert json.loads(failed.stdout) == [{"kind": "json", "sent": False}]
    monkeypatch.delenv(VARIABLE)
    unset = CliRunner().invoke(app, ["alerts", "test"])
    assert unset.exit_code == 2
    assert VARIABLE in unset.output
