"""Answers without end, and those that only drip, end as an outage within the limits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from flows.publishers_world.loopback import QuietHandler, serving
from signals.fetching import incoming
from signals.source_errors import SourceUnavailableError
from signals.source_limits import Budget, LimitReachedError, Limits
from tests.signals.web import Answer, Web, fetcher


@contextmanager
def sending(part: bytes, pause: float) -> Iterator[str]:
    """A server whose answers never end."""

    class Handler(QuietHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while True:
                try:
                    self.wfile.write(part)
                except OSError:
                    break
                time.sleep(pause)
            self.close_connection = True

    with serving(Handler) as root:
        yield root


def test_an_answer_without_end_is_broken_off_at_the_bytes(tmp_path: Path) -> None:
    asking = fetcher()
    asking.budget = Budget("rain", Limits(bytes=3_000_000))
    with sending(bytes(100_000), 0) as root, pytest.raises(LimitReachedError, match="3 MB"):
        asking.fetch(f"{root}/x", tmp_path / "x", expect="csv", headers={})
    assert (tmp_path / "x.part").stat().st_size <= 3_000_000


def test_a_drip_is_broken_off_and_asked_again_until_the_attempts_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "SLOWEST_SECONDS", 0.2)
    asking = fetcher()
    with sending(b"x", 0.05) as root, pytest.raises(SourceUnavailableError, match="bytes came in"):
        asking.fetch(f"{root}/x", tmp_path / "x", expect="csv", headers={})


def test_a_window_and_a_rejection_without_end_are_read_to_a_bound() -> None:
    with sending(bytes(1_000_000), 0) as root:
        part = fetcher().read_range(f"{root}/x", 0, 1000)
    assert len(part.body) == 1000


def test_pages_without_end_are_broken_off_at_the_requests(web: Web, tmp_path: Path) -> None:
    web.answers["/page"] = [Answer(body=b"a,b\n1,2\n")]
    asking = fetcher()
    asking.budget = Budget("rain", Limits(requests=5))
    for number in range(5):
        asking.fetch(web.url("/page"), tmp_path / str(number), expect="csv", headers={})
    with pytest.raises(LimitReachedError, match=r"source_limits\.rain\.requests"):
        asking.fetch(web.url("/page"), tmp_path / "6", expect="csv", headers={})
    assert len(web.asked) == 5
