"""Identity in a whole run: who is linked, what is flagged, and what a decision changes."""

import csv
import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

import configs
from configs.settings import Settings
from flows.run import stages
from flows.run.identity import identity_result
from flows.run.results.list_checks import list_sources
from flows.run.stages import run_all
from flows.run.work.stage_types import RunRequest
from flows.run.work.work_folder import WorkFolder
from sql.warehouse import Warehouse

pytestmark = pytest.mark.long

AS_OF = dt.date(2024, 6, 1)


def fact(value: float) -> dict[str, object]:
    filed = {"accn": "0", "form": "10-K", "filed": "2024-02-01"}
    return {"units": {"USD": [{"end": "2023-12-31", "val": value, **filed}]}}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A list of names alone, a file of SEC names, accounts of one company, and a list of bans."""
    (tmp_path / "list.csv").write_text(
        "supplier_id,name,country,address\n"
        "a,Made Up Mills Incorporated,US,\n"
        "b,Xinjiang Made Up Cotton Company Limited,CN,\n"
        "c,Made Up Denim,US,\n",
        encoding="utf-8",
    )
    names = tmp_path / "names"
    names.mkdir()
    tickers = {"0": {"cik_str": 77, "ticker": "M", "title": "MADE UP MILLS INC"}}
    (names / "company_tickers.json").write_text(json.dumps(tickers), encoding="utf-8")
    accounts = tmp_path / "accounts"
    accounts.mkdir()
    facts = {"us-gaap": {"Assets": fact(100.0), "Liabilities": fact(60.0)}}
    (accounts / "CIK0000000077.json").write_text(
        json.dumps({"cik": 77, "entityName": "Made Up Mills Inc", "facts": facts}), encoding="utf-8"
    )
    bans = tmp_path / "bans"
    bans.mkdir()
    (bans / "orders.csv").write_text(
        "name,country,effective date,url\n"
        '"Xinjiang Made Up Cotton Co., Ltd.",CN,5/1/2021,https://example.org/order\n'
        '"Xinjiang Later Cotton Co., Ltd.",CN,5/1/2025,https://example.org/later\n',
        encoding="utf-8",
    )
    return tmp_path


def settings(world: Path, **identity: object) -> Settings:
    known = configs.load()
    sources = {name: source.model_copy(update={"enabled": False}) for name, source in
               known.sources.items()}  # fmt: skip
    for name, folder, options in (
        ("sec_tickers", "names", {"known_since": "2020-01-01"}),
        ("sec_companyfacts", "accounts", {}),
        ("cbp_withhold_release_orders", "bans", {}),
    ):
        changed = {"enabled": True, "mirror": str(world / folder), "options": options}
        sources[name] = sources[name].model_copy(update=changed)
    suppliers = known.suppliers.model_copy(update={"files": (str(world / "list.csv"),)})
    return known.model_copy(
        update={
            "suppliers": suppliers,
            "sources": sources,
            "identity": known.identity.model_copy(update=identity),
        }
    )


def run(world: Path, chosen: Settings) -> Path:
    return run_all(RunRequest(chosen, AS_OF, world / "out")).folder


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_a_name_alone_finds_its_accounts_a_ban_is_a_flag_and_bytes_are_equal(world: Path) -> None:
    folder = run(world, settings(world))
    with Warehouse(world / "out" / "warehouse.duckdb") as warehouse:
        suppliers = warehouse.read("stg_suppliers")
        items = warehouse.read("stg_sec_companyfacts__items")
        links = warehouse.read("supplier_links", folder.name)
    assert suppliers.select("supplier_id", "cik").rows() == [
        ("a", "0000000077"),
        ("b", None),
        ("c", None),
    ]
    assert set(items["supplier_id"]) == {"a"}
    assert links.filter(pl.col("band") == "accept")["identifiers_added"].to_list() == ["cik"]
    flag, *by_area = table(folder / "flags.csv")
    # Its name speaks of a listed region, and no one knows where its site lies.
    assert [(row["supplier_id"], row["status"].partition(":")[0]) for row in by_area] == [
        ("b", "possible"),
        ("b", "possible"),
    ]
    assert (flag["supplier_id"], flag["listed_on"], flag["link"]) == (
        "b",
        "2021-05-01",
        "https://example.org/order",
    )
    rows = table(folder / "ranked.csv") + table(folder / "insufficient_information.csv")
    cells = {row["supplier_id"]: row["flags"] for row in rows}
    assert "since 2021-05-01" in cells["b"]
    assert cells["a"] == ""
    checks = json.loads((folder / "manifest.json").read_text())["list_checks"]
    (checked,) = (one for one in checks if one["status"] == "checked")
    made_on = dt.datetime.fromtimestamp(
        (world / "bans" / "orders.csv").stat().st_mtime, dt.UTC
    ).date()
    assert checked == {
        "list_id": "cbp_withhold_release_orders",
        "title": "Withhold Release Orders and Findings",
        "status": "checked",
        "reason": None,
        "content_of": made_on.isoformat(),
        "newest_entry": "2021-05-01",
        "entries": 1,
        "suppliers_matched": 1,
        "suppliers_possible": 0,
        "suppliers_related": 0,
    }
    assert {one["list_id"] for one in checks} == set(list_sources())
    assert {one["reason"] for one in checks if one is not checked} == {"it is switched off"}
    read_me = (folder / "READ-ME-FIRST.txt").read_text()
    assert "Orders and Findings: checked, list of " in read_me
    assert "(1 company listed, 1 supplier on it)." in read_me
    assert "UFLPA Entity List: not checked (it is switched off)." in read_me
    assert 'class="not-checked"><strong>UFLPA Entity List</strong> not checked' in (
        folder / "report.html"
    ).read_text(encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    again = run_all(RunRequest(settings(world), AS_OF, world / "out", force=True)).folder
    assert again == folder
    assert {path.name: path.read_bytes() for path in again.glob("*.csv")} == before


def test_questions_are_asked_once(world: Path) -> None:
    (world / "names" / "company_tickers.json").write_text(
        json.dumps({"0": {"cik_str": 88, "ticker": "D", "title": "Made Up Denim Holdings Inc"}}),
        encoding="utf-8",
    )
    low = {"review_registers": 0.7}
    assert linked(world, settings(world)).filter(pl.col("supplier_id") == "c").is_empty()
    asked = linked(world, settings(world, **low)).filter(pl.col("supplier_id") == "c")
    assert asked["band"].to_list() == ["review"]
    decided = world / "decided.csv"
    decided.write_text(
        "supplier_id,register,register_id,decision,decided_on\n"
        "c,sec_tickers,0000000088,accept,2024-05-30\n"
        "a,sec_tickers,0000000088,reject,2024-05-30\n",
        encoding="utf-8",
    )
    folder = run(world, settings(world, **low, decisions=str(decided)))
    assert table(folder / "identity_review.csv") == []
    with Warehouse(world / "out" / "warehouse.duckdb") as warehouse:
        assert warehouse.read("identity_decisions").height == 2
    remembered = linked(world, settings(world, **low))
    assert remembered.select("supplier_id", "match_basis", "band").rows() == [
        ("c", "decision", "accept")
    ]


def linked(world: Path, chosen: Settings) -> pl.DataFrame:
    """Links and questions, without the rest of a run."""
    return identity_result.links(identified(world, chosen))


def identified(world: Path, chosen: Settings) -> WorkFolder:
    """The work folder once the suppliers are identified."""
    prepared = stages.prepare(RunRequest(chosen, AS_OF, world / "out"))
    for source_id in prepared.identity_source_ids:
        stages.pull(prepared, source_id)
        stages.stage(prepared, source_id)
    stages.identify(prepared)
    return prepared.workspace


@pytest.mark.parametrize(
    ("ceased", "facts"), [("2024-05-01", [dt.date(2024, 5, 1)]), ("2024-06-02", []), (None, [])]
)
def test_a_company_that_left_its_register_by_then_is_a_fact(
    world: Path, ceased: str | None, facts: list[dt.date]
) -> None:
    (world / "list.csv").write_text(
        "supplier_id,name,country,company_number\nd,Made Up Worsted Limited,GB,1234\n",
        encoding="utf-8",
    )
    (world / "british").mkdir()
    profile = {
        "company_name": "MADE UP WORSTED LIMITED",
        "company_number": "00001234",
        "company_status": "dissolved",
        "date_of_creation": "2011-04-05",
        "date_of_cessation": ceased,
        "type": "ltd",
    }
    (world / "british" / "company_profile.json").write_text(json.dumps(profile), encoding="utf-8")
    chosen = settings(world)
    british = chosen.sources["companies_house"].model_copy(
        update={"enabled": True, "mirror": str(world / "british")}
    )
    chosen = chosen.model_copy(update={"sources": {**chosen.sources, "companies_house": british}})
    flags = identity_result.flags(identified(world, chosen))
    found = flags.filter(pl.col("kind") == "ended_registration")
    assert found["listed_on"].to_list() == facts
    assert found["list_title"].to_list() == ["Companies House register"] * len(facts)


def test_a_facility_of_open_supply_hub_gives_the_exact_point_of_its_site(world: Path) -> None:
    (world / "list.csv").write_text(
        "supplier_id,name,country,address\n"
        'a,Made Up Knitting Mills Ltd,BD,"Plot 12, Road 7, Konabari, Gazipur"\n'
        'b,Other Knits Ltd,BD,"Plot 3, Savar, Dhaka"\n',
        encoding="utf-8",
    )
    folder = world / "facilities"
    folder.mkdir()
    (folder / "facilities.csv").write_text(
        "os_id,name,address,country_code,country_name,lat,lng\n"
        'BD2021085D4K5E8,Made Up Knitting Mills Limited,"Plot 12, Road 7, Konabari, Gazipur",BD,'
        "Bangladesh,23.991234,90.331234\n",
        encoding="utf-8",
    )
    chosen = settings(world)
    changed = {"enabled": True, "mirror": str(folder), "options": {"known_since": "2020-01-01"}}
    hub = chosen.sources["open_supply_hub"].model_copy(update=changed)
    chosen = chosen.model_copy(update={"sources": {**chosen.sources, "open_supply_hub": hub}})

    prepared = stages.prepare(RunRequest(chosen, AS_OF, world / "out"))
    before = prepared.sites["location_precision"].to_list()
    run(world, chosen)
    with Warehouse(world / "out" / "warehouse.duckdb") as warehouse:
        sites = warehouse.read("stg_sites").sort("supplier_id")

    assert before == ["city", "city"]
    assert sites["location_precision"].to_list() == ["exact", "city"]
    assert (sites["latitude"][0], sites["longitude"][0]) == (23.991234, 90.331234)
    assert (
        "BD2021085D4K5E8 in Open Supply Hub, matched by name and address"
        in (sites["location_reason"][0])
    )
