from pathlib import Path

import polars as pl
import pytest

from suppliers.intake.read_list import read_suppliers


def _sites(tmp_path: Path, text: str) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    intake = read_suppliers(path)
    return intake.sites.sort("supplier_id"), intake.issues, dict(intake.counts)


def test_a_town_gives_a_point_of_precision_city_and_its_reason(tmp_path: Path) -> None:
    sites, issues, counts = _sites(
        tmp_path, "id,name,country,city,state\n1,A,IN,Tirupur,Tamil Nadu\n2,B,BD,Savar,\n"
    )
    assert sites["location_precision"].to_list() == ["city", "city"]
    assert sites["has_measurable_location"].to_list() == [False, False]
    assert sites["latitude"].to_list() == pytest.approx([11.115, 23.849], abs=0.01)
    assert sites["location_reason"][0] == (
        "the centre of the town Tiruppur, Tamil Nadu, from the list's town name (GeoNames); "
        "the site lies within about 11 km"
    )
    assert issues.is_empty()
    assert counts["towns_found"] == 2


def test_a_coordinate_goes_before_the_town(tmp_path: Path) -> None:
    sites, _, counts = _sites(
        tmp_path, "id,name,country,city,lat,lon\n1,A,IN,Tirupur,11.12345,77.34567\n"
    )
    assert sites["location_precision"].to_list() == ["exact"]
    assert sites["latitude"].to_list() == [11.12345]
    assert counts["towns_found"] == 0


def test_towns_to_be_settled_are_issues_and_the_row_stays(tmp_path: Path) -> None:
    sites, issues, counts = _sites(
        tmp_path, "id,name,country,city\n1,A,US,Springfield\n2,B,DE,Lyon\n3,C,IN,Bangaluru\n"
    )
    assert sites["location_precision"].to_list() == ["country"] * 3
    assert sites["latitude"].to_list() == [None] * 3
    assert issues["rule"].to_list() == ["ambiguous_town", "unknown_town", "ambiguous_town"]
    assert "Springfield, Greene County, Missouri" in issues["reason"][0]
    assert "lies in France" in issues["reason"][1]
    assert (counts["towns_ambiguous"], counts["towns_unknown"]) == (2, 1)


def test_an_area_alone_is_never_a_town(tmp_path: Path) -> None:
    sites, issues, _ = _sites(tmp_path, "id,name,country,province\n1,A,IN,Tamil Nadu\n")
    assert sites["location_precision"].to_list() == ["admin_area"]
    assert sites["latitude"][0] is not None
    assert issues.is_empty()


def test_an_open_town_leaves_the_site_in_its_area_and_is_still_asked_about(tmp_path: Path) -> None:
    sites, issues, _ = _sites(
        tmp_path,
        "id,name,country,city,province\n1,A,IN,Nowherepur,Tamil Nadu\n2,B,IN,Nowherepur,Lagos\n",
    )
    assert sites["location_precision"].to_list() == ["admin_area", "admin_area"]
    assert "the centre of the area Tamil Nadu" in sites["location_reason"][0]
    assert sites["latitude"][1] is None
    assert issues["rule"].to_list() == ["unknown_town", "unknown_town"]


def test_a_list_without_towns_keeps_the_ids_of_its_sites(tmp_path: Path) -> None:
    sites, _, _ = _sites(tmp_path, "id,name,country,province\n1,A,PE,Lima\n")
    assert sites["site_id"].to_list() == ["p-fd9a591137ba"]
