import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from benchmarks.figures_of_page import embedded
from reports.bundle import ReportBundle
from reports.page.html_data import page_data
from reports.page.html_embedding import COMPRESS_FROM_BYTES, embed
from reports.page.html_report import render_html
from reports.page.map_outlines import outlines
from reports.redistribution import disclosable
from reports.tables.ranked_list import ranked_table
from scoring.explanation.country_share import CountryShare
from tests.reports.months import with_earlier_runs
from tests.reports.sample import HOSTILE_NAMES, SOURCES, sample_bundle, source_card


def _page(**settings: Any) -> str:
    bundle = sample_bundle(**settings)
    return render_html(bundle, ranked_table(bundle))


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
    names = embedded(page)["suppliers"]["name"]
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
    assert data["sites"]["counts"] == [1] * 28
    assert [len(column["points"] or [None] * 28) for column in data["evidence"]] == [28] * 5


def test_a_single_site_says_nothing_that_the_supplier_does_not() -> None:
    bundle = sample_bundle()
    data: dict[str, Any] = page_data(bundle, ranked_table(bundle))
    assert data["siteValues"]["value"] == []
    second = bundle.sites.head(1).with_columns(site_id=pl.lit("S-00001-b"))
    object.__setattr__(bundle, "sites", pl.concat([bundle.sites, second]))
    data = page_data(bundle, ranked_table(bundle))
    assert data["siteValues"]["counts"][:2] == [1, 0]
    assert data["sites"]["id"]["texts"] == ["\u0001-a", "\u0001-b"]


def test_places_that_are_not_public_are_shown_to_half_a_degree() -> None:
    bundle = sample_bundle()
    sites: Any = page_data(bundle, ranked_table(bundle))["sites"]
    known = bundle.sites["has_measurable_location"].to_list()
    assert [value is not None for value in sites["latitude"]] == known
    assert (sites["public"][0], sites["latitude"][0], sites["longitude"][0]) == (1, 12.35, 45.68)
    assert (sites["public"][1], sites["latitude"][1], sites["longitude"][1]) == (0, 12.25, 45.75)


def test_sentences_share_a_template_and_keep_their_words() -> None:
    bundle = sample_bundle()
    ranked = ranked_table(bundle)
    data: dict[str, Any] = page_data(bundle, ranked)
    column = data["evidence"][0]
    templates = [text for text in column["sentence"]["texts"] if "\u0001" in text]
    assert templates
    observed = sum(value is not None for value in column["value"])
    assert len(templates) < observed


def test_weights_of_sector_groups_are_shares_of_the_greatest() -> None:
    bundle = sample_bundle()
    ranked = ranked_table(bundle)
    plain: Any = page_data(bundle, ranked)
    assert all(column["weightShare"] is None for column in plain["evidence"])
    first = pl.col("supplier_id") == bundle.scores["supplier_id"][0]
    halved = bundle.contributions.with_columns(
        weight=pl.when(first).then(pl.col("weight") / 2).otherwise("weight")
    )
    data: Any = page_data(replace(bundle, contributions=halved), ranked)
    shares = [column["weightShare"] for column in data["evidence"] if column["weight"] > 0]
    assert shares
    assert all(sorted(set(share)) == [0.5, 1.0] and share.count(0.5) == 1 for share in shares)


def test_outlines_never_run_across_the_whole_map() -> None:
    rings = outlines()
    assert len(rings) > 200
    for ring in rings:
        longitudes = ring[::2]
        assert min(longitudes) >= -1800
        assert max(longitudes) <= 1800
        assert max(abs(b - a) for a, b in pairwise(longitudes)) < 1800


def test_values_kept_back_by_a_licence_are_nowhere_in_the_page() -> None:
    card = source_card("hansen_gfc", "Forest Atlas", redistributable=False)
    bundle = disclosable(sample_bundle(sources={**SOURCES, "hansen_gfc": card}))
    data = embedded(render_html(bundle, ranked_table(bundle)))
    forest = [signal["id"] for signal in data["signals"]].index("forest_loss_rate")
    column = data["evidence"][forest]
    assert (column["value"], column["peer"], column["risk"]) == (None, None, None)
    assert data["siteValues"]["value"] == []


def test_local_paths_show_their_file_name_only() -> None:
    bundle = sample_bundle()
    rows = bundle.contributions.with_columns(
        pl.lit("/home/someone/mirror/a.tif").alias("source_file")
    )
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
    assert "No row of the input was rejected." in page


def _with_movements(bundle: ReportBundle) -> ReportBundle:
    movements = pl.DataFrame(
        {
            "previous_run_id": ["20240201-00000000"] * 3,
            "supplier_id": ["S-00001", "S-00002", "S-00003"],
            "kind": ["moved", "moved", "new"],
            "was_ranked": [True, False, None],
            "is_ranked": [True, True, True],
            "rank_before": [4, 23, None],
            "rank_after": [1, 2, 3],
            "rank_change": [-3, -21, None],
            "rank_change_from_own_data": [-2.0, -20.0, None],
            "rank_change_from_coverage": [-1.0, 0.0, None],
            "rank_change_from_peers": [0.0, -1.0, None],
            "rank_change_from_method": [0.0, 0.0, None],
            "sentence": ["Up 3 ranks.", "Now ranked.", "New on the list."],
        }
    )
    restatements = pl.DataFrame(
        {
            "previous_run_id": ["20240201-00000000"] * 2,
            "supplier_id": ["S-00001", "S-00001"],
            "signal_id": ["forest_loss_rate", "governance_prior"],
            "period": ["2021-2023", "2023"],
            "value_before": [0.01, 0.5],
            "value_after": [0.02, 0.6],
        }
    )
    contributions = bundle.contributions.with_columns(
        pl.when(pl.col("signal_id") == "governance_prior")
        .then(None)
        .otherwise("value")
        .alias("value")
    )
    changed = replace(bundle, contributions=contributions)
    return changed.with_tables(movements=movements, restatements=restatements)


def test_movements_and_restatements_are_in_the_page() -> None:
    bundle = _with_movements(sample_bundle())
    data: dict[str, Any] = page_data(bundle, ranked_table(bundle))
    suppliers = data["suppliers"]
    assert suppliers["rank_change"][:3] == [-3, -21, None]
    assert suppliers["rank_before"][:3] == [4, None, None]
    assert suppliers["rank_change_from_own_data"][:2] == [-2.0, -20.0]
    assert "New on the list." in suppliers["movement"]["texts"]
    if (
        bundle.contributions.filter(
            (pl.col("supplier_id") == "S-00001")
            & (pl.col("signal_id") == "forest_loss_rate")
            & pl.col("value").is_not_null()
        )
        .collect()
        .height
    ):
        assert suppliers["restated"]["texts"] == [
            "Late or corrected data, shown as a restatement: Forest loss around the sites "
            "(2021-2023): 0.01 before, 0.02 now."
        ]


def test_series_are_of_the_first_suppliers_and_of_values_that_may_be_shown() -> None:
    bundle = sample_bundle()
    rows = [
        (
            supplier_id,
            signal_id,
            "Forest lost each year",
            "share of the forest",
            year,
            None,
            0.01234,
        )
        for supplier_id in ("S-00001", "S-00028")
        for signal_id in ("forest_loss_rate", "drought_spi12")
        for year in (2020, 2021)
    ]
    columns = ["supplier_id", "signal_id", "title", "unit", "year", "month", "value"]
    contributions = bundle.contributions.with_columns(
        pl.when(pl.col("signal_id") == "forest_loss_rate").then(pl.lit(0.1)).alias("value")
    )
    bundle = replace(
        bundle,
        contributions=contributions,
        series=pl.DataFrame(rows, schema=columns, orient="row"),
    )
    data: dict[str, Any] = page_data(bundle, ranked_table(bundle))
    assert data["series"]["0"] == [
        {
            "title": "Forest lost each year",
            "unit": "share of the forest",
            "at": [2020, 2021],
            "labels": ["2020", "2021"],
            "values": [0.0123, 0.0123],
        }
    ]
    assert len(data["series"]) == 2


def test_the_overview_says_who_entered_and_left_and_what_countries_explain() -> None:
    bundle = with_earlier_runs(sample_bundle(hostile=False))
    share = CountryShare(22, 6, 0.318, 0.45, None, None, 20, 0.3)
    manifest = {**bundle.manifest, "countries": share.record(), "warnings": ["Other."]}
    page = render_html(replace(bundle, manifest=manifest), ranked_table(bundle))
    # The fifth of this month was the sixth of the month before.
    assert "1 in, 0 out" in page
    assert "Since 1 February 2024" in page
    assert "0 improved, 22 worsened" in page
    assert "32 %<small>of the variance of scores; the ranking follows the 6 countries" in page
    assert "1 warning of this run" in page


def test_values_of_earlier_runs_stand_beside_those_that_changed() -> None:
    bundle = with_earlier_runs(sample_bundle())
    data: dict[str, Any] = page_data(bundle, ranked_table(bundle))
    forest = [signal["id"] for signal in data["signals"]].index("forest_loss_rate")
    column = data["evidence"][forest]
    pairs = [(b, v) for b, v in zip(column["before"], column["value"], strict=True) if b]
    assert pairs
    assert all(before == pytest.approx(2 * value, rel=0.01) for before, value in pairs)
    assert data["evidence"][0]["before"] is None
    assert data["ranks"]["0"]["rank"] == [2, 2, 1]
    withheld = replace(bundle, ranks_withheld="Ranks do not hold.")
    assert page_data(withheld, ranked_table(withheld))["ranks"] is None


def test_earlier_values_of_a_closed_source_are_not_in_the_page() -> None:
    card = source_card("hansen_gfc", "Forest Atlas", redistributable=False)
    bundle = with_earlier_runs(sample_bundle(sources={**SOURCES, "hansen_gfc": card}))
    data: dict[str, Any] = page_data(disclosable(bundle), ranked_table(bundle))
    assert all(column["before"] is None for column in data["evidence"])


def test_a_source_that_gave_no_row_is_not_among_those_with_data() -> None:
    bundle = sample_bundle()
    sources: Any = bundle.manifest["sources"]
    for rows, words in (({"stg_x": 0}, "Read, no row for this list"), ({"stg_x": 3}, None)):
        first = {**sources[0], "rows": rows}
        manifest = {**bundle.manifest, "sources": [first, *sources[1:]]}
        page = render_html(replace(bundle, manifest=manifest), ranked_table(bundle))
        with_data = 3 if words else 4
        assert f"<dt>Sources with data</dt><dd>{with_data}<small>of 5 known" in page
        assert ("Read, no row for this list" in page) == bool(words)
        assert ("1 read without a row for this list" in page) == bool(words)
