"""Reports open from Prefect's page, and nothing else of the folder does."""

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from flows.orchestration.api_login import new_login
from flows.orchestration.served_pages import report_address, results_key, with_pages

RUN = "20220301-5d196da6"
ADDRESS = "http://127.0.0.1:4200/api"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    run = tmp_path / "out" / RUN
    run.mkdir(parents=True)
    (run / "report.html").write_text("<p>report</p>")
    (run / "figures").mkdir()
    (run / "secret.txt").symlink_to(tmp_path / "elsewhere.txt")
    (tmp_path / "elsewhere.txt").write_text("secret")
    (tmp_path / "out" / "warehouse.duckdb").write_text("rows")
    (tmp_path / "home").mkdir()
    return tmp_path / "out"


def answer(out: Path, path: str, method: str = "GET", kind: str = "http") -> tuple[Any, Any, bytes]:
    """Status, headers and body; an app behind answers `passed`."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "passed"})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    app_with_pages = with_pages(app, out, results_key(out.parent / "home"))
    asyncio.run(app_with_pages({"type": kind, "path": path, "method": method}, receive, send))
    if sent[0]["type"] == "passed":
        return "passed", {}, b""
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def path_of_report(out: Path) -> str:
    home = out.parent / "home"
    with new_login(ADDRESS, home):
        found = report_address(RUN, {"PREFECT_HOME": str(home), "PREFECT_API_URL": ADDRESS})
    assert found is not None
    return found.removeprefix("http://127.0.0.1:4200")


def test_the_report_opens_in_a_sandbox_of_its_own(out: Path) -> None:
    status, headers, body = answer(out, path_of_report(out))
    assert (status, body) == (200, b"<p>report</p>")
    assert headers[b"content-type"] == b"text/html"
    policy = headers[b"content-security-policy"]
    assert policy.startswith(b"sandbox ")
    assert b"allow-same-origin" not in policy


def test_old_links_go_on_working_and_the_key_is_its_owners_alone(out: Path) -> None:
    assert path_of_report(out) == path_of_report(out)
    assert stat.S_IMODE((out.parent / "home" / "results-key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "changed",
    [
        lambda path: path.replace("report.html", "secret.txt"),
        lambda path: path.replace("report.html", "figures"),
        lambda path: path.replace("report.html", "../warehouse.duckdb"),
        lambda path: path.replace("report.html", "..%2Fwarehouse.duckdb"),
        lambda path: path.replace(RUN, "20220301-00000000"),
        lambda path: path.replace(RUN, ".."),
        lambda path: f"/results/{RUN}/{'0' * 64}/report.html",
        lambda path: f"/results/{RUN}/report.html",
    ],
)
def test_nothing_else_is_shown(out: Path, changed: Any) -> None:
    assert answer(out, changed(path_of_report(out)))[0] == 404


def test_what_is_not_ours_goes_to_prefect(out: Path) -> None:
    assert answer(out, "/api/health")[0] == "passed"
    assert answer(out, "/health", kind="websocket")[0] == "passed"
    assert answer(out, "/health", method="POST")[0] == 405


def test_health_has_no_name_and_says_whether_someone_must_look(out: Path) -> None:
    status, _, body = answer(out, "/health")
    assert status == 503
    assert set(json.loads(body)) == {"is_well", "last_result", "latest_as_of", "is_overdue"}
    (out / "metrics.prom").write_text('understory_run_state{state="published"} 1\n')
    latest = out / "latest"
    latest.mkdir()
    (latest / "manifest.json").write_text('{"as_of": "9999-01-01"}')
    assert answer(out, "/health")[0] == 200


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"UNDERSTORY_RESULTS_URL": "https://x.org/r/"}, f"https://x.org/r/{RUN}/report.html"),
    ],
)
def test_without_serve_there_is_a_link_only_to_an_own_web_server(
    environment: dict[str, str], expected: str | None
) -> None:
    assert report_address(RUN, environment) == expected
