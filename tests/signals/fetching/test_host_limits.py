"""Pace, "too many" and reset headers by host."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import pytest

from configs.settings import Download
from signals.fetching.fetch import Fetcher
from signals.fetching.host_limits import LIMITS, HostLimit, limit_of, reset_seconds
from signals.source_errors import SourceUnavailableError
from tests.signals.web import NOW, Answer, Web

TABLE = b"a,b\n1,2\n"


def fetcher(limit: HostLimit, waits: list[float], contact: str = "a@example.org") -> Fetcher:
    settings = Download(timeout_seconds=5, attempts=3, backoff_seconds=1.0, contact=contact)
    return Fetcher(
        settings, sleep=waits.append, now=lambda: NOW, limits={"127.0.0.1": limit}, environment={}
    )


def test_days_of_a_request_count_as_requests_where_the_publisher_counts_them() -> None:
    limit = limit_of("firms.modaps.eosdis.nasa.gov")
    root = "https://firms.modaps.eosdis.nasa.gov/api/area/csv/{K}/VIIRS_NOAA20_SP/1,2,3,4"
    # 5,000 in ten minutes: 0.12 s each.
    assert limit.pause_after(f"{root}/5/2024-01-01") == pytest.approx(0.6)
    assert limit.pause_after(f"{root}/1/2024-01-01") == pytest.approx(0.12)
    assert limit.pause_after("https://firms.modaps.eosdis.nasa.gov/x") == pytest.approx(0.12)
    assert limit.pause_seconds == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("host", "pause"),
    [
        ("api.company-information.service.gov.uk", 0.5),
        ("api.gleif.org", 1.0),
        ("API.GLEIF.org", 1.0),
        ("opensupplyhub.org", 0.6),
        ("api.openaq.org", 1.8),
        ("example.org", 0.125),
        (None, 0.125),
    ],
)
def test_requests_are_spread_over_the_tightest_window(host: str | None, pause: float) -> None:
    assert limit_of(host).pause_seconds == pytest.approx(pause)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("12", 12.0),
        (str(int(NOW.timestamp()) + 90), 90.0),
        (str(int(NOW.timestamp()) - 90), 0.0),
        ("soon", 0.0),
        (None, 0.0),
    ],
)
def test_reset_headers(value: str | None, seconds: float) -> None:
    assert reset_seconds(value, NOW) == seconds


def test_too_many_waits_for_the_reset_of_the_host(web: Web, tmp_path: Path) -> None:
    reset = str(int((NOW + dt.timedelta(seconds=280)).timestamp()))
    web.answers["/t"] = [Answer(429, headers={"X-Ratelimit-Reset": reset}), Answer(body=TABLE)]
    waits: list[float] = []
    limit = HostLimit(((300.0, 600),), reset_header="x-ratelimit-reset")
    with closing(fetcher(limit, waits)) as using:
        using.fetch(web.url("/t"), tmp_path / "t", expect="csv", headers={})
    assert waits == [280.0]


@pytest.mark.parametrize("status", [200, 400])
def test_too_many_in_words_waits_for_the_window(web: Web, tmp_path: Path, status: int) -> None:
    said = Answer(status, b"Exceeding allowed transaction limit")
    web.answers["/t"] = [said, Answer(body=TABLE)]
    waits: list[float] = []
    limit = HostLimit(((6.0, 600),), too_many=frozenset({400}), too_many_text="transaction limit")
    with closing(fetcher(limit, waits)) as using:
        using.fetch(web.url("/t"), tmp_path / "t", expect="csv", headers={})
    assert waits == [6.0]


def test_a_wrong_request_is_still_no_reason_to_wait(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(400, b"Invalid area")]
    limit = HostLimit(too_many=frozenset({400}), too_many_text="transaction limit")
    with (
        closing(fetcher(limit, [])) as using,
        pytest.raises(SourceUnavailableError, match="HTTP 400"),
    ):
        using.fetch(web.url("/t"), tmp_path / "t", expect="csv", headers={})
    assert len(web.asked) == 1


@pytest.mark.parametrize("contact", ["", "Example Ltd."])
def test_a_missing_contact_is_said_before_the_first_request(
    web: Web, tmp_path: Path, contact: str
) -> None:
    limit = HostLimit(needs_contact=True)
    with (
        closing(fetcher(limit, [], contact)) as using,
        pytest.raises(SourceUnavailableError, match=r"download\.contact to your e-mail"),
    ):
        using.fetch(web.url("/t"), tmp_path / "t", expect="csv", headers={})
    assert web.asked == []


def test_both_hosts_of_the_sec_need_a_contact() -> None:
    assert {host for host, limit in LIMITS.items() if limit.needs_contact} == {
        "www.sec.gov",
        "data.sec.gov",
    }
