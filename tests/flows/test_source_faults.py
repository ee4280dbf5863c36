"""Faults of publishers: the run goes on, with a sentence where anything is missing.

The whole table is `make validate NAME=source_faults`; here each fault meets one quick source, and
each quick source one fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.fault_runs import (
    SUPPLIERS,
    Outcome,
    breaches,
    run_source,
    small_files,
)
from flows.publishers_world.changed_forms import Kind, in_another_form
from flows.publishers_world.faults import FAULTS, Failing, Fault
from flows.publishers_world.publisher import Answer, zipped
from flows.publishers_world.server import World, publishers

pytestmark = pytest.mark.long

BY_ID = {fault.id: fault for fault in FAULTS}
#: One request, or several that are used one by one.
ONE, SEVERAL = "sec_tickers", "open_supply_hub"
QUICK = (
    "brazil_employer_register", "cbp_withhold_release_orders", "companies_house",
    "companies_house_accounts", "country_table", "filings_xbrl_org", "french_company_register",
    "gdelt_gkg", "gfw_alerts", "gleif", "listed_goods", "norwegian_company_register", "openaq",
    "sec_companyfacts", "sec_financial_statements", "travel_time", "uflpa_entity_list",
    "uk_modern_slavery_statements", "uk_payment_practices", "us_screening_list",
)  # fmt: skip


@dataclass
class Bench:
    """The running world, the list, and what sources bring where nothing fails."""

    world: World
    folder: Path
    usual: dict[str, Outcome]

    @property
    def suppliers(self) -> Path:
        return self.folder / "list.csv"

    def usual_of(self, source_id: str) -> Outcome:
        if source_id not in self.usual:
            out = self.folder / f"usual-{source_id}"
            self.usual[source_id] = run_source(self.world, self.suppliers, out, source_id)
        return self.usual[source_id]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "list.csv").write_text(SUPPLIERS)
    with publishers() as world, small_files():
        yield Bench(world, folder, {})


def outcome_of(
    bench: Bench, folder: Path, source_id: str, fault: Fault, *, usual: int = 0
) -> Outcome:
    """The outcome of a source whose publisher fails from a request on; it takes the fault well."""
    failing = Failing(fault.start(), usual)
    found = run_source(bench.world, bench.suppliers, folder / "runs", source_id, failing)
    assert failing.changed
    expected = bench.usual_of(source_id)
    assert breaches(source_id, expected, found, fault, is_late=usual > 0) == []
    return found


@pytest.mark.parametrize(
    "fault",
    # The one that asks once has no listing.
    [fault for fault in FAULTS if fault.id != "entries-missing"],
    ids=lambda fault: fault.id,
)
def test_each_fault_of_a_source_that_asks_once(bench: Bench, tmp_path: Path, fault: Fault) -> None:
    found = outcome_of(bench, tmp_path, ONE, fault)
    if fault.keeps_content:
        assert found.tables == bench.usual_of(ONE).tables
    else:
        assert found.total == 0
        assert len(found.sentences) == 1


@pytest.mark.parametrize("name", ["429", "403-sentence", "200-sentence", "login", "half", "500"])
def test_what_came_before_a_fault_is_used_and_counted(
    bench: Bench, tmp_path: Path, name: str
) -> None:
    found = outcome_of(bench, tmp_path, SEVERAL, BY_ID[name], usual=4)
    assert found.status == "in part"
    assert "4 of 13 requests were answered" in found.notes[0]
    assert found.total > 0


def test_fewer_entries_than_stated_are_reported_with_both_figures(
    bench: Bench, tmp_path: Path
) -> None:
    found = outcome_of(bench, tmp_path, "country_table", BY_ID["entries-missing"])
    assert 0 < found.total < bench.usual_of("country_table").total
    assert "750 of the 1,500 entries" in found.sentences[0]


@pytest.mark.parametrize("source_id", QUICK)
@pytest.mark.parametrize("name", ["renamed"])
def test_renamed_columns_of_each_quick_source(
    bench: Bench, tmp_path: Path, source_id: str, name: str
) -> None:
    if source_id == "travel_time":
        name = "login"  # a raster has no columns
    found = outcome_of(bench, tmp_path, source_id, BY_ID[name])
    assert found.sentences


@pytest.mark.parametrize("source_id", ["companies_house", "gleif", "norwegian_company_register"])
def test_a_register_that_knows_nothing_at_its_address_is_reported(
    bench: Bench, tmp_path: Path, source_id: str
) -> None:
    found = outcome_of(bench, tmp_path, source_id, BY_ID["gone"])
    assert "(HTTP 404)" in found.reason


def test_a_publisher_that_says_when_to_come_back_is_asked_then(
    bench: Bench, tmp_path: Path
) -> None:
    assert 7.0 in outcome_of(bench, tmp_path, ONE, BY_ID["429-retry-after"]).waits


def test_other_sources_keep_their_rows(bench: Bench, tmp_path: Path) -> None:
    outcome_of(bench, tmp_path, "gleif", BY_ID["429"])
    again = run_source(bench.world, bench.suppliers, tmp_path / "runs", "country_table")
    assert again.tables == bench.usual_of("country_table").tables


@pytest.mark.parametrize(
    ("kind", "body", "changed"),
    [
        ("renamed", b"a,b\n1,2\n", b"a_v2,b_v2\n1,2\n"),
        ("fewer", b"a,b\n1,2\n", b"a\n1\n"),
        ("no numbers", b"a,b\n1,x\n", b"a,b\nn/a,x\n"),
        ("no content", b"title\na,b\n1,2\n", b"title\na,b\n"),
        ("renamed", b'{"x": [{"a": 1}]}', b'{"x": [{"a_v2": 1}]}'),
        ("fewer", b'{"x": [{"a": 1, "b": 2}]}', b'{"x": [{"a": 1}]}'),
        ("no numbers", b'{"x": [{"a": 1, "b": true}]}', b'{"x": [{"a": "n/a", "b": true}]}'),
        ("no content", b'{"x": [{"a": 1}]}', b'{"x": []}'),
        ("renamed", b"<table><tr><th>A</th></tr>", b"<table><tr><th>A_v2</th></tr>"),
        ("no content", b"<table><tr><td>1</td></tr></table>", b"<table></table>"),
    ],
)
def test_bodies_in_another_form(kind: Kind, body: bytes, changed: bytes) -> None:
    found = in_another_form(Answer(body), kind).body
    if body.startswith(b"{"):
        assert json.loads(found) == json.loads(changed)
    else:
        assert found == changed


def test_a_body_without_names_is_left_alone() -> None:
    raster = Answer(b"II*\x00" + bytes(20))
    assert in_another_form(raster, "renamed") is raster
    table = zipped(**{"a.csv": "x,y\n1,2\n"})
    assert in_another_form(table, "renamed").body != table.body
