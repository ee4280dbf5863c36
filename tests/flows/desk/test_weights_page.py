"""Weights: tried on all suppliers of a run, beside known cases, and saved with the list."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.desk.desk_state import Desk
from flows.desk.lists.answers import write_settings
from flows.desk.lists.list_folders import ListFolder, new_list
from flows.desk.views.weights_view import weights_of
from flows.run.work.stage_types import Published
from flows.tuning import weight_acceptance
from scoring.tune.acceptance_criteria import AcceptanceResult, Criterion
from tests.flows.desk.conftest import signed_in


@pytest.fixture
def folder(desk: Desk, whole: tuple[Settings, Published]) -> ListFolder:
    made = new_list(desk.lists, "List", "anna")
    shutil.copytree(whole[1].folder.parent, made.results, symlinks=True, dirs_exist_ok=True)
    return made


def _form(client: TestClient, page: str) -> dict[str, str]:
    text = client.get(page).text
    parts = text.split('name="w-')[1:]
    return {f"w-{part.partition(chr(34))[0]}": part.split('value="')[1].partition('"')[0]
            for part in parts}  # fmt: skip


@pytest.mark.usefixtures("jobs_here")
def test_weights_are_tried_on_all_suppliers_and_saved(
    desk: Desk, client: TestClient, folder: ListFolder
) -> None:
    page = f"/lists/{folder.list_id}/weights"
    form = _form(client, page)
    assert len(form) > 20
    client.post(page, data=form)
    same = json.loads((folder.path / "weights.json").read_text("utf-8"))
    assert (same["tau"], same["moves"]) == (1.0, [])
    assert "Kendall" in client.get(page).text
    # Without the forest and fires around sites the accounts alone are left.
    others = {name: "0" if "fire" in name else value for name, value in form.items()}
    content = (
        "entity_id,known_on,kind,source,selection,result\n"
        "s0,2022-06-01,audit_finding,audit,targeted,found\n"
    )
    files = {"files": ("cases.csv", content.encode(), "text/csv")}
    assert client.post(f"{page}/outcomes", files=files).status_code == 303
    client.post(page, data=others)
    text = client.get(page).text
    assert "beside the known cases" in text
    client.post(page, data={**others, "save": "yes"})
    record = folder.read()
    assert record.weights is not None
    assert record.weights["fire_persistence"] == 0.0
    write_settings(folder)
    profile = yaml.safe_load(folder.settings_file.read_text("utf-8"))
    assert profile["signals"]["fire_persistence"] == {"weight": 0.0}
    client.post(f"{page}/default")
    assert folder.read().weights is None
    reader = signed_in(client, desk, "decide")
    assert reader.post(page, data=form).status_code == 403


def test_wrong_weights_and_files_are_one_sentence(client: TestClient, folder: ListFolder) -> None:
    page = f"/lists/{folder.list_id}/weights"
    form = _form(client, page)
    name = next(iter(form))
    for value in ("x", "-1", "nan", "inf", "1e9", ""):
        assert client.post(page, data={**form, name: value}).status_code == 422
    assert client.post(page, data=dict.fromkeys(form, "0")).status_code == 422
    wrong = {"files": ("cases.exe", b"x", "text/csv")}
    assert client.post(f"{page}/outcomes", files=wrong).status_code == 422
    assert not (folder.path / "weights.json").exists()


def test_a_decimal_comma_is_a_decimal_mark() -> None:
    assert weights_of({"w-a": "1,5", "w-b": " 0 "}, ["a", "b"]) == {"a": 1.5, "b": 0.0}
    with pytest.raises(UsageError, match="is not a number"):
        weights_of({"w-a": "1"}, ["a", "b"])


@pytest.mark.usefixtures("jobs_here")
def test_profiles_are_saved_compared_and_removed(
    desk: Desk, client: TestClient, folder: ListFolder
) -> None:
    page = f"/lists/{folder.list_id}/weights"
    form = _form(client, page)
    others = {name: "0" if "fire" in name else value for name, value in form.items()}
    saved = client.post(page, data={**others, "save": "profile", "title": "../Accounts <b>"})
    assert "note=profile-saved" in saved.headers["location"]
    assert [one.name for one in (folder.path / "profiles").iterdir()] == ["accounts-b.yaml"]
    assert folder.read().weights is None
    shown = client.get(f"{page}?profile=saved-accounts-b").text
    assert 'id="w-fire_persistence" name="w-fire_persistence" value="0"' in shown
    # The values are the run's; the order of the list as it is saved is that of the defaults.
    chosen = ["default", "list", "saved-accounts-b", "shipped-real_input", "no-such"]
    client.post(f"{page}/profiles", data={"profile": chosen})
    found = json.loads((folder.path / "profiles.json").read_text("utf-8"))
    assert found["profiles"][2:] == ["../Accounts <b>", "real_input"]
    assert found["agreement"][0]["tau"] == 1.0
    assert found["suppliers"] > 0
    for row in found["differences"]:
        known = [one for one in row["ranks"] if one is not None]
        assert row["difference"] == max(known) - min(known) > 0
    text = client.get(page).text
    assert "Accounts &lt;b&gt;" in text
    assert "Accounts <b>" not in text
    table = client.get(f"{page}/profiles.csv").text
    assert table.count("\n") == found["suppliers"] + 1
    assert client.post(f"{page}/profiles", data={"profile": "default"}).status_code == 422
    assert client.post(page, data={**form, "save": "profile", "title": " "}).status_code == 422
    for key in ("saved-../../list", "default", "saved-accounts-b"):
        client.post(f"{page}/profiles/remove", data={"profile": key})
    assert (folder.path / "list.json").is_file()
    assert list((folder.path / "profiles").iterdir()) == []


@pytest.mark.usefixtures("jobs_here")
def test_criteria_are_tested_with_known_cases(
    client: TestClient, folder: ListFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/lists/{folder.list_id}/weights"
    asked = {"profile": "list", "first": "2021-01", "months": "12"}
    for wrong in ({"profile": "x"}, {"first": "2021"}, {"first": "2021-13"}, {"months": "1"}):
        answer = client.post(f"{page}/acceptance", data={**asked, **wrong})
        assert answer.status_code == 422
    client.post(f"{page}/acceptance", data=asked)
    assert "the criteria need known cases" in client.get(page).text
    content = "entity_id,known_on,kind,source,selection,result\n"
    files = {"files": ("cases.csv", content.encode(), "text/csv")}
    client.post(f"{page}/outcomes", files=files)
    seen: list[weight_acceptance.AcceptanceRequest] = []

    def tested(
        request: weight_acceptance.AcceptanceRequest, progress: object
    ) -> tuple[weight_acceptance.Accepted, Path]:
        seen.append(request)
        criterion = Criterion("auc", passed=False, sentence="AUC is at least 0.45, not 0.6.")
        result = AcceptanceResult((criterion,))
        return weight_acceptance.Accepted(result, {}), Path("weights-abc.json")

    monkeypatch.setattr(weight_acceptance, "accept", tested)
    client.post(f"{page}/acceptance", data=asked)
    assert [(one.days[0].isoformat(), len(one.days)) for one in seen] == [("2021-01-01", 12)]
    assert seen[0].outcomes == folder.path / "outcomes.csv"
    text = client.get(page).text
    assert "AUC is at least 0.45, not 0.6." in text
    assert "weights-abc.json" in text
