"""Import bans and entity lists: companies alone, with day and link, and nothing of persons."""

import datetime as dt
from pathlib import Path

import pytest

from signals.source import SourceModule, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.lists import cbp_withhold_release_orders, entity_list, uflpa_entity_list
from signals.sources.lists.list_rows import list_day
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import context, staged


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
    assert outcome.rejected["rule"].to_list() == ["person_entry"]
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
    assert outcome.rejected["rule"].to_list() == ["person_entry"]
    everything = str(outcome.rows.rows()) + str(outcome.rejected.rows())
    assert not any(word in everything for word in ("Somebody", "AB12", "1980", "992"))


def test_other_tables_still_need_their_columns_dropped_by_name(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError, match="nationality"):
        read(entity_list, tmp_path, "schema,name,nationality\nCompany,Made Up Yarn,\n")


@pytest.mark.shared
def test_the_shared_eu_list_is_read_as_published(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "finance" / "opensanctions_eu_entities"
    files = {"files": ["eu_32014R0833_entities.csv.gz"]}
    outcome = staged(entity_list, context(tmp_path, mirror=mirror, **files))
    assert outcome.rows.height == 1085
    assert outcome.rejected.is_empty()
    assert outcome.rows["listed_on"].is_not_null().sum() == 1015


def test_a_list_without_names_is_rejected_with_the_correction(tmp_path: Path) -> None:
    outcome = read(entity_list, tmp_path, "number,country\n1,RU\n")
    assert "options.columns" in outcome.rejected["reason"][0]
    (tmp_path / "again").mkdir()
    named = read(
        entity_list, tmp_path / "again", "firma,country\nMade Up,RU\n", columns={"name": "firma"}
    )
    assert named.rows["name"].to_list() == ["Made Up"]


def test_a_list_without_a_folder_says_where_to_put_one(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"sources\.uflpa_entity_list\.mirror"):
        uflpa_entity_list.pull(context(tmp_path))


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("2022-06-09", False, dt.date(2022, 6, 9)),
        ("12.9.2014", False, dt.date(2014, 9, 12)),
        ("6/9/2022", True, dt.date(2022, 6, 9)),
        ("6/30/2022", False, dt.date(2022, 6, 30)),
        ("9 August 2025", False, dt.date(2025, 8, 9)),
        ("9 Augustus 2025", False, None),
        ("31 June 2025", False, None),
        ("soon", False, None),
        (None, False, None),
        ("45/45/2022", False, None),
    ],
)
def test_days_as_lists_write_them(text: str | None, month_first: bool, day: dt.date | None) -> None:
    assert list_day(text, month_first=month_first) == day


@pytest.mark.shared
def test_the_real_orders_are_read_whole(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "outcomes" / "import_bans"
    outcome = staged(
        cbp_withhold_release_orders,
        context(tmp_path, mirror=folder, files=["cbp_wro_findings.csv"], known_since="2024-01-01"),
    )
    assert outcome.rows.height == 56
    assert outcome.rejected.is_empty()
