"""The tutorial "Add a signal in ten minutes": its commands and files, in a copy of the checkout."""

import datetime as dt
import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
import yaml

from flows.scaffold.unfilled import TO_FILL
from tests.flows.scaffold.checkouts import ROOT, copy_checkout, run_in
from tests.flows.small_world import AS_OF, published_ids, write_small_world

pytestmark = pytest.mark.long

PAGE = (ROOT / "docs" / "tutorial" / "add-a-signal.md").read_text(encoding="utf-8")
SIGNAL_PART, SOURCE_PART = PAGE.split("\n## If the data have no source yet\n")
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def follow(checkout: Path, text: str) -> dict[str, str]:
    """Do what a part of the page says, in its order; what each command printed."""
    printed = {}
    for language, title, content in _BLOCK.findall(text):
        if language == "sh":
            for command in content.splitlines():
                program, *arguments = shlex.split(command.removeprefix(".venv/bin/"))
                done = run_in(checkout, program, *arguments)
                assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
                printed[" ".join([program, *arguments])] = done.stdout
        elif language == "python":
            assert (checkout / title).is_file()
            (checkout / title).write_text(content, encoding="utf-8")
        else:
            replace_entry(checkout / title, content)
    return printed


def replace_entry(path: Path, entry: str) -> None:
    """Put an entry of the configuration in the place of the one with its key."""
    key = entry.split(":")[0]
    before = path.read_text(encoding="utf-8")
    scaffolded = re.search(rf"^{key}:.*\n(?:    .*\n)+", before, re.MULTILINE)
    assert scaffolded is not None
    path.write_text(before.replace(scaffolded.group(), entry), encoding="utf-8")


def write_world_with_fires(folder: Path) -> Path:
    """The small world, with fires around the mills by day and by night; its profile."""
    path = write_small_world(folder)
    days = [dt.date(2022, 1, 1) + dt.timedelta(days=day) for day in range(12)]
    fires = [f"-1.5,103.0,{day},0100,N,n,{'N' if day.day > 8 else 'D'},0" for day in days]
    header = "latitude,longitude,acq_date,acq_time,satellite,confidence,daynight,type"
    (folder / "fires").mkdir()
    (folder / "fires" / "VIIRS_Global.csv").write_text("\n".join([header, *fires]) + "\n")
    profile = yaml.safe_load(path.read_text())
    profile["sources"]["firms"] = {"mirror": str(folder / "fires")}
    profile["uncertainty"] = {"draws": 16, "sensitivity_draws": 16}
    path.write_text(yaml.safe_dump(profile))
    return path


def published(checkout: Path, profile: Path, out: Path) -> Path:
    """The folder that the program of a checkout publishes."""
    options = ("--profile", str(profile), "--as-of", AS_OF, "--out", str(out))
    done = run_in(checkout, "understory", "run", "--direct", *options)
    assert done.returncode == 0, done.stderr
    (run_id,) = published_ids(out)
    return out / run_id


@pytest.fixture(scope="module")
def with_signal(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A copy of the checkout after the steps of the tutorial, and what its commands printed."""
    checkout = copy_checkout(tmp_path_factory.mktemp("checkout"))
    return checkout, follow(checkout, SIGNAL_PART)


def test_the_steps_of_the_tutorial_add_a_signal(with_signal: tuple[Path, dict[str, str]]) -> None:
    checkout, printed = with_signal
    listed = printed["understory signals"].splitlines()
    (line,) = [line for line in listed if line.startswith("night_fire_share")]
    assert line.split()[:4] == ["night_fire_share", "environment", "D", "0.0"]
    base = (checkout / "configs" / "base.yaml").read_text(encoding="utf-8")
    (entry,) = [text for _, title, text in _BLOCK.findall(PAGE) if title == "configs/base.yaml"]
    # Nothing else was changed: every comment of the file is where it was.
    assert base.replace(entry, "") == (ROOT / "configs" / "base.yaml").read_text(encoding="utf-8")


def test_a_signal_of_weight_0_is_measured_and_moves_no_score(
    with_signal: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    profile = write_world_with_fires(tmp_path / "world")
    with ThreadPoolExecutor(2) as both:
        before, after = both.map(
            lambda checkout, name: published(checkout, profile, tmp_path / name),
            (ROOT, with_signal[0]),
            ("before", "after"),
        )
    mine = pl.col("signal_id") == "night_fire_share"
    reasons = pl.read_parquet(after / "contributions.parquet")
    value = reasons.filter(mine, pl.col("supplier_id") == "s3", pl.col("value").is_not_null())
    assert value["value"].to_list() == [pytest.approx(4 / 12)]
    others = [name for name in reasons.columns if name != "run_id"]
    assert (
        reasons.filter(~mine)
        .select(others)
        .equals(pl.read_parquet(before / "contributions.parquet").select(others))
    )
    scores = pl.read_parquet(before / "ranked.parquet")
    assert scores["score"].null_count() < scores.height
    for name in ("rank", "score", "rank_p05", "rank_p95"):
        assert pl.read_parquet(after / "ranked.parquet")[name].equals(scores[name]), name


def test_the_last_part_adds_a_source_and_a_signal_on_it(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    printed = follow(checkout, SOURCE_PART)
    assert all("failed" not in text for text in printed.values())
    listed = run_in(checkout, "understory", "sources").stdout.splitlines()
    (line,) = [line for line in listed if line.startswith("night_work_limits")]
    assert line.endswith("Legal limits of night work")
    # What is left to decide is listed, file by file.
    check = run_in(checkout, "understory", "check")
    assert check.returncode == 2
    assert TO_FILL in check.stdout
    for path in (
        "signals/context/night_work_prior.py",
        "signals/sources/context/night_work_limits.py",
        "sql/20_staging/stg_night_work_limits__values.sql",
        "configs/base.yaml",
    ):
        assert f"{path} lines" in check.stdout
