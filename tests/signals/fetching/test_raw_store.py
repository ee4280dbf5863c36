import datetime as dt
import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from signals.fetching.fetch import NotPublishedError, SourceUnavailableError
from tests.signals.web import NOW, Answer, Web, store

BODY = b"a,b\n1,2\n"
DIGEST = hashlib.sha256(BODY).hexdigest()


def test_a_download_lies_under_its_hash(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=BODY)]
    kept = store(tmp_path)
    with closing(kept.fetcher):
        raw = kept.download("firms", web.url("/t"), key="k", expect="csv")
    assert raw.path == str(tmp_path / DIGEST[:2] / DIGEST)
    assert Path(raw.path).read_bytes() == BODY
    assert (raw.sha256, raw.bytes, raw.key, raw.fetched_at) == (DIGEST, len(BODY), "k", NOW)
    assert raw.origin == web.url("/t")


def test_a_run_can_be_repeated_offline(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=BODY)]
    online = store(tmp_path)
    with closing(online.fetcher):
        first = online.download("firms", web.url("/t"), expect="csv")
    offline = replace(store(tmp_path), reuse=True)
    assert offline.download("firms", web.url("/t"), expect="csv") == first
    assert len(web.asked) == 1


def test_without_reuse_the_publisher_is_asked_again(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=BODY), Answer(body=b"a,b\n3,4\n")]
    kept = store(tmp_path)
    with closing(kept.fetcher):
        first = kept.download("firms", web.url("/t"), expect="csv")
        second = kept.download("firms", web.url("/t"), expect="csv")
    assert first.sha256 != second.sha256
    assert Path(first.path).read_bytes() == BODY


def test_reuse_of_a_lost_file_asks_the_publisher(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=BODY)]
    kept = replace(store(tmp_path), reuse=True)
    with closing(kept.fetcher):
        raw = kept.download("firms", web.url("/t"), expect="csv")
        Path(raw.path).unlink()
        again = kept.download("firms", web.url("/t"), expect="csv")
    assert Path(again.path).read_bytes() == BODY


def test_a_secret_is_in_no_file_of_the_store(web: Web, tmp_path: Path) -> None:
    web.answers["/hush123/t"] = [Answer(body=BODY)]
    kept = store(tmp_path, MAP_KEY="hush123")
    with closing(kept.fetcher):
        raw = kept.download("firms", web.url("/{MAP_KEY}/t"), expect="csv")
    assert raw.origin.endswith("/{MAP_KEY}/t")
    for path in tmp_path.rglob("*"):
        assert "hush123" not in path.name
        assert path.is_dir() or b"hush123" not in path.read_bytes()


def test_a_mirror_file_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mirror" / "t.csv"
    path.parent.mkdir()
    path.write_bytes(BODY)
    raw = store(tmp_path / "store").keep("firms", path, key="k")
    assert (raw.path, raw.origin, raw.sha256, raw.bytes) == (str(path), str(path), DIGEST, 8)
    assert not (tmp_path / "store").exists()


def test_a_windowed_raster_is_referred_to_by_length_and_version(web: Web, tmp_path: Path) -> None:
    web.answers["/r.tif"] = [
        Answer(headers={"Content-Length": "500", "ETag": '"v1"'}),
        Answer(headers={"Content-Length": "500", "ETag": '"v2"'}),
    ]
    kept = store(tmp_path)
    with closing(kept.fetcher):
        first = kept.refer("hansen_gfc", web.url("/r.tif"), key="tile")
        second = kept.refer("hansen_gfc", web.url("/r.tif"), key="tile")
    assert first.path == f"/vsicurl/{web.url('/r.tif')}"
    assert first.bytes == 500
    assert first.sha256 != second.sha256
    assert {method for method, _, _ in web.asked} == {"HEAD"}


def test_a_missing_raster_is_not_published(web: Web, tmp_path: Path) -> None:
    web.answers["/r.tif"] = [Answer(404)]
    kept = store(tmp_path)
    with closing(kept.fetcher), pytest.raises(NotPublishedError):
        kept.refer("hansen_gfc", web.url("/r.tif"))


def test_a_failed_download_leaves_nothing_in_the_index(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(body=b"<html>")]
    kept = store(tmp_path)
    with closing(kept.fetcher), pytest.raises(SourceUnavailableError):
        kept.download("firms", web.url("/t"), expect="csv")
    assert not (tmp_path / "index").exists()


def test_a_raster_that_was_brought_whole_is_not_asked_for(web: Web, tmp_path: Path) -> None:
    body = b"II*\0 and so on"
    web.answers["/r.tif"] = [Answer(body=body, headers={"ETag": '"v1"'})]
    kept = store(tmp_path)
    with closing(kept.fetcher):
        brought = kept.bring(
            "land_cover", web.url("/r.tif"), key="r", expect="tiff", headers={}, days=None
        )
        web.asked.clear()
        found = kept.refer("land_cover", web.url("/r.tif"), key="r")
    assert found == brought
    assert Path(found.path).read_bytes() == body
    assert found.version == '"v1"'
    assert not web.asked


def test_a_file_that_changes_yearly_is_asked_for_after_a_year(web: Web, tmp_path: Path) -> None:
    url = web.url("/t")
    web.answers["/t"] = [Answer(body=BODY), Answer(body=b"a,b\n3,4\n")]
    kept = store(tmp_path)
    later = replace(kept.fetcher, now=lambda: NOW + dt.timedelta(days=367))
    with closing(kept.fetcher), closing(later):
        first = kept.bring("x", url, key="", expect="csv", headers={}, days=366)
        assert kept.download("x", url, expect="csv") == first
        assert len(web.asked) == 1
        afterwards = replace(kept, fetcher=later)
        assert afterwards.register.final_files() == []
        assert afterwards.download("x", url, expect="csv").sha256 != first.sha256
    assert len(web.asked) == 2


def test_removed_bytes_stay_where_another_address_has_them(web: Web, tmp_path: Path) -> None:
    web.answers = {path: [Answer(body=BODY)] for path in ("/one", "/two")}
    kept = store(tmp_path)
    with closing(kept.fetcher):
        one = kept.download("x", web.url("/one"), expect="csv", final=True)
        two = kept.download("y", web.url("/two"), expect="csv", final=True)
    assert kept.register.final_files() == [one, two]
    assert kept.register.remove("x", [one.origin]) == 0
    assert Path(two.path).exists()
    assert kept.register.remove("y", [two.origin]) == len(BODY)
    assert not Path(two.path).exists()
    assert kept.register.final_files() == []
