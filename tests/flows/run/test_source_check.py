"""Every source against a world of publishers: all as expected, and each planted change found."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from prefect.states import State
from typer.testing import CliRunner

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.cli.app import app
from flows.orchestration import weekly_check
from flows.publishers_world.publisher import Answer, Asked, zipped
from flows.publishers_world.publishers import PUBLISHERS
from flows.publishers_world.server import Change, World, publishers
from flows.publishers_world.water_basins import archive
from flows.run.request import run_request
from flows.run.sources.source_check import CheckedSource, CheckStatus, check_sources
from signals.fetching.stand_in import VARIABLE, stand_in
from signals.registry import sources
from suppliers.places.gazetteer import towns_of
from tests.signals import web

ROOT = Path(__file__).parents[3]

TODAY = dt.date(2026, 11, 29)
KEYS = {
    "COMPANIES_HOUSE_KEY": "k1",
    "OPEN_SUPPLY_HUB_TOKEN": "k2",
    "FIRMS_MAP_KEY": "k3",
    "OPENAQ_API_KEY": "k4",
    "DOL_API_KEY": "k5",
    "GFW_API_KEY": "k6",
}
ADDRESSES = {
    "aqueduct": "https://files.wri.org/aqueduct/aqueduct-4-0-water-risk-data.zip",
    "gfw_alerts": "https://data-api.globalforestwatch.org",
    "land_cover": "https://lulctimeseries.blob.core.windows.net/lulctimeseriesv003",
    "listed_goods": "https://apiprod.dol.gov/v4/get/ILAB/ImportWatch_Core_Data/json",
    "modis_ndvi": "https://modis.ornl.gov/rst/api/v1",
    "uk_payment_practices": "https://check-payment-practices.service.gov.uk/export/csv/",
}
CHECKED = sorted(name for name, module in sources().items() if hasattr(module, "FORM"))


def settings(**changes: str) -> Settings:
    changed = {
        "download.contact": "a@example.org",
        "download.timeout_seconds": "3",
        **{f"sources.{name}.url": url for name, url in ADDRESSES.items()},
        **{f"sources.{name}.mirror": "null" for name in CHECKED},
        **changes,
    }
    return run_request.settings_of(None, [f"{key}={value}" for key, value in changed.items()])


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    # Slow to make, and parts of answers that must not be late.
    towns_of("ID")
    archive()
    with publishers() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    running.changes.clear()
    running.asked.clear()
    yield running
    running.changes.clear()


def only(name: str) -> Settings:
    every = settings()
    return every.model_copy(update={"sources": {name: every.sources[name]}})


def check(world: World, using: Settings, **keys: str) -> dict[str, CheckedSource]:
    environment = {**KEYS, VARIABLE: world.root, **keys}
    found = check_sources(using, live=True, include_off=True, today=TODAY, environment=environment)
    return {one.source_id: one for one in found}


def test_every_source_with_an_address_states_its_form() -> None:
    addressed = {name for name, one in settings().sources.items() if one.url}
    assert addressed <= set(CHECKED)


def test_the_unchanged_world_is_as_expected(world: World) -> None:
    found = check(world, settings())
    assert {name: found[name].detail for name in CHECKED} == dict.fromkeys(CHECKED, "")
    assert {found[name].status for name in CHECKED} == {CheckStatus.AS_EXPECTED}
    assert len(world.asked) == len(CHECKED)  # one request each


def test_every_source_that_is_checked_has_a_planted_change() -> None:
    assert {name for name, *_ in PLANTED} == set(CHECKED)


def test_the_world_states_its_evidence() -> None:
    assert all(re.search(r"20\d\d-\d\d$", one.evidence) for one in PUBLISHERS)


def login(_: Asked, __: Answer) -> Answer:
    page = b"<!DOCTYPE html><html><body><form>Sign in</form></body></html>"
    return Answer(page, content_type="text/html")


def half(_: Asked, usual: Answer) -> Answer:
    return replace(usual, body=usual.body[: len(usual.body) // 2])


def empty(_: Asked, usual: Answer) -> Answer:
    return replace(usual, body=b"")


def gone(_: Asked, __: Answer) -> Answer:
    return Answer(b"gone", 404, "text/plain")


def other_type(_: Asked, __: Answer) -> Answer:
    return Answer(b"<?xml version='1.0'?><error>see the new service</error>", 200, "text/xml")


def no_parts(_: Asked, usual: Answer) -> Answer:
    return replace(usual, gives_parts=False)


def slow(_: Asked, usual: Answer) -> Answer:
    return replace(usual, seconds=4.0)


def status(code: int, body: bytes = b"") -> Change:
    return lambda _, __: Answer(body, code, "text/plain")


def says(body: bytes) -> Change:
    return lambda _, usual: replace(usual, body=body)


def renamed(old: bytes, new: bytes) -> Change:
    def change(_: Asked, usual: Answer) -> Answer:
        assert old in usual.body
        return replace(usual, body=usual.body.replace(old, new))

    return change


def moved(asked: Asked, usual: Answer) -> Answer:
    if asked.path.endswith("/new"):
        return usual
    return Answer(b"", 301, headers={"Location": f"https://{asked.host}{asked.path}/new"})


def declared(media_type: str) -> Change:
    return lambda _, usual: replace(usual, content_type=media_type)


def other_archive(name: str, columns: int) -> Change:
    return lambda _, __: zipped(**{name: "\t".join(["1"] * columns) + "\n"})


def other_host(asked: Asked, _: Answer) -> Answer:
    if asked.host == "new.example.org":
        return Answer(b"{}")
    return Answer(b"", 308, headers={"Location": f"https://new.example.org{asked.path}"})


def later(_: Asked, __: Answer) -> Answer:
    return Answer(b"", 429, headers={"Retry-After": "120"})


def login_elsewhere(asked: Asked, usual: Answer) -> Answer:
    if asked.path.startswith("/login"):
        return login(asked, usual)
    return Answer(b"", 302, headers={"Location": "/login/api.gleif.org"})


CHANGED, REJECTED = CheckStatus.FORM_CHANGED, CheckStatus.REJECTED
RETIRED = json.dumps(
    [{"message": [{"id": "175", "value": "The indicator was not found."}]}]
).encode()

#: source, part of host and path, what is answered instead, status, and what the detail says.
PLANTED: list[tuple[str, str, Change, CheckStatus, str]] = [
    ("country_table", "api.worldbank.org", says(RETIRED), CHANGED, "The indicator was not found"),
    (
        "country_table",
        "api.worldbank.org",
        renamed(b"countryiso3code", b"iso3"),
        CHANGED,
        "countryiso3code",
    ),
    ("country_table", "api.worldbank.org", half, CHANGED, "JSON"),
    ("country_table", "api.worldbank.org", says(b'[{"pages": 0}, []]'), CHANGED, "1.0.value"),
    ("gleif", "api.gleif.org", renamed(b"legalName", b"name_legal"), CHANGED, "legalName"),
    ("gleif", "api.gleif.org", says(b'{"data": []}'), CHANGED, "data.0.attributes.lei"),
    ("gleif", "api.gleif.org", status(429), REJECTED, "429"),
    ("sec_tickers", "www.sec.gov", renamed(b"cik_str", b"cik"), CHANGED, "cik_str"),
    ("sec_tickers", "www.sec.gov", status(403), REJECTED, "403"),
    ("sec_companyfacts", "data.sec.gov", renamed(b"us-gaap", b"us-gaap-2026"), CHANGED, "us-gaap"),
    ("sec_companyfacts", "data.sec.gov", login, CHANGED, "HTML"),
    ("sec_financial_statements", "www.sec.gov", gone, CHANGED, "404"),
    ("sec_financial_statements", "www.sec.gov", login, CHANGED, "zip"),
    ("companies_house", "company-information", status(401), REJECTED, "401"),
    (
        "companies_house",
        "company-information",
        renamed(b"company_status", b"status"),
        CHANGED,
        "company_status",
    ),
    ("companies_house_accounts", "download.companieshouse", gone, CHANGED, "404"),
    ("companies_house_accounts", "download.companieshouse", other_type, CHANGED, "zip"),
    (
        "open_supply_hub",
        "opensupplyhub.org",
        renamed(b"coordinates", b"lonlat"),
        CHANGED,
        "coordinates",
    ),
    ("open_supply_hub", "opensupplyhub.org", status(400, b"plan expired"), REJECTED, "400"),
    (
        "filings_xbrl_org",
        "filings.xbrl.org",
        renamed(b"date_added", b"added"),
        CHANGED,
        "date_added",
    ),
    ("cbp_withhold_release_orders", "www.cbp.gov", renamed(b".csv", b".pdf"), CHANGED, "no link"),
    ("cbp_withhold_release_orders", "www.cbp.gov", half, CHANGED, "whole HTML"),
    (
        "uflpa_entity_list",
        "www.dhs.gov",
        renamed(b"Effective Date", b"Listed"),
        CHANGED,
        "effective date",
    ),
    (
        "uflpa_entity_list",
        "www.dhs.gov",
        moved,
        CHANGED,
        "has moved to www.dhs.gov/uflpa-entity-list/new",
    ),
    ("listed_goods", "apiprod.dol.gov", renamed(b'"fl"', b'"forced"'), CHANGED, "data.0.fl"),
    (
        "listed_goods",
        "apiprod.dol.gov",
        says(b'{"error": "Dataset not found"}'),
        CHANGED,
        "Dataset not found",
    ),
    ("hansen_gfc", "earthenginepartners", no_parts, CHANGED, "no parts"),
    ("hansen_gfc", "earthenginepartners", gone, CHANGED, "404"),
    ("mining_areas", "download.pangaea.de", gone, CHANGED, "404"),
    ("mining_areas", "download.pangaea.de", login, CHANGED, "HTML"),
    ("mining_areas", "download.pangaea.de", says(b"Rar!\x1a\x07"), CHANGED, "GeoPackage"),
    ("surface_water", "storage.googleapis.com/water-world", login, CHANGED, "HTML"),
    ("surface_water", "transitions", gone, CHANGED, "404"),
    ("surface_water", "storage.googleapis.com/water-world", no_parts, CHANGED, "no parts"),
    ("worldpop", "data.worldpop.org", gone, CHANGED, "404"),
    ("worldpop", "data.worldpop.org", login, CHANGED, "HTML"),
    ("worldpop", "data.worldpop.org", no_parts, CHANGED, "no parts"),
    ("precipitation", "data.chc.ucsb.edu", status(403), REJECTED, "403"),
    ("precipitation", "data.chc.ucsb.edu", login, CHANGED, "HTML"),
    ("nasa_power", "power.larc.nasa.gov", renamed(b"T2MDEW", b"DEW2M"), CHANGED, "T2MDEW"),
    ("nasa_power", "power.larc.nasa.gov", slow, CheckStatus.TOO_SLOW, "3 s"),
    ("openaq", "api.openaq.org", renamed(b"datetimeLast", b"lastSeen"), CHANGED, "datetimeLast"),
    ("openaq", "api.openaq.org", status(429), REJECTED, "429"),
    ("firms", "firms.modaps", renamed(b"max_date", b"until"), CHANGED, "max_date"),
    ("firms", "firms.modaps", says(b"Exceeding allowed transaction limit."), REJECTED, "too many"),
    ("firms", "firms.modaps", status(400, b"Invalid MAP_KEY."), REJECTED, "400"),
    (
        "gdelt_doc",
        "api.gdeltproject.org",
        says(b"Please limit requests to one every 5 seconds"),
        REJECTED,
        "too many",
    ),
    ("gdelt_doc", "api.gdeltproject.org", renamed(b"seendate", b"seen"), CHANGED, "seendate"),
    ("gdelt_gkg", "gdeltproject", empty, CHANGED, "empty"),
    ("gfw_alerts", "globalforestwatch", renamed(b'"count"', b'"n"'), CHANGED, "count"),
    ("aqueduct", "files.wri.org", gone, CHANGED, "404"),
    (
        "uk_payment_practices",
        "check-payment",
        renamed(b"Company number", b"Number"),
        CHANGED,
        "Company number",
    ),
    ("uk_payment_practices", "check-payment", status(503), CheckStatus.NO_ANSWER, "503"),
    ("sentinel2", "element84", empty, CHANGED, "empty"),
    ("us_screening_list", "trade.gov", renamed(b",type,", b",kind,"), CHANGED, "no column type"),
    ("opensanctions", "targets.simple", renamed(b",schema,", b",kind,"), CHANGED, "column schema"),
    ("brazil_employer_register", "www.gov.br", login, CHANGED, "HTML"),
    ("gleif", "api.gleif.org", declared("text/csv; charset=utf-8"), CHANGED, "text/csv"),
    ("gleif", "api.gleif.org", login_elsewhere, CHANGED, "HTML"),
    ("gleif", "api.gleif.org", later, REJECTED, "Retry-After: 120"),
    ("gleif", "api.gleif.org", status(422, b"page[size] is unknown"), CHANGED, "is unknown"),
    ("us_screening_list", "trade.gov", declared("application/pdf"), CHANGED, "application/pdf"),
    ("us_screening_list", "consolidated.csv", other_host, CHANGED, "another host, new.example.org"),
    ("firms", "firms.modaps", says(b"Invalid MAP_KEY. Ask anew"), CHANGED, "Invalid MAP_KEY"),
    ("firms", "firms.modaps", status(400, b"Invalid API call."), REJECTED, "Invalid API call."),
    ("gdelt_gkg", "gdeltproject", other_archive("x.gkg.csv", 28), CHANGED, "28 columns"),
    ("gdelt_gkg", "gdeltproject", other_archive("notice.txt", 1), CHANGED, "notice.txt"),
    ("brazil_employer_register", "www.gov.br", renamed(b"ID;", b"No;"), CHANGED, "ID;"),
    (
        "uk_modern_slavery_statements",
        "modern-slavery",
        renamed(b"DateApproved", b"Approved"),
        CHANGED,
        "no column DateApproved",
    ),
    ("uk_modern_slavery_statements", "StatementSummaries2026", gone, CHANGED, "404"),
    (
        "french_company_register",
        "recherche-entreprises",
        renamed(b"est_entrepreneur_individuel", b"entrepreneur_individuel"),
        CHANGED,
        "est_entrepreneur_individuel",
    ),
    ("french_company_register", "recherche-entreprises", status(429), REJECTED, "429"),
    (
        "norwegian_company_register",
        "data.brreg.no",
        renamed(b"organisasjonsform", b"form"),
        CHANGED,
        "organisasjonsform.kode",
    ),
    ("norwegian_company_register", "data.brreg.no", gone, CHANGED, "404"),
    ("brazil_company_register", "receitafederal", gone, CHANGED, "404"),
    ("brazil_company_register", "receitafederal", login, CHANGED, "as a zip archive"),
    (
        "australian_modern_slavery_statements",
        "modernslaveryregister.gov.au",
        renamed(b"ReportingEntities", b"Entities"),
        CHANGED,
        "no column ReportingEntities",
    ),
    ("land_cover", "lulctimeseries", no_parts, CHANGED, "no parts"),
    ("landsat", "element84", renamed(b'"temporal"', b'"times"'), CHANGED, "temporal"),
    ("modis_ndvi", "modis.ornl.gov", login, CHANGED, "HTML"),
    ("night_lights", "globalnightlight", login, CHANGED, "HTML"),
    ("travel_time", "data.malariaatlas.org", gone, CHANGED, "404"),
]


@pytest.mark.parametrize(
    ("name", "part", "change", "expected", "said"),
    PLANTED,
    ids=[f"{number}-{case[0]}" for number, case in enumerate(PLANTED)],
)
def test_a_planted_change_is_found(
    world: World, name: str, part: str, change: Change, expected: CheckStatus, said: str
) -> None:
    world.changes[part] = change
    found = check(world, only(name))[name]
    assert (found.status, said in found.detail) == (expected, True), found
    assert found.is_fault


def test_there_are_forty_planted_changes() -> None:
    assert len(PLANTED) >= 40


def test_an_older_version_is_named_where_the_newest_is_not_out(world: World) -> None:
    world.changes["GFC-2025-v1.13"] = gone
    found = check(world, only("hansen_gfc"))["hansen_gfc"]
    assert found.status is CheckStatus.AS_EXPECTED
    assert "GFC-2025-v1.13" in found.detail


def test_fires_are_asked_of_country_archives_without_a_key(world: World) -> None:
    found = check(world, only("firms"), FIRMS_MAP_KEY="")["firms"]
    assert found.status is CheckStatus.AS_EXPECTED
    assert found.address.endswith("/data/country/viirs-jpss1/2024/viirs-jpss1_2024_Indonesia.csv")


def test_a_missing_key_says_where_to_get_it(world: World) -> None:
    found = check(world, only("openaq"), OPENAQ_API_KEY="")["openaq"]
    assert found.status is CheckStatus.KEY_NEEDED
    assert "OPENAQ_API_KEY" in found.detail
    assert "https://" in found.detail
    assert world.asked == []


def test_no_key_is_in_what_a_check_says(world: World) -> None:
    texts = json.dumps([one.as_record() for one in check(world, settings()).values()])
    assert not re.search(r"\bk[1-6]\b", texts)


def test_a_key_that_a_publisher_repeats_is_not_shown(world: World) -> None:
    world.changes["firms.modaps"] = status(400, b"The key secret-of-mine is not valid.")
    found = check(world, only("firms"), FIRMS_MAP_KEY="secret-of-mine")["firms"]
    assert 'it says "The key *** is not valid."' in found.detail
    assert "secret-of-mine" not in json.dumps(found.as_record())


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        (b'{"cik": 320193, "entityName": "Apple Inc.", "facts": {"us-gaap": {', "as expected"),
        (b'{"cik": 320193, "name": "Apple Inc.", "facts": {"us-gaap": {', "form changed"),
        (b"cik 320193", "form changed"),
    ],
)
def test_no_more_than_the_beginning_of_a_long_answer_is_read(
    world: World, beginning: bytes, expected: str
) -> None:
    world.changes["data.sec.gov"] = says(beginning + b" " * 3_000_000)
    found = check(world, only("sec_companyfacts"))["sec_companyfacts"]
    assert found.status.value == expected
    assert 200.0 <= found.kilobytes <= 300.0


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_weekly_flow_fails_with_a_sentence_where_a_form_has_changed(
    world: World, monkeypatch: pytest.MonkeyPatch, is_changed: bool
) -> None:
    tables: list[list[dict[str, object]]] = []
    monkeypatch.setattr(
        weekly_check, "create_table_artifact", lambda table, **_: tables.append(table)
    )
    using = only("country_table")
    monkeypatch.setattr(weekly_check.run_request, "settings_of", lambda *_: using)
    monkeypatch.setenv(VARIABLE, world.root)
    if is_changed:
        world.changes["api.worldbank.org"] = says(RETIRED)
    result: object = weekly_check.check_weekly.fn()
    assert [one["source_id"] for one in tables[0]] == ["country_table"]
    if is_changed:
        assert isinstance(result, State)
        assert "The indicator was not found" in str(result.message)
    else:
        assert result == tables[0]


def test_an_answer_that_breaks_off_is_a_fault() -> None:
    body = json.dumps([{"pages": 1}, []]).encode()
    with web.serve() as server:
        server.answers = defaultdict(lambda: [web.Answer(body=body, cut_after=9)])
        every = only("country_table")
        source = every.sources["country_table"].model_copy(update={"url": server.root})
        using = every.model_copy(update={"sources": {"country_table": source}})
        (found,) = check_sources(using, live=True, today=TODAY, environment={})
    assert (found.status, found.is_fault) == (CheckStatus.NO_ANSWER, True)
    assert found.detail == "the connection broke off after 9 bytes"


def test_the_weekly_deployment_of_prefect_yaml_is_the_flow() -> None:
    said = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    (weekly,) = [one for one in said if one["name"] == "check-sources"]
    module, name = weekly["entrypoint"].split(":")
    assert getattr(importlib.import_module(module), name) is weekly_check.check_weekly
    known = inspect.signature(weekly_check.check_weekly.fn).parameters
    assert list(weekly["parameters"]) == list(known)


def test_a_file_at_an_own_address_is_not_asked(world: World) -> None:
    every = settings()
    source = every.sources["era5"].model_copy(update={"url": "https://example.org/weather"})
    using = every.model_copy(update={"sources": {"era5": source}})
    found = check(world, using)["era5"]
    assert (found.status, found.detail.split(":")[0]) == (CheckStatus.CONFIGURED, "not asked")
    assert world.asked == []


def test_without_live_nothing_is_asked(world: World) -> None:
    found = check_sources(settings(), live=False, today=TODAY, environment={VARIABLE: world.root})
    assert world.asked == []
    assert {one.status for one in found if one.source_id == "hansen_gfc"} == {
        CheckStatus.CONFIGURED
    }
    assert {one.status for one in found if one.source_id == "gleif"} == {CheckStatus.OFF}


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_files_is_a_fault(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "mirror"
    if make:
        folder.mkdir()
    every = settings()
    source = every.sources["era5"].model_copy(update={"mirror": str(folder)})
    using = every.model_copy(update={"sources": {"era5": source}})
    (found,) = check_sources(using, live=False, today=TODAY, environment={})
    assert found.status is CheckStatus.FOLDER_MISSING
    assert found.is_fault


@pytest.mark.parametrize(
    "root", ["https://127.0.0.1:1", "http://example.org", "http://a@127.0.0.1:1", "http://10.0.0.1"]
)
def test_only_this_machine_can_stand_for_publishers(root: str) -> None:
    with pytest.raises(UsageError, match="address of this machine"):
        stand_in({VARIABLE: root})


def test_the_verb_prints_records_and_exits_with_1_where_something_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, world.root)
    world.changes["www.dhs.gov"] = login
    result = CliRunner().invoke(app, ["sources", "check", "--live", "--json"])
    records = {one["source_id"]: one for one in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert records["uflpa_entity_list"]["status"] == "form changed"
    assert records["country_table"]["status"] == "as expected"
    assert records["gleif"]["status"] == "off"
