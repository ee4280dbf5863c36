"""The standing of British companies: what is staged, what is told, and that no person is kept."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from signals.source import RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.registers import companies_house
from signals.sources.registers.companies_house_record import (
    ACCOUNTS_DUE,
    CHARGES,
    FILINGS,
    INSOLVENCY,
)
from signals.sources.registers.register_rows import ENTITIES
from tests.signals.builders import context, keeps_contract
from tests.signals.web import Answer, Web, store

NUMBER = "01234567"
SEEN = "2024-03-01"
PERSON = "MADEUP, Alexandra Person"

PROFILE = {
    "company_name": "MADE UP WORSTED LIMITED",
    "company_number": NUMBER,
    "company_status": "liquidation",
    "date_of_creation": "2011-04-05",
    "accounts": {
        "next_due": "2023-12-31",
        "next_made_up_to": "2023-03-31",
        "overdue": True,
        "last_accounts": {"made_up_to": "2022-03-31"},
    },
}
CASES = {
    "cases": [
        {
            "type": "creditors-voluntary-liquidation",
            "number": "1",
            "dates": [{"type": "wound-up-on", "date": "2023-05-01"}],
            "practitioners": [
                {
                    "name": PERSON,
                    "role": "practitioner",
                    "address": {"address_line_1": PERSON},
                    "appointed_on": "2023-05-02",
                }
            ],
        }
    ]
}
CHARGE = {
    "charge_code": "012345670001",
    "status": "outstanding",
    "created_on": "2020-01-10",
    "delivered_on": "2020-01-15",
    "particulars": {"contains_floating_charge": True, "description": PERSON},
    "persons_entitled": [{"name": PERSON}],
    "links": {"self": f"/company/{NUMBER}/charges/x"},
}
LIST_OF_CHARGES = {"satisfied_count": 0, "items": [CHARGE]}
ACCOUNTS = {
    "transaction_id": "A1",
    "category": "accounts",
    "type": "AA",
    "description": "accounts-with-accounts-type-micro-entity",
    "description_values": {"made_up_date": "2022-03-31", "officer_name": PERSON},
    "date": "2022-12-20",
    "links": {"self": f"/company/{NUMBER}/filing-history/A1"},
}
APPOINTMENT = {
    **ACCOUNTS,
    "transaction_id": "B2",
    "category": "officers",
    "description": "appoint-person-director-company-with-name",
}
HISTORY = {"filing_history_status": "filing-history-available", "items": [ACCOUNTS, APPOINTMENT]}


def staged(files: list[RawFile], tmp_path: Path) -> dict[str, Staged]:
    """Stage files and hold every table to its contract."""
    found = {
        one.table: one for one in companies_house.stage(files, context(tmp_path, known_since=SEEN))
    }
    for one in found.values():
        keeps_contract(one.table, one.rows, one.rejected)
    return found


def from_mirror(tmp_path: Path, **bodies: str) -> dict[str, Staged]:
    mirror = tmp_path / "m"
    mirror.mkdir()
    for name, body in bodies.items():
        (mirror / f"{name}.json").write_text(body)
    return staged(list(companies_house.pull(context(tmp_path, mirror=mirror))), tmp_path)


def reported(one: Staged, *columns: str) -> list[tuple[object, ...]]:
    return one.rows.select(columns).rows()


def test_a_folder_of_answers_becomes_dated_rows_without_persons(tmp_path: Path) -> None:
    found = from_mirror(
        tmp_path,
        company_profile=json.dumps(PROFILE),
        insolvency_01234567=json.dumps(CASES),
        charges=json.dumps(LIST_OF_CHARGES),
        filing_history=json.dumps(HISTORY),
    )
    day = dt.date
    assert reported(
        found[ACCOUNTS_DUE], "company_number", "next_due", "is_overdue", "published_on"
    ) == [(NUMBER, day(2023, 12, 31), True, day(2024, 3, 1))]
    events = ("company_number", "event", "event_on", "published_on", "seen_to")
    assert reported(found[INSOLVENCY], *events) == [
        (NUMBER, "practitioner-appointed-on", day(2023, 5, 2), day(2023, 5, 16), day(2024, 3, 1)),
        (NUMBER, "wound-up-on", day(2023, 5, 1), day(2023, 5, 15), day(2024, 3, 1)),
    ]
    assert reported(found[CHARGES], "charge_id", "status", "published_on") == [
        ("012345670001", "outstanding", day(2020, 1, 15))
    ]
    assert reported(found[FILINGS], "transaction_id", "made_up_to", "published_on") == [
        ("A1", day(2022, 3, 31), day(2022, 12, 20))
    ]
    assert all(one.rejected.is_empty() for one in found.values())
    assert not any("MADEUP" in str(one.rows.rows()) for one in found.values())


def test_the_latest_of_two_profiles_is_the_one_that_counts(tmp_path: Path) -> None:
    later = {**PROFILE, "accounts": {"next_accounts": {"due_on": "2024-12-31", "overdue": False}}}
    found = from_mirror(
        tmp_path, company_profile_1=json.dumps(later), company_profile_2=json.dumps(PROFILE)
    )
    assert reported(found[ACCOUNTS_DUE], "next_due") == [(dt.date(2024, 12, 31),)]


@pytest.mark.parametrize(
    ("name", "body", "table", "rule"),
    [
        ("insolvency", json.dumps(CASES), INSOLVENCY, "no_company_number"),
        ("insolvency", '{"cases": [{"type"', ENTITIES, "unreadable_file"),
        ("charges", "<html>Sign in</html>", ENTITIES, "unreadable_file"),
        ("filing_history", "{}", ENTITIES, "unreadable_file"),
        ("insolvency_01234567", '{"cases": [7]}', ENTITIES, "unreadable_file"),
        ("charges", '{"satisfied_count": 1, "items": [{}]}', ENTITIES, "unreadable_file"),
        (
            "filing_history",
            json.dumps({"items": [{**ACCOUNTS, "date": "soon"}]}),
            ENTITIES,
            "unreadable_file",
        ),
    ],
    ids=["no company", "cut off", "page", "empty", "no case", "no charge", "no day"],
)
def test_a_bad_answer_is_reported_and_the_others_are_read(
    tmp_path: Path, name: str, body: str, table: str, rule: str
) -> None:
    found = from_mirror(tmp_path, company_profile=json.dumps(PROFILE), **{name: body})
    assert found[table].rejected["rule"].unique().to_list() == [rule]
    assert found[ENTITIES].rows.height == found[ACCOUNTS_DUE].rows.height == 1


def further(path: str, *answers: Answer) -> dict[str, list[Answer]]:
    return {f"/company/{NUMBER}{path}": list(answers)}


HISTORY_PATH = "/filing-history?category=accounts,gazette,insolvency,mortgage&items_per_page=100"
CHARGES_PATH = "/charges?items_per_page=100"


def pulled(
    tmp_path: Path, web: Web, profile: Mapping[str, object], **answers: Answer
) -> list[RawFile]:
    web.answers = {
        **further("", Answer(body=json.dumps(profile).encode())),
        **further("/insolvency", answers.get("insolvency", Answer(404))),
        **further(CHARGES_PATH, answers.get("charges", Answer(404))),
        **further(HISTORY_PATH, answers.get("history", Answer(404))),
    }
    listed = pl.DataFrame(
        {"supplier_id": ["s"], "name": ["x"], "country_iso2": ["GB"], "company_number": ["1234567"]}
    )
    using = context(
        tmp_path,
        url=web.root,
        supplier_rows=listed,
        raw_store=store(tmp_path / "store", COMPANIES_HOUSE_KEY="hush"),
    )
    return list(companies_house.pull(using))


def test_answers_are_stored_without_the_persons_in_them(tmp_path: Path, web: Web) -> None:
    files = pulled(
        tmp_path,
        web,
        PROFILE,
        insolvency=Answer(body=json.dumps(CASES).encode()),
        charges=Answer(body=json.dumps(LIST_OF_CHARGES).encode()),
        history=Answer(body=json.dumps(HISTORY).encode()),
    )
    stored = [path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not any(word in body for body in stored for word in (b"MADEUP", b"officers", b"B2"))
    found = staged(files, tmp_path)
    assert {table: one.rows.height for table, one in found.items()} == {
        ENTITIES: 1, ACCOUNTS_DUE: 1, INSOLVENCY: 2, CHARGES: 1, FILINGS: 1,
    }  # fmt: skip
    assert found[INSOLVENCY].rows["company_number"].unique().to_list() == [NUMBER]


def test_nothing_is_asked_for_that_the_profile_says_is_not_there(tmp_path: Path, web: Web) -> None:
    profile = {**PROFILE, "has_charges": False, "has_insolvency_history": False}
    files = pulled(tmp_path, web, profile)
    assert [file.key for file in files] == [f"company:{NUMBER}"]
    asked = [entry[1] for entry in web.asked]
    assert not any("insolvency?" in path or path.endswith("/insolvency") for path in asked)
    assert not any("charges" in path for path in asked)


def test_a_page_instead_of_an_answer_is_an_outage(tmp_path: Path, web: Web) -> None:
    with pytest.raises(SourceUnavailableError):
        pulled(tmp_path, web, PROFILE, charges=Answer(body=b"<html>Sign in</html>"))


@pytest.mark.shared
def test_every_real_answer_is_read(shared_data: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    shutil.copytree(shared_data / "finance" / "uk_companies_house_api", mirror)
    # The recorded answer does not say which company it is of.
    (mirror / "insolvency.json").rename(mirror / "insolvency_01234567.json")
    found = staged(list(companies_house.pull(context(tmp_path, mirror=mirror))), tmp_path)
    assert all(one.rejected.is_empty() for one in found.values())
    assert found[CHARGES].rows.height == 9
    assert (found[CHARGES].rows["status"] == "outstanding").sum() == 8
    assert found[FILINGS].rows["category"].value_counts(sort=True).rows()[0] == ("mortgage", 11)
    assert found[FILINGS].rows["made_up_to"].drop_nulls().len() == 5
    assert reported(found[INSOLVENCY], "event", "event_on") == [
        ("petitioned-on", dt.date(1994, 12, 12)),
        ("wound-up-on", dt.date(1995, 1, 18)),
    ]
    assert reported(found[ACCOUNTS_DUE], "next_due", "is_overdue") == [
        (dt.date(2024, 12, 31), False)
    ]
