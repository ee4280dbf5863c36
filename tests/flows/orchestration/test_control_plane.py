"""Who may drive what `understory serve` starts: its owner alone, from its own page or a command."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from flows.orchestration.api_login import login_file, new_login, stored_login
from flows.orchestration.guarded_server import guarded

PORT = 4200
OWN = f"127.0.0.1:{PORT}"


def answer(kind: str, *headers: tuple[str, str]) -> list[dict[str, Any]]:
    """What is sent back for a request; an app behind the check sends `passed`."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "passed"})

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "headers": [(n.encode(), v.encode()) for n, v in headers]}
    asyncio.run(guarded(app, PORT)(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    "headers",
    [
        [("host", OWN)],
        [("host", f"localhost:{PORT}"), ("origin", f"http://localhost:{PORT}")],
        [("host", OWN), ("origin", f"http://{OWN}"), ("sec-fetch-site", "same-origin")],
        [("host", OWN), ("sec-fetch-site", "none")],
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_its_own_page_and_commands_pass(kind: str, headers: list[tuple[str, str]]) -> None:
    assert answer(kind, *headers) == [{"type": "passed"}]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", "attacker.example:4200")],
        [("host", "127.0.0.1")],
        [("host", "127.0.0.1:4201")],
        [("host", OWN), ("host", "attacker.example")],
        [("host", f"{OWN}.attacker.example")],
        [("host", OWN), ("origin", "https://attacker.example")],
        [("host", OWN), ("origin", "null")],
        [("host", OWN), ("origin", f"https://{OWN}")],
        [("host", OWN), ("origin", "http://127.0.0.1:8000")],
        [("host", OWN), ("sec-fetch-site", "cross-site")],
        [("host", OWN), ("sec-fetch-site", "same-site")],
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_others_are_turned_away_before_prefect(kind: str, headers: list[tuple[str, str]]) -> None:
    first = answer(kind, *headers)[0]
    assert first.get("status", first.get("code")) in (403, 1008)


def test_the_login_is_new_at_every_start_and_its_owners_alone(tmp_path: Path) -> None:
    with new_login("http://127.0.0.1:4200/api", tmp_path) as first:
        assert stat.S_IMODE(login_file(tmp_path).stat().st_mode) == 0o600
        assert stored_login(tmp_path) == first
    assert stored_login(tmp_path) is None
    with new_login("http://127.0.0.1:4200/api", tmp_path) as second:
        assert second.login != first.login


def test_a_login_left_by_another_user_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_login("http://127.0.0.1:4200/api", tmp_path):
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        assert stored_login(tmp_path) is None
