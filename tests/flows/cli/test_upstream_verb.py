"""`understory upstream`: a table of the user's in, origins of a sector's inputs out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "how-to" / "upstream-context.md"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The table that the page gives as a template."""
    path = tmp_path / "inputs.csv"
    path.write_text(PAGE.read_text("utf-8").split("```csv\n")[1].split("```")[0], "utf-8")
    return path


def call(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["upstream", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def test_the_page_shows_what_its_table_gives(table: Path) -> None:
    output = call("--table", table, "--country", "bgd", "--sector", "garments")
    assert output.strip() in PAGE.read_text("utf-8")
    assert "no evidence about a supplier, and no part of a score" in output


def test_json_has_the_largest_origins_with_year_and_source(table: Path) -> None:
    output = call("--table", table, "--country", "BD", "--sector", "Garments", "--top", 1, "--json")
    found = json.loads(output)
    assert (found["year"], found["source"], found["context_only"]) == (2020, "Worked example", True)
    assert [(one["from_country"], one["from_sector"]) for one in found["origins"]] == [
        ("IN", "Yarn")
    ]
    assert found["origins"][0]["upstream_share"] == pytest.approx(7 / 12)


@pytest.mark.parametrize(
    ("country", "sector", "code", "sentence"),
    [
        ("BD", "Shoes", 1, "there are no inputs of the sector 'Shoes' in BD; use one of these: G"),
        ("DE", "Shoes", 1, "in DE; add its rows or use another country"),
        ("Bengal", "Garments", 2, "'Bengal' is not a country code"),
    ],
)
def test_what_the_table_does_not_have(
    table: Path, country: str, sector: str, code: int, sentence: str
) -> None:
    output = call("--table", table, "--country", country, "--sector", sector, code=code)
    assert sentence in output


def test_missing_columns_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "inputs.csv"
    path.write_text("from_country,from_sector,to_country,to_sector,year\nUZ,a,IN,b,2020\n", "utf-8")
    output = call("--table", path, "--country", "BD", "--sector", "Garments", code=1)
    assert "the column 'coefficient' is missing" in output
    assert "the column 'source' is missing" in output
    absent = tmp_path / "absent.csv"
    output = call("--table", absent, "--country", "BD", "--sector", "Garments", code=2)
    assert "there is no such input-output table" in output
