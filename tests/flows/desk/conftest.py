"""A desk in a temporary folder, a browser that is signed in, and jobs without processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from flows.desk.access.sessions import EntryLink, Sessions
from flows.desk.application import application
from flows.desk.desk_state import Desk
from flows.desk.jobs import job_process
from flows.desk.jobs.job_files import Job
from flows.desk.lists.list_folders import write_json

HOST = "127.0.0.1:4270"
ORIGIN = f"http://{HOST}"
LIST = (
    "Vendor No.,Vendor Name,Country,City,Sector,Contact E-Mail,Remarks\n"
    "1,Alpha Mill,Bangladesh,Gazipur,14,a@b.example,secret one\n"
    "2,Beta Farm,United States,Springfield,Coffee,c@d.example,secret two\n"
    "3,Gamma Works,Atlantis,,14,,secret three\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(
        home=tmp_path,
        sessions=Sessions(),
        entry=EntryLink(tmp_path / "entry-link.json", ORIGIN),
        largest_upload=3_000_000,
    )


@pytest.fixture
def stranger(desk: Desk) -> Iterator[TestClient]:
    """A browser without a session."""
    with TestClient(application(desk, {HOST}), base_url=ORIGIN, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(desk: Desk, stranger: TestClient) -> TestClient:
    """A browser with the role run."""
    return signed_in(stranger, desk)


def signed_in(client: TestClient, desk: Desk, role: Any = "run") -> TestClient:
    key = desk.sessions.start("anna", role)
    client.cookies.set(desk.cookie, key)
    session = desk.sessions.find(key)
    assert session is not None
    client.headers.update({"origin": ORIGIN, "x-form-token": session.form_token})
    return client


@pytest.fixture
def jobs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done at once and in this process."""

    def start(self: Job, request: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self.path / "request.json", request)
        events = job_process.Events(self.path / "events.jsonl")

        def work() -> Mapping[str, Any]:
            return job_process.work_of(self.kind, self.folder, request, events)

        write_json(self.path / "outcome.json", job_process.outcome_of(work))
        return True

    monkeypatch.setattr(Job, "start", start)


def sent_list(client: TestClient, content: str = LIST, name: str = "mine.csv") -> str:
    """Send a list; the path of its page."""
    files = {"files": (name, content.encode(), "text/csv")}
    answer = client.post("/lists", data={"title": "My list"}, files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])
