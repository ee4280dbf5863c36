from pathlib import Path

import httpx
import pytest

from signals.fetching.egress import (
    asked_for,
    hosts_of,
    is_private,
    leads_inside,
    owner,
    reject_keys_elsewhere,
    reject_other_hosts,
    reject_other_owners,
    reject_private,
)
from signals.fetching.window_store import WindowStore
from signals.source_errors import SourceUnavailableError
from signals.zonal.raster_grid import open_raster
from signals.zonal.window_files import windows_kept_by
from suppliers.input_errors import DataRejectedError
from tests.signals.web import Answer, Web, fetcher


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("api.gleif.org", "gleif.org"),
        ("gleif.org", "gleif.org"),
        ("download.companieshouse.gov.uk", "companieshouse.gov.uk"),
        ("a.receita.gov.br", "receita.gov.br"),
        ("127.0.0.1", "127.0.0.1"),
        ("169.254.169.254", "169.254.169.254"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("scenes.s3.us-west-2.amazonaws.com", "scenes.amazonaws.com"),
        ("scenes.s3.amazonaws.com", "scenes.amazonaws.com"),
        ("others.s3.amazonaws.com", "others.amazonaws.com"),
        ("a.blob.core.windows.net", "a.blob.core.windows.net"),
        ("storage.googleapis.com", "storage.googleapis.com"),
    ],
)
def test_the_owner_of_a_host(host: str, expected: str) -> None:
    assert owner(host) == expected


@pytest.mark.parametrize(
    ("asked", "reached", "sentence"),
    [
        ("https://a.example.org/x", "https://b.example.org/y", None),
        ("http://a.example.org/x", "https://a.example.org/x", None),
        ("https://a.example.org/x", "https://example.net/x", "another host, example.net"),
        ("https://a.example.org/x", "http://169.254.169.254/latest", "another host, 169.254"),
        ("https://a.example.org/x", "http://localhost/", "another host, localhost"),
        ("https://a.example.org/x", "http://a.example.org/x", "without encryption"),
        ("https://x.gov.uk/x", "https://y.gov.uk/x", "another host, y.gov.uk"),
        ("https://a.example.org/x", "https://a.example.org:8443/x", "port 8443"),
        ("https://a.example.org/x", "https://a.example.org:443/x", None),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/y", None),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8001/x", "port 8001"),
        ("https://a.example.org/x", "https://a.example.org@example.net/x", "another host"),
    ],
)
def test_redirects_stay_with_the_owner(asked: str, reached: str, sentence: str | None) -> None:
    request = httpx.Request("GET", reached, extensions=asked_for(asked))
    if sentence is None:
        reject_other_hosts(request)
        return
    with pytest.raises(SourceUnavailableError, match=sentence):
        reject_other_hosts(request)


def test_a_moved_address_is_a_sentence_and_the_other_host_is_not_asked(
    web: Web, tmp_path: Path
) -> None:
    port = web.root.rsplit(":", 1)[1]
    web.answers["/t"] = [Answer(302, headers={"Location": f"http://localhost:{port}/elsewhere"})]
    web.answers["/elsewhere"] = [Answer(body=b"a,b\n1,2\n")]
    with pytest.raises(SourceUnavailableError, match="moved to another host, localhost"):
        fetcher().fetch(web.url("/t"), tmp_path / "t", expect="csv", headers={})
    assert [path for _, path, _ in web.asked] == ["/t"]


def test_a_redirect_at_the_same_host_is_followed(web: Web, tmp_path: Path) -> None:
    web.answers["/t"] = [Answer(302, headers={"Location": "/new"})]
    web.answers["/new"] = [Answer(body=b"a,b\n1,2\n")]
    fetcher().fetch(web.url("/t"), tmp_path / "t", expect="csv", headers={})
    assert (tmp_path / "t").read_bytes() == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("169.254.169.254", True), ("10.0.0.1", True), ("::1", True),
        ("localhost", True), ("metadata.google.internal", True),
        ("api.gleif.org", False), ("8.8.8.8", False),
    ],
)  # fmt: skip
def test_private_hosts(host: str, expected: bool) -> None:
    assert is_private(host) is expected


def test_a_link_into_a_private_network_needs_a_declaration() -> None:
    declared = hosts_of(["http://127.0.0.1:80/x", "lights_{year}.tif", 5, None])
    assert declared == {"127.0.0.1"}
    reject_private("http://127.0.0.1:81/y", declared)
    reject_private("https://api.gleif.org/y", declared, looks_up=False)
    reject_private("http://10.0.0.1/y", None)
    with pytest.raises(SourceUnavailableError, match="lies in a private network"):
        reject_private("http://169.254.169.254/latest", declared)


LINKED = frozenset({"scenes.s3.us-west-2.amazonaws.com", "tiles.blob.core.windows.net"})


@pytest.mark.parametrize(
    ("url", "is_asked"),
    [
        ("https://api.example.org/next?page=2", True),
        ("https://files.example.org/x.tif", True),
        ("https://scenes.s3.us-west-2.amazonaws.com/x.tif", True),
        ("https://scenes.s3.amazonaws.com/x.tif", True),
        ("s3://scenes/x.tif", True),
        ("https://tiles.blob.core.windows.net/x.tif", True),
        ("https://others.s3.us-west-2.amazonaws.com/x.tif", False),
        ("s3://others/x.tif", False),
        ("https://others.blob.core.windows.net/x.tif", False),
        ("https://example.net/next?page=2", False),
        ("http://93.184.216.34/x", False),
    ],
)
def test_links_lead_to_hosts_of_the_settings_and_the_card_alone(url: str, is_asked: bool) -> None:
    declared = frozenset({"api.example.org"})
    reject_other_owners(url, None, LINKED)
    if is_asked:
        reject_other_owners(url, declared, LINKED)
        return
    with pytest.raises(SourceUnavailableError, match="is no host of the source"):
        reject_other_owners(url, declared, LINKED)


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/https://example.net/x.tif",
        "/vsicurl/https://169.254.169.254/latest",
        "/vsicurl?pc_url_signing=yes&pc_collection=c&url=https://example.net/x.tif",
        "/vsis3/others/x.tif",
    ],
)
def test_gdal_opens_no_address_of_another_owner(path: str, tmp_path: Path) -> None:
    asking = fetcher()
    asking.declared_hosts, asking.linked_hosts = frozenset({"api.example.org"}), LINKED
    windows = WindowStore(tmp_path, asking)
    with pytest.raises(SourceUnavailableError):
        windows.address(path)
    assert windows.address("/vsis3/scenes/x.tif") == "/vsis3/scenes/x.tif"


def test_a_virtual_raster_at_an_address_is_not_opened(web: Web, tmp_path: Path) -> None:
    virtual = b'<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand band="1"/></VRTDataset>'
    web.answers["/x.tif"] = [Answer(body=virtual)] * 9
    with (
        windows_kept_by(WindowStore(tmp_path, fetcher())),
        pytest.raises(DataRejectedError, match="cannot be read as a raster"),
    ):
        open_raster(f"/vsicurl/{web.url('/x.tif')}")


def test_a_redirect_to_another_host_of_the_owner_takes_no_key_along() -> None:
    headers = {"X-API-Key": "secret", "Cookie": "a=b", "User-Agent": "Understory", "Range": "x"}
    request = httpx.Request(
        "GET", "https://b.example.org/", headers=headers,
        extensions=asked_for("https://a.example.org/x"),
    )  # fmt: skip
    reject_other_hosts(request)
    assert "secret" not in str(list(request.headers.raw))
    assert {"user-agent", "range"} <= set(request.headers)


DECLARED = frozenset({"api.example.org"})


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://api.example.org/?key={KEY}", True),
        ("https://{KEY}:@api.example.org/", True),
        ("https://documents.example.org/", True),
        ("https://example.net/?key={KEY}", False),
        ("https://api.example.org.example.net/{KEY}", False),
        ("https://api.example.org@example.net/{KEY}", False),
    ],
)
def test_keys_go_to_the_owner_of_the_settings_hosts_alone(url: str, is_sent: bool) -> None:
    if is_sent:
        reject_keys_elsewhere(url, DECLARED)
        return
    with pytest.raises(SourceUnavailableError, match="gets no key"):
        reject_keys_elsewhere(url, DECLARED)


def test_a_link_in_an_answer_gets_no_key(web: Web, tmp_path: Path) -> None:
    web.answers["/t?key=secret"] = [Answer(body=b"a,b\n1,2\n")]
    asking = fetcher(KEY="secret")
    asking.declared_hosts = DECLARED
    link = web.url("/t?key={KEY}").replace("127.0.0.1", "localhost")
    for headers in ({}, {"X-API-Key": "{KEY}"}):
        with pytest.raises(SourceUnavailableError):
            asking.fetch(link, tmp_path / "t", expect="csv", headers=headers)
    assert web.asked == []


def test_a_name_that_leads_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"inside.example.net": "169.254.169.254", "outside.example.net": "93.184.216.34"}

    def looked_up(host: str, *_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", (found[host], 0))]

    monkeypatch.setattr("signals.fetching.egress.getproxies", dict)
    monkeypatch.setattr("socket.getaddrinfo", looked_up)
    leads_inside.cache_clear()
    with pytest.raises(SourceUnavailableError, match="private network"):
        reject_private("https://inside.example.net/x", DECLARED)
    reject_private("https://outside.example.net/x", DECLARED)
    leads_inside.cache_clear()
