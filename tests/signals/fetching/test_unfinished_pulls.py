"""A pull that stopped goes on at the next request; one that ended is asked again."""

import datetime as dt
from pathlib import Path

import pytest

from signals.fetching.raw_register import RESUMED_DAYS
from signals.fetching.raw_store import ContentStore
from signals.source_errors import SourceUnavailableError
from tests.signals.web import NOW, Answer, Web, fetcher

FAULTS = {
    "too many requests": Answer(429, headers={"Retry-After": "9999"}),
    "rejected": Answer(401),
    "a login page": Answer(body=b"<html><form>Sign in</form></html>"),
    "nothing": Answer(body=b""),
    "half a page": Answer(body=b'{"a": [1, 2', headers={"Content-Length": "11"}),
    "fewer bytes": Answer(body=b'{"a": 1}', headers={"Content-Length": "8"}, cut_after=4),
    "an error": Answer(503),
    "moved": Answer(301, headers={"Location": "https://elsewhere.example/x"}),
}


def _store(folder: Path, now: dt.datetime = NOW) -> ContentStore:
    one = fetcher()
    one.now = lambda: now
    return ContentStore(folder, one)


def _pull(kept: ContentStore, web: Web, *, interrupted_after: int | None = None) -> int:
    """Ask for three pages by GET and one by POST; how many requests were sent."""
    before = len(web.asked)
    with kept.pulling("gleif"):
        for page in range(3):
            if page == interrupted_after:
                raise KeyboardInterrupt
            kept.download("gleif", web.url(f"/{page}"), expect="json")
        kept.ask("gleif", web.url("/q"), {"page": 1})
    return len(web.asked) - before


def _pages(web: Web) -> None:
    for path in ("/0", "/1", "/2", "/q"):
        web.answers[path] = [Answer(body=b"{}")]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_the_next_run_goes_on_at_the_request_that_failed(
    fault: Answer, web: Web, tmp_path: Path
) -> None:
    _pages(web)
    web.answers["/2"] = [fault]
    with pytest.raises(SourceUnavailableError):
        _pull(_store(tmp_path), web)
    _pages(web)
    assert _pull(_store(tmp_path, NOW + dt.timedelta(hours=1)), web) == 2
    assert _pull(_store(tmp_path, NOW + dt.timedelta(hours=2)), web) == 4


def test_an_interrupted_pull_goes_on_too(web: Web, tmp_path: Path) -> None:
    _pages(web)
    with pytest.raises(KeyboardInterrupt):
        _pull(_store(tmp_path), web, interrupted_after=1)
    assert _pull(_store(tmp_path, NOW + dt.timedelta(days=1)), web) == 3


def test_answers_of_an_old_unfinished_pull_are_asked_for_again(web: Web, tmp_path: Path) -> None:
    _pages(web)
    with pytest.raises(KeyboardInterrupt):
        _pull(_store(tmp_path), web, interrupted_after=2)
    late = NOW + dt.timedelta(days=RESUMED_DAYS, seconds=1)
    assert _pull(_store(tmp_path, late), web) == 4


def test_other_sources_are_asked_as_ever(web: Web, tmp_path: Path) -> None:
    _pages(web)
    with pytest.raises(KeyboardInterrupt):
        _pull(_store(tmp_path), web, interrupted_after=2)
    before = len(web.asked)
    _store(tmp_path, NOW + dt.timedelta(days=1)).download("firms", web.url("/0"), expect="json")
    assert len(web.asked) == before + 1
