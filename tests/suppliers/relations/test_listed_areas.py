"""Sites in areas under a ban or a policy: flags with a day and a link, beside the score."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from configs.config_errors import UsageError
from suppliers.input_errors import DataRejectedError
from suppliers.relations.listed_areas import COLUMNS, KINDS, SHIPPED, area_hits, read_areas

AS_OF = dt.date(2024, 6, 1)
AREAS = read_areas()


def hits(
    *places: tuple[str | None, str, str], name: str = "Made Up Mills", sector: str | None = None,
    as_of: dt.date = AS_OF,
) -> list[tuple[str, str, str]]:  # fmt: skip
    """Area, kind and band of one supplier's sites, given as region, country, site name."""
    suppliers = pl.DataFrame(
        {"supplier_id": ["s"], "name": [name], "country_iso3": [places[0][1] if places else "TKM"],
         "sector": [sector]},
        schema_overrides={"sector": pl.String},
    )  # fmt: skip
    sites = pl.DataFrame(
        [("s", country, region, site) for region, country, site in places],
        schema=dict.fromkeys(("supplier_id", "country_iso3", "admin_area", "site_name"), pl.String),
        orient="row",
    )
    found = area_hits(AREAS, suppliers, sites, as_of)
    assert found["link"].str.starts_with("https://").all()
    return found.select("entry_id", "kind", "band").rows()


@pytest.mark.parametrize(
    "region", ["Xinjiang", "XINJIANG Uygur", "Kashgar, Xinjiang", "新疆维吾尔自治区", "xuar"]
)
def test_a_site_in_the_region_is_a_hit_by_whatever_name(region: str) -> None:
    assert hits((region, "CHN", "")) == [
        ("xinjiang-state", "state_imposed", "accept"),
        ("xinjiang-uflpa", "uflpa_region_or_entity", "accept"),
    ]


@pytest.mark.parametrize(
    ("region", "country", "name"),
    [("Guangdong", "CHN", "Xinjiang Made Up Cotton"), (None, "CHN", "Made Up Mills"),
     ("Xinjiang", "IND", "Made Up Mills")],
)  # fmt: skip
def test_a_site_elsewhere_is_none(region: str | None, country: str, name: str) -> None:
    assert hits((region, country, ""), name=name) == []


def test_a_name_that_speaks_of_the_region_is_a_question_where_the_place_is_not_known() -> None:
    asked = hits((None, "CHN", ""), name="Xinjiang Made Up Cotton Co")
    assert {band for _, _, band in asked} == {"review"}
    # A site that lies there settles it.
    settled = hits((None, "CHN", "Xinjiang works"), ("Xinjiang", "CHN", ""))
    assert {band for _, _, band in settled} == {"accept"}


def test_a_whole_country_counts_without_any_site() -> None:
    assert hits((None, "PRK", "")) == [("north-korea-state", "state_imposed", "accept")]
    assert [area for area, *_ in hits(sector="13.10")] == [
        "turkmenistan-cotton", "turkmenistan-state",
    ]  # fmt: skip


def test_a_policy_about_cotton_is_about_cotton() -> None:
    assert hits(("Ahal", "TKM", ""), sector="62.01") == []
    assert len(hits(("Ahal", "TKM", ""), sector=None)) == 2


def test_what_came_later_is_not_known_yet() -> None:
    assert hits(("Xinjiang", "CHN", ""), as_of=dt.date(2020, 1, 1)) == []


def test_the_list_that_comes_with_the_tool_has_every_day_and_link() -> None:
    assert SHIPPED.is_file()
    assert {area.kind for area in AREAS} == set(KINDS)
    assert all(area.since < AS_OF and area.link.startswith("https://") for area in AREAS)


ROW = {
    "area": "a", "country": "CHN", "region": "", "other_names": "", "kind": "import_ban",
    "policy": "An order", "since": "2022-01-01", "link": "https://example.org", "divisions": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reported"),
    [({"country": "China"}, "three letters"), ({"kind": "rumour"}, "kind as one of"),
     ({"link": "seen somewhere"}, "https link"), ({"since": "last year"}, "2022-06-21")],
)  # fmt: skip
def test_a_row_without_its_facts_is_rejected(
    tmp_path: Path, change: dict[str, str], reported: str
) -> None:
    path = tmp_path / "areas.csv"
    pl.DataFrame([{**ROW, **change}]).write_csv(path)
    with pytest.raises(DataRejectedError, match=f"row 2.*{reported}"):
        read_areas(path)


def test_a_lacking_column_and_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    pl.DataFrame([ROW]).drop("since").write_csv(path)
    assert set(ROW) == set(COLUMNS)
    with pytest.raises(DataRejectedError, match="since is missing"):
        read_areas(path)
    with pytest.raises(UsageError, match="file not found"):
        read_areas(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,CHN,X, Y,,import_ban,Law,2022-06-21,https://x.example,", "more or fewer cells"),
        ('a,CHN,"X,,import_ban,Law,2022-06-21,https://x.example,', "quotation mark"),
        ("a,CHN,X,,import_ban,Law,22-06-21,https://x.example,", "since is no day"),
        ("a,CHN,X,,import_ban,Law,2022172,https://x.example,", "since is no day"),
    ],
)
def test_a_list_of_ones_own_is_read_by_the_rules_of_all_tables(
    tmp_path: Path, row: str, words: str
) -> None:
    path = tmp_path / "areas.csv"
    good = "b,CHN,Y,,import_ban,Law,2022-06-21,https://x.example,\n"
    path.write_text(f"{','.join(COLUMNS)}\n{row}\n{good}{good}", encoding="utf-8")
    with pytest.raises(DataRejectedError, match=words):
        read_areas(path)
