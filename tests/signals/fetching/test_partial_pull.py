"""What came before a publisher stopped answering is kept; what it does not have is left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from signals.fetching.partial_pull import fetch_each
from signals.source import RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError, StoppedEarlyError
from tests.signals.web import store


def files(tmp_path: Path, wanted: list[str]) -> list[str]:
    kept = store(tmp_path)

    def fetch(one: str) -> Iterator[RawFile]:
        if one == "missing":
            raise NotPublishedError(one)
        yield kept.put("made_up", one, b"1", key=one)
        if one == "stops":
            raise SourceUnavailableError("HTTP 429")

    return [raw.key for raw in fetch_each("made_up", wanted, fetch)]


def test_what_came_before_is_kept_whole_and_counted(tmp_path: Path) -> None:
    with pytest.raises(StoppedEarlyError, match="3 of 5 requests were answered") as stopped:
        files(tmp_path, ["a", "missing", "b", "stops", "c"])
    assert [raw.key for raw in stopped.value.files] == ["a", "b"]


def test_a_publisher_that_gives_nothing_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="429"):
        files(tmp_path, ["missing", "stops", "a"])


def test_a_publisher_that_has_nothing_of_it_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"none of the 2 files .*\(HTTP 404\)"):
        files(tmp_path, ["missing", "missing"])
    assert files(tmp_path, []) == []
