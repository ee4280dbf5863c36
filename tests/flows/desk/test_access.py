"""Who gets in: the one-time link, sessions, roles, users and the log."""

import json
import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from configs.config_errors import UsageError
from flows.desk.access.sessions import EntryLink, Sessions, may, stored_link
from flows.desk.access.users import Passwords, add_user, read_users
from flows.desk.application import application
from flows.desk.desk_state import Desk
from flows.desk.server import DeskOptions, reject_open_doors
from tests.flows.desk.conftest import HOST, ORIGIN, signed_in


def test_the_link_works_once_and_its_file_is_its_owners_alone(
    desk: Desk, stranger: TestClient
) -> None:
    assert desk.entry is not None
    file = desk.home / "entry-link.json"
    link = desk.entry.link
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stored_link(file) == link
    first = stranger.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert stranger.get("/").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(link).status_code == 403
    assert stranger.get("/").headers["location"] == "/sign-in"
    assert stored_link(file) == desk.entry.link != link


def test_a_link_of_a_process_that_ended_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "link.json"
    file.write_text(json.dumps({"link": "http://x", "process": 2**30}), encoding="utf-8")
    assert stored_link(file) is None
    EntryLink(file, ORIGIN).close()
    assert stored_link(file) is None


def test_idle_sessions_end_and_too_many_push_out_the_oldest() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    key = sessions.start("anna", "read")
    now[0] = 3600.0
    assert sessions.find(key) is not None
    now[0] += 13 * 3600.0
    assert sessions.find(key) is None
    keys = [sessions.start("anna", "read") for _ in range(201)]
    assert sessions.find(keys[0]) is None
    assert sessions.find(keys[-1]) is not None


@pytest.mark.parametrize(
    ("role", "needed", "allowed"),
    [
        ("read", "run", False),
        ("decide", "run", False),
        ("run", "decide", True),
        ("read", "read", True),
    ],
)
def test_roles_include_those_before(role: str, needed: str, allowed: bool) -> None:
    assert may(role, needed) is allowed  # type: ignore[arg-type]


def test_a_reader_can_change_nothing(desk: Desk, stranger: TestClient) -> None:
    reader = signed_in(stranger, desk, "read")
    assert reader.get("/").status_code == 200
    files = {"files": ("a.csv", b"name,country\n", "text/csv")}
    assert reader.post("/lists", files=files).status_code == 403
    assert not desk.lists.exists()


def test_users_sign_in_by_name_and_password(tmp_path: Path) -> None:
    file = tmp_path / "users.yaml"
    add_user(file, "anna", "decide", "a long password")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "a long password" not in file.read_text(encoding="utf-8")
    desk = Desk(tmp_path, Sessions(), None, Passwords(read_users(file)))
    with TestClient(application(desk, {HOST}), base_url=ORIGIN, follow_redirects=False) as client:
        wrong = {"name": "anna", "password": "a long passwort"}
        right = {"name": "anna", "password": "a long password"}
        own = {"origin": ORIGIN}
        assert client.post("/sign-in", data=wrong, headers=own).status_code == 403
        assert client.post("/sign-in", data=right).status_code == 403  # no origin
        assert client.get("/enter?token=").status_code == 403
        assert client.post("/sign-in", data=right, headers=own).status_code == 303
        assert client.get("/").status_code == 200
    actions = [(one["user"], one["action"], one["outcome"]) for one in desk.log.entries()]
    assert actions == [("anna", "sign in", "rejected"), ("anna", "sign in", "done")]


def test_a_users_file_that_others_can_read_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "users.yaml"
    add_user(file, "anna", "read", "a long password")
    file.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        read_users(file)
    with pytest.raises(UsageError, match="fewer than 12"):
        add_user(file, "anna", "read", "short")


@pytest.mark.parametrize(
    ("host", "has_users", "has_tls", "allowed"),
    [
        ("127.0.0.1", False, False, True),
        ("::1", False, False, True),
        ("localhost", False, False, True),
        ("0.0.0.0", False, False, False),
        ("0.0.0.0", True, False, False),
        ("desk.example", False, True, False),
        ("desk.example", True, True, True),
    ],
)
def test_a_desk_that_others_reach_needs_users_and_tls(
    tmp_path: Path, host: str, has_users: bool, has_tls: bool, allowed: bool
) -> None:
    file = tmp_path / "file"
    file.touch()
    tls = file if has_tls else None
    options = DeskOptions(tmp_path, host, None, file if has_users else None, tls, tls)
    if allowed:
        reject_open_doors(options)
    else:
        with pytest.raises(UsageError, match="other machines would reach the desk"):
            reject_open_doors(options)
