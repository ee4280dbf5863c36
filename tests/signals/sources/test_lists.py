"""Import bans and entity lists: firms alone, with day and link, and nothing of persons."""

import datetime as dt
from pathlib import Path

import pytest

from signals.errors import SourceUnavailableError
from signals.source import SourceModule, Staged
from signals.sources import cbp_withhold_release_orders, entity_list, uflpa_entity_list
from signals.sources.list_rows import list_day
from suppliers.errors import NonExtractiveError
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


def test_a_list_without_names_is_refused_with_the_mend(tmp_path: Path) -> None:
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
