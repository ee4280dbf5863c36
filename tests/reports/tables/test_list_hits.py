"""Flags stand beside the score in every output, and move no score."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.run.folders.published_runs import read_flags
from reports.bundle import ReportBundle
from reports.documents.dossier import render_dossier
from reports.documents.evidence_index import evidence_index
from reports.documents.notice import SupplierRecord
from reports.tables.list_hits import facts, hits
from reports.tables.ranked_list import ranked_table
from reports.workbook.workbook_sheets import sheets
from reports.write import write_outputs
from suppliers.relations.listed_areas import HIT_SCHEMA
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle

LINK = "https://example.org/act"
KINDS = {
    "import_ban": "Import ban",
    "uflpa_region_or_entity": "UFLPA region or entity",
    "state_imposed": "State-imposed labour",
}


def flagged(kind: str = "state_imposed", band: str = "accept") -> ReportBundle:
    bundle = sample_bundle(hostile=False)
    row = ("S-00001", "listed_areas", "area-1", "site", "The Act", kind, "North Region",
           dt.date(2022, 6, 21), LINK, band, 1.0, "a site lies in North Region", None)  # fmt: skip
    return replace(bundle, flags=pl.DataFrame([row], schema=HIT_SCHEMA, orient="row"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_hit_by_place_says_where_by_what_and_since_when(kind: str) -> None:
    (row,) = hits(flagged(kind)).to_dicts()
    assert row["kind"] == KINDS[kind]
    assert row["sentence"] == (
        "A site of the supplier lies in North Region: The Act, since 2022-06-21."
    )
    (asked,) = hits(flagged(kind, "review")).to_dicts()
    assert asked["kind"] == f"Possible: {KINDS[kind]}"
    assert "may lie in" in asked["sentence"]
    assert "check before use" in asked["sentence"]


def test_flags_are_in_every_output_and_move_no_score(tmp_path: Path) -> None:
    bundle = flagged()
    write_outputs(bundle, tmp_path / "with")
    write_outputs(replace(bundle, flags=None), tmp_path / "without")
    csv = pl.read_csv(tmp_path / "with" / "ranked.csv", infer_schema=False)
    bare = pl.read_csv(tmp_path / "without" / "ranked.csv", infer_schema=False)
    assert csv.drop("flags").equals(bare.drop("flags"))
    reported = csv.filter(pl.col("supplier_id") == "S-00001")["flags"].item()
    assert "North Region" in reported
    assert LINK in reported
    assert "North Region" in (tmp_path / "with" / "report.html").read_text(encoding="utf-8")
    (flag,) = read_flags(tmp_path / "with", "S-00001")
    assert (flag["flag"], flag["status"]) == ("State-imposed labour", "on the list")
    assert read_flags(tmp_path / "with", "S-00002") == []
    assert read_flags(tmp_path, "S-00001") == []
    supplier = ranked_table(bundle).filter(pl.col("supplier_id") == "S-00001").to_dicts()[0]
    record = SupplierRecord(
        "run", dt.date(2024, 3, 1), True, supplier, bundle.contributions.collect(), flags=[flag]
    )
    page = render_dossier(record, SIGNALS, "List", 5, None)
    assert "State-imposed labour: The Act (a site North Region, on the list, since" in page
    index = evidence_index(record.own(), SIGNALS, SOURCES, bundle.manifest, [flag])
    assert index["number"].to_list() == list(range(1, index.height + 1))
    last = index.to_dicts()[-1]
    assert (last["pillar"], last["source_url"]) == ("Flag (not part of the score)", LINK)
    assert last["value"] is None


@pytest.mark.parametrize("supplier_id", ["S-00001", "S-00023"], ids=["ranked", "insufficient"])
def test_a_hit_is_in_the_workbook_also_without_a_score(supplier_id: str) -> None:
    bundle = flagged()
    assert bundle.flags is not None
    moved = bundle.flags.with_columns(supplier_id=pl.lit(supplier_id))
    bundle = replace(bundle, flags=moved)
    shown = {
        row["supplier_id"]: row["flags"]
        for sheet in sheets(bundle, ranked_table(bundle))
        if "flags" in sheet.columns
        for row in sheet.rows.to_dicts()
    }
    assert {name for name, cell in shown.items() if cell} == {supplier_id}
    assert "North Region" in shown[supplier_id]


def test_a_statement_is_a_fact_on_the_page_and_no_flag_anywhere(tmp_path: Path) -> None:
    bundle = flagged("published_statement")
    assert bundle.flags is not None
    own = bundle.flags.with_columns(matched_via=pl.lit("supplier"), matched_name=pl.lit("MILLS"))
    bundle = replace(bundle, flags=own)
    assert hits(bundle).is_empty()
    (fact,) = facts(bundle).to_dicts()
    assert fact["sentence"] == (
        "The supplier has a statement in the The Act as MILLS, approved on 2022-06-21. "
        "That shows disclosure, not practice."
    )
    write_outputs(bundle, tmp_path)
    csv = pl.read_csv(tmp_path / "ranked.csv", infer_schema=False)
    assert set(csv["flags"]) == {""}
    assert "approved on 2022-06-21" in (tmp_path / "report.html").read_text(encoding="utf-8")
    (row,) = read_flags(tmp_path, "S-00001")
    assert (row["flag"], row["status"]) == (
        "Published statement",
        "a public fact, counts neither for nor against",
    )


def test_an_ended_registration_is_a_fact_with_its_day() -> None:
    (fact,) = facts(flagged("ended_registration")).to_dicts()
    assert fact["kind"] == "Ended registration"
    assert fact["sentence"] == (
        "The register The Act states that North Region left it on 2022-06-21. "
        "Check which company you buy from."
    )
    assert hits(flagged("ended_registration")).is_empty()


def test_an_ended_registration_names_the_company_after_a_merger() -> None:
    bundle = flagged("ended_registration")
    assert bundle.flags is not None
    merged = bundle.flags.with_columns(path=pl.lit("merged into Nordsee AG"))
    (fact,) = facts(replace(bundle, flags=merged)).to_dicts()
    assert "left it on 2022-06-21: merged into Nordsee AG. Check" in fact["sentence"]


def test_a_closed_facility_is_a_fact_with_its_day() -> None:
    bundle = flagged("ended_registration")
    assert bundle.flags is not None
    own = bundle.flags.with_columns(list_id=pl.lit("open_supply_hub"))
    (fact,) = facts(replace(bundle, flags=own)).to_dicts()
    assert fact["kind"] == "Closed facility"
    assert fact["sentence"] == (
        "The Act has a confirmed report that the facility North Region was closed by 2022-06-21. "
        "Check which site you buy from."
    )


def test_a_facility_that_moved_and_a_mechanism_are_facts_with_their_words() -> None:
    bundle = flagged("ended_registration")
    assert bundle.flags is not None
    at = bundle.flags.with_columns(list_id=pl.lit("open_supply_hub"))
    moved = at.with_columns(path=pl.lit("moved to VN2024003ABCDEF"))
    (fact,) = facts(replace(bundle, flags=moved)).to_dicts()
    assert "closed by 2022-06-21: moved to VN2024003ABCDEF. Check" in fact["sentence"]
    stated = at.with_columns(kind=pl.lit("grievance_mechanism"), path=pl.lit("Hotline; Email"))
    (fact,) = facts(replace(bundle, flags=stated)).to_dicts()
    assert (fact["kind"], fact["sentence"]) == (
        "Grievance mechanism",
        "The Act states an active grievance mechanism at North Region, known since 2022-06-21 "
        "(Hotline; Email). That shows that it exists, not how well it works.",
    )
    assert hits(replace(bundle, flags=stated)).is_empty()
