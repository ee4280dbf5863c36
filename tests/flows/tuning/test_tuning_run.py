"""The lab's verbs on published runs of a small list."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import configs
from configs.config_errors import DataRejectedError, UsageError
from flows.cli.app import app
from flows.run import stages
from flows.run.request.country_groups import read_countries
from flows.run.work.stage_types import RunRequest
from tests.flows.small_world import write_small_world

pytestmark = pytest.mark.long

FEW = ("uncertainty.draws=60", "uncertainty.sensitivity_draws=4", "scoring.top_k=2")
#: The second month differs on purpose.
NO_HOLD = tuple(f"publish.hold.{name}=1" for name in ("drift", "rank_jump", "band_jump"))
SUPPLIERS = 40


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of forty companies with accounts; all owe more in the second."""
    folder = tmp_path_factory.mktemp("lab")
    profile = write_small_world(folder / "world")
    world = profile.parent
    header = "supplier_id,name,country,sector"
    places = ("Indonesia", "Brazil")
    rows = [f"s{n:02d},Mill {n},{places[n % 2]},10" for n in range(SUPPLIERS)]
    (world / "list.csv").write_text("\n".join([header, *rows]) + "\n")
    accounts = world / "accounts" / "accounts.csv"
    (top, *_) = accounts.read_text().splitlines()
    years = [
        f"s{n:02d},{year}-01-01,{year}-12-31,{filed},USD,100,40,50,{100 - equity},{equity},"
        f"{equity // 2},{equity // 4},200,{equity // 5}"
        for year, filed, loss in ((2020, "2021-06-30", 0), (2021, "2022-02-15", 60))
        for n in range(SUPPLIERS)
        for equity in (3 * n - 30 - loss,)
    ]
    accounts.write_text("\n".join([top, *years]) + "\n")
    settings = configs.load(str(profile), local=None, overrides=(*FEW, *NO_HOLD))
    for month in (2, 3):
        stages.run_all(RunRequest(settings, dt.date(2022, month, 1), folder / "out"))
    return folder / "out"


def _run(out: Path, *arguments: str) -> str:
    answer = CliRunner().invoke(app, ["tune", *arguments, "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    return answer.output


def _json(out: Path, *arguments: str) -> Any:
    return json.loads(_run(out, *arguments, "--json"))


def _outcomes(out: Path, cases: int) -> Path:
    path = out.parent / f"outcomes_{cases}.csv"
    rows = [f"s{n:02d},2022-06-01,public_listing,register,public" for n in range(cases)]
    path.write_text("\n".join(["entity_id,known_on,kind,source,selection", *rows]) + "\n")
    return path


def test_every_run_tells_its_fairness_and_its_drift(out: Path) -> None:
    folder = out / "latest"
    manifest = json.loads((folder / "manifest.json").read_text())
    with (folder / "fairness.csv").open(encoding="utf-8-sig") as stream:
        reported = list(csv.DictReader(stream))
    assert {row["group"] for row in reported if row["dimension"] == "language"} == {"id", "pt"}
    assert manifest["fairness"]["compared"] == sum(
        row["within_0_80_1_25"] in ("yes", "no", "none_elsewhere") for row in reported
    )
    assert manifest["drift"]["alarm"]
    assert any("Values changed far more" in text for text in manifest["warnings"])
    with (folder / "drift.csv").open(encoding="utf-8-sig") as stream:
        states = {row["signal_id"]: row["status"] for row in csv.DictReader(stream)}
    assert states["leverage"] == "alarm"


def test_the_first_month_has_nothing_to_drift_from(out: Path) -> None:
    (first, _) = sorted(path.name for path in out.glob("2022*"))
    manifest = json.loads((out / first / "manifest.json").read_text())
    assert list(manifest["drift"]) == ["no_month_before"]


def test_signal_selection_and_the_page_that_shows_it(out: Path) -> None:
    found = _json(out, "select-signals", "--draws", "16")
    by_id = {row["signal_id"]: row for row in found["signals"]}
    assert by_id["leverage"]["decision"] in ("keep", "drop")
    assert by_id["active_fire_density"]["decision"] == "not_measured"
    assert Path(found["folder"]).is_dir()
    said = _run(out, "lab", "--outcomes", str(_outcomes(out, 12)))
    page = Path(said.split("Validation page: ")[1].strip()).read_text()
    for heading in ("Lift", "Fairness", "Drift", "Signal selection", "weights"):
        assert heading in page
    assert "12 known cases among 40 suppliers" in page
    assert "understory tune backtest" in page
    kinds = {row["kind"] for row in _json(out, "experiments")}
    assert "select-signals" in kinds


def test_fairness_of_a_published_run_with_outcomes(out: Path) -> None:
    found = _json(out, "fairness", "--outcomes", str(_outcomes(out, 24)))
    assert {row["measure"] for row in found["comparisons"]} >= {"recall", "flag_rate_top_k"}


def test_groups_vote_on_the_pillars(out: Path) -> None:
    votes = out.parent / "votes.csv"
    rows = [
        f"{group},{vote},{item},{points}"
        for group, financial in (("buyers", 80), ("worker_organisations", 40))
        for vote in range(3)
        for item, points in (("financial", financial + vote), ("land_use", 100 - financial - vote))
    ]
    votes.write_text("\n".join(["group,vote,item,points", *rows]) + "\n")
    found = _json(out, "elicit", "--votes", str(votes))
    assert [group["group"] for group in found["groups"]] == ["buyers", "worker_organisations"]
    assert found["groups"][0]["shares"]["financial"] == pytest.approx(0.81, abs=0.005)
    # Equals share a place, so there may be more than two.
    assert sum(row["in_top_k_of_all"] for row in found["suppliers"]) >= 2


def test_companies_pool_what_they_estimated(out: Path) -> None:
    studies = []
    for name in ("north", "south"):
        said = _run(
            out, "pool", "export", "--outcomes", str(_outcomes(out, 15)), "--name", name,
            "--noise", "0.1",
        )  # fmt: skip
        target = Path(said.split("Study: ")[1].strip())
        kept = out.parent / f"{name}.json"
        kept.write_text(target.read_text())
        assert "s01" not in kept.read_text()
        studies.append(str(kept))
    table = _json(out, "pool", "combine", *studies)
    assert {row["studies"] for row in table} == {2}
    # Values of the others lie at the ends of their anchors, but for a few.
    assert "altman_z_double_prime" in {row["signal_id"] for row in table}
    answer = CliRunner().invoke(app, ["tune", "pool", "combine", studies[0], "--out", str(out)])
    assert answer.exit_code == 2


def test_few_cases_do_not_leave_the_house(out: Path) -> None:
    path = _outcomes(out, 9)
    answer = CliRunner().invoke(
        app, ["tune", "pool", "export", "--outcomes", str(path), "--name", "x", "--out", str(out)]
    )
    assert answer.exit_code == 1
    assert "needs 10 of each" in answer.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("country_iso3,income_group\nBRA,rich\n", "income_group is none of"),
        ("country_iso3,gdp_per_head_usd\nBRA,-3\n", "not a number above 0"),
        ("country_iso3\nBRA\nBRA\n", "stands in the file twice"),
        ("country_iso3\nBrazil\n", "three capital letters"),
        ("income_group\nlow\n", "country_iso3"),
    ],
    ids=["group", "gdp", "twice", "code", "column"],
)
def test_a_table_of_countries_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "countries.csv"
    path.write_text(text)
    with pytest.raises(DataRejectedError, match=said):
        read_countries(str(path))


def test_a_table_of_countries(tmp_path: Path) -> None:
    path = tmp_path / "countries.csv"
    path.write_text("country_iso3,income_group,gdp_per_head_usd\nBRA,Upper middle,8900\nTLS,,\n")
    table = read_countries(str(path))
    assert table is not None
    assert table.rows() == [("BRA", "upper_middle", 8900.0), ("TLS", None, None)]
    assert read_countries(None) is None
    with pytest.raises(UsageError, match="not found"):
        read_countries(str(tmp_path / "none.csv"))
