"""A flagged supplier outside the audit plan is named in every output that holds the plan."""

from pathlib import Path

import polars as pl
import pytest

from reports.bundle import ReportBundle
from reports.tables.flagged_plan import LOUD, flagged_outside, outside_sentence
from reports.tables.ranked_list import ranked_table
from reports.workbook.workbook_actions import action_sheets
from reports.write import write_outputs
from tests.reports.tables.test_list_hits import flagged


def _planned(method: str) -> ReportBundle:
    """The flagged supplier S-00001 by this method, S-00002 by priority, S-00003 not selected."""
    plan = pl.DataFrame(
        {
            "supplier_id": ["S-00002", "S-00003", "S-00001"],
            "selection_method": ["priority", "not_selected", method],
            "inclusion_probability": [1.0, 0.1, 0.1],
            "reason": ["among the highest priorities", "outside the budget of 5", "its reason"],
        }
    )
    return flagged("uflpa_region_or_entity", "review").with_tables(audit_plan=plan)


def test_outside_the_plan_it_follows_the_selected_and_says_so(tmp_path: Path) -> None:
    bundle = _planned("not_selected")
    assert flagged_outside(bundle).rows() == [
        ("S-00001", "Alder Dogwood Textiles 1", "Possible: UFLPA region or entity")
    ]
    write_outputs(bundle, tmp_path)
    plan = pl.read_csv(tmp_path / "audit_plan.csv", infer_schema=False)
    assert plan["supplier_id"].to_list() == ["S-00002", "S-00001", "S-00003"]
    assert plan["reason"][1] == f"{LOUD} (not in the plan: its reason)"
    assert "North Region" in plan["flags"][1]
    sheets = pl.read_excel(
        tmp_path / "workbook.xlsx", sheet_name="Audit plan", has_header=False,
        read_options={"dtypes": "string"},
    )  # fmt: skip
    assert LOUD in sheets.write_csv()
    for name in ("report.html", "READ-ME-FIRST.txt"):
        assert outside_sentence(1) in (tmp_path / name).read_text(encoding="utf-8")


def test_the_sheet_of_a_long_plan_keeps_every_selected_and_every_flagged_supplier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = _planned("not_selected")
    monkeypatch.setattr("reports.workbook.workbook_actions.MAX_ROWS", 1)
    sheets = {one.name: one for one in action_sheets(bundle, ranked_table(bundle))}
    assert sheets["Audit plan"].rows["supplier_id"].to_list() == ["S-00002", "S-00001"]
    assert sheets["Audit plan"].note.endswith("The first 2 of 3 rows; audit_plan.csv has all.")


@pytest.mark.parametrize("method", ["priority", "random"])
def test_in_the_plan_nothing_is_said(tmp_path: Path, method: str) -> None:
    bundle = _planned(method)
    assert flagged_outside(bundle).is_empty()
    write_outputs(bundle, tmp_path)
    for name in ("report.html", "READ-ME-FIRST.txt", "audit_plan.csv"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "outside the audit plan" not in text
        assert LOUD not in text
