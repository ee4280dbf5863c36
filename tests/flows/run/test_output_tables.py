"""Tables that become files are left under the names of their outputs."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import polars as pl
import pytest

from flows.run import scoring_stage
from flows.run.work import artefacts
from flows.run.work.work_folder import WorkFolder
from reports.outputs.output import Column, TableOutput
from scoring.scored_list import ScoredList

MADE_UP = TableOutput(
    file="made_up.csv",
    order=1,
    content="a table that a test declares",
    columns=(Column("supplier_id", "text"),),
    frame=lambda bundle, ranked: bundle.table("made_up"),
    scored=lambda scored: scored.scores.select("supplier_id"),
)


def test_a_declared_table_is_made_and_one_that_a_run_lacks_is_not_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring_stage, "table_outputs", lambda: (MADE_UP,))
    workspace = WorkFolder(tmp_path)
    workspace.write_frame(artefacts.output_table("overrides"), pl.DataFrame({"a": [1]}))
    scored = cast(ScoredList, SimpleNamespace(scores=pl.DataFrame({"supplier_id": ["s"]})))
    plan = pl.DataFrame({"supplier_id": ["s"], "selection_method": ["random"]})
    scoring_stage.leave_output_tables(workspace, scored, {"audit_plan": plan, "overrides": None})
    made_up = workspace.read_frame(artefacts.output_table("made_up"))
    assert made_up["supplier_id"].to_list() == ["s"]
    assert workspace.read_frame(artefacts.output_table("audit_plan")).equals(plan)
    assert not workspace.has(artefacts.output_table("overrides"))
