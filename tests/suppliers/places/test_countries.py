import numpy as np
import pytest
from babel import Locale

from suppliers.places.countries import (
    centres,
    country,
    country_of,
    distance_km,
    great_circle_km,
    outline,
    possible_countries,
    resolve_country,
    resolve_listed_country,
    same_ground,
)


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("China", "CHN"),
        ("O'zbekiston", "UZB"),
        ("O’zbekiston", "UZB"),
        ("Oʻzbekiston", "UZB"),
        ("เมียนมา", "MMR"),
        ("アメリカ", "USA"),
        ("кнр", "CHN"),
        ("Madarsko", "HUN"),
        ("Cehia", "CZE"),
        ("Hollandia", "NLD"),
        ("CHN", "CHN"),
        ("cn", "CHN"),
        ("P.R. China", "CHN"),
        ("People's Republic of China", "CHN"),
        ("中国", "CHN"),
        ("VIETNAM", "VNM"),
        ("Viet Nam", "VNM"),
        ("Türkiye", "TUR"),
        ("TURKEY", "TUR"),
        ("Brasil", "BRA"),
        ("Deutschland", "DEU"),
        ("Allemagne", "DEU"),
        ("Côte d’Ivoire", "CIV"),
        ("UK", "GBR"),
        ("U.S.A.", "USA"),
        ("Lao PDR", "LAO"),
        ("Burma", "MMR"),
        ("Hong Kong SAR", "HKG"),
        ("México", "MEX"),
        ("भारत", "IND"),
        ("বাংলাদেশ", "BGD"),
        ("مصر", "EGY"),
        ("Россия", "RUS"),
        ("Tanzania, United Republic of", "TZA"),
        ("Kosovo", "XKX"),
    ],
)
def test_spellings_resolve(text: str, iso3: str) -> None:
    match = resolve_country(text)
    assert match is not None
    assert match.country.iso3 == iso3
    assert not match.guessed


def test_a_slip_of_the_pen_is_resolved_and_said() -> None:
    match = resolve_country("Bangldesh")
    assert match is not None
    assert (match.country.iso2, match.guessed) == ("BD", True)


@pytest.mark.parametrize("text", ["", "EU", "Atlantis", "unknown", "various", "1", "x" * 300])
def test_what_is_no_country_is_none(text: str) -> None:
    assert resolve_country(text) is None


def test_a_country_carries_its_facts() -> None:
    bangladesh = country("BD")
    assert bangladesh is not None
    assert bangladesh.subregion == "Southern Asia"
    assert bangladesh.area_km2 == pytest.approx(147_570)
    assert bangladesh.radius_km == pytest.approx(216.7, abs=0.1)


def test_distance_is_zero_inside_and_grows_outside() -> None:
    # Kolkata lies some 70 km west of Bangladesh.
    distance = distance_km("BD", np.array([23.8, 22.57]), np.array([90.4, 88.36]))
    assert distance[0] == 0.0
    assert 40 < distance[1] < 100


def test_a_country_without_outline_cannot_tell_distance() -> None:
    assert outline("MM") is None
    assert np.isnan(distance_km("MM", np.array([17.0]), np.array([96.0]))).all()
    assert len(centres("MM")) == 1


def test_points_find_their_country() -> None:
    assert country_of(np.array([35.8, 0.0]), np.array([104.0, -30.0])) == ["CN", None]


def test_great_circle_of_one_degree_on_the_equator() -> None:
    assert great_circle_km(np.array([0.0]), np.array([1.0]), 0.0, 0.0)[0] == pytest.approx(111.195)


def test_shared_ground_goes_both_ways() -> None:
    assert same_ground("HK", "CN")
    assert same_ground("CN", "HK")
    assert not same_ground("CN", "VN")


@pytest.mark.parametrize(
    "language",
    [
        "en",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "pl",
        "tr",
        "vi",
        "id",
        "zh",
        "zh_Hant",
        "bn",
        "ar",
        "hi",
        "ja",
        "ko",
        "th",
        "ru",
        "uk",
        "el",
        "he",
        "fa",
        "ur",
        "my",
        "km",
    ],
)
def test_names_of_all_countries_in_the_languages_of_lists(language: str) -> None:
    names = {
        code: name
        for code, name in Locale.parse(language).territories.items()
        if country(code) is not None
    }
    read = {code: resolve_country(name) for code, name in names.items()}

    assert [code for code, one in read.items() if one and one.country.iso2 != code] == []
    # "Norfolk" is a place in England as well, and "Nga" may be the code of Nigeria.
    assert len([code for code, one in read.items() if one is None]) <= 1


@pytest.mark.parametrize(
    ("text", "iso2"),
    [("Áo", "AT"), ("AO", "AO"), ("ao", "AO"), ("Bỉ", "BE"), ("BI", "BI"), ("NGA", "NG"),
     ("ChRL", "CN"), ("V.R. China", "CN"), ("E.U.A.", "US"), ("VS", "US"), ("RDC", "CD"),
     ("Rép. dominicaine", "DO"), ("S. Korea", "KR"), ("N. Korea", "KP"), ("WKS", "CI"),
     ("Österr.", "AT"), ("Taiwan R.O.C.", "TW"), ("Cuba", "CU"), ("Peru", "PE")],
)  # fmt: skip
def test_accents_and_short_forms(text: str, iso2: str) -> None:
    match = resolve_country(text)
    assert match is not None
    assert match.country.iso2 == iso2


@pytest.mark.parametrize(
    ("text", "names"),
    [("Nga", {"Nigeria", "Russia"}), ("R.U.", {"United Kingdom", "Russia"}),
     ("T.C.", {"Turkey", "Turks and Caicos Islands"})],
)  # fmt: skip
def test_short_forms_of_two_countries_are_neither(text: str, names: set[str]) -> None:
    assert resolve_country(text) is None
    assert set(possible_countries(text)) == names


@pytest.mark.parametrize("text", ["Congo", "CONGO", "Kongo", "Конго", "コンゴ", "刚果"])
def test_a_list_that_says_congo_is_asked_which(text: str) -> None:
    assert resolve_listed_country(text) is None
    assert possible_countries(text) == (
        "Democratic Republic of the Congo", "Republic of the Congo",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "iso2"),
    [("DR Kongo", "CD"), ("Congo, Rep.", "CG"), ("Congo (Kinshasa)", "CD"), ("CG", "CG"),
     ("Congo, The Democratic Republic of the", "CD"), ("République du Congo", "CG")],
)  # fmt: skip
def test_a_list_that_says_which_congo_is_read(text: str, iso2: str) -> None:
    match = resolve_listed_country(text)
    assert match is not None
    assert match.country.iso2 == iso2


def test_congo_of_a_published_table_is_the_state_of_that_name() -> None:
    match = resolve_country("Congo")
    assert match is not None
    assert match.country.iso2 == "CG"


def test_man_is_not_read_as_oman() -> None:
    assert resolve_country("Man") is None
    assert set(possible_countries("Man")) == {"Isle of Man", "Oman"}
