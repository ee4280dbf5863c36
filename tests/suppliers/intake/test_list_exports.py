"""Sites of a list as plots for the EU and as facilities for Open Supply Hub, and back."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from suppliers.intake.list_exports import facility_template, plots_geojson
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import SupplierIntake, read_site_rows, read_suppliers

HEADER = (
    "supplier_id,name,country,site_id,site_name,address,sector,parent,workforce_band,"
    "latitude,longitude,geometry\n"
)
RING = "-76.1 3.1,-76 3.1,-76 3.2,-76.1 3.2,-76.1 3.1"
HOLE = "-76.06 3.14,-76.04 3.14,-76.04 3.16,-76.06 3.16,-76.06 3.14"
ROWS = (
    "F1,Finca Alvara,CO,P-7,La Loma,,01,,,3.151234,-76.051234,\n"
    "F1,Finca Alvara,CO,P-8,,,01,,,3.15,-76.05,\n"
    f'F2,Cooperativa,CO,P-9,,,01,,,,,"POLYGON(({RING}),({HOLE}))"\n'
    f'F2,Cooperativa,CO,P-10,,,01,,,,,"MULTIPOLYGON((({RING})))"\n'
    'F3,"Mill ""One"" Ltd",BD,M-1,,"12 Road, Gazipur",14,Group,50-249,,,\n'
)


def _write(folder: Path, rows: str = ROWS) -> Path:
    path = folder / "list.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def _compared(intake: SupplierIntake) -> pl.DataFrame:
    return (
        intake.sites.filter("has_measurable_location")
        .join(intake.suppliers.select("supplier_id", "name"), on="supplier_id")
        .select(
            "site_id", "supplier_id", "name", "country_iso3", "latitude", "longitude",
            "geometry_wkt", "location_precision",
        )
        .sort("site_id")
    )  # fmt: skip


def test_plots_come_back_with_their_ids_outlines_and_points(tmp_path: Path) -> None:
    path = _write(tmp_path)
    found = plots_geojson(read_site_rows(path))
    written = tmp_path / "plots.geojson"
    written.write_bytes(found.content)

    before, after = _compared(read_suppliers(path)), _compared(read_suppliers(written))

    assert found.written == 4
    assert after.drop("latitude", "longitude").equals(before.drop("latitude", "longitude"))
    for axis in ("latitude", "longitude"):
        assert after[axis].to_list() == pytest.approx(before[axis].to_list(), abs=1e-6)
    assert found.notes == (
        "sites without an exact location, which are left out: 1",
        "points with fewer than the six decimals that the EU's system asks for; zeros fill them "
        "up, so measure these points again: 1",
        "outlines with holes, of which the EU's system reads the outer ring alone: 1",
    )


def test_plots_have_the_properties_and_the_decimals_of_the_file_description(
    tmp_path: Path,
) -> None:
    content = plots_geojson(read_site_rows(_write(tmp_path))).content.decode()

    first, second = json.loads(content)["features"][:2]
    assert first["id"] == "P-7"
    assert first["properties"] == {
        "ProducerName": "Finca Alvara",
        "ProducerCountry": "CO",
        "ProductionPlace": "La Loma",
        "supplier_id": "F1",
    }
    assert '"coordinates": [-76.051234, 3.151234]' in content
    assert '"coordinates": [-76.050000, 3.150000]' in content
    assert second["properties"]["ProductionPlace"] == "P-8"
    assert "crs" not in json.loads(content)


def test_facilities_have_the_columns_of_the_upload_template_and_come_back(tmp_path: Path) -> None:
    more = "F4,Acme,VN,,,Lot 5 — Zone A,14,,1000+,10.98123456789,106.65,\n"
    found = facility_template(read_site_rows(_write(tmp_path, ROWS + more)))

    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert list(rows[0]) == [
        "country", "name", "address", "sector_product_type", "facility_type_processing_type",
        "number_of_workers", "parent_company", "lat", "lng",
    ]  # fmt: skip
    assert rows[0] == {
        "country": "Bangladesh",
        "name": "Mill  One  Ltd",
        "address": "12 Road, Gazipur",
        "sector_product_type": "apparel",
        "facility_type_processing_type": "",
        "number_of_workers": "50-249",
        "parent_company": "Group",
        "lat": "",
        "lng": "",
    }
    assert (rows[1]["lat"], rows[1]["lng"]) == ("10.9812346", "106.65")
    assert rows[1]["address"] == "Lot 5   Zone A"
    assert rows[1]["number_of_workers"] == ""
    assert found.written == 2
    assert found.notes == (
        "sites without the address that the template requires, which are left out: 4",
    )
    path = tmp_path / "facilities.csv"
    path.write_bytes(found.content)
    back = read_suppliers(path, IntakeOptions(derive_supplier_id=True))
    assert back.suppliers.sort("name")["sector"].to_list() == ["14", "14"]
    assert back.suppliers["country_iso2"].sort().to_list() == ["BD", "VN"]


def test_a_download_of_open_supply_hub_is_a_list(tmp_path: Path) -> None:
    path = tmp_path / "facilities.csv"
    path.write_text(
        "os_id,contribution_date,name,address,country_code,country_name,lat,lng,sector,"
        "contributor (list),number_of_workers,parent_company,processing_type_facility_type_raw,"
        "facility_type,processing_type,product_type,is_closed\n"
        'BD2021085D4K5E8,2021-03-26,Meghna Knit Ltd,"12 Road, Gazipur",BD,Bangladesh,23.991234,'
        "90.421234,Apparel,A|B,501-1000,Meghna Group,,Final Product Assembly,Sewing,Shirts,False\n"
    )
    intake = read_suppliers(path, IntakeOptions(derive_supplier_id=True))

    (supplier,) = intake.suppliers.to_dicts()
    assert supplier["os_id"] == "BD2021085D4K5E8"
    assert supplier["sector"] == "14"
    assert supplier["workforce_band"] == "250-999"
    assert intake.sites["location_precision"].to_list() == ["exact"]
