import io
from pathlib import Path

import polars as pl
import pytest

from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.read_list import IntakeOptions, SupplierIntake, read_suppliers
from tests.suppliers.workbooks import write_workbook

HEADER = "supplier_id,name,country,latitude,longitude\n"
SUPPLIER_COLUMNS = {
    "supplier_id": pl.String,
    "name": pl.String,
    "country_iso2": pl.String,
    "country_iso3": pl.String,
    "subregion": pl.String,
    "sector": pl.String,
    "sector_section": pl.String,
    "commodity_hs": pl.String,
    "lei": pl.String,
    "cik": pl.String,
    "company_number": pl.String,
    "os_id": pl.String,
    "parent": pl.String,
    "annual_spend": pl.Float64,
    "currency": pl.String,
    "workforce_band": pl.String,
    "tier": pl.Int64,
    "source_file": pl.String,
    "source_row": pl.Int64,
}
SITE_COLUMNS = {
    "site_id": pl.String,
    "supplier_id": pl.String,
    "site_name": pl.String,
    "country_iso3": pl.String,
    "admin_area": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "geometry_wkt": pl.String,
    "location_precision": pl.String,
    "location_reason": pl.String,
    "has_measurable_location": pl.Boolean,
    "location_is_public": pl.Boolean,
}


def _intake(
    tmp_path: Path, text: str, options: IntakeOptions | None = None, name: str = "list.csv"
) -> SupplierIntake:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_suppliers(path, options)


def test_frames_keep_their_contract(tmp_path: Path) -> None:
    intake = _intake(tmp_path, HEADER + "1,A,CN,31.23,121.47\n")
    assert dict(intake.suppliers.schema) == SUPPLIER_COLUMNS
    assert dict(intake.sites.schema) == SITE_COLUMNS
    assert intake.rejected.columns == [
        "source_file",
        "source_row",
        "supplier_id",
        "name",
        "rule",
        "reason",
    ]


def test_one_row_with_everything(tmp_path: Path) -> None:
    intake = _intake(
        tmp_path,
        "Vendor No.;Razón social;País;Lat;Lng;Sector;Partida arancelaria;LEI;CIK;Matriz;Gasto;"
        "Moneda;Empleados;Nivel;Disclosed;Payment terms\n"
        "17;Textiles del Sur;Perú;-12,05;-77,04;C13.1;6109.10;0000MADEUPFIRM000142;1234;Grupo;"
        "1.234,56;pen;120;Tier 1;sí;net 30\n",
    )
    assert intake.suppliers.row(0, named=True) == {
        "supplier_id": "17",
        "name": "Textiles del Sur",
        "country_iso2": "PE",
        "country_iso3": "PER",
        "subregion": "Latin America and the Caribbean",
        "sector": "13",
        "sector_section": "C",
        "commodity_hs": "61",
        "lei": "0000MADEUPFIRM000142",
        "cik": "0000001234",
        "company_number": None,
        "os_id": None,
        "parent": "Grupo",
        "annual_spend": 1234.56,
        "currency": "PEN",
        "workforce_band": "50-249",
        "tier": 1,
        "source_file": "list.csv",
        "source_row": 2,
    }
    site = intake.sites.row(0, named=True)
    assert (site["latitude"], site["longitude"]) == (-12.05, -77.04)
    assert site["location_precision"] == "exact"
    assert site["location_is_public"] is True
    assert [c.column for c in intake.guard.not_read] == ["Payment terms"]


def test_a_worker_phone_column_rejects_without_a_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = HEADER.strip() + ",Worker phone\n1,A,CN,31.23,121.47,+8613800138000\n"
    with pytest.raises(
        NonExtractiveError, match=r"list\.csv: the column 'Worker phone'"
    ) as rejection:
        _intake(tmp_path, text)
    reported = f"{rejection.value!r}{rejection.value.__dict__}{caplog.text}"
    assert "13800138000" not in reported
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
    dropped = IntakeOptions(guard=GuardSettings(drop=frozenset({"worker phone"})))
    intake = _intake(tmp_path, text, dropped)
    assert intake.guard.dropped == ("Worker phone",)
    assert intake.counts["suppliers"] == 1
    assert "13800138000" not in repr(intake)


def test_headers_are_guarded_before_values_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> pl.DataFrame:
        raise AssertionError("a value was read")

    monkeypatch.setattr("suppliers.intake.table_rows.Table.read", forbidden)
    with pytest.raises(NonExtractiveError):
        _intake(tmp_path, HEADER.strip() + ",passport_number\n1,A,CN,1,2,X\n")


def test_another_sheet_with_worker_records_rejects(tmp_path: Path) -> None:
    rows = [["Supplier ID", "Name", "Country"], ["1", "A", "CN"]]
    path = write_workbook(
        tmp_path / "a.xlsx", {"List": rows, "Staff": [["Worker name", "Salary"], ["x", 1]]}
    )
    with pytest.raises(NonExtractiveError, match="sheet Staff"):
        read_suppliers(path)


def test_a_single_email_in_a_name_loses_the_row_and_not_the_list(tmp_path: Path) -> None:
    rows = "".join(f"{i},Company {i} Ltd,CN,31.23{i},121.47\n" for i in range(1, 60))
    intake = _intake(tmp_path, HEADER + rows + "60,lan@example.org,CN,31,121\n")
    (row,) = intake.rejected.rows(named=True)
    assert (row["source_row"], row["rule"], row["supplier_id"]) == (61, "person_like_value", None)
    assert "lan@" not in repr(intake)


def test_forty_percent_bad_rows_go_on(tmp_path: Path) -> None:
    bad = "1,,CN,31,121\n2,B,Atlantis,31,121\n,C,CN,31,121\n4,D,,31,121\n"
    good = "".join(f"{i},Company {i},CN,31.23{i},121.47\n" for i in range(5, 11))
    intake = _intake(tmp_path, HEADER + bad + good)
    assert intake.counts["rows_rejected"] == 4
    assert intake.rejected["rule"].to_list() == [
        "missing_name",
        "unknown_country",
        "missing_supplier_id",
        "missing_country",
    ]
    assert intake.suppliers["supplier_id"].to_list() == ["10", "5", "6", "7", "8", "9"]


def test_mostly_bad_rows_are_rejected_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(DataRejectedError, match=r"2 of 3 rows .*2 × name is empty.*max_rejected"):
        _intake(tmp_path, HEADER + "1,,CN,1,1\n2,,CN,1,1\n3,C,CN,31,121\n")


def test_no_row_left_is_rejected_whatever_the_share(tmp_path: Path) -> None:
    with pytest.raises(DataRejectedError, match="1 of 1 rows"):
        _intake(tmp_path, HEADER + "1,,CN,1,1\n", IntakeOptions(max_rejected_share=1.0))


def test_a_bad_optional_value_does_not_lose_the_supplier(tmp_path: Path) -> None:
    intake = _intake(
        tmp_path,
        "supplier_id,name,country,latitude,longitude,annual_spend,lei,sector,tier\n"
        "1,A,CN,north,121.47,lots,123,Widgets,first\n",
    )
    assert intake.counts["suppliers"] == 1
    assert set(intake.issues["field"]) == {"latitude", "annual_spend", "lei", "sector", "tier"}
    assert "lots" not in " ".join(intake.issues["reason"])
    site = intake.sites.row(0, named=True)
    assert site["location_precision"] == "country"
    assert site["location_reason"] == "the coordinate is not a number in decimal degrees"


def test_exact_duplicates_are_kept_once_and_do_not_count_as_bad(tmp_path: Path) -> None:
    row = "1,A,CN,31.23,121.47\n"
    intake = _intake(tmp_path, HEADER + row * 4)
    assert intake.counts["rows_repeated"] == 3
    assert intake.counts["rows_rejected"] == 0
    assert set(intake.rejected["rule"]) == {"duplicate_row"}
    assert intake.rejected["source_row"].to_list() == [3, 4, 5]


def test_several_rows_of_a_supplier_are_several_sites(tmp_path: Path) -> None:
    intake = _intake(
        tmp_path,
        "supplier_id,name,country,site_id,latitude,longitude,parent\n"
        "1,A,CN,s1,31.23,121.47,\n1,A Ltd,VN,s2,21.03,105.85,Group\n2,B,CN,s1,30.27,120.16,\n",
    )
    assert intake.suppliers["name"].to_list() == ["A", "B"]
    assert intake.suppliers["parent"].to_list() == ["Group", None]
    assert intake.suppliers["country_iso3"].to_list() == ["CHN", "CHN"]
    assert intake.sites["site_id"].to_list() == ["1:s1", "s2", "2:s1"]
    assert intake.sites["country_iso3"].to_list() == ["CHN", "VNM", "CHN"]
    assert any("differ in name, of which the first was kept: 1" in note for note in intake.notes)


def test_parents_by_number_and_name_as_purchasing_systems_write_them(tmp_path: Path) -> None:
    intake = _intake(
        tmp_path,
        "SM Vendor ID,Supplier Name,Country,Parent Vendor ID,Parent Supplier Name\n"
        "V1,Alpha Mills Ltd,BD,V9,Zephyr Holding\n"
        "V2,Beta Mills Ltd,BD,P7,Quibble Group\n"
        "V3,Gamma Mills Ltd,BD,P7,QUIBBLE GRP\n"
        "V4,Delta Mills Ltd,BD,P8,\n"
        "V5,Epsilon Mills Ltd,BD,,Marlin Group\n"
        "V9,Zephyr Holding Ltd,BD,,\n",
    )
    parents = dict(intake.suppliers.select("supplier_id", "parent").iter_rows())
    # A supplier of the list by its number; one name for each other number; else the number.
    assert parents == {
        "V1": "V9", "V2": "Quibble Group", "V3": "Quibble Group", "V4": "P8",
        "V5": "Marlin Group", "V9": None,
    }  # fmt: skip


def test_the_order_of_rows_changes_neither_ids_nor_order(tmp_path: Path) -> None:
    header = "name,country,latitude,longitude\n"
    rows = ["A,CN,31.23,121.47\n", "B,VN,21.03,105.85\n", "a.,China,30.27,120.16\n"]
    options = IntakeOptions(derive_supplier_id=True)
    one = _intake(tmp_path, header + "".join(rows), options)
    other = _intake(tmp_path, header + "".join(reversed(rows)), options)
    assert one.sites.equals(other.sites)
    assert one.suppliers["supplier_id"].equals(other.suppliers["supplier_id"])
    assert len(one.suppliers) == 2


def test_ids_are_derived_only_when_asked(tmp_path: Path) -> None:
    text = "name,country\nA,CN\n"
    with pytest.raises(DataRejectedError, match="derive_supplier_id: true"):
        _intake(tmp_path, text)
    intake = _intake(tmp_path, text, IntakeOptions(derive_supplier_id=True))
    assert intake.suppliers["supplier_id"][0].startswith("s-")
    assert len(intake.suppliers["supplier_id"][0]) == 14
    assert "derived" in intake.notes[0]


def test_several_files_are_reported_apart_by_their_names(tmp_path: Path) -> None:
    for name, firm in (("list 1.csv", "A"), ("list 2.csv", "B")):
        (tmp_path / name).write_text(f"{HEADER}7,{firm},CN,31.23,121.47\n")
    intake = read_suppliers(tmp_path)
    assert intake.suppliers["supplier_id"].to_list() == ["list_1:7", "list_2:7"]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("supplier_id,Nmae,country\n1,A,CN\n", "no column holds name; 'Nmae' may be meant"),
        ("supplier_id,name\n1,A\n", "no column holds country"),
        ("supplier_id,name,Pays,Land\n1,A,CN,CN\n", "both mean country"),
    ],
)
def test_missing_columns_are_named(tmp_path: Path, text: str, reported: str) -> None:
    with pytest.raises(DataRejectedError, match=reported):
        _intake(tmp_path, text)


def test_a_profile_names_its_own_columns(tmp_path: Path) -> None:
    options = IntakeOptions(columns={"Nr": "supplier_id", "Was": "name", "Wo": "country"})
    intake = _intake(tmp_path, "Nr,Was,Wo\n1,A,China\n", options)
    assert intake.suppliers["country_iso3"].to_list() == ["CHN"]


def test_polygons_are_sites(tmp_path: Path) -> None:
    square = "POLYGON ((101 0, 101.1 0, 101.1 0.1, 101 0.1, 101 0))"
    bow = "POLYGON ((102 0, 102.1 0.1, 102.1 0, 102 0.1, 102 0))"
    far = "POLYGON ((0 101, 0 101.1, 0.1 101.1, 0.1 101, 0 101))"
    intake = _intake(
        tmp_path,
        "supplier_id,name,country,geometry\n"
        f'1,A,Indonesia,"{square}"\n2,B,Indonesia,"{bow}"\n3,C,Indonesia,"{far}"\n'
        "4,D,Indonesia,POINT (101.5 0.5)\n5,E,Indonesia,rubbish\n",
    )
    assert intake.sites["location_precision"].to_list() == [
        "polygon",
        "polygon",
        "country",
        "exact",
        "country",
    ]
    reasons = intake.sites["location_reason"].to_list()
    assert reasons[0] is None
    assert "corrected" in reasons[1]
    assert "swapped" in reasons[2]
    assert "neither WKT" in reasons[4]
    assert intake.sites["geometry_wkt"].null_count() == 3
    assert intake.sites["has_measurable_location"].to_list() == [True, True, False, True, False]


def test_a_place_without_coordinate_is_its_area_or_country(tmp_path: Path) -> None:
    intake = _intake(
        tmp_path, "supplier_id,name,country,province,lat,lng\n1,A,CN,Fujian,,\n2,B,CN,,31.2,\n"
    )
    assert intake.sites.select("location_precision", "location_reason").rows() == [
        (
            "admin_area",
            "the centre of the area Fujian, from the list's area name (GeoNames); "
            "the site lies within about 217 km",
        ),
        ("country", "only one of latitude and longitude given"),
    ]


def test_addresses_are_in_no_output(tmp_path: Path) -> None:
    intake = _intake(
        tmp_path, "supplier_id,name,country,address\n1,A,CN,c/o Ms Lin 5 Garden Road\n"
    )
    frames = (intake.suppliers, intake.sites, intake.rejected, intake.issues)
    assert not any("Lin 5" in str(frame.to_dicts()) for frame in frames)


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "cp1252"])
def test_encodings_end_in_the_same_frames(tmp_path: Path, encoding: str) -> None:
    name = "苏州纺织有限公司服装厂" if encoding == "gb18030" else "Señor Ñandú Compañía Textil"
    path = tmp_path / "list.csv"
    path.write_bytes((HEADER + f"1,{name},China,31.23,121.47\n").encode(encoding))
    assert read_suppliers(path).suppliers["name"].to_list() == [name]


@pytest.mark.long
def test_two_hundred_thousand_rows(tmp_path: Path) -> None:
    count = 200_000
    text = io.StringIO()
    frame = pl.DataFrame({"i": pl.int_range(count, eager=True)}).select(
        supplier_id=pl.format("V{}", pl.col("i") // 2),
        name=pl.format("Company {} Ltd", pl.col("i") // 2),
        country=pl.lit("Viet Nam"),
        site_id=pl.format("S{}", pl.col("i")),
        latitude=20.5 + (pl.col("i") % 1000) / 1003,
        longitude=105.2 + (pl.col("i") // 1000) / 1003,
    )
    frame.write_csv(text)
    intake = _intake(tmp_path, text.getvalue())
    assert intake.counts["suppliers"] == count // 2
    assert intake.counts["sites"] == count
    assert intake.counts["rows_rejected"] == 0


LISTS = "finance/open_supply_hub_lists"


@pytest.mark.shared
def test_every_centre_point_of_the_facility_lists_is_found(shared_data: Path) -> None:
    lists = sorted((shared_data / LISTS).glob("*_geocoded.csv"))
    intake = read_suppliers(lists, IntakeOptions(derive_supplier_id=True))
    assert intake.counts["rows_read"] == 581
    assert intake.counts["rows_rejected"] == 0
    at_country = intake.sites.filter(pl.col("location_precision") == "country")
    # Counted by eye: all failed geocodes of eight countries, and no facility near Dhaka.
    assert dict(at_country["country_iso3"].value_counts().iter_rows()) == {
        "CHN": 6,
        "BGD": 2,
        "KHM": 2,
        "VNM": 2,
        "IND": 2,
        "IDN": 1,
        "SLV": 1,
        "THA": 1,
    }
    assert not at_country["has_measurable_location"].any()
    assert intake.counts["sites_city"] == 23
    assert "sites_none" not in intake.counts


@pytest.mark.shared
def test_raw_uploads_are_read_as_uploaded(shared_data: Path) -> None:
    uploads = sorted((shared_data / LISTS).glob("*_raw_upload.*"))
    intake = read_suppliers(uploads, IntakeOptions(derive_supplier_id=True))
    assert intake.counts["sites_measurable"] == 0
    assert intake.guard.withheld == ()
    assert intake.counts["rows_read"] == 98


@pytest.mark.shared
def test_no_real_mill_is_called_misplaced(shared_data: Path) -> None:
    mills = shared_data / "outcomes" / "palm_mills" / "mills.csv"
    intake = read_suppliers(mills, IntakeOptions(derive_supplier_id=True))
    assert intake.counts["sites"] == 1_578
    assert intake.counts["sites_measurable"] == 1_578


def test_constants_fill_columns_that_a_list_has_not(tmp_path: Path) -> None:
    options = IntakeOptions(constants={"country": "Indonesia", "sector": "10"})
    intake = _intake(tmp_path, "supplier_id,name,sector\n1,A,01\n2,B,\n", options)
    assert intake.suppliers["country_iso3"].to_list() == ["IDN", "IDN"]
    assert intake.suppliers["sector"].to_list() == ["01", None]


def test_only_rows_that_are_asked_for_are_taken(tmp_path: Path) -> None:
    options = IntakeOptions(where={"Year": "2020"})
    text = "supplier_id,name,country,year\n1,A,CN,2019\n2,B,CN,2020\n"
    assert _intake(tmp_path, text, options).suppliers["supplier_id"].to_list() == ["2"]
    with pytest.raises(DataRejectedError, match="no column 'Month'"):
        _intake(tmp_path, text, IntakeOptions(where={"Month": "1"}))
