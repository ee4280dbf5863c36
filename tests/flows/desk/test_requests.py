"""What other pages, forged forms and odd paths can do: nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.desk.desk_state import Desk
from flows.desk.pages import ALL_PAGES
from tests.flows.desk.conftest import LIST, ORIGIN, sent_list


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("actions.jsonl", "entry-link.json")
    }


ATTACKS = [
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://127.0.0.1:9"}, 403),
    ({"host": "evil.example"}, 403),
    ({"host": "127.0.0.1:80"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"x-form-token": "forged"}, 403),
    ({"x-form-token": ""}, 403),
    ({"cookie": "understory_desk=forged"}, 401),
]


@pytest.mark.usefixtures("jobs_here")
@pytest.mark.parametrize(("changed", "status"), ATTACKS)
def test_forged_requests_change_nothing(
    desk: Desk, client: TestClient, changed: dict[str, str], status: int
) -> None:
    path = sent_list(client)
    before = _files(desk.home)
    if "cookie" in changed:
        client.cookies.clear()
    for page in ALL_PAGES:
        if page.method == "POST":
            address = page.path.replace("{list_id}", path.rsplit("/", 1)[1])
            answer = client.post(address, data={"stored": "file_1.csv"}, headers=changed)
            assert answer.status_code == status, address
    assert _files(desk.home) == before


def test_a_form_without_an_origin_is_rejected(desk: Desk, client: TestClient) -> None:
    del client.headers["origin"]
    files = {"files": ("a.csv", LIST.encode(), "text/csv")}
    assert client.post("/lists", files=files).status_code == 403
    assert not desk.lists.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/lists/../../etc", "/lists/..%2f..%2fetc", "/lists/%2e%2e", "/lists/x", "/lists/00000000",
        "/assets/..%2fserver.py", "/assets/desk.py", "/lists/00000000/to_complete.xlsx",
        "/lists/%00", "//etc/passwd",
    ],
)  # fmt: skip
def test_odd_paths_lead_nowhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (303, 404)


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/etc/cron.d/evil.csv", "..\\evil.csv", "a\x00b.csv", "<b>.csv"]
)
@pytest.mark.usefixtures("jobs_here")
def test_names_of_files_become_no_paths(desk: Desk, client: TestClient, name: str) -> None:
    page = sent_list(client, name=name)
    folder = desk.lists / page.rsplit("/", 1)[1]
    assert [file.name for file in (folder / "files").iterdir()] == ["file_1.csv"]
    assert "<b>" not in client.get(page).text


@pytest.mark.parametrize("name", ["run.py", "page.html", "x.exe", "noending"])
def test_other_kinds_of_files_are_not_stored(desk: Desk, client: TestClient, name: str) -> None:
    files = {"files": (name, b"print()", "text/csv")}
    answer = client.post("/lists", files=files)
    assert answer.status_code == 422
    assert "no supplier list has this kind of name" in answer.text
    assert list(desk.lists.iterdir()) == []


def test_uploads_have_a_limit_with_and_without_a_stated_length(
    desk: Desk, client: TestClient
) -> None:
    files = {"files": ("a.csv", b"x" * 3_100_000, "text/csv")}
    assert client.post("/lists", files=files).status_code == 413

    def parts() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 100_000

    kind = {"content-type": "multipart/form-data; boundary=b"}
    assert client.post("/lists", content=parts(), headers=kind).status_code == 413
    assert client.post("/lists/00000000/check", content=b"x" * 2_100_000).status_code == 413
    assert not desk.lists.exists()


def test_answers_carry_what_browsers_act_on(client: TestClient) -> None:
    for path in ("/", "/sign-in", "/nowhere"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    page = client.get("/").text
    assert "<script>" not in page
    assert "style=" not in page


def test_every_change_is_logged(desk: Desk, client: TestClient) -> None:
    assert all(page.action for page in ALL_PAGES if page.method == "POST")
    client.post("/lists/00000000/delete")
    client.post("/lists/00000000/delete", headers={"origin": f"{ORIGIN}0"})
    entries = [(e["user"], e["action"], e["outcome"], e["list_id"]) for e in desk.log.entries()]
    assert entries == [("anna", "delete list", "rejected", "00000000")]
