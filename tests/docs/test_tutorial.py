"""Runs the tutorial as it is written, and the notebooks' lines on what it published."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from reports.workbook.workbook_sheets import DECISION_COLUMNS, DECISIONS
from tests.docs.pages import ROOT, blocks

pytestmark = [pytest.mark.docs, pytest.mark.timeout(900)]

_TUTORIAL = "docs/tutorial/first-run.md"
_NOTEBOOKS = "docs/how-to/notebooks.md"
_PROGRAM = ".venv/bin/understory"
#: The row that the tutorial tells to fill; what follows each name stands in its text.
_DECISION = {
    "supplier_id": "V-00343",
    "decision": "look_first",
    "author_role": "head of sourcing",
    "reason": "forest loss and distressed accounts",
    "evidence_link": "https://example.org/evidence",
    "decided_on": "2022-03-10",
    "expires_on": "2022-09-10",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project folder in which every command of the tutorial was run, in its order."""
    folder = tmp_path_factory.mktemp("tutorial")
    for line in _lines():
        if "decisions import" in line:
            _fill(folder / "outputs" / "demo" / "decisions.xlsx")
        _run(line, folder)
    return folder


def _lines() -> list[str]:
    return [
        line
        for block in blocks("sh")
        if block.page == _TUTORIAL
        for line in block.text.splitlines()
    ]


def _run(line: str, folder: Path) -> None:
    if line == "make demo":
        line = f"{_PROGRAM} demo --out outputs/demo"  # what the Makefile does, once set up
    words = shlex.split(line)
    assert words[0] == _PROGRAM, line
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *words[1:]],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stderr[-2000:]}"
    assert done.stdout.strip(), line


def _fill(path: Path) -> None:
    """The workbook's sheet with the row filled in, as an analyst saves it."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(DECISIONS)
        for column, name in enumerate(DECISION_COLUMNS):
            sheet.write_string(2, column, name)
            sheet.write_string(3, column, _DECISION.get(name, ""))


def test_the_page_names_the_row_to_fill() -> None:
    text = (ROOT / _TUTORIAL).read_text(encoding="utf-8")
    named = _DECISION.items() - {("evidence_link", _DECISION["evidence_link"])}
    assert [value for _, value in named if value not in text] == []


def test_month_two_shows_the_decision_and_keeps_the_score(folder: Path) -> None:
    out = folder / "outputs" / "demo"
    decided = pl.read_csv(out / "latest" / "overrides.csv").filter(supplier_id="V-00343")
    assert decided["override"].to_list() == ["look_first"]
    ranked = pl.read_csv(out / "latest" / "ranked.csv").filter(supplier_id="V-00343")
    assert ranked["score"][0] > 80
    runs = sorted(path.name[:8] for path in out.iterdir() if path.name.startswith("2022"))
    assert runs == ["20220301", "20220401"]


def test_the_lines_for_notebooks_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("outputs/latest").symlink_to(Path("outputs/demo/latest").resolve())
    names: dict[str, object] = {}
    for block in blocks("python"):
        if block.page == _NOTEBOOKS:
            exec(compile(block.text, str(block), "exec"), names)
    assert "run" in names
