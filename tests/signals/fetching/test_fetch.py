import datetime as dt
import gzip
import logging
from contextlib import closing
from pathlib import Path

import pytest

from signals.fetching.answers import retry_after_seconds
from signals.fetching.fetch import (
    Fetcher,
    NotPublishedError,
    SourceUnavailableError,
)
from tests.signals.web import NOW, Answer, Web, fetcher, serve

TABLE = b"a,b\n1,2\n"


def get(web: Web, tmp_path: Path, using: Fetcher, expect: str = "csv", path: str = "/t") -> bytes:
    target = tmp_path / "body"
    with closing(using):
        using.fetch(web.url(path), target, expect=expect, headers={})
    return target.read_bytes()


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("7", [7.0]),
        ("Wed, 01 May 2024 12:00:30 GMT", [30.0]),
        ("Wed, 01 May 2024 11:00:00 GMT", [1.0]),
        ("soon", [1.0]),
    ],
)
def test_too_many_requests_waits_as_asked(
    web: Web, tmp_path: Path, header: str, waits: list[float]
) -> None:
    web.answers["/t"] = [Answer(429, headers={"Retry-After": header}), Answer(body=TABLE)]
    noted: list[float] = []
    assert get(web, tmp_path, fetcher(noted)) == TABLE
    assert noted == waits


def test_server_errors_are_tried_again_with_doubling_waits(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(500), Answer(503), Answer(body=TABLE)]
    noted: list[float] = []
    assert get(web, tmp_path, fetcher(noted)) == TABLE
    assert noted == [1.0, 2.0]


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_gives_up_after_the_attempts_with_one_sentence(
    web: Web, tmp_path: Path, status: int
) -> None:
    web.answers["/t"] = [Answer(status)]
    with pytest.raises(SourceUnavailableError, match=rf"HTTP {status}.*mirror\.$"):
        get(web, tmp_path, fetcher())
    assert len(web.asked) == 3


def test_an_hour_of_waiting_is_left_to_the_next_run(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(503, headers={"Retry-After": "3600"})]
    noted: list[float] = []
    with pytest.raises(SourceUnavailableError, match="asks to wait 3600 s"):
        get(web, tmp_path, fetcher(noted))
    assert noted == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_not_published_is_no_outage(web: Web, tmp_path: Path, status: int) -> None:
    web.answers["/t"] = [Answer(status)]
    with pytest.raises(NotPublishedError):
        get(web, tmp_path, fetcher())
    assert len(web.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 418])
def test_a_wrong_request_is_not_repeated(web: Web, tmp_path: Path, status: int) -> None:
    web.answers["/t"] = [Answer(status)]
    with pytest.raises(SourceUnavailableError, match="check the address"):
        get(web, tmp_path, fetcher())
    assert len(web.asked) == 1


def test_a_body_cut_off_is_resumed_by_range(web: Web, tmp_path: Path) -> None:
    body = b"a,b\n" + b"1,2\n" * 1000
    etag = {"ETag": '"v1"'}
    web.answers["/t"] = [
        Answer(body=body, headers={**etag, "Content-Length": str(len(body))}, cut_after=1000),
        Answer(
            206,
            body[1000:],
            {**etag, "Content-Range": f"bytes 1000-{len(body) - 1}/{len(body)}"},
        ),
    ]
    assert get(web, tmp_path, fetcher()) == body
    assert web.asked[1][2]["range"] == "bytes=1000-"
    assert web.asked[1][2]["if-range"] == '"v1"'


def test_a_part_that_was_not_asked_for_is_not_taken(web: Web, tmp_path: Path) -> None:
    body = b"a,b\n" + b"1,2\n" * 100
    etag = {"ETag": '"v1"'}
    web.answers["/t"] = [
        Answer(body=body, headers=etag, cut_after=100),
        Answer(206, body[200:], {**etag, "Content-Range": "bytes 200-403/404"}),
        Answer(body=body, headers=etag),
    ]
    assert get(web, tmp_path, fetcher()) == body


def test_a_changed_file_is_fetched_from_the_start(web: Web, tmp_path: Path) -> None:
    old, new = b"a,b\n" + b"1,2\n" * 100, b"a,b\n" + b"3,4\n" * 50
    web.answers["/t"] = [
        Answer(body=old, headers={"ETag": '"v1"'}, cut_after=100),
        Answer(body=new, headers={"ETag": '"v2"'}),
    ]
    assert get(web, tmp_path, fetcher()) == new


def test_a_server_that_states_only_the_day_of_change_is_resumed_too(
    web: Web, tmp_path: Path
) -> None:
    body, changed = b"x,y\n" * 500, {"Last-Modified": "Wed, 01 Nov 2023 00:00:00 GMT"}
    web.answers["/t"] = [
        Answer(body=body, headers=changed, cut_after=1000),
        Answer(
            206,
            body[1000:],
            {**changed, "Content-Range": f"bytes 1000-{len(body) - 1}/{len(body)}"},
        ),
    ]
    target = tmp_path / "t"
    with closing(fetcher()) as found:
        version = found.fetch(web.url("/t"), target, expect="csv", headers={})
    assert version == changed["Last-Modified"]
    assert web.asked[1][2]["if-range"] == changed["Last-Modified"]
    assert target.read_bytes() == body


def test_a_server_without_versions_is_not_asked_for_ranges(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=TABLE, cut_after=3), Answer(body=TABLE)]
    assert get(web, tmp_path, fetcher()) == TABLE
    assert "range" not in web.asked[1][2]


def test_a_body_that_stays_short_is_rejected(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=TABLE, cut_after=3)]
    with pytest.raises(SourceUnavailableError):
        get(web, tmp_path, fetcher())
    assert not (tmp_path / "body").exists()


@pytest.mark.parametrize(
    ("expect", "body", "words"),
    [
        ("csv", b"<!DOCTYPE html><html><body>Sorry</body></html>", "HTML page"),
        ("json", b"<html>log in</html>", "HTML page"),
        ("tiff", b"\n<html>maintenance</html>", "HTML page"),
        ("csv", b"Invalid MAP_KEY.", "no delimiter"),
        ("json", b'{"facts": {"us-ga', "does not parse"),
        ("tiff", b"GIF89a", "TIFF"),
        ("zip", b"not a zip", "zip"),
        ("csv", b"", "empty"),
    ],
)
def test_a_body_that_is_not_what_was_asked_for_is_rejected(
    web: Web, tmp_path: Path, expect: str, body: bytes, words: str
) -> None:
    web.answers["/t"] = [Answer(body=body)]
    with pytest.raises(SourceUnavailableError, match=words):
        get(web, tmp_path, fetcher(), expect)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("expect", "body"),
    [
        ("json", b"[1]"),
        ("tiff", b"II*\x00rest"),
        ("tiff", b"MM\x00+rest"),
        ("zip", b"PK\x03\x04rest"),
        ("csv", gzip.compress(TABLE, mtime=0)),
    ],
)
def test_bodies_of_the_right_kind_pass(web: Web, tmp_path: Path, expect: str, body: bytes) -> None:
    web.answers["/t"] = [Answer(body=body)]
    assert get(web, tmp_path, fetcher(), expect) == body


def test_no_connection_gives_one_sentence(tmp_path: Path) -> None:
    with serve() as gone:
        root = gone.root
    with (
        closing(fetcher()) as using,
        pytest.raises(SourceUnavailableError, match=r"connection failed \(ConnectError\)"),
    ):
        using.fetch(f"{root}/t", tmp_path / "body", expect="csv", headers={})


def test_secrets_leave_only_in_the_request(
    web: Web, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    web.answers["/hush123/t"] = [Answer(500)]
    with pytest.raises(SourceUnavailableError) as raised:
        get(web, tmp_path, fetcher(MAP_KEY="hush123"), path="/{MAP_KEY}/t")
    assert web.asked[0][1] == "/hush123/t"
    assert "hush123" not in str(raised.value)
    assert "hush123" not in caplog.text


def test_a_missing_secret_is_named(web: Web, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="environment variable MAP_KEY"):
        get(web, tmp_path, fetcher(), path="/{MAP_KEY}/t")
    assert web.asked == []


def test_says_who_asks(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=TABLE)]
    get(web, tmp_path, fetcher())
    assert web.asked[0][2]["user-agent"] == "Understory/0.1 (a@example.org)"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, 0.0), ("", 0.0), ("12", 12.0), ("Wed, 01 May 2024 12:01:00 GMT", 60.0), ("?", 0.0)],
)
def test_retry_after(value: str | None, seconds: float) -> None:
    assert retry_after_seconds(value, NOW) == seconds
    assert NOW.tzinfo is dt.UTC
