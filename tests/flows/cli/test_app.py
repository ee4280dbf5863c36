"""The verbs: help, documentation, start-up, exit codes, and what goes to stdout and stderr."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import run_verbs, terminal
from flows.cli.app import app
from reports.wording import SCREENING
from tests.docs.pages import written_pages
from tests.flows.small_world import AS_OF, write_small_world

ROOT = Path(__file__).resolve().parents[3]
VERBS = sorted(
    command.name or (command.callback.__name__ if command.callback else "")
    for command in app.registered_commands
)


#: Nothing listens there.
NO_API = {"PREFECT_API_URL": "http://127.0.0.1:9/api"}


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A folder with the small world in `world` and one published run in `out`, and what it said."""
    folder = tmp_path_factory.mktemp("cli")
    profile = write_small_world(folder / "world")
    options = ("--profile", profile, "--as-of", AS_OF, "--out", folder / "out")
    done = call("run", *options, **NO_API)
    assert done.exit_code == 0, done.output
    return folder, done


@pytest.fixture(scope="module")
def folder(first_run: tuple[Path, Result]) -> Path:
    return first_run[0]


def call(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)


def process(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
    )


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_is_documented(verb: str) -> None:
    shown = call(verb, "--help")
    assert shown.exit_code == 0
    assert len(shown.stdout.split("\n\n")[1].strip()) > 20
    pages = " ".join(written_pages().values())
    assert f"understory {verb}" in pages or f"`{verb}`" in pages


def test_start_up_takes_less_than_a_second() -> None:
    # Processor time: what else the machine does is not the command's.
    for arguments in (("--help",), ("signals", "--help"), ("version",)):
        seconds = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert process(*arguments).returncode == 0
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        assert min(seconds) < 1.0, arguments


def test_start_up_imports_nothing_heavy() -> None:
    heavy = {"prefect", "polars", "duckdb", "numpy", "numba", "geopandas", "rasterio", "rich"}
    code = f"import sys, flows.cli.app; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_module_of_flows_carries_another_modules_name() -> None:
    modules = {path.stem for path in (ROOT / "flows").iterdir() if not path.name.startswith("_")}
    installed = set(metadata.packages_distributions()) - {"flows"}
    assert not modules & (installed | set(sys.stdlib_module_names))


def test_run_prints_the_list_behind_its_notice_and_logs_to_stderr(folder: Path) -> None:
    again = call(
        *("run", "--direct", "--profile", folder / "world" / "profile.yaml"),
        *("--as-of", AS_OF, "--out", folder / "out"),
    )
    assert again.exit_code == 0
    assert again.stdout.startswith(SCREENING)
    assert "4 of 11 indicators" in again.stdout
    assert "Synthetic data" in again.stdout
    assert "already published" in again.stdout
    assert "Computing the signals" in again.stderr
    assert "Computing" not in again.stdout


def test_json_is_the_whole_of_stdout(folder: Path) -> None:
    profile = folder / "world" / "profile.yaml"
    options = ("--profile", profile, "--as-of", AS_OF, "--out", folder / "out", "--json")
    record = json.loads(call("run", "--direct", *options).stdout)
    assert (Path(record["folder"]) / "report.html").is_file()
    assert record["ranked"] + record["insufficient"] == 6
    for arguments in (
        ("signals", "--json"),
        ("sources", "--json"),
        ("runs", "--out", folder / "out", "--json"),
        ("explain", "s0", "--out", folder / "out", "--json"),
        ("run", "--dry-run", *options),
        ("measure", *options),
    ):
        done = call(*arguments)
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)


def test_dry_run_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    profile = folder / "world" / "profile.yaml"
    done = call("run", "--dry-run", "--profile", profile, "--as-of", AS_OF, "--out", tmp_path / "o")
    assert done.exit_code == 0
    assert "suppliers: 6" in done.stdout
    assert not (tmp_path / "o").exists()


def test_explain_gives_flags_apart_from_the_score(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(folder / "out", out, symlinks=True)
    header = "supplier_id,name,flag,list,listed_name,listed_on,matched_via,status,reason,link\n"
    row = "s0,S,Import ban,Orders,MILLS,2024-01-02,supplier,on the list,same name,\n"
    (out / "latest" / "flags.csv").write_text(header + row, encoding="utf-8")
    shown = call("explain", "s0", "--out", out).stdout
    assert (
        "Import ban: Orders (MILLS, on the list, since 2024-01-02). Not part of the score." in shown
    )
    assert "Import ban" not in call("explain", "s5", "--out", out).stdout
    (flag,) = json.loads(call("explain", "s0", "--out", out, "--json").stdout)["flags"]
    assert flag["listed_name"] == "MILLS"


def test_explain_gives_place_and_reasons(folder: Path) -> None:
    done = call("explain", "s0", "--out", folder / "out")
    assert done.exit_code == 0
    assert done.stdout.startswith(SCREENING)
    assert "s0 Mill 0: rank" in done.stdout
    assert "Altman" in done.stdout
    assert "insufficient" in call("explain", "s5", "--out", folder / "out").stdout.casefold()


def test_explain_adds_upstream_inputs_as_context(folder: Path, tmp_path: Path) -> None:
    plain = ("explain", "s0", "--out", folder / "out")
    country = json.loads(call(*plain, "--json").stdout)["supplier"]["country_iso3"]
    table = tmp_path / "inputs.csv"
    table.write_text(
        "from_country,from_sector,to_country,to_sector,coefficient,year,source\n"
        f"UZ,Cotton,{country},Textiles,0.25,2020,Example\n"
        f"IN,Yarn,{country},Textiles,0.5,2020,Example\n"
    )
    options = (*plain, "--upstream", table)
    shown = call(*options, "--sector", "textiles").stdout
    assert shown.startswith(call(*plain).stdout)
    assert "no evidence about a supplier, and no part of a score" in shown
    assert "66.7 %" in shown
    upstream = json.loads(call(*options, "--sector", "textiles", "--json").stdout)["upstream"]
    assert upstream["context_only"]
    assert [origin["from_country"] for origin in upstream["origins"]] == ["IN", "UZ"]
    alone = call(*options)
    assert alone.exit_code == 2
    assert "--upstream and --sector belong together" in alone.stderr


def test_compare_shows_who_moved(folder: Path) -> None:
    done = call("compare", "latest", "latest", "--out", folder / "out")
    assert done.exit_code == 0
    assert "0 of 6 listed" in done.stdout
    everyone = call("compare", "2022", "latest", "--out", folder / "out", "--all")
    assert everyone.stdout.count("Mill") == 6


def test_runs_marks_the_latest(folder: Path) -> None:
    lines = call("runs", "--out", folder / "out").stdout.splitlines()
    assert [line.endswith("*") for line in lines[1:]] == [True]


def test_stages_by_hand_take_only_known_sources(folder: Path, tmp_path: Path) -> None:
    options = ("--profile", folder / "world" / "profile.yaml", "--as-of", AS_OF, "--out", tmp_path)
    pulled = call("pull", "country_table", *options)
    assert pulled.exit_code == 0
    assert "country_table  1 files" in pulled.stdout
    assert "accounts_csv" not in pulled.stdout
    assert "ready are" in call("pull", "firms", *options).stderr
    assert call("score", "country_table", *options).exit_code == 2


def test_check_tells_each_problem_and_the_first_ones_exit_code(tmp_path: Path) -> None:
    rejected = tmp_path / "list.csv"
    rejected.write_text("supplier_id,name,country,worker phone\n1,A,BR,+55 11 91234-5678\n")
    done = call("check", "--suppliers", rejected, "--set", "sources.firms.mirror=nowhere")
    assert done.exit_code == 2
    assert "mirrors: PROBLEM" in done.stdout
    assert "suppliers: PROBLEM" in done.stdout
    assert "worker phone" in done.stdout
    assert "91234" not in done.output
    assert call("check", "--suppliers", rejected).exit_code == 1
    assert call("check", "--suppliers", rejected, "--drop", "worker phone").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("run", "--direct"), 2, "no supplier list"),
        (("run", "--as-of", "2022-02-30"), 2, "no day of the calendar"),
        (("run", "--profile", "no-such"), 2, "no such profile"),
        (("run", "--set", "scoring.exponnt=3"), 2, "did you mean exponent"),
        (("run", "--direct", "--suppliers", "no-such.csv"), 2, "no-such.csv"),
        (("explain", "x", "--out", "no-such"), 2, "no run was published"),
        (("run", "--direct", "--out", "s3://bucket/runs"), 2, "--out s3:// is an address"),
        (("demo", "--out", "https://host/runs"), 2, "--out https:// is an address"),
        (("sgnals",), 2, "signals"),
        (("serve", "--port", "4321"), 2, "no supplier list"),
    ],
)
def test_a_mistake_is_one_sentence(arguments: tuple[str, ...], exit_code: int, words: str) -> None:
    done = call(*arguments)
    assert done.exit_code == exit_code
    assert isinstance(done.exception, SystemExit)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_rejected_data_end_with_1_and_verbose_shows_where(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("supplier_id,name,country,worker phone\n1,A,BR,+55 11 91234-5678\n")
    options = ("run", "--direct", "--suppliers", path, "--as-of", AS_OF, "--out", tmp_path / "out")
    quiet = call(*options)
    assert quiet.exit_code == 1
    assert isinstance(quiet.exception, SystemExit)
    assert "worker phone" in quiet.stderr
    assert "91234" not in quiet.stderr
    assert "Traceback" not in quiet.stderr
    verbose = process(*options, "--verbose")
    assert verbose.returncode == 1
    assert "Traceback" in verbose.stderr
    assert not (tmp_path / "out").exists()


def test_no_api_means_this_process_and_prefect_means_rejection(
    first_run: tuple[Path, Result],
) -> None:
    folder, direct = first_run
    assert "Running in this process" in direct.stderr
    options = ("--profile", folder / "world" / "profile.yaml", "--as-of", AS_OF)
    forced = process("run", *options, "--out", folder / "out", "--prefect", **NO_API)
    assert forced.returncode == 2
    assert "understory serve" in forced.stderr


@pytest.mark.long
def test_ctrl_c_says_that_nothing_was_published(tmp_path: Path) -> None:
    profile = write_small_world(tmp_path / "world", "http://127.0.0.1:9/companyfacts")
    patient = ("--set", "download.attempts=9", "--set", "download.backoff_seconds=30")
    running = subprocess.Popen(
        [
            *(sys.executable, "-m", "flows.cli", "run", "--direct", "--profile", str(profile)),
            *("--as-of", AS_OF, "--out", str(tmp_path / "out"), *patient),
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "Pulling sec_companyfacts" in line:
            break
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "nothing was published; run the same command to resume" in rest
    assert not (tmp_path / "out" / "latest").exists()


def test_serve_says_that_its_port_is_taken(folder: Path, tmp_path: Path) -> None:
    profile = folder / "world" / "profile.yaml"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = process("serve", "--profile", profile, "--port", port, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert f"--port {port}: something already listens" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.long
def test_an_unpublished_run_is_unfinished_in_the_ledger(folder: Path, tmp_path: Path) -> None:
    options = ("--profile", folder / "world" / "profile.yaml", "--as-of", AS_OF, "--out", tmp_path)
    assert call("measure", *options).exit_code == 0
    assert "unfinished" in call("runs", "--out", tmp_path).stdout
    assert call("publish", *options).exit_code == 0
    assert "unfinished" not in call("runs", "--out", tmp_path).stdout
    assert call("measure", *options).exit_code == 0
    assert "published" in call("runs", "--out", tmp_path).stdout


def test_a_terminal_never_obeys_a_name() -> None:
    assert terminal.plain("Mill\x1b[31m\r\nred") == "Mill [31m  red"


def test_where_ranks_are_withheld_the_terminal_prints_ranges(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {
            "rank": 1,
            "supplier_id": "a",
            "name": "A",
            "rank_p05": 1,
            "rank_p95": 9,
            "prob_top_k": 0.2,
        },
        {
            "rank": 2,
            "supplier_id": "b",
            "name": "B",
            "rank_p05": 2,
            "rank_p95": 5,
            "prob_top_k": 0.4,
        },
    ]
    table = pl.DataFrame(rows).with_columns(
        score=pl.lit(61.7), priority_band=pl.lit("second_priority")
    )
    table.write_parquet(tmp_path / "ranked.parquet")
    (tmp_path / "manifest.json").write_text(
        '{"is_synthetic": false, "uncertainty": {"reason": "Ranks are not printed."}}'
    )
    record = {
        "folder": str(tmp_path), "run_id": "r", "already_published": False, "ranked": 2,
        "insufficient": 0, "rejected": 0, "rejected_of_sources": 0, "facts": [],
        "warnings": [], "latest_note": None,
        "report": "r.html",
    }  # fmt: skip
    run_verbs._print_result(record, as_json=False)
    shown = capsys.readouterr().out
    assert "rank  supplier" not in shown
    assert "61.7" not in shown
    assert shown.index("2-5") < shown.index("1-9")


def test_a_run_that_ranks_nobody_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = {"rank": None, "supplier_id": "a", "name": "A", "priority_band": "x", "score": None}
    pl.DataFrame([nobody], schema_overrides={"rank": pl.Int32, "score": pl.Float64}).write_parquet(
        tmp_path / "ranked.parquet"
    )
    (tmp_path / "manifest.json").write_text('{"is_synthetic": false}')
    record = {
        "folder": str(tmp_path), "run_id": "r", "already_published": False, "ranked": 0,
        "insufficient": 1, "rejected": 0, "rejected_of_sources": 0, "facts": [],
        "warnings": [], "latest_note": None,
        "report": "r.html",
    }  # fmt: skip
    run_verbs._print_result(record, as_json=False)
    shown = capsys.readouterr().out
    assert "No supplier can be ranked yet" in shown
    assert "rank  supplier" not in shown
