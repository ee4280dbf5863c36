import csv
import io
import json
from dataclasses import replace

import polars as pl
import pytest

from reports.exports.export import UNKNOWN, cut
from reports.exports.published_run import PublishedRun
from reports.exports.registry import exports
from reports.wording import banned_phrases
from suppliers.intake.feature_files import features
from tests.reports.exports.mock_servers import ariba_answer, coupa_import, salesforce_ingest
from tests.reports.exports.sample_run import CONTESTED, LOCAL_FILE
from tests.reports.exports.sample_run import UNKNOWN as WITHOUT_SCORE

PROMPTS = {
    "Understory Priority",
    "Understory Score",
    "Understory Evidence Coverage",
    "Understory Reason",
    "Understory As Of",
}


def _rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", sorted(exports()))
def test_the_same_run_gives_the_same_bytes_and_no_folder(run: PublishedRun, name: str) -> None:
    first, again = (exports()[name].make(run) for _ in range(2))
    assert first == again
    assert first.written > 0
    assert b"/home/someone" not in first.content
    assert LOCAL_FILE in json.dumps(run.manifest["sources"])


@pytest.mark.parametrize("name", sorted(exports()))
def test_declarations_say_what_is_confirmed_and_use_no_banned_phrase(name: str) -> None:
    declared = exports()[name]
    text = " ".join((declared.content, declared.confirmed, declared.assumed, *declared.limits))
    assert declared.confirmed
    assert declared.limits
    assert banned_phrases(text) == []


def test_the_risk_table_agrees_with_the_ranked_list(run: PublishedRun) -> None:
    rows = _rows(exports()["risk-table"].make(run).content)
    overall = {
        row["supplier_id"].lstrip("'"): row for row in rows if row["subcategory"] == "Overall"
    }
    assert len(overall) == run.ranked.height
    for supplier in run.ranked.iter_rows(named=True):
        row = overall[supplier["supplier_id"]]
        if supplier["score"] is None:
            assert (row["raw_score"], row["normalised_score"]) == (UNKNOWN, "")
        elif supplier["supplier_id"] == CONTESTED:
            assert (row["raw_score"], row["normalised_score"]) == ("Contested, under review", "")
        else:
            assert float(row["normalised_score"]) == round(supplier["score"], 1)


def test_values_that_a_licence_withholds_are_in_no_table(run: PublishedRun) -> None:
    for name in ("risk-table", "salesforce"):
        rows = _rows(exports()[name].make(run).content)
        accounts = [row for row in rows if "Altman" in "".join(row.values())]
        signal = [
            row
            for row in accounts
            if "Altman" in row.get("subcategory", row.get("Subcategory", ""))
        ]
        assert signal
        for row in signal:
            assert row.get("raw_score", row.get("RawScore")) == UNKNOWN
            assert row.get("normalised_score", row.get("NormalizedScore")) == ""


def test_salesforce_records_have_its_fields_and_lengths(run: PublishedRun) -> None:
    made = exports()["salesforce"].make(run)
    rows = _rows(made.content)
    assert list(rows[0]) == [
        "Name", "SupplierId", "Category", "Subcategory", "RawScore", "NormalizedScore",
        "ScoreRationale", "AsOfDate", "SourceSystemName",
    ]  # fmt: skip
    assert made.written == len(rows)
    assert max(len(row["Name"]) for row in rows) <= 80
    scores = [float(row["NormalizedScore"]) for row in rows if row["NormalizedScore"]]
    assert 0 <= min(scores) <= max(scores) <= 100
    assert all(row["RawScore"] for row in rows)


def test_salesforce_stores_what_the_risk_table_has(run: PublishedRun) -> None:
    made = exports()["salesforce"].make(run)
    stored = salesforce_ingest(made.content)
    assert len(stored) == made.written
    kept = [
        (row["SupplierId"], row["Category"], row["Subcategory"], row.get("NormalizedScore", ""))
        for row in stored
    ]
    table = _rows(exports()["risk-table"].make(run).content)
    expected = [
        (row["supplier_id"], row["category"], row["subcategory"], row["normalised_score"])
        for row in table
    ]
    left_out = {one[0] for one in expected} - {one[0] for one in kept}
    assert kept == [one for one in expected if one[0] not in left_out]
    assert all(supplier.startswith(("=", "+", "-", "@")) for supplier in left_out)
    # A score that is not known is left as it was, and never a number.
    unknown = [row for row in stored if row["RawScore"] == UNKNOWN]
    assert unknown
    assert not [row for row in unknown if "NormalizedScore" in row]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('"a" ,"1","2022-03-01T00:00:00Z"', "beside a quoted field"),
        ('"a","1"', "another number of fields"),
        ('"a","1","2022-03-01"', "no date with a time"),
        (f'"{"a" * 81}","1","2022-03-01T00:00:00Z"', "too large"),
        ('"","1","2022-03-01T00:00:00Z"', "required field"),
    ],
)
def test_the_stand_in_for_salesforce_rejects_what_its_documentation_does(
    row: str, why: str
) -> None:
    with pytest.raises(AssertionError, match=why):
        salesforce_ingest(f'"Name","NormalizedScore","AsOfDate"\n{row}\n'.encode())


def test_ariba_takes_every_body_and_unknown_stays_unknown(run: PublishedRun) -> None:
    many = pl.concat([run.ranked] * 8)
    made = exports()["ariba"].make(replace(run, ranked=many))
    bodies = made.content.decode().splitlines()
    answers = [ariba_answer(body) for body in bodies]
    assert [status for status, _ in answers] == [200] * len(bodies)
    assert sum(int(text) for _, text in answers) == many.height == made.written == 224
    fields = {
        supplier["smVendorId"]: {
            each["fieldName"]: each["value"] for each in supplier["customFields"]
        }
        for body in bodies
        for supplier in json.loads(body)
    }
    unknown = fields[WITHOUT_SCORE]
    assert unknown["Understory priority"] == unknown["Understory score"] == UNKNOWN
    contested = fields[CONTESTED]
    assert contested["Understory priority"] == "Contested, under review"
    assert contested["Understory score"] == UNKNOWN
    assert all(len(value) <= 255 for own in fields.values() for value in own.values())


def test_the_stand_in_for_ariba_rejects_what_its_documentation_does() -> None:
    supplier = {"smVendorId": "1", "customFields": [{"fieldName": "a", "value": "b"}]}
    assert ariba_answer(json.dumps([supplier] * 101))[0] == 400
    assert ariba_answer(json.dumps([{**supplier, "smVendorId": ""}]))[0] == 400
    assert ariba_answer(json.dumps([{**supplier, "customFields": []}]))[0] == 400


def test_coupa_imports_what_is_not_left_out(run: PublishedRun) -> None:
    repeated = run.ranked.with_columns(
        pl.when(pl.col("supplier_id").is_in(["S-00010", "S-00011"]))
        .then(pl.lit("Two of one name"))
        .otherwise("name")
        .alias("name")
    )
    made = exports()["coupa"].make(replace(run, ranked=repeated))
    names = dict(repeated.select("supplier_id", "name").iter_rows())
    stored = coupa_import(made.content, names, PROMPTS)
    left_out = set(names) - set(stored)
    assert {"S-00010", "S-00011"} < left_out
    assert {names[each][:5] for each in left_out - {"S-00010", "S-00011"}} == {"=HYPE", "Long "}
    assert stored[WITHOUT_SCORE]["Understory Score"] == UNKNOWN
    assert any("same name" in note for note in made.notes)
    assert made.written == len(stored)


def test_sites_are_read_back_as_a_list(
    run: PublishedRun, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = exports()["eudr-sites"].make(run)
    path = tmp_path_factory.mktemp("sites") / "sites.geojson"
    path.write_bytes(made.content)
    headers, rows = features(path)
    assert len(rows) == made.written == 21
    table = {row[headers.index("site_id")]: dict(zip(headers, row, strict=True)) for row in rows}
    assert table["S-00001-a"]["priority_band"] == "First priority"
    assert table["S-00001-a"]["ProducerCountry"] == "BR"
    assert table[f"{WITHOUT_SCORE}-a"]["priority_band"] == UNKNOWN
    assert '"coordinates": [45.678910, 12.345670]' in made.content.decode()
    with pytest.raises(ValueError, match="sites"):
        exports()["eudr-sites"].make(replace(run, sites=None))


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("four words of text", 18, "four words of text"),
        ("four words of text", 12, "four words…"),
        ("unbroken", 5, "unbr…"),
    ],
)
def test_texts_are_cut_at_a_word(text: str, longest: int, short: str) -> None:
    assert cut(text, longest) == short
