"""Names and codes of states and provinces: one area each, in any language, never exact."""

from pathlib import Path

import pytest

from suppliers.intake.read_list import read_suppliers
from suppliers.places.area_names import area_names
from suppliers.places.gazetteer import towns_of
from suppliers.places.town_addresses import town_of_address
from suppliers.places.town_matches import find_town


@pytest.mark.parametrize(
    ("written", "iso2", "name"),
    [
        ("Bayern", "DE", "Bavaria"),
        ("Baviera", "DE", "Bavaria"),
        ("NRW", "DE", "North Rhine-Westphalia"),
        ("Jawa Barat", "ID", "West Java"),
        ("广东省", "CN", "Guangdong"),
        ("新疆维吾尔自治区", "CN", "Xinjiang"),
        ("XUAR", "CN", "Xinjiang"),
        ("गुजरात", "IN", "Gujarat"),
        ("TN", "IN", "Tamil Nadu"),
        ("SP", "BR", "São Paulo"),
        ("SE", "BR", "Sergipe"),
        ("CA", "US", "California"),
        ("Toscana", "IT", "Tuscany"),
        ("Castilla y León", "ES", "Castille and León"),
        ("Śląskie", "PL", "Silesia"),
        ("Al Iskandariyah", "EG", "Alexandria"),
        ("Oromia", "ET", "Oromiya"),
        ("Dhaka Division", "BD", "Dhaka Division"),
        ("Gazipur", "BD", "Gazipur, Dhaka Division"),
    ],
)
def test_areas_of_many_languages(written: str, iso2: str, name: str) -> None:
    match = find_town(written, iso2, is_area=True)

    assert match.name.startswith(name)
    assert match.outcome == ("town" if written == "Gazipur" else "area")


@pytest.mark.parametrize(("written", "iso2"), [("XX", "BR"), ("Bayern", "AT"), ("sp", "BR")])
def test_what_is_no_area_of_the_country_is_unknown(written: str, iso2: str) -> None:
    assert find_town(written, iso2, is_area=True).outcome == "unknown"


def test_no_name_or_code_stands_for_two_areas() -> None:
    for iso2 in ("BR", "CN", "DE", "ID", "IN", "IT", "MX", "US"):
        named = area_names(iso2, towns_of(iso2).states)
        keys = [key for one in named.values() for key in one.keys]
        codes = [code for one in named.values() for code in one.codes]
        assert len(keys) == len(set(keys)), iso2
        assert len(codes) == len(set(codes)), iso2
        assert not set(keys) & towns_of(iso2).states, iso2


def test_a_region_in_another_language_or_as_a_code_settles_the_town() -> None:
    assert find_town("Santa Cruz", "BR", "RN").name == "Santa Cruz, Rio Grande do Norte"
    assert find_town("Bandung", "ID", "Jawa Barat").outcome == "town"
    found = town_of_address("Rua das Flores 10, Campinas, SP", "BR")
    assert found is not None
    assert found.name == "Campinas, São Paulo"


@pytest.mark.parametrize(
    "written",
    ["Belo Horizonte, MG", "Belo Horizonte - MG", "Belo Horizonte/MG", "Belo Horizonte (MG)",
     "Belo Horizonte – Minas Gerais"],
)  # fmt: skip
def test_a_region_behind_the_town(written: str) -> None:
    assert find_town(written, "BR").name == "Belo Horizonte, Minas Gerais"


def test_a_site_of_an_area_has_its_precision_and_is_never_measured(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("supplier_id,name,country,state\n1,Acme,DE,Bayern\n2,Blum,BR,SE\n")

    sites = read_suppliers(path).sites

    assert sites["location_precision"].to_list() == ["admin_area", "admin_area"]
    assert not sites["has_measurable_location"].any()
    assert "the centre of the area Bavaria" in sites["location_reason"][0]
    assert "within about 170 km" in sites["location_reason"][0]
