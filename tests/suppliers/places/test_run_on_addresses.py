"""Addresses in Chinese, Japanese and Korean, which have no marks between their parts."""

import pytest

from suppliers.places.run_on_addresses import parts_of_run_on
from suppliers.places.town_addresses import town_of_address


@pytest.mark.parametrize(
    ("text", "iso2", "parts"),
    [
        ("广东省深圳市宝安区松岗街道12号", "CN", ["广东省", "深圳市"]),
        ("浙江省金华市义乌市北苑街道", "CN", ["浙江省", "金华市", "义乌市"]),
        ("中国上海市浦东新区", "CN", ["上海市"]),
        ("市中区", "CN", []),
        ("〒471-8571 愛知県豊田市トヨタ町1番地", "JP", ["愛知県", "豊田市"]),
        ("경기도 수원시 영통구 삼성로 129", "KR", ["경기도", "수원시"]),
        ("No. 8 Industrial Road", "CN", []),
        ("广东省深圳市", "DE", []),
    ],
)
def test_parts(text: str, iso2: str, parts: list[str]) -> None:
    assert parts_of_run_on(text, iso2) == parts


@pytest.mark.parametrize(
    ("address", "iso2", "expected"),
    [
        ("安徽省合肥市长丰县双凤开发区", "CN", "Hefei"),
        ("江苏省昆山市玉山镇8号", "CN", "Kunshan"),
        ("新疆维吾尔自治区乌鲁木齐市", "CN", "Ürümqi"),
        ("No. 8 Road, 深圳市", "CN", "Shenzhen"),
        ("台灣高雄市楠梓區", "TW", "Kaohsiung"),
        ("大阪府東大阪市高井田1丁目", "JP", "Higashiosaka"),
        ("서울특별시 강남구 테헤란로 1", "KR", "Seoul"),
        ("市中区", "CN", None),
    ],
)
def test_towns(address: str, iso2: str, expected: str | None) -> None:
    match = town_of_address(address, iso2)
    assert (match.candidates[0].name if match else None) == expected
