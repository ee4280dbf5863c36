"""Files of version 0.1 are read under the names of today."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

import configs
import sql
from configs.former_names import RUN_COLUMNS, TABLE_COLUMNS, current_key, renamed
from configs.settings import Settings
from flows.run.folders import published_runs
from flows.run.request.outcome_files import read_outcomes
from sql.published_tables import read_marts
from sql.warehouse import Warehouse

RUN = "20240601-00000001"
BANDS = {"first": 70.0, "second": 50.0, "third": 30.0}


def test_only_what_stands_under_an_old_name_alone_is_renamed() -> None:
    former = {"tier": "priority_band", "prior": "context", "gone": "here"}
    assert renamed(["tier", "prior", "context"], former) == {"tier": "priority_band"}


@pytest.mark.parametrize("table", sorted(TABLE_COLUMNS))
def test_every_new_name_is_a_column_of_its_table(table: str) -> None:
    with Warehouse(None) as warehouse:
        assert set(TABLE_COLUMNS[table].values()) <= set(warehouse.read(table).columns)


def test_scores_of_an_old_warehouse_keep_their_values_under_the_new_names(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    statements = sql.every_ddl()["scores"].partition("comment on")[0]
    for old, new in sorted(TABLE_COLUMNS["scores"].items(), key=lambda pair: -len(pair[1])):
        statements = statements.replace(new, old)
    statements = statements.replace(
        "    prior double,", "    own_evidence double,\n    prior double,"
    )
    row = {
        "run_id": RUN, "supplier_id": "S1", "score": 61.0, "tier": "first_priority",
        "coverage": 0.75, "ilo_coverage": 0.5, "own_pillars": 3, "rank": 1, "rank_low": 1,
        "rank_high": 4, "p_top_k": 0.9, "own_evidence": 61.0, "prior": 40.0,
    }  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements)
        connection.register("rows_", pl.DataFrame([row]).to_arrow())
        connection.execute("insert into scores by name select * from rows_")
    with Warehouse(path) as warehouse:
        (kept,) = warehouse.read("scores", RUN).to_dicts()
    assert "own_evidence" not in kept
    for old, value in row.items():
        if old != "own_evidence":
            assert kept[TABLE_COLUMNS["scores"].get(old, old)] == value


def test_a_published_run_of_before_is_read_under_the_new_names(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    pl.DataFrame(
        {"supplier_id": ["a"], "rank": [1], "tier": ["x"], "p_top_k": [0.5]}
    ).write_parquet(tmp_path / "ranked.parquet")
    pl.DataFrame(
        {"supplier_id": ["a"], "signal_id": ["s"], "points": [1.0], "normalised": [0.25]}
    ).write_parquet(tmp_path / "contributions.parquet")
    (tmp_path / "flags.csv").write_text("supplier_id,via,why\na,parent,name\n", encoding="utf-8")
    (tmp_path / "views.csv").write_text("supplier_id,csddd_rank\na,1\n", encoding="utf-8")
    (tmp_path / "audit_plan.csv").write_text("supplier_id,arm\na,random\n", encoding="utf-8")
    assert published_runs.read_ranked(tmp_path).columns[2:] == ["priority_band", "prob_top_k"]
    assert published_runs.read_contributions(tmp_path, "a")["risk"].to_list() == [0.25]
    (flag,) = published_runs.read_flags(tmp_path, "a")
    assert (flag["matched_via"], flag["reason"]) == ("parent", "name")
    run = read_marts(tmp_path)
    assert {"legal_rankings", "audit_plan", "flags"} == set(run.tables)
    assert run.tables["audit_plan"].columns == ["supplier_id", "selection_method"]


def test_outcomes_under_the_old_names_are_the_same_outcomes(tmp_path: Path) -> None:
    line = "S1,2024-01-31,court,register of courts,public\n"
    found = []
    for header in ("unit_id,learned_on", "entity_id,known_on"):
        path = tmp_path / "outcomes.csv"
        path.write_text(f"{header},kind,source,selection\n{line}", encoding="utf-8")
        found.append(read_outcomes(path, pl.Series(["S1", "S2"]), dt.date(2024, 6, 1)))
    assert found[0].equals(found[1])
    assert found[0].height == 1


def test_a_profile_and_a_manifest_may_name_the_bands_as_before(tmp_path: Path) -> None:
    profile = tmp_path / "mine.yaml"
    profile.write_text(f"scoring:\n  tiers: {BANDS}\n", encoding="utf-8")
    settings = configs.load(str(profile), local=None)
    assert settings.scoring.priority_bands.first == 70.0
    written = settings.model_dump(mode="json")
    written["scoring"]["tiers"] = written["scoring"].pop("priority_bands")
    assert Settings.model_validate(written) == settings
    assert current_key("scoring", "top_k") == "top_k"


def test_every_new_column_of_a_run_is_in_the_data_dictionary() -> None:
    from reports.data_dictionary import output_columns

    by_table: dict[str, set[str]] = {}
    for file, columns in output_columns().items():
        by_table.setdefault(file.partition(".")[0], set()).update(columns)
    for table, columns in RUN_COLUMNS.items():
        assert set(columns.values()) <= by_table[table], table
