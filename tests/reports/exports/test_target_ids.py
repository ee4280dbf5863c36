"""Ids of another system: every finding at once, and round trips under its ids."""

import csv
import io
import json
from dataclasses import replace

import polars as pl
import pytest

from reports.exports.published_run import PublishedRun
from reports.exports.registry import exports
from reports.exports.target_ids import in_target_ids, target_ids
from tests.reports.exports.mock_servers import ariba_answer, coupa_import
from tests.reports.exports.test_exports import PROMPTS


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("supplier_id,target_id\nS-00001,A1\n", []),
        ("\ufeffSupplier_ID;Target_ID;target_name\nS-00001;A1;Mill; \n\n", []),
        ("", ["f.csv: the header needs `supplier_id` and `target_id` once; add it."]),
        ("supplier_id,id\nS-00001,A1\n", ["f.csv: the header needs `target_id` once; add it."]),
        ("supplier_id,target_id\n", ["f.csv: it has no row; add one for each supplier."]),
        (
            "supplier_id,target_id\nS-00001,A1\nS-00001,A2\nS-00002,A1\nS-00003,\n,A4\nX,A5\n",
            [
                "f.csv, row 3: `supplier_id` S-00001 is in row 2 already; keep one of them.",
                "f.csv, row 4: `target_id` A1 is in row 2 already; keep one of them.",
                "f.csv, row 5: `target_id` is empty; fill it in or remove the row of S-00003.",
                "f.csv, row 6: `supplier_id` is empty; fill it in or remove the row of A4.",
                "f.csv, row 7: X is no supplier of this run; correct the id.",
            ],
        ),
    ],
)
def test_everything_that_must_be_corrected_is_found_at_once(
    run: PublishedRun, text: str, findings: list[str]
) -> None:
    assert list(target_ids(text.encode(), "f.csv", run).findings) == findings


def test_a_text_that_is_not_utf_8_is_named(run: PublishedRun) -> None:
    (finding,) = target_ids(
        "supplier_id,target_id\nS-1,\u00e9".encode("latin-1"), "f", run
    ).findings
    assert "UTF-8" in finding


@pytest.fixture(scope="module")
def mapped(run: PublishedRun) -> PublishedRun:
    """Every supplier but two under an id of the other system, the first with its name there."""
    ids = run.ranked["supplier_id"].to_list()[2:]
    lines = [f"{own},T-{place:04},{'Its name there' if place == 0 else ''}"
             for place, own in enumerate(ids)]  # fmt: skip
    table = target_ids("\n".join(["supplier_id,target_id,target_name", *lines]).encode(), "f", run)
    assert table.findings == ()
    changed, left_out = in_target_ids(run, table)
    assert left_out == 2
    return changed


def test_ariba_gets_its_own_ids(mapped: PublishedRun) -> None:
    bodies = exports()["ariba"].make(mapped).content.decode().splitlines()
    assert [ariba_answer(body)[0] for body in bodies] == [200] * len(bodies)
    ids = [supplier["smVendorId"] for body in bodies for supplier in json.loads(body)]
    assert sorted(ids) == sorted(mapped.ranked["supplier_id"])
    assert all(each.startswith("T-") for each in ids)


def test_coupa_finds_every_supplier_under_its_number_and_name(mapped: PublishedRun) -> None:
    names = dict(mapped.ranked.select("supplier_id", "name").iter_rows())
    assert names["T-0000"] == "Its name there"
    stored = coupa_import(exports()["coupa"].make(mapped).content, names, PROMPTS)
    assert stored
    assert set(stored) <= set(names)


def test_salesforce_scores_belong_to_its_ids(run: PublishedRun, mapped: PublishedRun) -> None:
    text = exports()["salesforce"].make(mapped).content.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["SupplierId"] for row in rows} == set(mapped.ranked["supplier_id"])
    kept = run.contributions.join(run.ranked[2:], on="supplier_id", how="semi")
    assert mapped.contributions.height == kept.height
    only = replace(run, contributions=kept.clear(), ranked=run.ranked[2:])
    overall = exports()["salesforce"].make(only).written
    assert sum(row["Subcategory"] == "Overall" for row in rows) == overall == run.ranked.height - 2
    assert pl.Series([row["Name"] for row in rows]).str.starts_with("T-").all()
