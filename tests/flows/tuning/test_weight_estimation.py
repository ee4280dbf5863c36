"""`understory tune estimate`: weights from outcomes on a small list, and what it rejects."""

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner, Result

import configs
from flows.backtest.exposure_offset import exposure_of
from flows.cli.app import app
from tests.flows.small_world import write_small_world

pytestmark = pytest.mark.long

FIRMS = 120
FOUND = 40


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of companies in four countries; those with the lower numbers owe more."""
    profile = write_small_world(tmp_path_factory.mktemp("learning") / "world")
    places = ("Indonesia", "Brazil", "India", "Kenya")
    rows = [f"s{n:03d},Mill {n},{places[n % 4]},10" for n in range(FIRMS)]
    text = "\n".join(["supplier_id,name,country,sector", *rows]) + "\n"
    (profile.parent / "list.csv").write_text(text)
    accounts = profile.parent / "accounts" / "accounts.csv"
    (top, *_) = accounts.read_text().splitlines()
    lines = [
        f"s{n:03d},2020-01-01,2020-12-31,2021-06-30,USD,100,40,50,{100 - n % 97},{n % 97},"
        f"{n % 50},{n % 31},200,{n % 23}"
        for n in range(FIRMS)
    ]
    accounts.write_text("\n".join([top, *lines]) + "\n")
    return profile


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of sourcing areas of other sizes, with what grew less there."""
    profile = write_small_world(tmp_path_factory.mktemp("areas") / "world")
    folder = profile.parent
    places = ("Indonesia", "Brazil", "India", "Kenya")
    rows = [f"s{n:03d},Area {n},{places[n % 4]},08" for n in range(FIRMS)]
    (folder / "list.csv").write_text("\n".join(["supplier_id,name,country,sector", *rows]) + "\n")
    panel = [
        f"s{n:03d},{year},{10 + n},{1000 - n},{(97 - n % 97) / 200 + n % 7 / 100},{n % 5}"
        for n in range(FIRMS)
        for year in (2018, 2019, 2020)
    ]
    (folder / "areas.csv").write_text(
        "\n".join(["area,year,km2,people,lost,embargoes", *panel]) + "\n"
    )
    lines = yaml.safe_load(profile.read_text())
    lines["sources"]["area_panel"] = {
        "enabled": True,
        "mirror": str(folder),
        "options": {
            "file": "areas.csv",
            "area_id": "area",
            "variables": {
                "area_km2": "km2",
                "population": "people",
                "natural_vegetation_loss_percent": "lost",
                "embargo_count": "embargoes",
            },
        },
    }
    profile.write_text(yaml.safe_dump(lines))
    return profile


def _outcomes(world: Path, count: int, result: str = "found") -> Path:
    path = world.parent / f"outcomes_{count}_{result}.csv"
    # Every third company, and more of those that owe more, so that no signal separates.
    cases = sorted(range(FIRMS), key=lambda n: (n % 97) * (1 if n % 3 else 4))[:count]
    rows = [f"s{n:03d},2022-06-01,audit_finding,programme,targeted,{result}" for n in cases]
    if result == "found":
        others = [n for n in range(FIRMS) if n not in cases][:30]
        rows += [
            f"s{n:03d},2022-06-01,audit_finding,programme,targeted,nothing_found" for n in others
        ]
    header = "entity_id,known_on,kind,source,selection,result"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def _estimate(world: Path, outcomes: Path, *arguments: str) -> Result:
    command = ["tune", "estimate", "--outcomes", str(outcomes), "--profile", str(world)]
    where = ["--as-of", "2023-01-01", "--out", str(world.parent / "out")]
    window = ["--window-days", "365"]
    return CliRunner().invoke(app, [*command, *where, *window, *arguments])


@pytest.fixture(scope="module")
def learned(world: Path) -> Any:
    answer = _estimate(world, _outcomes(world, FOUND), "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_weights_have_intervals_and_sum_to_one(learned: Any) -> None:
    lines = learned["weights"].values()
    assert sum(line["weight"] for line in lines) == pytest.approx(1.0, abs=1e-3)
    assert all(line["weight"] >= 0 for line in lines)
    assert all(0 <= line["interval"][0] <= line["interval"][1] <= 1 for line in lines)
    assert learned["cases"] == FOUND
    assert set(learned["validation_auc"]) > {"estimated", "exposure", "random"}
    assert learned["selection"].startswith("corrected for audit selection")


def test_the_profile_loads_with_the_estimated_weights(learned: Any, world: Path) -> None:
    path = Path(learned["profile"])
    settings = configs.load(str(path), local=None)
    assert settings.tune.weights.learned
    own = yaml.safe_load(world.read_text())
    assert yaml.safe_load(path.read_text())["suppliers"] == own["suppliers"]
    heaviest = max(learned["weights"], key=lambda name: learned["weights"][name]["weight"])
    assert settings.signals[heaviest].weight > 0
    beside = json.loads(path.with_suffix(".json").read_text())
    assert beside["signature"]["method"] in {"sha256", "hmac-sha256"}


def test_the_area_may_be_the_exposure(areas: Path) -> None:
    """Cases are those with the lower numbers, which are the smaller ones with more people."""
    arguments = ("--exposure", "area_km2", "--exposure", "population", "--json")
    answer = _estimate(areas, _outcomes(areas, FOUND), *arguments)
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.output)
    assert found["exposure"] == ["area_km2", "population"]
    assert "exposure (log of area km2, log of population)" in found["verdict"]
    assert found["validation_auc"]["exposure"][0] > 0.6


def test_exposure_is_the_log_of_the_latest_figure() -> None:
    values = pl.DataFrame(
        {
            "supplier_id": ["a", "a", "b"],
            "year": [2019, 2020, 2020],
            "variable": ["area_km2"] * 3,
            "value": [1.0, 100.0, 0.0],
        }
    )
    listed = pl.DataFrame(
        {"supplier_id": ["a", "b", "c"], "workforce_band": ["1-9", None, "1000+"]}
    )
    frames = {"stg_area_panel__values": values.lazy()}
    found = exposure_of(("workforce_band", "area_km2"), listed, frames)
    assert found[:, 0] == pytest.approx([0.2, math.nan, 1.0], nan_ok=True)
    assert found[:, 1] == pytest.approx([math.log(100.0), math.nan, math.nan], nan_ok=True)
    assert exposure_of((), listed, frames).shape == (3, 0)


def test_people_see_a_table_and_a_verdict(world: Path) -> None:
    answer = _estimate(world, _outcomes(world, FOUND), "--method", "conditional")
    assert answer.exit_code == 0, answer.output
    assert "leave-one-country-out" in answer.output
    assert "Profile:" in answer.output


@pytest.mark.parametrize(
    ("count", "arguments", "words", "code"),
    [
        (8, (), "8 cases for", 1),
        (FOUND, ("--method", "guess"), "is not one of 'logit'", 2),
        (FOUND, ("--as-of", "2022-01-01"), "lies after 2022-01-01", 1),
        (FOUND, ("--exposure", "turnover"), "choose of workforce_band, or none", 2),
    ],
    ids=["too few", "no such method", "after the as-of", "no such exposure"],
)
def test_rejected_in_one_sentence(
    world: Path, count: int, arguments: tuple[str, ...], words: str, code: int
) -> None:
    answer = _estimate(world, _outcomes(world, count), *arguments)
    assert answer.exit_code == code, answer.output
    assert words in str(answer.exception) + answer.output
