"""Which Prefect API is used, told without importing Prefect."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from flows.orchestration import prefect_address
from flows.orchestration.api_login import ApiLogin, new_login

PROFILES = """
active = "home"
[profiles.home]
PREFECT_API_URL = "http://127.0.0.1:4444/api"
[profiles.bare]
"""


@pytest.mark.parametrize(
    ("variables", "profiles", "address"),
    [
        ({}, None, None),
        ({"PREFECT_API_URL": "http://a/api"}, PROFILES, "http://a/api"),
        ({}, PROFILES, "http://127.0.0.1:4444/api"),
        ({"PREFECT_PROFILE": "bare"}, PROFILES, None),
        ({"PREFECT_PROFILE": "absent"}, PROFILES, None),
        ({}, "active = ", None),
    ],
)
def test_the_environment_goes_before_the_active_profile(
    tmp_path: Path, variables: dict[str, str], profiles: str | None, address: str | None
) -> None:
    if profiles is not None:
        (tmp_path / "profiles.toml").write_text(profiles)
    environment = {"PREFECT_HOME": str(tmp_path), **variables}
    assert prefect_address.configured_address(environment) == address


@pytest.fixture(params=[(200, b"true"), (401, b""), (200, b"<html>"), (404, b"")])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    """A server's address, and whether it counts as a Prefect API."""
    status, body = request.param

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield (
            prefect_address.api_address("127.0.0.1", http.server_port),
            (status, body)
            in (
                (200, b"true"),
                (401, b""),
            ),
        )
        http.shutdown()


def test_only_a_prefect_api_answers(
    server: tuple[str, bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address, is_prefect = server
    # A proxy must not stand between us and this machine.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert prefect_address.answers(address) is is_prefect
    environment = {"PREFECT_API_URL": address, "PREFECT_API_AUTH_STRING": "a:b"}
    found = prefect_address.find_api(tmp_path, environment)
    assert found == (ApiLogin(address, "a:b") if is_prefect else None)
    home = {"HOME": str(tmp_path), "PREFECT_HOME": str(tmp_path)}
    # A server that was not started for this folder may be another user's.
    assert prefect_address.find_api(tmp_path, home) is None
    with new_login(address, tmp_path) as login:
        assert prefect_address.find_api(tmp_path, home) == (login if is_prefect else None)


def test_nobody_there_is_no_error() -> None:
    assert not prefect_address.answers("http://127.0.0.1:9/api")
    assert not prefect_address.answers("not an address")


def test_prefect_is_reported_to_keep_quiet() -> None:
    reported = prefect_address.run_environment("http://a/api", {"NO_PROXY": "intra.example"})
    assert reported["DO_NOT_TRACK"] == "1"
    assert reported["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert set(reported["NO_PROXY"].split(",")) == {
        "intra.example",
        "127.0.0.1",
        "localhost",
        "::1",
    }
