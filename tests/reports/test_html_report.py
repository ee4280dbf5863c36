import base64
import gzip
import hashlib
import json
import re
from typing import Any

import polars as pl
import pytest

from reports.disclosure import disclosable
from reports.html_data import COMPRESS_FROM_BYTES, embed, page_data
from reports.html_report import render_html
from reports.ranked_list import ranked_table
from tests.reports.sample import HOSTILE_NAMES, SOURCES, sample_bundle, source_card

_DATA = re.compile(r'<script type="application/json" id="report-data"[^>]*>(.*?)</script>', re.S)


def _page(**settings: Any) -> str:
    bundle = sample_bundle(**settings)
    return render_html(bundle, ranked_table(bundle))


def _data_of(page: str) -> dict[str, Any]:
    found = _DATA.search(page)
    assert found is not None
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_policy_lets_in_only_the_pages_own_script_and_style() -> None:
    page = _page()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    for tag in ("script", "style"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content.group(1).encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy.group(1)
    assert policy.group(1).startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy.group(1)


def test_the_page_loads_nothing() -> None:
    page = _page()
    assert not re.search(r"<(?:img|link|iframe|embed|audio|video)\b|\bsrc=|@import|url\(", page)
    assert " style=" not in page


def test_hostile_names_never_become_markup() -> None:
    page = _page()
    assert "<script>alert" not in page
    assert page.count("</script>") == 2
    assert "\u2028" not in page
    names = _data_of(page)["suppliers"]["name"]
    for name in HOSTILE_NAMES:
        assert name in names


def test_a_hostile_title_warning_and_reason_are_escaped() -> None:
    bundle = sample_bundle(manifest={"warnings": ["<img src=x onerror=alert(1)>"], "sources": []})
    object.__setattr__(bundle, "title", "</title><script>alert(1)</script>")
    page = render_html(bundle, ranked_table(bundle))
    assert "<img" not in page
    assert "<script>alert" not in page
    assert "&lt;/title&gt;" in page


def test_equal_bundles_give_equal_pages_without_run_times() -> None:
    assert _page() == _page()
    assert "06:00:00" not in _page()


def test_large_data_are_compressed_and_come_back() -> None:
    data: dict[str, object] = {"name": ["</script>\u2028" + "x" * 10] * COMPRESS_FROM_BYTES}
    embedded = embed(data)
    assert embedded.encoding == "gzip-base64"
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", embedded.text)
    assert json.loads(gzip.decompress(base64.b64decode(embedded.text))) == data


def test_rows_are_found_by_counts() -> None:
    bundle = sample_bundle()
    data: dict[str, Any] = page_data(bundle, ranked_table(bundle))
    assert data["contributions"]["counts"] == [5] * 28
    assert data["sites"]["counts"] == [1] * 28
    assert sum(data["siteValues"]["counts"]) == 28
    assert len(data["contributions"]["points"]) == 140


def test_only_public_sites_show_coarse_coordinates() -> None:
    bundle = sample_bundle()
    sites: Any = page_data(bundle, ranked_table(bundle))["sites"]
    public = bundle.sites["location_is_public"] & bundle.sites["has_measurable_location"]
    assert [value is not None for value in sites["latitude"]] == public.to_list()
    assert sites["latitude"][0] == 12.35


def test_values_kept_back_by_a_licence_are_nowhere_in_the_page() -> None:
    card = source_card("hansen_gfc", "Forest Atlas", redistributable=False)
    bundle = disclosable(sample_bundle(sources={**SOURCES, "hansen_gfc": card}))
    data = _data_of(render_html(bundle, ranked_table(bundle)))
    forest = [signal["id"] for signal in data["signals"]].index("forest_loss_rate")
    contributions = data["contributions"]
    values = [
        value
        for signal, value in zip(contributions["signal"], contributions["value"], strict=True)
        if signal == forest
    ]
    assert values == [None] * 28
    assert data["siteValues"]["value"] == []


def test_local_paths_show_their_file_name_only() -> None:
    bundle = sample_bundle()
    rows = bundle.contributions.with_columns(pl.lit("/home/someone/mirror/a.tif").alias("origin"))
    object.__setattr__(bundle, "contributions", rows)
    page = render_html(bundle, ranked_table(bundle))
    assert "/home/someone" not in page
    assert "a.tif" in page


@pytest.mark.parametrize("key", ["warnings", "sources"])
def test_a_manifest_of_the_wrong_shape_is_an_error_of_ours(key: str) -> None:
    bundle = sample_bundle(manifest={key: "text"})
    with pytest.raises(TypeError, match=key):
        render_html(bundle, ranked_table(bundle))


def test_an_empty_run_still_makes_a_page() -> None:
    bundle = sample_bundle(2, 2, hostile=False)
    for name in ("sites", "site_signal_values", "rejected", "contributions"):
        object.__setattr__(bundle, name, getattr(bundle, name).clear())
    page = render_html(bundle, ranked_table(bundle))
    assert "No row of the input was refused." in page
