"""The run as a whole: resuming, publishing once, time, identical bytes and bad lists."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import configs
from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Settings
from flows.run import scoring_stage, staged_tables, stages
from flows.run.folders import publication, readers_snapshot
from flows.run.request import inputs
from flows.run.results import publish_stage, unchanged
from flows.run.work.stage_types import Published, RunRequest
from signals.source import PullContext, RawFile
from signals.source_errors import SourceUnavailableError, StoppedEarlyError
from signals.sources.context import country_table
from sql.warehouse import Warehouse
from suppliers.input_errors import NonExtractiveError

AS_OF = dt.date(2022, 3, 1)
LIST = "supplier_id,name,country,sector,latitude,longitude\n" + "".join(
    f"s{row},Mill {row},Indonesia,10,{-1.5123 - row / 100:.4f},{103.0123 + row / 100:.4f}\n"
    for row in range(6)
)
ITEMS = (
    "total_assets,current_assets,current_liabilities,total_liabilities,equity,"
    "retained_earnings,ebit,revenue,net_income"
)


def write_world(folder: Path) -> Path:
    """A folder with a list, accounts of three suppliers, fires and a country table."""
    for name in ("accounts", "fires", "countries"):
        (folder / name).mkdir(parents=True)
    (folder / "list.csv").write_text(LIST)
    # Polars divides by a column of equal values as by one number, whose last bit may differ.
    accounts = [f"supplier_id,period_start,period_end,filed_on,currency,{ITEMS}"]
    for row, equity in enumerate((-40, 20, 60)):
        accounts.append(
            f"s{row},2020-01-01,2020-12-31,2021-06-30,USD,{100 + row},{40 + row},{50 + row},"
            f"{100 + row - equity},{equity},{equity // 2},{equity // 4},{200 + row},{equity // 5}"
        )
    (folder / "accounts" / "accounts.csv").write_text("\n".join(accounts) + "\n")
    fire = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version"
    fires = [f"{fire},bright_t31,frp,daynight"]
    # An archive speaks for the box that its fires span.
    fires += [
        f"{latitude},{longitude},330,1,1,2021-{month:02d}-11,0020,T,90,6.1,290,30,N"
        for month in range(3, 13)
        for latitude, longitude in ((-1.5120, 103.0120), (-8, 95), (5, 110))
    ]
    (folder / "fires" / "firms_archive_2021.csv").write_text("\n".join(fires) + "\n")
    (folder / "countries" / "country_table.csv").write_text(
        "iso3,year,rule_of_law_risk,income_group\nIDN,2020,0.55,lower_middle\n"
    )
    return folder


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world")


def request_for(world: Path, as_of: dt.date = AS_OF, **list_settings: Any) -> RunRequest:
    settings = configs.load(
        changes={
            "suppliers": {"files": [str(world / "list.csv")], **list_settings},
            "sources": {
                "accounts_csv": {"mirror": str(world / "accounts")},
                "firms": {"mirror": str(world / "fires")},
                "country_table": {"mirror": str(world / "countries")},
                "cbp_withhold_release_orders": {"enabled": False},
                "hansen_gfc": {"enabled": False},
                "night_lights": {"enabled": False},
                "worldpop": {"enabled": False},
                "travel_time": {"enabled": False},
                "surface_water": {"enabled": False},
                "mining_areas": {"enabled": False},
                "aqueduct": {"enabled": False},
                "precipitation": {"enabled": False},
                "sec_companyfacts": {"enabled": False},
                "uflpa_entity_list": {"enabled": False},
                "nasa_power": {"enabled": False},
                "us_screening_list": {"enabled": False},
                "french_company_register": {"enabled": False},
                "norwegian_company_register": {"enabled": False},
                "uk_modern_slavery_statements": {"enabled": False},
                "australian_modern_slavery_statements": {"enabled": False},
                "brazil_employer_register": {"enabled": False},
            },
            # Accounts and fires are all there is here.
            "scoring": {"missing": {"minimum_coverage": 0.4}},
        },
        local=None,
    )
    return RunRequest(settings, as_of, world.parent / "out")


def ranked_bytes(published: Published) -> bytes:
    return (published.folder / "ranked.csv").read_bytes()


def test_the_run_ends_with_every_file_and_latest_points_at_it(
    whole: tuple[Settings, Published],
) -> None:
    settings, published = whole
    names = {path.name for path in published.folder.iterdir()}
    assert names >= {
        "ranked.csv",
        "ranked.parquet",
        "contributions.parquet",
        "rejected.csv",
        "manifest.json",
        "report.html",
    }
    assert published.ranked == 3
    assert published.insufficient == 3
    assert (published.folder.parent / "latest").resolve() == published.folder
    manifest = json.loads((published.folder / "manifest.json").read_text())
    status = {source["source_id"]: source["status"] for source in manifest["sources"]}
    assert status["accounts_csv"] == "read"
    assert status["hansen_gfc"] == "not_set_up"
    accounts = next(s for s in manifest["sources"] if s["source_id"] == "accounts_csv")
    mirror = Path(settings.sources["accounts_csv"].mirror or "")
    digest = hashlib.sha256((mirror / "accounts.csv").read_bytes()).hexdigest()
    assert accounts["files"][0]["sha256"] == digest


@pytest.mark.long
def test_the_same_inputs_give_the_same_bytes_in_another_place(
    whole: tuple[Settings, Published], tmp_path: Path
) -> None:
    settings, first = whole
    second = stages.run_all(RunRequest(settings, AS_OF, tmp_path / "elsewhere"))
    assert second.run_id == first.run_id
    assert ranked_bytes(second) == ranked_bytes(first)
    forced = stages.run_all(RunRequest(settings, AS_OF, tmp_path / "elsewhere", force=True))
    assert not forced.already_published
    assert ranked_bytes(forced) == ranked_bytes(first)


def test_running_again_publishes_nothing_new(copied: tuple[Settings, Path]) -> None:
    settings, out = copied
    manifest = out / "latest" / "manifest.json"
    written = manifest.stat().st_mtime_ns
    again = stages.run_all(RunRequest(settings, AS_OF, out))
    assert again.already_published
    assert again.folder == manifest.parent.resolve()
    assert manifest.stat().st_mtime_ns == written


def test_where_nothing_has_changed_nothing_is_computed(
    copied: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, out = copied
    request = RunRequest(settings, AS_OF, out)
    computed: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: (computed.append(name), real(*given))[1]

    for module, name in (
        (staged_tables, "load_staging"),
        (scoring_stage, "score_list"),
        (readers_snapshot, "write_snapshot"),
    ):
        monkeypatch.setattr(module, name, noted(name, getattr(module, name)))
    stages.run_all(request)
    assert computed == []
    whole_run = ["load_staging", "score_list", "write_snapshot"]
    with monkeypatch.context() as patch:
        patch.setattr(unchanged, "code_version", lambda: "of another day")
        stages.run_all(request)
        assert computed == whole_run
        (out / "warehouse.duckdb").unlink()
        stages.run_all(request)
    assert computed == whole_run * 2
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        assert not warehouse.read("signal_values").is_empty()


@pytest.mark.long
@pytest.mark.parametrize("stage", ["pull", "stage", "measure", "score", "publish"])
def test_a_run_stopped_anywhere_resumes_to_the_same_result(
    whole: tuple[Settings, Published],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    settings, never_stopped = whole
    request = RunRequest(settings, AS_OF, tmp_path / "out")
    real: Callable[..., Any] = getattr(stages, stage)

    def stopped(*arguments: Any) -> Any:
        if stage in ("measure", "score", "publish"):
            real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stages, stage, stopped)
        with pytest.raises(KeyboardInterrupt):
            stages.run_all(request)
    if stage != "publish":
        assert not (request.out / "latest").exists()
    resumed = stages.run_all(request)
    assert ranked_bytes(resumed) == ranked_bytes(never_stopped)
    runs = [path for path in request.out.iterdir() if path.name[:2] == "20"]
    assert runs == [resumed.folder]


@pytest.mark.long
def test_an_interrupt_while_writing_leaves_the_old_latest(
    copied: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, out = copied
    old = (out / "latest").resolve()
    april = RunRequest(settings, dt.date(2022, 4, 1), out)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish_stage, "write_outputs", interrupted)
        with pytest.raises(KeyboardInterrupt):
            stages.run_all(april)
    assert (out / "latest").resolve() == old
    assert stages.run_all(april).is_latest


@pytest.mark.long
def test_rebuilding_a_past_month_does_not_move_latest(copied: tuple[Settings, Path]) -> None:
    settings, out = copied
    february = stages.run_all(RunRequest(settings, dt.date(2022, 2, 1), out))
    assert not february.is_latest
    assert publication.latest_as_of(out) == AS_OF


@pytest.mark.long
def test_what_was_published_later_changes_nothing(world: Path) -> None:
    before = stages.run_all(request_for(world, dt.date(2021, 7, 15)))
    accounts = world / "accounts" / "accounts.csv"
    later = "s3,2020-01-01,2020-12-31,2021-08-01,USD,100,10,90,150,-50,-60,-30,50,-30\n"
    accounts.write_text(accounts.read_text() + later)
    fires = world / "fires" / "firms_archive_2022.csv"
    old_fires = (world / "fires" / "firms_archive_2021.csv").read_text()
    fires.write_text(old_fires.replace("2021-", "2022-"))
    after = stages.run_all(request_for(world, dt.date(2021, 7, 15)))
    assert after.run_id != before.run_id
    assert ranked_bytes(after) == ranked_bytes(before)
    month_later = stages.run_all(request_for(world, dt.date(2021, 8, 1)))
    assert ranked_bytes(month_later) != ranked_bytes(before)


@pytest.mark.parametrize(
    "step",
    [pytest.param("pull", marks=pytest.mark.long), "stage"],
    ids=["at first", "in the middle"],
)
def test_a_source_that_fails_costs_its_signals_and_not_the_run(
    world: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def unavailable(*_: object) -> None:
        raise SourceUnavailableError("the publisher answered 503 four times")

    monkeypatch.setattr(country_table, step, unavailable)
    published = stages.run_all(request_for(world))
    assert published.ranked == 3
    assert any("503" in warning for warning in published.warnings)
    with Warehouse(published.folder.parent / "warehouse.duckdb") as warehouse:
        values = warehouse.read("signal_values", published.run_id)
    prior = values.filter(pl.col("signal_id") == "governance_prior")
    assert set(prior["status"]) == {"not_covered"}
    assert all("503" in reason for reason in prior["status_reason"])


def test_a_source_that_stops_early_is_used_in_part_and_asked_again(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_pull = country_table.pull

    def pull_until_refused(context: PullContext) -> Sequence[RawFile]:
        raise StoppedEarlyError(
            "1 of 2 requests were answered, then: HTTP 403.", whole_pull(context)
        )

    monkeypatch.setattr(country_table, "pull", pull_until_refused)
    published = stages.run_all(request_for(world))
    manifest = json.loads((published.folder / "manifest.json").read_text())
    (source,) = (one for one in manifest["sources"] if one["source_id"] == "country_table")
    assert source["status"] == "read"
    assert source["rows"]["stg_country_table__governance"] == 1
    assert source["stopped_early"].startswith("1 of 2 requests")
    assert any("is used in part: 1 of 2" in warning for warning in manifest["warnings"])
    monkeypatch.setattr(country_table, "pull", whole_pull)
    prepared = stages.prepare(request_for(world))
    stages.pull(prepared, "country_table")
    assert inputs.stopped_early(prepared.workspace, "country_table") is None


def test_a_run_below_the_minimum_is_not_published(world: Path) -> None:
    request = request_for(world)
    strict = configs.load(
        changes=request.settings.model_dump() | {"publish": {"minimum_sources_ok": 9}}, local=None
    )
    with pytest.raises(DataRejectedError, match=r"publish\.minimum_sources_ok is 9"):
        stages.run_all(RunRequest(strict, AS_OF, request.out))
    assert not (request.out / "latest").exists()


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", DataRejectedError, "list.csv"),
        ("supplier_id,name,country\n", DataRejectedError, "list.csv"),
        (LIST.replace("sector", "worker phone"), NonExtractiveError, "--drop"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_sentence_and_leaves_nothing(
    world: Path, text: str, error: type[Exception], says: str
) -> None:
    (world / "list.csv").write_text(text)
    with pytest.raises(error, match=says) as caught:
        stages.run_all(request_for(world))
    assert "\n" not in str(caught.value)
    assert not (world.parent / "out").exists()


def test_dropping_the_column_is_the_correction_and_is_noted(world: Path) -> None:
    (world / "list.csv").write_text(LIST.replace("sector", "worker phone"))
    published = stages.run_all(request_for(world, columns={"drop": ["worker phone"]}))
    manifest = json.loads((published.folder / "manifest.json").read_text())
    assert manifest["supplier_list"]["dropped"] == ["worker phone"]


def test_forty_percent_bad_rows_go_on_and_are_kept_with_reasons(world: Path) -> None:
    bad = "".join(f"b{row},Nowhere {row},Atlantis,10,,\n" for row in range(4))
    (world / "list.csv").write_text(LIST + bad)
    published = stages.run_all(request_for(world))
    assert published.rejected == 4
    assert published.ranked + published.insufficient == 6
    rejected = pl.read_csv(published.folder / "rejected.csv")
    assert rejected.select("supplier_id", "name", "rule").row(0) == (
        "b0", "Nowhere 0", "unknown_country",
    )  # fmt: skip
    assert "Nowhere 3" in (published.folder / "report.html").read_text(encoding="utf-8")


ONE_ROW = "supplier_id,name,country\ns1,Größe é Cía,Côte d'Ivoire\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_list_in_any_encoding(world: Path, encoding: str) -> None:
    (world / "list.csv").write_bytes(ONE_ROW.encode(encoding))
    listed = stages.prepare(request_for(world)).listed_suppliers
    assert listed.select("name", "country_iso3").rows() == [("Größe é Cía", "CIV")]


def test_one_row_in_another_encoding_comes_out_as_it_was(world: Path) -> None:
    (world / "list.csv").write_bytes(ONE_ROW.encode("utf-16"))
    published = stages.run_all(request_for(world))
    assert (published.ranked, published.insufficient) == (0, 1)
    unranked = (published.folder / "insufficient_information.csv").read_text("utf-8-sig")
    assert "Größe é Cía" in unranked


def test_no_list_a_missing_file_and_a_coming_day_are_usage_errors(world: Path) -> None:
    with pytest.raises(UsageError, match="--suppliers"):
        stages.run_all(request_for(world, files=[]))
    with pytest.raises(UsageError, match=r"gone\.csv"):
        stages.run_all(request_for(world, files=["gone.csv"]))
    with pytest.raises(UsageError, match="still to come"):
        stages.run_all(request_for(world, dt.date(2999, 1, 1)))


def test_missing_mirrors_are_named_before_any_source_is_asked(world: Path) -> None:
    request = request_for(world)
    gone = {name: {"mirror": str(world / "gone")} for name in ("accounts_csv", "firms")}
    changed = configs.load(changes=request.settings.model_dump() | {"sources": gone}, local=None)
    keys = r"sources\.accounts_csv\.mirror.*; sources\.firms\.mirror"
    with pytest.raises(UsageError, match=keys):
        stages.prepare(RunRequest(changed, AS_OF, request.out))
    assert not request.out.exists()


def test_the_manifest_says_what_decided_the_run(whole: tuple[Settings, Published]) -> None:
    settings, published = whole
    record = json.loads((published.folder / "manifest.json").read_text())
    with Warehouse(published.folder.parent / "warehouse.duckdb") as warehouse:
        (identity,) = warehouse.read("runs", published.run_id)["identity"]
    assert record["run_id"] == f"20220301-{identity[:8]}"
    assert record["config_hash"] == configs.effective_hash(settings)
    assert record["rows"]["stg_suppliers"]["kept"] == 6
    assert set(record["packages"]) >= {"duckdb", "polars", "numpy"}


def test_a_reader_holds_the_snapshot_while_another_replaces_it(
    copied: tuple[Settings, Path],
) -> None:
    _, out = copied
    path = out / readers_snapshot.FILE
    states = "select run_id, state, is_latest from runs"
    run_id = publication.latest_run(out)
    held = duckdb.connect(str(path), read_only=True)
    publication.point_latest(out, None)
    readers_snapshot.write_snapshot(out)
    assert held.execute(states).fetchall() == [(run_id, "published", True)]
    assert held.execute("select count(*) from current_ranking").fetchall() == [(6,)]
    held.close()
    assert path.stat().st_mode & 0o222 == 0
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute(states).fetchall() == [(run_id, "published", False)]
        assert connection.execute("select * from current_ranking").fetchall() == []


def test_the_snapshot_has_the_rows_of_the_run(whole: tuple[Settings, Published]) -> None:
    folder = whole[1].folder
    ranked = pl.read_parquet(folder / "ranked.parquet").sort("supplier_id")
    with duckdb.connect(str(folder.parent / readers_snapshot.FILE), read_only=True) as connection:
        rows = connection.execute("select supplier_id, rank from ranked order by 1").fetchall()
        observed = connection.execute("select count(*) from evidence").fetchall()
    assert rows == ranked.select("supplier_id", "rank").rows()
    contributions = pl.read_parquet(folder / "contributions.parquet")
    assert observed == [(contributions.filter(pl.col("status") == "observed").height,)]
