import pytest

from suppliers.places.gazetteer import area_named, towns_of
from suppliers.places.place_names import bare_place_key, place_key
from suppliers.places.town_addresses import town_of_address
from suppliers.places.town_matches import choice_name, find_town


@pytest.mark.parametrize(
    ("name", "key", "bare"),
    [
        ("Kota Bandung", "kota bandung", "bandung"),
        ("São  Paulo", "sao paulo", "sao paulo"),
        ("Łódź", "lodz", "lodz"),
        ("İzmir", "izmir", "izmir"),
        ("深圳市", "深圳市", "深圳"),
        ("Đà Nẵng", "da nang", "da nang"),
        ("कानपुर", "कानपुर", "कानपुर"),
        ("City", "city", "city"),
    ],
)
def test_keys(name: str, key: str, bare: str) -> None:
    assert (place_key(name), bare_place_key(name)) == (key, bare)


@pytest.mark.parametrize(
    ("text", "iso2", "region", "expected"),
    [
        ("Tirupur", "IN", "Tamil Nadu", "Tiruppur"),
        ("Kota Bandung", "ID", None, "Bandung"),
        ("Thành phố Hồ Chí Minh", "VN", None, "Ho Chi Minh City"),
        ("深圳市", "CN", None, "Shenzhen"),
        ("東莞", "CN", None, "Dongguan"),
        ("กรุงเทพ", "TH", None, "Bangkok"),
        ("الدار البيضاء", "MA", None, "Casablanca"),
        ("ঢাকা", "BD", None, "Dhaka"),
        ("Den Haag", "NL", None, "The Hague"),
        ("Springfield", "US", "Illinois", "Springfield"),
        ("Springfield", "US", "IL", "Springfield"),
        ("Tiruppur, Tamil Nadu", "IN", None, "Tiruppur"),
        ("Altamira PA", "BR", None, "Altamira"),
        ("Sorriso, MT", "BR", None, "Sorriso"),  # its state by the code of GeoNames
        ("Houston Tx", "US", None, "Houston"),
        ("Portland ME", "US", None, "Portland"),
        ("Shenzhen Guangdong Province", "CN", None, "Shenzhen"),
        ("Guangdong Shenzhen", "CN", None, "Shenzhen"),
        ("Suzhou Jiangsu P.R. China", "CN", None, "Suzhou"),
        ("Ludhiana-141003", "IN", None, "Ludhiana"),
        ("Sialkot-51310, Pakistan", "PK", None, "Sialkot"),
        ("Toronto ON M5V 2T6", "CA", None, "Toronto"),
        ("1012 AB Amsterdam", "NL", None, "Amsterdam"),
        ("Birmingham B1 1AA", "GB", None, "Birmingham"),
        ("D02 AF30 Dublin", "IE", None, "Dublin"),
        ("Praha 4", "CZ", None, "Prague"),
        ("Jakarta Barat", "ID", None, "Jakarta"),
        ("Chittagong EPZ", "BD", None, "Chattogram"),
        ("浙江省金华市义乌市", "CN", None, "Yiwu"),
    ],
)
def test_one_town(text: str, iso2: str, region: str | None, expected: str) -> None:
    match = find_town(text, iso2, region)
    assert match.outcome == "town"
    assert match.candidates[0].name == expected


def test_names_that_several_towns_share_are_asked_about() -> None:
    match = find_town("Springfield", "US")
    assert match.outcome == "ambiguous"
    assert match.latitude is None
    assert {"Missouri", "Massachusetts", "Illinois"} <= {t.state for t in match.candidates}


@pytest.mark.parametrize(
    ("text", "iso2", "first"),
    [
        ("Giresun", "TR", "Giresun (40.917, 38.387)"),  # also another name of a second town
        ("Futian", "CN", "Futian, Chongqing"),
        ("Cofradía", "MX", None),  # brackets within a name
        ("Akgedik", "TR", None),  # without a state
    ],
)
def test_each_candidate_is_one_town_when_it_is_chosen(
    text: str, iso2: str, first: str | None
) -> None:
    candidates = find_town(text, iso2).candidates
    names = [choice_name(town) for town in candidates]
    assert len(set(names)) == len(names) > 1
    assert first in (None, names[0])
    for town, name in zip(candidates, names, strict=True):
        assert find_town(name, iso2).candidates == (town,)


@pytest.mark.parametrize(
    ("text", "iso2", "outcome"),
    [
        ("Klang Johor", "MY", "unknown"),  # Klang lies in Selangor
        ("Zone 3", "IT", "unknown"),  # a small town's name with a number
        ("Baja California Sur", "MX", "area"),
        ("Suzhou China", "CN", "ambiguous"),
        ("Kalimantan Timur", "ID", "area"),
        ("Bandung Barat", "ID", "area"),  # a regency of its own
    ],
)
def test_other_words_beside_a_town_are_no_guess(text: str, iso2: str, outcome: str) -> None:
    assert find_town(text, iso2).outcome == outcome


def test_of_towns_with_a_code_nearly_all_have_a_state() -> None:
    brazilian = [town for town in towns_of("BR").towns if town.state_code]
    assert sum(not town.state for town in brazilian) < 0.03 * len(brazilian)
    assert {t.state for t in towns_of("BR").towns if t.name == "Cariacica"} == {"Espírito Santo"}


def test_near_spellings_are_asked_about_and_never_taken() -> None:
    match = find_town("Bangaluru", "IN")
    assert match.outcome == "ambiguous"
    assert "Bengaluru" in [town.name for town in match.candidates]


def test_a_town_of_another_country_is_named() -> None:
    match = find_town("Lyon", "DE")
    assert (match.outcome, match.latitude) == ("unknown", None)
    assert "France" in match.reason


def test_an_area_has_its_centre_and_reach() -> None:
    match = find_town("Georgia", "US")
    assert match.outcome == "area"
    assert match.radius_km is not None
    assert match.radius_km > 100
    assert area_named("US", "no such area") is None


def test_the_short_form_of_a_town_is_never_a_state() -> None:
    assert find_town("Texas", "US").outcome == "area"
    assert find_town("Texas City", "US").candidates[0].name == "Texas City"


def test_a_region_without_the_town_is_asked_about() -> None:
    match = find_town("Tiruppur", "IN", "Kerala")
    assert match.outcome == "ambiguous"
    assert "Kerala" in match.reason


@pytest.mark.parametrize(
    ("address", "iso2", "expected"),
    [
        ("Plot 12, Export Processing Zone, Savar, Dhaka 1349, Bangladesh", "BD", "Savar"),
        ("Jl. Raya Cibitung km 5, Bekasi 17520, Jawa Barat, Indonesia", "ID", "Bekasi"),
        ("No 34/A, II Phase, Peenya Industrial Area, Bangalore, 561028", "IN", "Bengaluru"),
        ("520 McCall Rd.,Manhattan,KS", "US", "Manhattan"),
        ("1 Orchard Rd, Singapore", "SG", "Singapore"),
        ("12 Main St, Springfield", "US", None),
        ("123 Main St, Houston TX 77001", "US", "Houston"),
        ("Bao'an District Shenzhen Guangdong", "CN", "Shenzhen"),
        ("1404 W Main St.,Carrolton,Texas", "US", None),
        ("Changkou Town, FuYang District", "CN", None),
        ("5A road Nhon Trach 2 Industrial Zone,Dong Nai province,Vietnam.", "VN", None),
    ],
)
def test_towns_of_addresses(address: str, iso2: str, expected: str | None) -> None:
    match = town_of_address(address, iso2)
    assert (match.candidates[0].name if match else None) == expected


def test_a_country_without_towns_has_none() -> None:
    assert towns_of("XX").towns == ()
    assert find_town("Anywhere", "XX").outcome == "unknown"


@pytest.mark.parametrize("code", ["MDE", "AC", "SZX"])
def test_codes_are_no_names_of_towns(code: str) -> None:
    assert {find_town(code, iso2).outcome for iso2 in ("CO", "BR", "CN")} == {"unknown"}
