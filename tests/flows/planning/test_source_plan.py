import json
from pathlib import Path
from typing import Any

import pytest

import configs
from configs.config_errors import DataRejectedError
from flows.cli.source_verbs import plan_of, summary_lines
from flows.planning.source_plan import SourcePlan, plan_sources
from flows.run import stages
from flows.run.request import run_request
from signals.access import AccessKind
from signals.registry import sources

LIST = """supplier_id,name,country,sector,latitude,longitude,admin_area
1,Alfa Palm Mill,Indonesia,01,-0.51234,101.44567,
2,Beta Farms,Indonesia,01,-0.61234,101.54567,
3,Gamma Foods,Brazil,10,,,
4,Delta Mills,Brazil,10,,,
"""
#: Two sources of two pillars carry all weight: half of the suppliers have a place.
WEIGHTS = ("forest_loss_rate", "active_fire_density", "governance_prior")


def _settings(tmp_path: Path, *changes: str) -> Any:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    base = run_request.settings_of(None)
    zero = [f"signals.{name}.weight=0" for name in base.signals if name not in WEIGHTS]
    return run_request.settings_of(None, [*zero, *changes], [path])


def _plan(tmp_path: Path, *changes: str, **environment: str) -> SourcePlan:
    settings = _settings(tmp_path, *changes)
    request = run_request.request_of(settings, "2024-06-01", tmp_path / "out", force=False)
    return plan_sources(stages.prepare(request), environment)


def test_with_two_pillars_every_supplier_with_a_location_is_scored(tmp_path: Path) -> None:
    found = _plan(tmp_path)
    assert found.scored == 2
    by_id = {source.source_id: source for source in found.sources}
    assert (by_id["hansen_gfc"].suppliers, by_id["country_table"].suppliers) == (2, 4)
    # One pillar alone is not enough for a score.
    assert (by_id["hansen_gfc"].scored_with, by_id["hansen_gfc"].scored_without) == (2, 0)
    assert found.listed["locations"] == {"precise": 2, "town": 0, "unknown": 2}
    assert found.listed["countries"] == {"BRA": 2, "IDN": 2}


def test_sources_without_a_key_that_are_not_read_by_default_give_the_reason(
    tmp_path: Path,
) -> None:
    base = configs.load(local=None)
    reasons = {
        name: module.CARD.access.off_because
        for name, module in sources().items()
        if hasattr(module, "FORM") and module.CARD.access.kind is AccessKind.NONE
    }
    off = {name for name in reasons if not (base.sources[name].enabled and base.sources[name].url)}
    assert {name for name, reason in reasons.items() if reason} == off
    found = {one.source_id: one for one in _plan(tmp_path).sources}
    assert found["gleif"].off_because == reasons["gleif"]
    read = {one.source_id: one for one in _plan(tmp_path, "sources.gleif.enabled=true").sources}
    assert read["gleif"].off_because == ""


def test_coordinates_are_the_next_step_for_the_rest(tmp_path: Path) -> None:
    step, *others = _plan(tmp_path).steps
    assert (step.subject, step.more_scored) == ("coordinates", 2)
    assert (step.coverage_before, step.coverage_after) == (0.5, 1.0)
    assert others == []


def test_a_source_that_is_off_is_switched_on_first(tmp_path: Path) -> None:
    found = _plan(tmp_path, "sources.hansen_gfc.enabled=false")
    assert found.scored == 0
    assert found.steps[0].subject == "hansen_gfc"
    assert found.steps[0].sentence.startswith(
        "Switch on hansen_gfc (set sources.hansen_gfc.enabled=true): 2 suppliers more"
    )


def test_a_missing_key_is_named_with_the_address_of_registration(tmp_path: Path) -> None:
    changes = (
        "signals.forest_loss_rate.weight=0",
        "signals.forest_alert_surge.weight=1",
        "sources.gfw_alerts.url=https://data-api.globalforestwatch.org",
    )
    found = _plan(tmp_path, *changes)
    by_id = {source.source_id: source for source in found.sources}
    assert by_id["gfw_alerts"].status == "key missing"
    assert by_id["gfw_alerts"].missing_variables == ("GFW_API_KEY",)
    step = found.steps[0]
    assert step.subject == "gfw_alerts"
    assert "Register a free key for gfw_alerts at https://www.globalforestwatch.org" in step.action
    assert step.more_scored == 2
    assert _plan(tmp_path, *changes, GFW_API_KEY="x").scored == 2


def test_a_folder_costs_no_request(tmp_path: Path) -> None:
    found = _plan(tmp_path, f"sources.hansen_gfc.mirror={tmp_path}")
    by_id = {source.source_id: source for source in found.sources}
    assert by_id["hansen_gfc"].requests == 0
    assert by_id["precipitation"].requests > 400


def test_the_record_is_json_and_the_summary_names_the_counts(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    request = run_request.request_of(settings, "2024-06-01", tmp_path / "out", force=False)
    found = plan_of(request)
    assert json.loads(json.dumps(found.as_record()))["scored_at_most"] == 2
    assert not (tmp_path / "out").exists()
    lines = summary_lines(found)
    assert lines[0] == "Suppliers: 4; at most 2 would be scored"
    assert "Locations: precise 2, town 0, unknown 2" in lines


def test_the_list_goes_through_the_intake(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "supplier_id,name,country,worker_name\n1,Alfa,Indonesia,Someone\n", encoding="utf-8"
    )
    settings = run_request.settings_of(None, [], [path])
    with pytest.raises(DataRejectedError):
        plan_of(run_request.request_of(settings, "2024-06-01", tmp_path / "out", force=False))
