"""Statements of ownership: companies and their owners; persons and what they own are counted."""

import datetime as dt
import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from signals.account import Unit
from signals.sources.registers import ownership_statements as source
from tests.signals.builders import all_staged, balance, context


def entity(record_id: str, name: str, **details: object) -> dict[str, object]:
    kind = details.pop("kind", "registeredEntity")
    return record(record_id, "entity", {"name": name, "entityType": {"type": kind}, **details})


def owned(
    record_id: str, subject: object, owner: object, *interests: Mapping[str, object], **top: object
) -> dict[str, object]:
    ends = {"subject": subject, "interestedParty": owner, "interests": list(interests)}
    return record(record_id, "relationship", ends, **top)


def record(
    record_id: str, kind: str, details: Mapping[str, object], **top: object
) -> dict[str, object]:
    return {
        "statementId": f"s-{record_id}",
        "statementDate": "2020-05-16",
        "publicationDetails": {"publicationDate": "2020-06-01", "bodsVersion": "0.4"},
        "recordId": record_id,
        "recordStatus": "new",
        "recordType": kind,
        "recordDetails": details,
        **top,
    }


MILL = entity(
    "m",
    "Made Up Mill Ltd",
    jurisdiction={"code": "GB", "name": "United Kingdom"},
    alternateNames=["Former Mill Ltd", "Mr John Doe"],
    identifiers=[
        {"scheme": "GB-COH", "id": "01234567"},
        {"scheme": "XI-LEI", "id": "529900SYNTH000000012"},
    ],
    addresses=[{"type": "registered", "address": "Mill Lane 1, Leeds"}],
)
HOLDING = entity("h", "Made Up Holding Ltd", identifiers=[{"scheme": "GB-COH", "id": "07654321"}])
PERSON = record("p", "person", {"names": [{"fullName": "Jane Roe"}], "birthDate": "1965-10"})


def staged(tmp_path: Path, *statements: object, name: str = "a.json", **given: object):  # type: ignore[no-untyped-def]
    mirror = tmp_path / "m"
    mirror.mkdir(exist_ok=True)
    (mirror / name).write_text(json.dumps(statements))
    return all_staged(source, context(tmp_path, mirror=mirror, **given))  # type: ignore[arg-type]


def test_companies_and_owners(tmp_path: Path) -> None:
    share = {"type": "shareholding", "directOrIndirect": "direct", "startDate": "2017-11-01"}
    sixty = {**share, "share": {"exact": 60, "minimum": 60, "maximum": 60}}
    board = {"type": "appointmentOfBoard", "directOrIndirect": "indirect"}
    entities, ties = staged(tmp_path, MILL, HOLDING, owned("r", "m", "h", sixty, board))
    mill, holding = entities.rows.iter_rows(named=True)
    assert (mill["name"], mill["country_iso2"], mill["company_number"], mill["lei"]) == (
        "Made Up Mill Ltd", "GB", "01234567", "529900SYNTH000000012",
    )  # fmt: skip
    assert mill["other_names"] == ["Former Mill Ltd"]
    assert mill["published_on"] == dt.date(2020, 6, 1)
    assert holding["country_iso2"] == "GB"
    first, second = ties.rows.iter_rows(named=True)
    assert (first["register_id"], first["other_id"], first["valid_from"]) == (
        "m", "h", dt.date(2017, 11, 1),
    )  # fmt: skip
    assert (first["least_percent"], first["has_control"], first["is_direct"]) == (60, False, True)
    assert (second["least_percent"], second["has_control"], second["is_direct"]) == (
        None, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("share", "least", "most"),
    [
        ({"minimum": 25, "exclusiveMaximum": 50}, 25, 50),
        ({"exclusiveMinimum": 75}, 75, None),
        ({"exact": "60"}, None, None),
        ({"exact": 120}, None, None),
        ({}, None, None),
    ],
)
def test_shares(
    tmp_path: Path, share: dict[str, object], least: float | None, most: float | None
) -> None:
    _, ties = staged(tmp_path, MILL, HOLDING, owned("r", "m", "h", {"share": share}))
    assert ties.rows.select("least_percent", "most_percent").row(0) == (least, most)


def test_persons_trusts_and_what_they_own_are_counted_and_not_read(tmp_path: Path) -> None:
    statements = (
        MILL, HOLDING, PERSON,
        entity("t", "The Roe Trust", kind="arrangement"),
        entity("j", "Mr John Doe"),
        owned("r1", "m", "p"),
        owned("r2", "m", "t"),
        owned("r3", "m", {"reason": "noBeneficialOwners", "description": "Jane Roe asked us"}),
        owned("r4", "m", "h"),
    )  # fmt: skip
    entities, ties = staged(tmp_path, *statements)
    assert entities.rows["register_id"].to_list() == ["m", "h"]
    assert ties.rows["tie_id"].to_list() == ["r4:0"]
    assert entities.rejected.select("source_row", "rule").sort("source_row").rows() == [
        (3, "person_entry"), (4, "unknown_kind"), (5, "person_entry"), (6, "person_entry"),
    ]  # fmt: skip
    everything = str([entities.rows.to_dicts(), ties.rows.to_dicts(), entities.rejected.to_dicts()])
    assert not any(word in everything for word in ("Roe", "John", "1965"))
    using = context(tmp_path / "again", mirror=tmp_path / "m")
    assert balance(source, using, Unit.ROW) == {
        "read": 9,
        "used": 3,
        "rejected": {"person_entry": 3, "unknown_kind": 1},
        "out_of_scope": {"an interest of which no owner, or no company, is read": 2},
    }


def test_the_latest_statement_known_by_the_as_of_date_counts(tmp_path: Path) -> None:
    later = {"publicationDate": "2021-01-05"}
    closed = owned(
        "r", "m", "h", recordStatus="closed", statementDate="2021-01-01", publicationDetails=later
    )
    statements = (MILL, HOLDING, closed, owned("r", "m", "h"))
    _, ties = staged(tmp_path, *statements)
    assert ties.rows["valid_to"].to_list() == [dt.date(2021, 1, 1)]
    _, before = staged(tmp_path, *statements, as_of=dt.date(2020, 12, 1))
    assert before.rows["valid_to"].to_list() == [None]
    _, unknown = staged(tmp_path, *statements, as_of=dt.date(2020, 5, 20))
    assert unknown.rows.is_empty()


def test_lines_and_packed_files_are_read_and_broken_lines_are_counted(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    lines = [json.dumps(MILL), "{broken", json.dumps(HOLDING), "[]", json.dumps({"a": 1}), ""]
    (mirror / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    entities, _ = all_staged(source, context(tmp_path, mirror=mirror))
    assert entities.rows["register_id"].to_list() == ["m", "h"]
    assert sorted(entities.rejected["rule"]) == ["json_line", "json_line", "unknown_statement"]


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"[1, 2", b'[{"statementType": "entityStatement"}]', b"\x1f\x8b\x00broken"],
)
def test_another_file_is_rejected_as_a_whole(tmp_path: Path, body: bytes) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "a.json").write_bytes(body)
    entities, _ = all_staged(source, context(tmp_path, mirror=mirror))
    assert entities.rows.is_empty()
    assert entities.rejected.height == 1
    assert "a.json" in entities.rejected["reason"][0]


def test_without_a_mirror_there_is_nothing(tmp_path: Path) -> None:
    assert source.pull(context(tmp_path, url="")) == ()


def test_the_same_file_twice_gives_the_same_rows(tmp_path: Path) -> None:
    once = staged(tmp_path, MILL, HOLDING, owned("r", "m", "h"))
    twice = staged(tmp_path, MILL, HOLDING, owned("r", "m", "h"), name="b.json")
    assert [one.rows.height for one in twice] == [one.rows.height for one in once]
    assert isinstance(twice[0].rows, pl.DataFrame)
