"""The check of lists: each kind of finding with its rows and its correction, all at once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from suppliers.input_errors import DataRejectedError
from suppliers.intake.answers import Answers
from suppliers.intake.list_check import ListCheck, check_lists
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.list_findings import ListFinding, rows_text
from suppliers.intake.mapping_file import mapping_text
from suppliers.intake.read_list import read_suppliers

DERIVED = IntakeOptions(derive_supplier_id=True, max_rejected_share=1.0)


def _check(folder: Path, *lists: str, options: IntakeOptions = DERIVED) -> ListCheck:
    paths = [folder / f"list_{number}.csv" for number in range(len(lists))]
    for path, text in zip(paths, lists, strict=True):
        path.write_text(text, encoding="utf-8")
    return check_lists(paths, options, {})


def _of(check: ListCheck, rule: str) -> list[ListFinding]:
    return [finding for finding in check.findings if finding.rule == rule]


@pytest.mark.long
def test_all_kinds_of_faults_are_found_in_one_attempt(tmp_path: Path) -> None:
    check = _check(
        tmp_path,
        "supplier_id,name,country,town,sector,lei,Contact person\n"
        "1,Acme,DE,Springfield,14,,A\n"
        "2,Blum,Atlantis,,Apparel,,B\n"
        "3,Cora,US,Springfield,Widgets,,C\n"
        "4,,FR,,14,,D\n"
        "5,Dora,FR,Paris,14,5493001KJTIIGC8Y1R13,E\n",
        "supplier_id;name;Land;Pays\n1;Acme;DE;FR\n",
    )

    rules = [(one.file, one.rows, one.rule, one.kind) for one in check.findings]
    assert [found for found in rules if found[3] != "note"] == [
        ("list_0.csv", (), "person_name", "settled"),
        ("list_0.csv", (2,), "unknown_town", "open"),
        ("list_0.csv", (3,), "unknown_country", "open"),
        ("list_0.csv", (4,), "bad_sector", "open"),
        ("list_0.csv", (4,), "ambiguous_town", "open"),
        ("list_0.csv", (5,), "missing_name", "rejected"),
        ("list_1.csv", (), "two_columns", "open"),
    ]
    assert not check.is_ready
    assert check.counts["rows"] == 6
    assert check.counts["rows_rejected"] == 2
    (lei,) = _of(check, "bad_lei")
    assert lei.sentence == (
        "list_0.csv, row 6: lei is not a valid LEI (20 characters with check digits); "
        "compare it with the LEI register (gleif.org)."
    )


def test_a_rejected_row_learns_all_its_faults_in_the_same_attempt(tmp_path: Path) -> None:
    check = _check(
        tmp_path,
        "supplier_id,name,country,town,sector,lei,tier\n"
        "1,Acme,Atlantis,,Widgets,X,many\n"
        "1,Blum,DE,Berlin,14,,1\n"
        ",,US,Springfield,Packaging,,1\n",
    )

    found = {(one.rows, one.rule) for one in check.findings if one.rule != "assumed"}
    assert found == {
        ((2,), "unknown_country"),
        ((2,), "bad_sector"),
        ((2,), "bad_lei"),
        ((2,), "bad_tier"),
        ((3,), "one_id_two_names"),
        ((4,), "missing_supplier_id"),
        ((4,), "missing_name"),
        ((4,), "ambiguous_town"),
        ((4,), "bad_sector"),
    }
    assert check.counts["rows_rejected"] == 2
    assert check.counts["suppliers"] == 1


def test_a_rejected_row_keeps_the_name_of_a_company_only(tmp_path: Path) -> None:
    people = "".join(f"{n},Works {n} Ltd,DE\n" for n in range(3, 40))
    path = tmp_path / "list.csv"
    path.write_text(
        "supplier_id,name,country\n1,Acme,Atlantis\n2,a.b@firm.com,DE\n,Cora,\n" + people,
        encoding="utf-8",
    )

    rejected = read_suppliers(path).rejected

    assert rejected.select("source_row", "supplier_id", "name", "rule", "reason").rows() == [
        (2, "1", "Acme", "unknown_country",
         "the country is not known; write its English name or ISO code"),
        (3, None, None, "person_like_value",
         "a required value may be about a person, or names a sole trader, and was not read"),
        (4, None, "Cora", "missing_supplier_id", "supplier_id is empty; country is empty"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Summe", "TOTAL", "Gesamt:", "合计"])
def test_a_row_of_sums_is_left_out_without_a_question(tmp_path: Path, name: str) -> None:
    check = _check(
        tmp_path, f"supplier_id,name,country,sector\n1,Acme,DE,14\n2,Total SE,FR,19\n,{name},,\n"
    )

    assert check.is_ready
    (note,) = _of(check, "row_of_totals")
    assert (note.rows, note.kind) == ((4,), "note")
    assert check.counts["suppliers"] == 2


@pytest.mark.parametrize("row", ["Summe,,,,300", ",,,,300", ",Summe,,,300"])
def test_sums_are_known_by_the_column_of_numbers_and_by_their_amount(
    tmp_path: Path, row: str
) -> None:
    text = f"vendor no,name,country,sector,spend\n1,Acme,DE,14,100\n2,Bolt,FR,19,200\n{row}\n"
    check = _check(tmp_path, text)

    assert check.is_ready
    assert [note.rows for note in _of(check, "row_of_totals")] == [(4,)]


@pytest.mark.parametrize("row", ["3,,,,300", "Summe,Acme,,,300", ",,DE,,300", ",,,14,300"])
def test_a_row_with_more_than_a_sum_is_asked_about(tmp_path: Path, row: str) -> None:
    text = f"vendor no,name,country,sector,spend\n1,Acme,DE,14,100\n2,Bolt,FR,19,200\n{row}\n"
    check = _check(tmp_path, text)

    assert not check.is_ready
    assert not _of(check, "row_of_totals")


def test_a_list_without_faults_is_ready(tmp_path: Path) -> None:
    check = _check(tmp_path, "supplier_id,name,country,town,sector\n1,Acme,FR,Paris,14\n")

    assert check.is_ready
    assert check.findings == ()
    assert check.missing.is_empty()


def test_an_unreadable_file_hides_no_finding_of_another(tmp_path: Path) -> None:
    check = _check(tmp_path, "", "supplier_id,name,country,sector\n1,Acme,Atlantis,14\n")

    assert [(one.file, one.rule) for one in check.findings if one.is_open] == [
        ("2 lists", "too_few_rows"),
        ("list_0.csv", "unusable_file"),
        ("list_1.csv", "unknown_country"),
    ]


def test_a_table_without_a_known_header_can_still_be_mapped(tmp_path: Path) -> None:
    check = _check(tmp_path, "a,b\n1,2\n")

    assert {one.rule for one in check.findings if one.is_open} == {
        "missing_column",
        "unusable_file",
    }
    assert '# "HEADER": name' in mapping_text(check)


def test_a_name_of_persons_cannot_be_left_out(tmp_path: Path) -> None:
    names = ("Mr John Smith", "Mrs Anna Brown", "Mr Carl Weber", "Ms Eva Lang", "Mr Jan Novak")
    people = "".join(f"{n},{name},DE\n" for n, name in enumerate(names, start=1))
    check = _check(tmp_path, "supplier_id,name,country\n" + people)

    (person,) = _of(check, "person_name")
    assert (person.kind, person.block) == ("rejected", None)
    assert person.correction.startswith("give the name of companies in it")
    assert _of(check, "person_like_value") == []


def test_a_missing_column_is_named_once(tmp_path: Path) -> None:
    check = _check(tmp_path, "supplier_id,name\n1,Acme\n2,Blum\n")

    (missing,) = [one for one in check.findings if one.field == "country"]
    assert missing.rows == ()
    assert missing.text == "no column holds country"
    assert missing.correction.endswith("or write the country of all rows (constants: country)")
    assert "# constants: {country: XX}" in mapping_text(check)


@pytest.mark.parametrize(
    ("headers", "row", "rule", "text"),
    [
        (
            "town",
            "Hamburg",
            "unknown_town",
            "town 'Hamburg': a town of this name lies in Germany, not in this country",
        ),
        (
            "town",
            "Bangladesh",
            "unknown_town",
            "town 'Bangladesh': this is the name of the country",
        ),
        ("town", "1341", "unknown_town", "town '1341': this is a postcode and no name of a town"),
        (
            "latitude,longitude",
            "90.3127,23.8921",
            "unusable_location",
            "latitude and longitude look swapped",
        ),
        (
            "latitude,longitude",
            "2643210,233456",
            "unusable_location",
            "the coordinate is in metres of a projection such as UTM, not in degrees",
        ),
        ("latitude,longitude", "0,0", "unusable_location", "0/0 stands for a missing coordinate"),
        (
            "latitude,longitude",
            "51.5074,0.1278",
            "unusable_location",
            "the coordinate lies in United Kingdom, not in the stated country",
        ),
        ("latitude,longitude", "23.8921,", "unusable_location", "only one of latitude and "
         "longitude given"),
        (
            "latitude,longitude",
            "north,90.3127",
            "bad_latitude",
            "latitude 'north' is not a number in decimal degrees",
        ),
        (
            "geometry",
            "SRID=3857;POLYGON((0 0,0 1,1 1,0 0))",
            "unusable_location",
            "the geometry is in EPSG:3857, not in WGS84 (EPSG:4326)",
        ),
        (
            "annual_spend",
            "1.234",
            "ambiguous_number",
            "annual_spend is ambiguous: 1.234 can be 1.234 or 1234",
        ),
        (
            "sector",
            "31161500",
            "unknown_scheme",
            "the codes of sector can be UNSPSC or CPV",
        ),
    ],
)  # fmt: skip
def test_values_that_must_be_answered(
    tmp_path: Path, headers: str, row: str, rule: str, text: str
) -> None:
    quoted = f'"{row}"' if "POLYGON" in row else row
    check = _check(tmp_path, f"supplier_id,name,country,{headers}\n7,Acme,BD,{quoted}\n")

    (finding,) = _of(check, rule)
    assert finding.is_open
    assert finding.rows == (2,)
    assert finding.text == text
    assert finding.correction


def test_one_id_for_two_names_and_one_name_with_two_ids(tmp_path: Path) -> None:
    check = _check(
        tmp_path,
        "supplier_id,name,country\n1,Acme,DE\n1,Blum,DE\n2,Cora,FR\n3,CORA.,FR\n",
    )

    (ids,) = _of(check, "one_id_two_names")
    assert ids.rows == (3,)
    assert ids.text == "supplier_id '1' is 'Blum' here and 'Acme' in list_0.csv row 2"
    (names,) = _of(check, "one_name_two_ids")
    assert (names.rows, names.kind) == ((5,), "note")


def test_a_supplier_of_several_rows_without_a_location_is_counted_once(tmp_path: Path) -> None:
    check = _check(
        tmp_path,
        "supplier_id,name,country,town\n1,Mill,Indonesia,\n1,Mill,Indonesia,\n2,Farm,Peru,Cusco\n"
        "3,Dock,Peru,\n3,Dock,Peru,Cusco\n",
    )
    assert check.counts["without_location"] == 1


def test_two_lists_that_contradict_each_other(tmp_path: Path) -> None:
    check = _check(
        tmp_path,
        "supplier_id,name,country,sector,latitude,longitude\n"
        "1,Meghna Knit Ltd,BD,14,23.8921,90.3127\n"
        "2,Rupsha Foods,BD,10,,\n",
        "supplier_id,name,country,sector,latitude,longitude\n"
        "A,MEGHNA KNIT LTD.,Bangladesh,13,22.3569,91.7832\n"
        "B,Rupsha Foods,India,10,,\n",
    )

    texts = {one.field: one.text for one in _of(check, "contradiction")}
    assert set(texts) == {"sector", "latitude"}
    assert texts["sector"] == "sector of 'MEGHNA KNIT LTD.' is 13 here and 14 in list_0.csv row 2"
    # 1.5352 degrees south are 170.7 km, 1.4705 degrees east at 23.1 degrees north 150.4 km.
    assert texts["latitude"] == (
        "the location of 'MEGHNA KNIT LTD.' is 227 km from that in list_0.csv row 2"
    )
    (country,) = _of(check, "one_name_two_countries")
    assert country.text == "'Rupsha Foods' is in IN here and in BD in list_0.csv row 3"


def test_a_list_of_two_hundred_columns(tmp_path: Path) -> None:
    further = [f"Attribute {number}" for number in range(197)]
    check = _check(
        tmp_path,
        ",".join(["supplier_id", "name", "country", *further])
        + "\n"
        + ",".join(["1", "Acme", "DE", *["x"] * 197])
        + "\n",
    )

    assert len(_of(check, "unread_column")) == 197
    assert check.is_ready


def _workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        asia = book.add_worksheet("Asien")
        asia.merge_range(0, 0, 0, 4, "Lieferantenliste 2024")
        asia.write_row(2, 0, ["Lief.-Nr.", "Firmenname", "Land", "Ort", "Ansprechpartner"])
        asia.write_row(3, 0, ["1", "Meghna Knit Ltd", "", "Dhaka", "R. Khan"])
        asia.write_row(4, 0, ["2", "Dhaka Fashion", "", "Narayanganj", ""])
        asia.merge_range(3, 2, 4, 2, "Bangladesch")
        asia.set_row(4, None, None, {"hidden": True})
        america = book.add_worksheet("Amerika")
        america.write_row(0, 0, ["Lieferantennummer", "Firma", "Land", "Stadt"])
        america.write_row(1, 0, ["3", "Textiles del Sur", "Kolumbien", "San Antonio"])
        old = book.add_worksheet("Alt")
        old.hide()
        old.write_row(0, 0, ["Lieferantennummer", "Firma", "Land", "Ort"])
        old.write_row(1, 0, ["9", "Alt GmbH", "DE", "Bonn"])
        codes = book.add_worksheet("Codes")
        codes.write_row(0, 0, ["Land", "Code"])
    return path


def test_sheets_merged_cells_and_hidden_parts(tmp_path: Path) -> None:
    check = check_lists(_workbook(tmp_path / "liste.xlsx"), DERIVED, {})

    assert check.counts["suppliers"] == 3
    (together,) = _of(check, "several_sheets")
    assert [one.value for one in together.candidates] == ["Asien", "Amerika"]
    (merged,) = _of(check, "merged_cells")
    assert (merged.file, merged.rows) == ("liste.xlsx, sheet Asien", (4, 5))
    (rows,) = _of(check, "hidden_rows")
    assert rows.rows == (5,)
    (hidden,) = _of(check, "hidden_sheet")
    assert (hidden.file, hidden.kind) == ("liste.xlsx, sheet Alt", "open")
    (unread,) = _of(check, "unread_sheet")
    assert (unread.file, unread.kind) == ("liste.xlsx, sheet Codes", "note")
    (person,) = _of(check, "person_name")
    assert (person.key, person.block, person.kind) == ("Ansprechpartner", "drop", "settled")
    (town,) = _of(check, "ambiguous_town")
    assert town.key == "San Antonio, CO"
    assert town.candidates[0].value == "San Antonio, Tenerife, Magdalena Department"


def test_the_mapping_file_holds_what_is_certain_and_asks_the_rest(tmp_path: Path) -> None:
    text = mapping_text(check_lists(_workbook(tmp_path / "liste.xlsx"), DERIVED, {}))

    (entry,) = yaml.safe_load(text)["suppliers"]["files"]
    assert entry["sheets"] == ["Asien", "Amerika"]
    assert entry["drop"] == ["Ansprechpartner"]
    assert entry["map"] == {
        "Lief.-Nr.": "supplier_id",
        "Firmenname": "name",
        "Land": "country",
        "Ort": "town",
        "Lieferantennummer": "supplier_id",
        "Firma": "name",
        "Stadt": "town",
    }
    assert '# "San Antonio, CO": "San Antonio, Tolima Department"    # 5,185 inhabitants' in text


def test_answers_settle_what_they_are_about(tmp_path: Path) -> None:
    rows = (
        "supplier_id,name,country,town,admin_area,sector\n"
        "1,Acme,Atlantis,Bonn,,14\n"
        "2,Blum,US,Springfield,,Widgets\n"
        "3,Cora,US,springfield,Oregon,14\n"
    )
    answers = Answers(
        countries={"atlantis": "DE"},
        sectors={"WIDGETS": "28"},
        towns={"Springfield, US": "Springfield, Sangamon County, Illinois"},
    )
    options = IntakeOptions(answers=answers)

    before, after = _check(tmp_path, rows), _check(tmp_path, rows, options=options)

    assert sum(one.is_open for one in before.findings) == 3
    assert after.findings == ()


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        (Answers(countries={"Atlantis": "XX"}), "'XX' for 'Atlantis' cannot be used"),
        (Answers(sectors={"Widgets": "00"}), "'00' for 'Widgets' cannot be used"),
        (Answers(towns={"Springfield, US": "Springfield"}), "cannot be used"),
        (Answers(towns={"Springfield": "Springfield"}), "does not end in the ISO2 code"),
    ],
)
def test_answers_that_cannot_be_used_are_rejected(
    tmp_path: Path, answers: Answers, fault: str
) -> None:
    with pytest.raises(DataRejectedError, match=fault):
        _check(
            tmp_path,
            "supplier_id,name,country\n1,Acme,DE\n",
            options=IntakeOptions(answers=answers),
        )


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([5], "row 5"),
        ([5, 6], "rows 5, 6"),
        ([9, 2, 3, 4], "rows 2 to 4 and 9"),
        (list(range(1, 100, 2)), "rows 1, 3, 5, 7, 9, 11, 13, 15 and 42 more"),
    ],
)
def test_rows_as_a_person_names_them(rows: Sequence[int], text: str) -> None:
    assert rows_text(tuple(rows)) == text
