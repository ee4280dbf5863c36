"""An answer with fewer entries than its publisher states is reported with both figures."""

import datetime as dt
import json
from pathlib import Path

import pytest

from signals.fetching.stated_counts import Stated, fewer_than_stated, stated
from signals.source import RawFile

API = "https://api.example/list"


def raw_file(folder: Path, name: str, content: object, address: str = API) -> RawFile:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    return RawFile("s", str(path), address, "0", day, path.stat().st_size, key=name)


@pytest.mark.parametrize(
    ("content", "address", "expected"),
    [
        ([{"page": 1, "per_page": "50", "total": 2}, ["a", "b"]], API, Stated(2, 2, 2)),
        ([{"page": 2, "per_page": 2, "total": 3}, []], API, Stated(3, 1, 0)),
        (
            {"meta": {"pagination": {"currentPage": 1, "perPage": 2, "total": 5}}, "data": [1]},
            API,
            Stated(5, 2, 1),
        ),
        (
            {"page": {"size": 20, "totalElements": 3, "number": 0}, "_embedded": {"a": [1, 2]}},
            API,
            Stated(3, 3, 2),
        ),
        (
            {"total_count": 7, "items_per_page": 5, "start_index": 5, "items": [1, 2]},
            API,
            Stated(7, 2, 2),
        ),
        ({"meta": {"count": 60}, "data": [1]}, f"{API}?page%5Bsize%5D=50", Stated(60, 50, 1)),
        (
            {"meta": {"count": 60}, "data": [1]},
            f"{API}?page%5Bsize%5D=50&page%5Bnumber%5D=2",
            Stated(60, 10, 1),
        ),
        ({"count": 9, "features": [1, 2]}, f"{API}?pageSize=3", Stated(9, 3, 2)),
        ({"numberMatched": 9, "features": [1, 2]}, API, Stated(9, None, 2)),
        ({"meta": {"found": ">100", "limit": 10}, "results": [1]}, API, None),
        ({"data": [{"count": 3}], "status": "success"}, API, None),
        ({"facts": {}}, API, None),
        ([1, 2], API, None),
        ("text", API, None),
    ],
)
def test_what_an_answer_states(content: object, address: str, expected: Stated | None) -> None:
    assert stated(content, address) == expected


def test_a_page_with_fewer_entries_than_due_is_reported(tmp_path: Path) -> None:
    whole = raw_file(tmp_path, "one", {"total": 2, "per_page": 5, "results": [1, 2]})
    short = raw_file(tmp_path, "two", {"total": 4, "per_page": 5, "results": [1]}, f"{API}?q=b")
    assert fewer_than_stated([whole]) is None
    sentence = fewer_than_stated([whole, short]) or ""
    assert "1 of its 2 listings holds 1 of the 4 entries" in sentence
    assert "'two'" in sentence


def test_missing_pages_of_a_listing_are_reported(tmp_path: Path) -> None:
    pages = [
        raw_file(
            tmp_path, f"p{n}", {"total": 6, "per_page": 2, "results": [1, 2]}, f"{API}?page={n}"
        )
        for n in (1, 2, 3)
    ]
    assert fewer_than_stated(pages) is None
    assert "hold 4 of the 6 entries" in (fewer_than_stated(pages[:2]) or "")
    # One page alone is a search of which the first results are enough.
    assert fewer_than_stated(pages[:1]) is None
    assert fewer_than_stated(pages[:2], is_whole=False) is None


def test_searches_of_one_address_are_no_pages_of_one_listing(tmp_path: Path) -> None:
    one, other = (
        raw_file(tmp_path, q, {"total": 9, "per_page": 2, "results": [1, 2]}, f"{API}?q={q}")
        for q in ("a", "b")
    )
    assert fewer_than_stated([one, other]) is None


def test_what_is_no_json_is_passed_over(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('a,b\n"total": 3,1\n', encoding="utf-8")
    day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    broken = raw_file(tmp_path, "broken", {})
    Path(broken.path).write_text('{"total": 3, "results": [', encoding="utf-8")
    files = [RawFile("s", str(table), API, "0", day, 1), broken]
    files.append(RawFile("s", str(tmp_path / "absent"), API, "0", day, 1))
    assert fewer_than_stated(files) is None
