"""Who gets in: the one-time link, sessions, roles, users and the log."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from configs.config_errors import UsageError
from flows.desk.access.attempts import Attempts
from flows.desk.access.proxy_sign_in import ProxySignIn, read_secret
from flows.desk.access.sessions import EntryLink, Role, Sessions, may, stored_link
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
def test_roles_include_those_before(role: Role, needed: Role, allowed: bool) -> None:
    assert may(role, needed) is allowed


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


def test_wrong_passwords_make_the_next_one_wait() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(3):
        assert attempts.seconds_to_wait("name a", "address x") == 0
        attempts.failed("name a", "address x")
    assert attempts.seconds_to_wait("name a", "address x") == 0
    attempts.failed("name a", "address x")
    assert attempts.seconds_to_wait("name a") == attempts.seconds_to_wait("address x") == 2
    assert attempts.seconds_to_wait("name b") == 0
    now[0] = 2.0
    assert attempts.seconds_to_wait("name a") == 0
    for _ in range(20):
        attempts.failed("name a")
    assert attempts.seconds_to_wait("name a", "name b") == 60
    attempts.succeeded("name a", "address x")
    assert attempts.seconds_to_wait("name a", "address x") == 0
    attempts.failed("name a")
    now[0] = 9000.0
    for number in range(2_010):
        attempts.failed(f"name {number}")
    assert len(attempts._wrong) == 2_000


def test_too_many_wrong_passwords_are_not_even_compared(tmp_path: Path) -> None:
    file = tmp_path / "users.yaml"
    add_user(file, "anna", "read", "a long password")
    desk = Desk(tmp_path, Sessions(), None, Passwords(read_users(file)))
    with TestClient(application(desk, {HOST}), base_url=ORIGIN, follow_redirects=False) as client:
        form, own = {"name": "anna", "password": "a wrong password"}, {"origin": ORIGIN}
        codes = [client.post("/sign-in", data=form, headers=own).status_code for _ in range(5)]
        assert codes == [403, 403, 403, 403, 429]
        # The right one waits as well, so that nobody learns which one it was.
        form["password"] = "a long password"
        assert client.post("/sign-in", data=form, headers=own).status_code == 429


SECRET = "0123456789abcdef0123456789abcdef"


def test_a_proxy_names_the_user_and_proves_itself(tmp_path: Path) -> None:
    users, secret = tmp_path / "users.yaml", tmp_path / "secret"
    add_user(users, "anna", "decide", None)
    add_user(users, "bela", "read", None)
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        read_secret(secret)
    secret.chmod(0o600)
    proxy = ProxySignIn(read_secret(secret), read_users(users, has_passwords=False))
    desk = Desk(tmp_path, Sessions(), None, proxy=proxy)
    with TestClient(application(desk, {HOST}), base_url=ORIGIN, follow_redirects=False) as client:
        assert client.get("/").headers["location"] == "/sign-in"
        for wrong in (
            {"x-understory-user": "anna"},
            {"x-understory-user": "anna", "x-understory-secret": "0" * 32},
            {"x-understory-user": "nobody", "x-understory-secret": SECRET},
        ):
            assert client.get("/", headers=wrong).status_code == 303
        of_anna = {"x-understory-user": "anna", "x-understory-secret": SECRET}
        answer = client.get("/", headers=of_anna)
        assert answer.status_code == 200
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "set-cookie" not in client.get("/", headers=of_anna).headers
        # Somebody else at the same browser gets a session of their own, and the cookie alone none.
        assert "bela" in client.get("/", headers={**of_anna, "x-understory-user": "bela"}).text
        assert client.get("/").status_code == 303
    secret.write_text("short", encoding="utf-8")
    with pytest.raises(UsageError, match="openssl rand"):
        read_secret(secret)
    with pytest.raises(UsageError, match="needs a password"):
        read_users(users)


def test_a_proxy_stands_for_encryption_where_users_and_a_name_are_given(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    options = DeskOptions(
        tmp_path, "0.0.0.0", None, users=file, names=("desk.example",), proxy_secret=file
    )
    reject_open_doors(options)
    for lacking in (replace(options, users=None), replace(options, names=())):
        with pytest.raises(UsageError, match="--proxy-secret: name the users"):
            reject_open_doors(lacking)
