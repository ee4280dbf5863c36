"""Places, sources and keys of a list."""

import json
import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from configs.config_errors import UsageError
from flows.demo_world import DEMO_AS_OF
from flows.desk.desk_state import Desk
from flows.desk.jobs.demonstration import AS_OF, ensure_demonstration
from flows.desk.lists.environment_file import read_keys, write_key
from flows.desk.lists.list_folders import ListFolder, all_lists
from flows.desk.views.check_view import for_the_desk
from flows.desk.views.places_map import places_map
from flows.desk.views.sources_view import sources_data
from tests.flows.desk.conftest import sent_list

LIST = (
    "supplier_id,name,country,town,latitude,longitude,sector\n"
    "1,Alpha,Bangladesh,,23.9012,90.4123,14\n"
    "2,Beta,United States,Springfield,,,10\n"
    "3,Gamma,Bangladesh,Gazipur,,,14\n"
    "4,Delta,Brazil,Nowhere at all,,,14\n"
)


def _folder(desk: Desk, page: str) -> ListFolder:
    return ListFolder(desk.lists / page.rsplit("/", 1)[1])


@pytest.mark.usefixtures("jobs_here")
def test_a_town_is_chosen_among_candidates(desk: Desk, client: TestClient) -> None:
    page = sent_list(client, LIST)
    folder = _folder(desk, page)
    check = json.loads((folder.path / "check.json").read_text("utf-8"))
    assert check["places"] == {"precise": 1, "town": 1, "ambiguous": 1, "unknown": 1}
    text = client.get(f"{page}/places").text
    assert "Springfield, US" in text
    assert "Alpha" in text
    assert "Alpha" not in client.get(f"{page}/places?show=unknown&page=99").text
    at, finding = next(
        (at, one) for at, one in enumerate(check["findings"]) if one["rule"] == "ambiguous_town"
    )
    chosen = finding["candidates"][0]["value"]
    form = {"version": str(check["version"]), "back": "places", f"a{at}": chosen}
    answer = client.post(f"{page}/answers", data=form)
    assert answer.headers["location"] == f"{page}/places"
    after = json.loads((folder.path / "check.json").read_text("utf-8"))
    assert after["places"] == {"precise": 1, "town": 2, "ambiguous": 0, "unknown": 1}
    picture = client.get(f"{page}/places.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.count("<circle") == 3


@pytest.mark.usefixtures("jobs_here")
def test_sources_are_planned_switched_and_given_keys(desk: Desk, client: TestClient) -> None:
    page = sent_list(client, LIST)
    text = client.get(f"{page}/sources").text
    assert "Needs a key" in text
    folder = _folder(desk, page)
    plan = json.loads((folder.path / "plan.json").read_text("utf-8"))
    opened, name = next(
        (one["source_id"], one["missing_variables"][0])
        for one in plan["sources"]
        if one["missing_variables"] and "optional" not in one["access"]
    )
    secret = "canary-key-4711"
    client.post(f"{page}/sources/key", data={"variable": name, "key": f"  {secret} "})
    assert read_keys(desk.keys_file) == {name: secret}
    assert stat.S_IMODE(desk.keys_file.stat().st_mode) == 0o600
    shown = client.get(f"{page}/sources").text
    assert f"The key {name} is stored" in shown
    kept = [path for path in desk.home.rglob("*") if path.is_file() and path != desk.keys_file]
    assert all(secret.encode() not in path.read_bytes() for path in kept)
    assert secret not in shown
    for forged in ("PATH", "LD_PRELOAD", "PYTHONPATH", ""):
        answer = client.post(f"{page}/sources/key", data={"variable": forged, "key": "x"})
        assert answer.status_code == 422
    client.post(f"{page}/sources/key", data={"variable": name, "remove": "yes"})
    assert read_keys(desk.keys_file) == {}
    client.post(f"{page}/sources/switch", data={"source": "gleif", "on": "yes"})
    client.post(f"{page}/sources/use", data={"use": "research"})
    assert client.post(f"{page}/sources/use", data={"use": "war"}).status_code == 422
    record = folder.read()
    assert record.use == "research"
    assert record.switched is not None
    assert record.switched["gleif"]
    assert record.switched[opened]
    status = {
        one["source_id"]: one["status"]
        for one in json.loads((folder.path / "plan.json").read_text("utf-8"))["sources"]
    }
    assert status["gleif"] == "ready"


def test_a_key_is_one_line_under_a_name_of_a_card(tmp_path: Path) -> None:
    file = tmp_path / "keys.env"
    write_key(file, "A_KEY", "it's; $(touch x)")
    write_key(file, "B_KEY", "two")
    assert read_keys(file) == {"A_KEY": "it's; $(touch x)", "B_KEY": "two"}
    for name, value in (("a", "x"), ("A=B", "x"), ("A_KEY", ""), ("A_KEY", "x\nB=y"), ("A", "ü")):
        with pytest.raises(UsageError):
            write_key(file, name, value)
    assert "B=y" not in file.read_text("utf-8")


def test_the_page_of_sources_counts_what_is_ready() -> None:
    line = {"access": "no key", "off_because": "", "missing_variables": [], "minutes": 1.4,
            "scored_with": 1, "scored_without": 0}  # fmt: skip
    plan = {
        "list": {"suppliers": 3},
        "scored_at_most": 2,
        "next_steps": [],
        "cards": {"a": {"title": "A", "variables": ["A_KEY"]}, "b": {"variables": []}},
        "sources": [
            {**line, "source_id": "a", "status": "key missing", "suppliers": 3, "requests": 9,
             "megabytes": 5.0},
            {**line, "source_id": "b", "status": "ready", "suppliers": 1, "requests": 2,
             "megabytes": 1.6},
        ],
    }  # fmt: skip
    data = sources_data(plan, {"A_KEY"}, "research")
    assert data["totals"] == {"sources": 1, "requests": 2, "megabytes": 2, "minutes": 1}
    assert [group["status"] for group in data["groups"]] == ["ready", "key missing"]
    assert data["groups"][1]["sources"][0]["variables"] == [{"name": "A_KEY", "is_set": True}]


def test_the_map_draws_one_mark_a_cell() -> None:
    rows = [
        {"state": "precise", "latitude": 10.1, "longitude": 20.1},
        {"state": "precise", "latitude": 10.2, "longitude": 20.0},
        {"state": "town", "latitude": -10.0, "longitude": 0.0},
        {"state": "unknown", "latitude": None, "longitude": None},
    ]
    picture = places_map(rows, [(0, 0, 100, 0, 100, 100)])
    assert picture.count("<circle") == 2
    assert 'cx="600.0" cy="204.0"' in picture  # 20 E, 10 N at 3 px a degree
    assert "M540.0 234.0L570.0 234.0L570.0 204.0Z" in picture


def test_corrections_are_those_of_the_desk() -> None:
    sentence = "file_1.csv: the column 'E' holds person-level data; leave it out with --drop E."
    assert for_the_desk(sentence, {"file_1.csv": "mine.csv"}) == (
        "mine.csv: the column 'E' holds person-level data; leave it out on the page of the list."
    )


def test_the_demonstration_is_there_once(tmp_path: Path) -> None:
    ensure_demonstration(tmp_path)
    ensure_demonstration(tmp_path)
    assert [folder.read().title for folder in all_lists(tmp_path)] == ["Demonstration"]
    assert DEMO_AS_OF.isoformat() == AS_OF
