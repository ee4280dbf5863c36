"""Import bans and entity lists: companies alone, with day and link, and nothing of persons."""

import datetime as dt
from pathlib import Path

import pytest

from signals.source import SourceModule, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists import cbp_withhold_release_orders, entity_list, uflpa_entity_list
from signals.sources.lists.uflpa_entity_list import entity_names
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import context, staged
from tests.signals.web import Answer, Web


def read(module: SourceModule, tmp_path: Path, text: str, **options: object) -> Staged:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "list.csv").write_text(text, encoding="utf-8")
    return staged(module, context(tmp_path, mirror=mirror, **options))


def test_orders_in_force_are_read_with_their_links(tmp_path: Path) -> None:
    text = (
        "company,iso,status,url,effective date\n"
        '"Made Up Cotton Co., Ltd.",CHN,Import ban in force,https://example.org/1,6/9/2022\n'
        "Ended Mills,CHN,Inactive,https://example.org/2,1/2/2010\n"
    )
    outcome = read(cbp_withhold_release_orders, tmp_path, text)
    (row,) = outcome.rows.iter_rows(named=True)
    assert (row["kind"], row["country_iso2"], row["link"]) == (
        "import_ban",
        "CN",
        "https://example.org/1",
    )
    assert row["listed_on"] == row["published_on"] == dt.date(2022, 6, 9)


def test_an_undated_list_is_known_from_its_day_or_the_one_given(tmp_path: Path) -> None:
    outcome = read(uflpa_entity_list, tmp_path, "name\nMade Up Yarn\n", known_since="2023-08-02")
    (row,) = outcome.rows.iter_rows(named=True)
    assert row["listed_on"] is None
    assert row["published_on"] == dt.date(2023, 8, 2)


def test_persons_and_ships_are_never_read(tmp_path: Path) -> None:
    text = (
        "schema,name,aliases,country\nCompany,Made Up Steel,MUS; M.U. Steel,Russia\n"
        "Person,Somebody,,Russia\nVessel,Ship One,,\n"
    )
    outcome = read(entity_list, tmp_path, text, list="Made-up sanctions")
    assert outcome.rows["name"].to_list() == ["Made Up Steel"]
    assert outcome.rows["other_names"].to_list() == [["MUS", "M.U. Steel"]]
    assert outcome.rows["list_title"].to_list() == ["Made-up sanctions"]
    assert sorted(outcome.rejected["rule"]) == ["person_entry", "thing_entry"]
    assert "Somebody" not in str(outcome.rejected.rows())


def test_columns_about_persons_must_be_dropped_by_name(tmp_path: Path) -> None:
    text = "schema,name,birth_date\nCompany,Made Up Steel,\n"
    with pytest.raises(NonExtractiveError):
        read(entity_list, tmp_path, text)
    (tmp_path / "again").mkdir()
    outcome = read(entity_list, tmp_path / "again", text, drop=["birth_date"])
    assert outcome.rows.height == 1


OFFICIAL_JOURNAL = (
    "celex,recordId,programKey,annex,startDate,schema,name,alias,country,nationality,idNumber,"
    "leiCode,address\n"
    "X,1,MADE-UP,IV,12.9.2014,LegalEntity,Made Up Yarn,MU Yarn; Yarn Made Up,,,,,"
    '"1, Mill Road, Dushanbe, Tajikistan"\n'
    "X,2,MADE-UP,IV,12.9.2014,Person,Somebody,,,Tajikistan,AB12,,\n"
    "X,3,MADE-UP,IV,12.9.2014,Vessel,Ship One,,,,,,\n"
)
SIMPLE_TARGETS = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "program_ids,dataset,first_seen,last_seen,last_change\n"
    "mu-1,Company,Made Up Yarn,MU Yarn;Yarn Made Up,,tj,,,,,,,Made up,,,\n"
    "mu-2,Person,Somebody,,1980-01-01,tj,,AB12,,+992 1,a@example.org,,Made up,,,\n"
)


@pytest.mark.parametrize("text", [OFFICIAL_JOURNAL, SIMPLE_TARGETS], ids=["journal", "targets"])
def test_published_layouts_are_read_without_what_they_hold_of_persons(
    tmp_path: Path, text: str
) -> None:
    outcome = read(entity_list, tmp_path, text, known_since="2014-09-12")
    (row,) = outcome.rows.iter_rows(named=True)
    assert (row["name"], row["country_iso2"]) == ("Made Up Yarn", "TJ")
    assert row["other_names"] == ["MU Yarn", "Yarn Made Up"]
    assert set(outcome.rejected["rule"]) <= {"person_entry", "thing_entry"}
    everything = str(outcome.rows.rows()) + str(outcome.rejected.rows())
    assert not any(word in everything for word in ("Somebody", "AB12", "1980", "992"))


SCREENING_LIST = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,"
    "start_date,end_date,standard_order,license_requirement,license_policy,call_sign,vessel_type,"
    "gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,remarks,source_list_url,"
    "alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,"
    "ids\n"
    'p1,Made-up SDN,1,Individual,MU,"DOE, John",Director,,,2019-01-02,,,,,,,,,,,,https://example.org,'
    "Johnny,,1980-01-01,,,https://example.org,AB12\n"
    'p2,Made-up Denied Persons,,,MU,JANE ROE,,"1 Mill Rd, Dushanbe, TJ",,2019-01-02,,,,,,,,,,,,'
    "https://example.org,,,,,,https://example.org,\n"
    "v1,Made-up SDN,3,Vessel,MU,SHIP ONE,,,,2019-01-02,,,,,,,,,,,,https://example.org,,,,,,"
    "https://example.org,\n"
    'c1,Made-up SDN,2,Entity,MU,MADE UP YARN,,"1 Mill Rd, Dushanbe, TJ; 2 Mill Rd, Khujand, TJ",,'
    "2019-01-02,,,,,,,,,,,,https://example.org/list,MU Yarn; Yarn Made Up,,,,,https://example.org,\n"
)


def test_the_screening_list_is_read_without_persons_and_blank_kinds(tmp_path: Path) -> None:
    outcome = read(entity_list, tmp_path, SCREENING_LIST)
    (row,) = outcome.rows.iter_rows(named=True)
    assert (row["name"], row["entry_id"], row["country_iso2"]) == ("MADE UP YARN", "c1", "TJ")
    assert (row["list_title"], row["link"]) == ("Made-up SDN", "https://example.org/list")
    assert row["other_names"] == ["MU Yarn", "Yarn Made Up"]
    assert row["listed_on"] == dt.date(2019, 1, 2)
    assert sorted(outcome.rejected["rule"]) == ["person_entry", "thing_entry", "unknown_kind"]
    everything = str(outcome.rows.rows()) + str(outcome.rejected.rows())
    assert not any(word in everything for word in ("DOE", "John", "ROE", "AB12", "1980"))


@pytest.mark.shared
def test_the_shared_row_of_the_screening_list_is_never_read(
    shared_data: Path, tmp_path: Path
) -> None:
    mirror = shared_data / "publishers" / "csl_consolidated_person_row.csv"
    outcome = staged(entity_list, context(tmp_path, mirror=mirror))
    assert outcome.rows.is_empty()
    assert outcome.rejected["rule"].to_list() == ["person_entry"]
    assert "DOE" not in str(outcome.rejected.rows())


@pytest.mark.parametrize(
    "module", [entity_list, uflpa_entity_list, cbp_withhold_release_orders], ids=lambda m: m.CARD.id
)
@pytest.mark.parametrize(
    ("header", "person"),
    [
        ("schema", "Person,JOHN DOE"),
        ("schema", ",JOHN DOE"),
        ("schema", "LegalEntity,JOHN DOE"),
        ("entity type", "something else,JOHN DOE"),
        ("party type", "Natural person,JOHN DOE"),
        ("type", "Individual,JOHN DOE"),
        ("type", ',"DOE, John"'),
        ("note", 'n,"DOE, John Q."'),
        ("note", "n,Mr John Doe"),
    ],
)
def test_a_planted_person_is_never_read(
    tmp_path: Path, module: SourceModule, header: str, person: str
) -> None:
    companies = "".join(f"Company,Made Up Yarn {row}\n" for row in range(4))
    text = f"{header},name\n{companies}{person}\n"
    outcome = read(module, tmp_path, text, known_since="2023-08-02")
    everything = str(outcome.rows.rows()) + str(outcome.rejected.rows())
    assert "john" not in everything.casefold()
    assert outcome.rejected["source_row"].max() == 6


@pytest.mark.parametrize(
    "name", ["Example Manufacturing, Ltd.", "ACME, Ltd.", "Made Up Yarn, Dushanbe", "ACME"]
)
def test_a_company_of_a_list_of_companies_needs_no_kind(tmp_path: Path, name: str) -> None:
    text = f'name\n"{name}"\n'
    outcome = read(uflpa_entity_list, tmp_path, text, known_since="2023-08-02")
    assert outcome.rows["name"].to_list() == [name]


def test_a_list_that_does_not_say_what_its_entries_are_gives_none(tmp_path: Path) -> None:
    outcome = read(entity_list, tmp_path, "name,country\nMade Up Yarn,TJ\n")
    assert outcome.rows.is_empty()
    assert "options.companies_only: true" in outcome.rejected["reason"][0]


def test_other_tables_still_need_their_columns_dropped_by_name(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError, match="nationality"):
        read(entity_list, tmp_path, "schema,name,nationality\nCompany,Made Up Yarn,\n")


@pytest.mark.shared
def test_the_shared_eu_list_is_read_as_published(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "finance" / "opensanctions_eu_entities"
    files = {"files": ["eu_32014R0833_entities.csv.gz"]}
    outcome = staged(entity_list, context(tmp_path, mirror=mirror, **files))
    assert outcome.rows.height == 1085
    assert set(outcome.rejected["rule"]) == {"thing_entry"}
    assert outcome.rows["listed_on"].is_not_null().sum() == 1015


def test_a_list_without_names_is_rejected_with_the_correction(tmp_path: Path) -> None:
    outcome = read(entity_list, tmp_path, "number,country\n1,RU\n")
    assert "options.columns" in outcome.rejected["reason"][0]
    (tmp_path / "again").mkdir()
    named = read(
        entity_list,
        tmp_path / "again",
        "firma,country\nMade Up,RU\n",
        columns={"name": "firma"},
        companies_only=True,
    )
    assert named.rows["name"].to_list() == ["Made Up"]


def test_a_list_without_a_folder_says_where_to_put_one(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"sources\.uflpa_entity_list\.mirror"):
        uflpa_entity_list.pull(context(tmp_path, url=""))


@pytest.mark.shared
def test_the_real_orders_are_read_whole(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "outcomes" / "import_bans"
    outcome = staged(
        cbp_withhold_release_orders,
        context(tmp_path, mirror=folder, files=["cbp_wro_findings.csv"], known_since="2024-01-01"),
    )
    assert outcome.rows.height == 56
    assert outcome.rejected.is_empty()


ORDERS = (
    "\ufeffEffective Date,Calendar Year,Country Code,Country,Merchandise,WRO/Finding,Industry,"
    "Status,Press Release,Entity,Remarks\n"
    '08/01/2026,2026,ID,Indonesia,"PVC sheet, coated",WRO,Textiles,Active,/newsroom/example,'
    '"Example Manufacturing, Ltd.","Line one, with comma\nLine two"\n'
    "07/01/2026,2026,TM,Turkmenistan,Cotton,WRO,Textiles,Active,/newsroom/cotton,,\n"
    "06/01/2020,2020,MY,Malaysia,Gloves,WRO,Textiles,Inactive,/newsroom/gloves,Ended Gloves,\n"
)


def test_the_newest_file_of_the_orders_is_found_on_its_page(web: Web, tmp_path: Path) -> None:
    old = "/sites/default/files/2026-05/withhold-release-orders-findings-fy26-2026-05-02.csv"
    new = "/sites/default/files/2026-08/withhold-release-orders-findings-fy26-2026-08-03.csv"
    web.answers = {
        "/page": [
            Answer(
                body=f'<html><a href="{old}">x</a><a href="{new}?v=1">y</a>'
                '<a href="/other.csv">z</a></html>'.encode()
            )
        ],
        f"{new}?v=1": [Answer(body=ORDERS.encode())],
    }
    using = context(tmp_path, url=web.url("/page"), as_of=dt.date(2026, 11, 1))
    outcome = staged(cbp_withhold_release_orders, using)
    (row,) = outcome.rows.iter_rows(named=True)
    assert (row["name"], row["country_iso2"]) == ("Example Manufacturing, Ltd.", "ID")
    assert row["link"] == "https://www.cbp.gov/newsroom/example"
    assert row["listed_on"] == dt.date(2026, 8, 1)
    assert outcome.rejected["rule"].to_list() == ["no_company"]


@pytest.mark.shared
def test_the_shared_layout_of_the_orders_keeps_its_link(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "publishers" / "cbp_withhold-release-orders-findings_layout.csv"
    using = context(tmp_path, mirror=mirror, as_of=dt.date(2026, 11, 1))
    outcome = staged(cbp_withhold_release_orders, using)
    assert outcome.rows["link"].to_list() == ["https://www.cbp.gov/newsroom/example"]


ENTITIES_PAGE = """<!doctype html><html><body><p>Lists</p>
<table class="usa-table"><thead><tr><th>Name of Entity</th><th>Effective Date</th></tr></thead>
<tbody><tr><td><p>Made Up Cotton Co., Ltd. (including two aliases: Cotton A and Cotton B Co.,
Ltd.)</p></td><td>June 21, 2022</td></tr>
<tr><td>Made Up Yarn and its subsidiary Small Yarn</td><td>August 9, 2024</td></tr></tbody></table>
<table><tr><th>Other</th></tr><tr><td>Nothing</td></tr></table></body></html>"""


def test_the_entities_are_read_from_the_tables_of_the_page(web: Web, tmp_path: Path) -> None:
    web.answers = {"/list": [Answer(body=ENTITIES_PAGE.encode())]}
    using = context(tmp_path, url=web.url("/list"), as_of=dt.date(2026, 11, 1))
    first, second = staged(uflpa_entity_list, using).rows.iter_rows(named=True)
    assert first["name"] == "Made Up Cotton Co., Ltd."
    assert first["other_names"] == ["Cotton A", "Cotton B Co. Ltd."]
    assert first["listed_on"] == dt.date(2022, 6, 21)
    assert (second["name"], second["other_names"]) == ("Made Up Yarn", ["Small Yarn"])


@pytest.mark.parametrize("module", [uflpa_entity_list, cbp_withhold_release_orders])
@pytest.mark.parametrize(
    "body", ["<html><p>Sign in</p></html>", "<html><table><tr><td>half", "", "a,b\n1,2\n"]
)
def test_another_page_is_an_outage_and_no_empty_list(
    web: Web, tmp_path: Path, module: SourceModule, body: str
) -> None:
    web.answers = {"/list": [Answer(body=body.encode())]}
    with pytest.raises(SourceUnavailableError):
        module.pull(context(tmp_path, url=web.url("/list")))


@pytest.mark.parametrize(
    ("cell", "name", "others"),
    [
        ("A Co., Ltd.", "A Co., Ltd.", []),
        ("A (and one alias: B)", "A", ["B"]),
        ("A (including three aliases: B; C; and D) and subsidiaries", "A", ["B", "C", "D"]),
        ("A (also known as B Co., Ltd.)", "A", ["B Co. Ltd."]),
        ("A and its subordinate and affiliated entities", "A", []),
        (
            "A and its eight Made-up-based subsidiaries, which include B Co., Ltd., C, and D",
            "A",
            ["B Co. Ltd.", "C", "D"],
        ),
    ],
)
def test_names_in_one_cell(cell: str, name: str, others: list[str]) -> None:
    assert entity_names(cell) == (name, others)
