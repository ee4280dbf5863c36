"""Registers: what is read of them, what is left unread, and how each fault is told."""

import datetime as dt
import io
import json
import os
import zipfile
from pathlib import Path

import polars as pl
import pytest

from signals.fetching.archives import unpacked_member
from signals.source import SourceModule, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.registers import companies_house, gleif, open_supply_hub, sec_tickers
from signals.sources.registers.register_rows import ENTITIES, PARENTS
from signals.sources.registers.register_ties import TIES
from sql.warehouse import Warehouse
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from tests.signals.builders import all_staged, context
from tests.signals.web import Answer, Web, store

LEI = "529900MADEUP0000AB12"
PARENT = "529900MADEUP0000CD34"


def listed(*rows: dict[str, object]) -> pl.DataFrame:
    columns = ("supplier_id", "name", "country_iso2", "lei", "cik", "company_number", "os_id")
    filled = [{**dict.fromkeys(columns), "country_iso2": "DE", **row} for row in rows]
    return pl.DataFrame(filled, schema=dict.fromkeys(columns, pl.String))


def read(
    module: SourceModule, mirror: Path, tmp_path: Path, **options: object
) -> dict[str, Staged]:
    """Stage a mirror and hold every table to its contract."""
    using = context(tmp_path, mirror=mirror, supplier_rows=listed({}), **options)
    staged = {one.table: one for one in all_staged(module, using)}
    with Warehouse(None) as warehouse:
        for one in staged.values():
            assert warehouse.load(one.table, one.rows, "run").rejected_by_rule == {}
            warehouse.reject(one.table, one.rejected, "run")
    return staged


def record(lei: str, name: str, category: str = "GENERAL", **firm: object) -> dict[str, object]:
    place = {
        "addressLines": ["Deichweg 1"],
        "city": "Husum",
        "postalCode": "25813",
        "country": "DE",
    }
    entity = {
        "legalName": {"name": name},
        "otherNames": [{"name": "Deichwolle"}],
        "transliteratedOtherNames": [],
        "legalAddress": place,
        "legalForm": {"id": "2HBR"},
        "registeredAs": "HRB 1234",
        "category": category,
        "status": "ACTIVE",
        **firm,
    }
    registration = {"initialRegistrationDate": "2016-02-03T00:00:00Z"}
    return {
        "type": "lei-records",
        "attributes": {"lei": lei, "entity": entity, "registration": registration},
    }


def document(*items: dict[str, object]) -> str:
    meta = {"goldenCopy": {"publishDate": "2024-05-01T00:00:00Z"}}
    return json.dumps({"meta": meta, "data": list(items)})


def test_gleif_reads_companies_and_parents_and_no_sole_traders(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    trader = record("529900MADEUP0000EF56", "Jansen, Schuhe", "SOLE_PROPRIETOR")
    (mirror / "lei-records.json").write_text(
        document(record(LEI, "Husumer Wolle GmbH"), record(PARENT, "Nordsee Holding AG"), trader)
    )
    tie = {
        "relationship": {
            "startNode": {"id": LEI},
            "endNode": {"id": PARENT},
            "type": "IS_DIRECTLY_CONSOLIDATED_BY",
            "status": "ACTIVE",
        },
        "registration": {"initialRegistrationDate": "2017-01-05T00:00:00Z"},
    }
    silence = {
        "lei": LEI,
        "category": "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT",
        "reason": "NON_PUBLIC",
    }
    (mirror / "parent-relationship.json").write_text(
        document(
            {"type": "relationship-records", "attributes": tie},
            {"type": "reporting-exceptions", "attributes": silence},
        )
    )
    staged = read(gleif, mirror, tmp_path)
    firm = staged[ENTITIES].rows.row(by_predicate=pl.col("lei") == LEI, named=True)
    assert staged[ENTITIES].rows.height == 2
    assert firm["other_names"] == ["Deichwolle"]
    assert firm["published_on"] == dt.date(2016, 2, 3)
    assert firm["address"] == "Deichweg 1, 25813, Husum"
    parents = staged[PARENTS].rows.select("relation", "parent_name", "exception").rows()
    assert parents == [("direct", "Nordsee Holding AG", None), ("ultimate", None, "NON_PUBLIC")]


def golden_copy() -> str:
    head = (
        "LEI,Entity.LegalName,Entity.LegalAddress.Country,Entity.EntityCategory,Entity.EntityStatus"
    )
    return (
        f"{head}\n{LEI},Husumer Wolle GmbH,DE,GENERAL,ACTIVE\n"
        f"{PARENT},Faraway Inc,US,GENERAL,ACTIVE\n"
        "529900MADEUP0000EF56,Jansen,DE,SOLE_PROPRIETOR,ACTIVE\n"
    )


def test_golden_copy_in_a_zip_gives_the_suppliers_countries(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    with zipfile.ZipFile(mirror / "lei2-golden-copy.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lei2.csv", golden_copy())
    rows = read(gleif, mirror, tmp_path)[ENTITIES].rows
    assert rows["name"].to_list() == ["Husumer Wolle GmbH"]


def archive_of(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive_of(("../../etc/lei.csv", b"a,b\n")), "leads out of it"),
        (archive_of(("/lei.csv", b"a,b\n")), "leads out of it"),
        (archive_of(("C:/lei.csv", b"a,b\n")), "leads out of it"),
        (archive_of(("lei.csv", b"\0" * 12_000_000)), "swells beyond"),
        (archive_of(("a.csv", b"a,b\n"), ("b.csv", b"a,b\n")), "holds 2 .csv files"),
        (archive_of(("a.txt", b"a,b\n")), "holds 0 .csv files"),
        (archive_of(("lei.csv", b"a,b\n" * 999))[:120], "cut off or broken"),
        (b"<html>no</html>", "cut off or broken"),
    ],
)
def test_archives_are_not_trusted(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "golden-copy.zip"
    path.write_bytes(content)
    with pytest.raises(DataRejectedError, match=message), unpacked_member(path, ".csv"):
        pytest.fail("it was opened")


def test_an_archive_may_not_exceed_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "golden-copy.zip"
    path.write_bytes(archive_of(("lei.csv", bytes(range(256)) * 8)))
    with (
        pytest.raises(DataRejectedError, match="swells"),
        unpacked_member(path, ".csv", limit_bytes=100),
    ):
        pytest.fail("it was opened")


FAULTS = {
    "cut off": '{"data": [{"type"',
    "page": "<!doctype html><html><body>Sign in</body></html>",
    "other": '{"hello": 1}',
    "list": "[1, 2]",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (gleif, "lei-records.json"),
        (sec_tickers, "company_tickers.json"),
        (companies_house, "company_profile.json"),
        (open_supply_hub, "facilities.json"),
    ],
)
def test_a_bad_file_is_rejected_whole_and_reported(
    tmp_path: Path, module: SourceModule, name: str, fault: str
) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / name).write_text(FAULTS[fault])
    staged = read(module, mirror, tmp_path)
    assert staged[ENTITIES].rows.is_empty()
    (row,) = staged[ENTITIES].rejected.iter_rows(named=True)
    assert row["rule"] == "unreadable_file"
    assert name in row["reason"]


def test_sec_names_lose_their_marks_and_gain_former_names(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    tickers = {
        "0": {"cik_str": 77, "ticker": "A", "title": "MADE UP MILLS INC /DE/"},
        "1": {"cik_str": 77, "ticker": "B", "title": "MADE UP MILLS INC /DE/"},
        "2": {"cik_str": 88, "ticker": "C", "title": "Other Looms Corp"},
    }
    (mirror / "company_tickers.json").write_text(json.dumps(tickers))
    submission = {
        "cik": "88",
        "entityType": "operating",
        "name": "Other Looms Corp",
        "formerNames": [{"name": "Old Looms Inc"}],
        "addresses": {"business": {"street1": "1 Mill Rd", "city": "Troy", "stateOrCountry": "NY"}},
    }
    (mirror / "submissions_88.json").write_text(json.dumps(submission))
    rows = read(sec_tickers, mirror, tmp_path, known_since="2020-01-01")[ENTITIES].rows
    assert rows.select("cik", "name", "country_iso2").rows() == [
        ("0000000077", "MADE UP MILLS INC", None),
        ("0000000088", "Other Looms Corp", "US"),
    ]
    assert rows["other_names"].to_list() == [[], ["Old Looms Inc"]]
    assert rows["published_on"].unique().to_list() == [dt.date(2020, 1, 1)]


def test_companies_house_knows_former_names_and_ended_companies(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    profile = {
        "company_name": "MADE UP WORSTED LIMITED",
        "company_number": "00001234",
        "company_status": "dissolved",
        "date_of_creation": "2011-04-05",
        "type": "ltd",
        "registered_office_address": {"address_line_1": "1 Mill Lane", "locality": "Leeds"},
        "previous_company_names": [{"name": "OLD WORSTED LIMITED"}],
    }
    (mirror / "company_profile.json").write_text(json.dumps(profile))
    (row,) = read(companies_house, mirror, tmp_path)[ENTITIES].rows.iter_rows(named=True)
    assert row["other_names"] == ["OLD WORSTED LIMITED"]
    assert not row["is_active"]
    assert row["address"] == "1 Mill Lane, Leeds"


def test_open_supply_hub_reads_lists_and_answers(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "list.csv").write_text(
        "country,name,address,os_id\nBangladesh,Made Up Knits,Road 1,BD2021001ABCDEF\n"
        "BD,Other Knits,Road 2,\nNowhereland,Lost Knits,Road 3,\n"
    )
    feature = {
        "id": "VN2020002ABCDEF",
        "properties": {"name": "Made Up Shoes", "country_code": "VN", "address": "Lane 4"},
    }
    (mirror / "facilities.json").write_text(json.dumps({"features": [feature]}))
    staged = read(open_supply_hub, mirror, tmp_path)[ENTITIES]
    assert sorted(staged.rows["os_id"].drop_nulls()) == ["BD2021001ABCDEF", "VN2020002ABCDEF"]
    assert staged.rows["register_id"].str.starts_with("list-").sum() == 1
    assert staged.rejected["rule"].to_list() == ["no_name_or_country"]


@pytest.mark.parametrize(
    ("properties", "is_active", "ended_on"),
    [
        ({}, True, None),
        ({"is_closed": None, "activity_reports": []}, True, None),
        ({"is_closed": True}, False, None),
        (
            {"is_closed": True, "activity_reports": [
                {"closure_state": "CLOSED", "status": "CONFIRMED",
                 "status_change_date": "2022-03-04T05:06:07Z"},
                {"closure_state": "OPEN", "status": "CONFIRMED",
                 "status_change_date": "2023-01-01T00:00:00Z"},
                {"closure_state": "CLOSED", "status": "PENDING",
                 "status_change_date": "2024-01-01T00:00:00Z"},
            ]},
            False,
            dt.date(2022, 3, 4),
        ),
    ],
)  # fmt: skip
def test_open_supply_hub_states_closed_facilities_with_the_day_of_the_confirmed_report(
    tmp_path: Path, properties: dict[str, object], is_active: bool, ended_on: dt.date | None
) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    named = {"name": "Made Up Shoes", "country_code": "VN", "address": "Lane 4", **properties}
    feature = {"id": "VN2020002ABCDEF", "properties": named}
    (mirror / "facilities.json").write_text(json.dumps({"features": [feature]}))
    (site,) = read(open_supply_hub, mirror, tmp_path)[ENTITIES].rows.to_dicts()
    assert (site["is_active"], site["ended_on"]) == (is_active, ended_on)


def staged_answer(tmp_path: Path, content: object) -> dict[str, Staged]:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "facilities.json").write_text(json.dumps(content))
    return read(open_supply_hub, mirror, tmp_path)


def test_a_facility_that_moved_has_a_successor(tmp_path: Path) -> None:
    feature = {
        "id": "VN2020002ABCDEF",
        "properties": {
            "name": "Made Up Shoes", "country_code": "VN", "address": "Lane 4", "is_closed": True,
            "new_os_id": "VN2024003ABCDEF",
            "activity_reports": [{"closure_state": "CLOSED", "status": "CONFIRMED",
                                  "status_change_date": "2022-03-04T05:06:07Z"}],
        },
    }  # fmt: skip
    (tie,) = staged_answer(tmp_path, feature)[TIES].rows.to_dicts()
    assert (tie["tie"], tie["register_id"], tie["other_id"]) == (
        "successor", "VN2020002ABCDEF", "VN2024003ABCDEF",
    )  # fmt: skip
    assert tie["valid_from"] == dt.date(2022, 3, 4)


MECHANISM = {
    "status": "Active",
    "internal_ID": "9214",
    "mechanism_type_ownership": "Multi-stakeholder led",
    "access_modality": "Hotline; Email; In-person",
    "coverage": "All workers (factory-level)",
}
IN_WORDS = "Multi-stakeholder led; Hotline; Email; In-person; All workers (factory-level)"


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (MECHANISM, IN_WORDS),
        (MECHANISM | {"status": "Inactive"}, None),
        ({"status": "Active"}, "active"),
        (MECHANISM | {"access_modality": "Ask jane.doe@made-up.com"},
         "Multi-stakeholder led; All workers (factory-level)"),
        (None, None),
    ],
)  # fmt: skip
def test_a_location_states_its_active_grievance_mechanism_and_nothing_of_persons(
    tmp_path: Path, facts: dict[str, str] | None, text: str | None
) -> None:
    record = {
        "os_id": "BD2020021QK28YZ", "name": "Made Up Garments Ltd.", "address": "Road 1, Gazipur",
        "country": {"alpha_2": "BD", "name": "Bangladesh"},
        "coordinates": {"lat": 24.2, "lng": 90.4},
        "contact": {"name": "Jane Doe"},
    }  # fmt: skip
    content = record if facts is None else record | {"rsc_grievance_mechanism": facts}
    (site,) = staged_answer(tmp_path, content)[ENTITIES].rows.to_dicts()
    assert site["grievance_mechanism"] == text
    assert (site["os_id"], site["latitude"]) == ("BD2020021QK28YZ", 24.2)
    assert "Jane" not in str(site)


def test_of_several_statements_about_a_mechanism_the_latest_counts(tmp_path: Path) -> None:
    stated = [
        {"updated_at": "2025-01-01", "value": {"raw_values": MECHANISM}},
        {"updated_at": "2026-01-01", "value": {"raw_values": MECHANISM | {"status": "Inactive"}}},
    ]
    properties = {"name": "Made Up Shoes", "country_code": "VN"}
    feature = {"id": "VN2020002ABCDEF", "properties": properties | {"partner_fields": {
        "rsc_grievance_mechanism": stated}}}  # fmt: skip
    (site,) = staged_answer(tmp_path, {"features": [feature]})[ENTITIES].rows.to_dicts()
    assert site["grievance_mechanism"] is None


def test_a_supplier_with_an_os_hub_id_is_also_asked_for_by_it(tmp_path: Path, web: Web) -> None:
    web.answers = {
        "/facilities/?q=Made%20Up&countries=DE&pageSize=5": [Answer(body=b'{"features": []}')],
        "/v1/production-locations/BD2020021QK28YZ/": [Answer(404)],
    }
    rows = listed({"supplier_id": "s", "name": "Made Up", "os_id": "BD2020021QK28YZ"})
    store_with_key = store(tmp_path / "store", OPEN_SUPPLY_HUB_TOKEN="hush")
    using = context(tmp_path, url=web.root, supplier_rows=rows, raw_store=store_with_key)
    assert [file.key for file in open_supply_hub.pull(using)] == ["search:DE:Made Up"]
    assert len(web.asked) == 2


def test_a_list_with_persons_is_rejected(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "list.csv").write_text("country,name,worker name\nBD,Made Up Knits,x\n")
    with pytest.raises(NonExtractiveError):
        read(open_supply_hub, mirror, tmp_path)


def test_gleif_asks_by_lei_and_takes_silence_for_an_answer(tmp_path: Path, web: Web) -> None:
    body = document(record(LEI, "Husumer Wolle GmbH")).encode()
    records = f"/lei-records?filter[lei]={LEI}&page[size]=200"
    web.answers = {
        records: [Answer(429, headers={"Retry-After": "7"}), Answer(body=body)],
        f"/lei-records/{LEI}/direct-parent": [Answer(404)],
        f"/lei-records/{LEI}/ultimate-parent": [
            Answer(body=document(record(PARENT, "Nordsee Holding AG")).encode())
        ],
    }
    web.answers |= {
        path.replace("[", "%5B").replace("]", "%5D"): a for path, a in web.answers.items()
    }
    waits: list[float] = []
    using = context(
        tmp_path,
        url=web.root,
        supplier_rows=listed({"supplier_id": "s", "name": "x", "lei": LEI}),
        raw_store=store(tmp_path / "store", waits),
    )
    files = gleif.pull(using)
    assert waits == [7.0]
    entities, parents, ties = gleif.stage(files, using)
    assert ties.rows.is_empty()
    assert entities.rows.height == 2
    assert parents.rows.select("relation", "parent_id").rows() == [("ultimate", PARENT)]


def test_a_refusing_register_is_an_outage(tmp_path: Path, web: Web) -> None:
    web.answers = {"/company_tickers.json": [Answer(403)]}
    using = context(tmp_path, url=web.url("/company_tickers.json"), supplier_rows=listed({}))
    with pytest.raises(SourceUnavailableError, match=r"download\.contact"):
        sec_tickers.pull(using)


def test_keys_come_from_the_environment_and_stay_out_of_addresses(tmp_path: Path, web: Web) -> None:
    web.answers = {
        "/facilities/?q=Made%20Up&countries=DE&pageSize=5": [Answer(body=b'{"features": []}')]
    }
    rows = listed({"supplier_id": "s", "name": "Made Up"})
    using = context(
        tmp_path,
        url=web.root,
        supplier_rows=rows,
        raw_store=store(tmp_path / "store", OPEN_SUPPLY_HUB_TOKEN="hush"),
    )
    (file,) = open_supply_hub.pull(using)
    assert "hush" not in file.origin
    assert web.asked[0][2]["authorization"] == "Token hush"
    with pytest.raises(SourceUnavailableError, match="OPEN_SUPPLY_HUB_TOKEN"):
        open_supply_hub.pull(context(tmp_path, url=web.root, supplier_rows=rows))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("module", "folder", "least"),
    [
        (gleif, "finance/gleif_api", 80),
        (sec_tickers, "finance/sec_companyfacts", 7_000),
        (companies_house, "finance/uk_companies_house_api", 1),
        (open_supply_hub, "finance/open_supply_hub_lists", 500),
    ],
)
def test_real_answers_are_read_whole(
    shared_data: Path, tmp_path: Path, module: SourceModule, folder: str, least: int
) -> None:
    staged = read(module, shared_data / folder, tmp_path)
    assert staged[ENTITIES].rows.height >= least
    assert set(staged[ENTITIES].rejected["rule"]) <= {"person_entry"}


def test_the_company_that_a_company_was_merged_into(tmp_path: Path) -> None:
    after = {"lei": PARENT, "name": "Nordsee Holding AG"}
    merged = record(
        LEI,
        "Husumer Wolle GmbH",
        status="INACTIVE",
        expiration={"date": "2023-08-23T00:00:00Z", "reason": "CORPORATE_ACTION"},
        successorEntity=after,
        successorEntities=[after],
    )
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "lei-records.json").write_text(document(merged))
    (mirror / "lei2-golden-copy.csv").write_text(
        "LEI,Entity.LegalName,Entity.LegalAddress.Country,Entity.EntityExpirationDate,"
        "Entity.SuccessorEntity.1.SuccessorLEI,Entity.SuccessorEntity.1.SuccessorEntityName\n"
        f"{PARENT},Nordsee Holding AG,DE,2024-01-02T00:00:00Z,{LEI},Husumer Wolle GmbH\n"
    )
    using = context(tmp_path, mirror=mirror, supplier_rows=listed({"supplier_id": "s"}))
    _, _, ties = gleif.stage(gleif.pull(using), using)
    assert ties.rows.select(
        "register_id", "tie", "other_id", "other_name", "valid_from"
    ).rows() == [
        (LEI, "successor", PARENT, "Nordsee Holding AG", dt.date(2023, 8, 23)),
        (PARENT, "successor", LEI, "Husumer Wolle GmbH", dt.date(2024, 1, 2)),
    ]


def test_an_undated_file_is_known_from_the_month_in_which_it_came(tmp_path: Path) -> None:
    """Else the run of the month, whose as-of date is the first of it, has nothing of it."""
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "list.csv").write_text("country,name\nBD,Made Up Knits\n")
    came = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC).timestamp()
    os.utime(mirror / "list.csv", (came, came))
    (site,) = read(open_supply_hub, mirror, tmp_path)[ENTITIES].rows.to_dicts()
    assert site["published_on"] == dt.date(2026, 11, 1)
    (site,) = read(open_supply_hub, mirror, tmp_path, known_since="2024-05-06")[
        ENTITIES
    ].rows.to_dicts()
    assert site["published_on"] == dt.date(2024, 5, 6)
