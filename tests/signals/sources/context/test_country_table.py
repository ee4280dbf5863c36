import datetime as dt
import json
from contextlib import closing
from pathlib import Path

import pytest

from signals.account import Unit
from signals.conservation import stage_source
from signals.source_errors import SourceUnavailableError, StoppedEarlyError
from signals.sources.context import country_table
from tests.signals.builders import balance, context, staged
from tests.signals.web import Answer, Web, store


def mirror_of(tmp_path: Path, name: str, text: str) -> Path:
    mirror = tmp_path / "m"
    mirror.mkdir(exist_ok=True)
    (mirror / name).write_text(text)
    return mirror


def indicator(code: str, year: int, value: float | None) -> dict[str, object]:
    return {"countryiso3code": code, "date": str(year), "value": value}


def test_a_plain_table(tmp_path: Path) -> None:
    text = "iso3,year,rule_of_law_risk,income_group\nidn,2021,0.6,Lower middle\nNOR,2021,0.1,\n"
    mirror = mirror_of(tmp_path, "governance.csv", text)
    outcome = staged(country_table, context(tmp_path, mirror=mirror))
    assert outcome.rows.select(
        "country_iso3", "year", "rule_of_law_risk", "income_group"
    ).rows() == [
        ("IDN", 2021, 0.6, "lower_middle"),
        ("NOR", 2021, 0.1, None),
    ]
    assert outcome.rows["observed_to"].to_list() == [dt.date(2021, 12, 31)] * 2
    assert outcome.rows["published_on"].to_list() == [dt.date(2022, 10, 27)] * 2


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("Indonesia,2021,0.6,", "country_is_iso3"),
        (",2021,0.6,", "country_is_iso3"),
        ("IDN,last,0.6,", "year_is_a_year"),
        ("IDN,2021,1.2,", "risk_in_range"),
        ("IDN,2021,-0.2,", "risk_in_range"),
        ("IDN,2021,weak,", "risk_in_range"),
        ("IDN,2021,0.6,rich", "income_group_known"),
    ],
)
def test_bad_rows(tmp_path: Path, row: str, rule: str) -> None:
    text = f"iso3,year,rule_of_law_risk,income_group\n{row}\nNOR,2021,0.1,high\n"
    mirror = mirror_of(tmp_path, "governance.csv", text)
    outcome = staged(country_table, context(tmp_path, mirror=mirror))
    assert outcome.rows["country_iso3"].to_list() == ["NOR"]
    assert outcome.rejected.select("source_row", "rule").rows() == [(2, rule)]


def test_every_row_of_a_table_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    lines = ["IDN,2021,0.6,", "NOR,2021,,", "NOR,last,0.1,", "XX,2021,0.1,", "NOR,2020,0.1,high,x"]
    text = "iso3,year,rule_of_law_risk,income_group\n" + "\n".join(lines)
    using = context(tmp_path, mirror=mirror_of(tmp_path, "governance.csv", text))
    assert balance(country_table, using, Unit.ROW) == {
        "read": 5,
        "used": 1,
        "rejected": {"country_is_iso3": 1, "year_is_a_year": 1, "cells_beyond_header": 1},
        "out_of_scope": {"a country and year without a figure": 1},
    }


def test_every_entry_of_an_answer_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    entries = [
        indicator("IDN", 2021, 0.0),
        indicator("IDN", 2020, None),
        indicator("", 2021, 0.3),
        {**indicator("NOR", 2021, 2.0), "date": "2021Q1"},
        {**indicator("NOR", 2020, 2.0), "value": "n/a"},
        indicator("NOR", 2019, 97.6),  # a percentile rank
        "NOR",
    ]
    mirror = mirror_of(tmp_path, "wgi.json", json.dumps([{"pages": 1}, entries]))
    mirror_of(tmp_path, "income.json", json.dumps(LEVELS))
    using = context(tmp_path, mirror=mirror)
    assert balance(country_table, using, Unit.ROW) == {
        "read": 7 + 3,
        "used": 1 + 2,
        "rejected": {"year_is_a_year": 1, "estimate_is_in_range": 2, "entry_is_a_record": 1},
        "out_of_scope": {
            "a country and year without a figure": 1,
            "a region, or a country without an income group": 1 + 1,
        },
    }
    assert balance(country_table, using, Unit.PAGE) == {"read": 2, "used": 2}


def test_a_table_without_years_needs_the_option(tmp_path: Path) -> None:
    text = "iso3,wb_gini,wb_wgi_rule_of_law\nIDN,0.4,0.55\nAND,,\n"
    mirror = mirror_of(tmp_path, "worldbank.csv", text)
    outcome = staged(country_table, context(tmp_path, mirror=mirror))
    assert "options.year" in outcome.rejected["reason"][0]
    outcome = staged(country_table, context(tmp_path, mirror=mirror, year=2019))
    assert outcome.rows.select("country_iso3", "year", "rule_of_law_risk").rows() == [
        ("IDN", 2019, 0.55)
    ]
    assert outcome.rejected.is_empty()


NEW, OLD = "GOV_WGI_RL.EST", "RL.EST"
RETIRED = [{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]
LEVELS = [
    {"page": 1, "pages": "1"},
    [
        {"id": "IDN", "incomeLevel": {"id": "UMC"}},
        {"id": "NOR", "incomeLevel": {"id": "HIC"}},
        {"id": "EAS", "incomeLevel": {"id": "NA"}},
    ],
]


def _path(code: str, page: int = 1) -> str:
    return f"/country/all/indicator/{code}?source=3&format=json&per_page=20000&page={page}"


def _body(content: object) -> list[Answer]:
    return [Answer(body=json.dumps(content).encode())]


def _levels(content: object = LEVELS) -> dict[str, list[Answer]]:
    return {"/country?format=json&per_page=20000&page=1": _body(content)}


@pytest.mark.parametrize("code", [NEW, OLD])
def test_the_api_is_read_page_by_page(web: Web, tmp_path: Path, code: str) -> None:
    first = [{"page": 1, "pages": 2}, [indicator("IDN", 2021, 0.0), indicator("IDN", 2020, None)]]
    second = [{"page": 2, "pages": 2}, [indicator("NOR", 2021, 2.0), indicator("", 2021, 0.3)]]
    web.answers = {
        _path(NEW): _body(RETIRED),
        _path(code): _body(first),
        _path(code, 2): _body(second),
        **_levels(),
    }
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        rows = staged(country_table, context(tmp_path, url=web.root, raw_store=kept)).rows
    reported = rows.select("country_iso3", "year", "rule_of_law_risk", "income_group").rows()
    assert [row[:2] for row in reported] == [("IDN", 2021), ("NOR", 2021)]
    assert [row[2] for row in reported] == pytest.approx([0.5, 0.1])
    assert [row[3] for row in reported] == ["upper_middle", "high"]


def test_taiwan_is_known_by_its_other_code(web: Web, tmp_path: Path) -> None:
    taiwan = {**indicator("", 2021, 1.0), "country": {"id": "TW", "value": "Taiwan, China"}}
    region = {**indicator("", 2021, 0.0), "country": {"id": "ZH", "value": "Africa"}}
    web.answers = {_path(NEW): _body([{"pages": 1}, [taiwan, region]]), **_levels()}
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        rows = staged(country_table, context(tmp_path, url=web.root, raw_store=kept)).rows
    assert rows["country_iso3"].to_list() == ["TWN"]


def test_without_income_groups_governance_is_kept(web: Web, tmp_path: Path) -> None:
    web.answers = {
        _path(NEW): _body([{"pages": 1}, [indicator("IDN", 2021, 0.0)]]),
        **_levels(RETIRED),
    }
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(tmp_path, url=web.root, raw_store=kept)
        with pytest.raises(StoppedEarlyError, match="income groups are not available") as stopped:
            country_table.pull(using)
        outcome = stage_source(country_table, stopped.value.files, using).tables[0]
    assert outcome.rows.select("country_iso3", "income_group").rows() == [("IDN", None)]


def test_an_answer_that_is_an_error_with_status_200_is_an_outage(web: Web, tmp_path: Path) -> None:
    web.answers = {_path(NEW): _body(RETIRED), _path(OLD): _body({"data": []})}
    kept = store(tmp_path / "store")
    with (
        closing(kept.fetcher),
        pytest.raises(SourceUnavailableError, match=r"answers: not valid; .* not a table"),
    ):
        country_table.pull(context(tmp_path, url=web.root, raw_store=kept))


@pytest.mark.shared
def test_a_recorded_answer_is_read(tmp_path: Path, shared_data: Path) -> None:
    recorded = shared_data / "publishers" / "wgi_GOV_WGI_RL.EST_good.json"
    mirror = mirror_of(tmp_path, recorded.name, recorded.read_text())
    rows = staged(country_table, context(tmp_path, mirror=mirror)).rows
    assert rows.select("country_iso3", "year").rows() == [("AUT", 2023), ("AUT", 2024)]


def test_mirrored_answers_of_the_api(tmp_path: Path) -> None:
    answer = [{"page": 1, "pages": 1}, [indicator("IDN", 2021, -2.7)]]
    mirror = mirror_of(tmp_path, "wgi_rule_of_law.json", json.dumps(answer))
    rows = staged(country_table, context(tmp_path, mirror=mirror)).rows
    assert rows["rule_of_law_risk"].to_list() == [1.0]


@pytest.mark.shared
def test_the_real_table(tmp_path: Path, shared_data: Path) -> None:
    mirror = shared_data / "outcomes" / "country_indicators" / "worldbank.csv"
    outcome = staged(country_table, context(tmp_path, mirror=mirror, year=2019))
    assert outcome.rejected.is_empty()
    assert outcome.rows.height > 180
