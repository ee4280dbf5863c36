import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.page.html_data import MAX_BYTES, fitting, page_data
from reports.page.html_embedding import embed
from reports.page.html_packing import packed, plain
from reports.tables.ranked_list import ranked_table
from tests.reports.sample import sample_bundle


def unpacked(data: Any) -> list[float | None]:
    """What the page does, in Python."""
    import base64

    if isinstance(data, list):
        return data
    planes, length = base64.b64decode(data["planes"]), data["length"]
    width = len(planes) // length
    codes = [
        sum(planes[p * length + row] << (8 * p) for p in range(width)) for row in range(length)
    ]
    numbers = [
        None if code == 0 else (code - 1 + data["least"]) / 10 ** data["decimals"] for code in codes
    ]
    if "exponents" not in data:
        return numbers
    exponents = unpacked(data["exponents"])
    return [
        None if digits is None else float(f"{int(digits)}e{int(exponents[row] or 0)}")
        for row, digits in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    "numbers",
    [
        [0, 1, 2, None],
        [-5, 300, 70_000],
        [0.1, 12.3, -4.5, None],
        [0.0234, 1.2e-9, -8.91e12, 0.0, None],
        [1.23456789, 2.0],
        [0.0, 0.0],
    ],
)
def test_packed_numbers_come_back(numbers: list[float | None]) -> None:
    long = numbers * 300
    assert unpacked(packed(long)) == long


@settings(max_examples=50)
@given(st.lists(st.none() | st.floats(-1e6, 1e6).map(lambda v: float(f"{v:.3g}")), min_size=1))
def test_three_digits_are_never_lost(numbers: list[float | None]) -> None:
    long = (numbers * 300)[:400] if len(numbers) < 400 else numbers
    assert unpacked(packed(long)) == long


def test_short_lists_texts_and_truths_stay() -> None:
    data = {"a": [1, 2, None], "b": ["x"] * 300, "c": [True] * 300, "d": [None] * 300}
    assert packed(data) == data


def test_a_list_too_long_keeps_every_supplier_and_drops_figures_from_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = sample_bundle(3000, 200, hostile=False)
    ranked = ranked_table(bundle)
    full, text = fitting(bundle, ranked, bundle.sentences)
    assert full["figuresFor"] == 3000
    assert len(text.text) < MAX_BYTES
    limit = int(0.8 * len(text.text))
    monkeypatch.setattr("reports.page.html_data.MAX_BYTES", limit)
    less, smaller = fitting(bundle, ranked, bundle.sentences)
    assert len(smaller.text) <= limit
    data: Any = json.loads(json.dumps(plain(less)))
    assert 5 <= data["figuresFor"] < 3000
    assert len(data["suppliers"]["name"]) == 3000
    assert data["evidence"][0]["value"][data["figuresFor"] :] == [None] * (
        3000 - data["figuresFor"]
    )
    assert any(risk is not None for risk in data["evidence"][0]["risk"][data["figuresFor"] :])


def test_a_long_list_has_its_first_suppliers_on_the_page_and_figures_as_far_as_they_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = sample_bundle(600, 100, hostile=False)
    ranked = ranked_table(bundle)
    words = bundle.sentences
    changed = {"_TRIED_WHOLE": 100, "MAX_SUPPLIERS": 400}
    for name, value in changed.items():
        monkeypatch.setattr(f"reports.page.html_data.{name}", value)
    monkeypatch.setattr("reports.page.html_embedding.COMPRESS_FROM_BYTES", 0)
    first, text = fitting(bundle, ranked, words)
    data: Any = json.loads(json.dumps(plain(first)))
    assert data["suppliers"]["id"] == ranked["supplier_id"].head(400).to_list()
    assert data["figuresFor"] == 400
    least = embed(page_data(bundle, ranked.head(400), bundle.top_k, words))
    between = (len(least.text) + len(text.text)) // 2
    monkeypatch.setattr("reports.page.html_data.MAX_BYTES", between)
    less, smaller = fitting(bundle, ranked, words)
    assert len(smaller.text) <= between
    fewer: Any = json.loads(json.dumps(plain(less)))["figuresFor"]
    assert bundle.top_k < fewer < data["figuresFor"]
    room, taken = between - len(least.text), len(smaller.text) - len(least.text)
    assert taken >= 0.8 * room


@pytest.mark.parametrize("bytes_of_a_supplier", [1, 1_000])
def test_as_many_suppliers_have_figures_whatever_is_assumed_of_their_size(
    monkeypatch: pytest.MonkeyPatch, bytes_of_a_supplier: int
) -> None:
    bundle = sample_bundle(600, 100, hostile=False)
    ranked = ranked_table(bundle)
    monkeypatch.setattr("reports.page.html_embedding.COMPRESS_FROM_BYTES", 0)
    least = embed(page_data(bundle, ranked, bundle.top_k))
    whole = embed(page_data(bundle, ranked))
    limit = (len(least.text) + len(whole.text)) // 2
    for name, value in {
        "_TRIED_WHOLE": 0, "MAX_BYTES": limit, "_BYTES_OF_A_SUPPLIER": bytes_of_a_supplier,
    }.items():  # fmt: skip
        monkeypatch.setattr(f"reports.page.html_data.{name}", value)
    _, text = fitting(bundle, ranked, bundle.sentences)
    assert limit - 0.2 * (limit - len(least.text)) <= len(text.text) <= limit


def test_a_list_whose_ranks_alone_are_too_long_has_figures_for_the_audit_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = sample_bundle(60, 10, hostile=False)
    ranked = ranked_table(bundle)
    monkeypatch.setattr("reports.page.html_data._TRIED_WHOLE", 0)
    monkeypatch.setattr("reports.page.html_data.MAX_BYTES", 1000)
    contents, _ = fitting(bundle, ranked, bundle.sentences)
    assert contents["figuresFor"] == bundle.top_k


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, None] * 200, [None] * 600, [0.25, 1.5, None] * 200, [1 / 3, 2.0] * 300, [1, None],
        ["a", None] * 300, [],
    ],
)  # fmt: skip
def test_a_series_is_packed_as_its_list(numbers: list[Any]) -> None:
    series = pl.Series(numbers, strict=False)
    assert packed({"a": series}) == packed({"a": numbers})
    assert plain({"a": series, "b": [{"c": series}]}) == {"a": numbers, "b": [{"c": numbers}]}
