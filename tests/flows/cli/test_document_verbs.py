"""Verbs about single suppliers and about decisions, on a small published run."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import get_args

import polars as pl
import pytest
from typer.testing import CliRunner

from configs.former_names import RUN_COLUMNS
from flows.cli import export_verb, pack_verb
from flows.cli.app import app
from reports.exports.packs.laws import LAWS
from reports.exports.registry import exports
from reports.write import write_outputs
from signals.registry import signals, sources
from tests.reports.sample import sample_bundle
from tests.reports.workbook.test_workbook import FILLED, _book

RUN = "20240301-0a1b2c3d"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    bundle = sample_bundle()
    config = bundle.manifest["config"]
    assert isinstance(config, dict)
    manifest = {
        **bundle.manifest,
        "as_of": "2024-03-01",
        "is_synthetic": True,
        "result": "published",
        "purpose": "prioritise_support",
        "config": {**config, "title": bundle.title},
    }
    object.__setattr__(bundle, "manifest", manifest)
    write_outputs(bundle, tmp_path / RUN)
    (tmp_path / "latest").symlink_to(RUN)
    return tmp_path


def _call(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_a_notice_is_written_with_a_receipt(out: Path) -> None:
    for language in ("en", "ar"):
        _call("notice", "S-00001", "--language", language, "--out", str(out))
    pages = sorted(path.name for path in (out / "notices" / RUN).iterdir())
    assert [page.split(".")[1] for page in pages] == ["ar", "en"]
    receipts = pl.read_csv(out / "notice_receipts.csv")
    assert receipts["language"].to_list() == ["en", "ar"]
    assert receipts["purpose"].unique().to_list() == ["prioritise_support"]


def test_unknown_suppliers_and_languages_are_usage_errors(out: Path) -> None:
    assert "no such supplier" in _call("notice", "X", "--out", str(out), code=2)
    text = _call("notice", "S-00001", "--language", "xx", "--out", str(out), code=2)
    assert "'xx' is not one of" in text
    assert not (out / "notice_receipts.csv").exists()


def test_dossiers_are_for_the_budget_or_for_those_named(out: Path) -> None:
    _call("dossier", "--out", str(out))
    assert len(list((out / "dossiers" / RUN).iterdir())) == 5
    _call("dossier", "S-00020", "--out", str(out))
    assert len(list((out / "dossiers" / RUN).iterdir())) == 6


def test_evidence_is_csv_or_json(out: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(_call("evidence", "S-00001", "--out", str(out)))))
    document = json.loads(_call("evidence", "S-00001", "--json", "--out", str(out)))
    assert len(rows) == len(document["evidence"]) == 5
    assert document["evidence"][0]["number"] == 1


def test_a_run_of_an_earlier_version_is_documented_with_every_possible_source(out: Path) -> None:
    path = out / RUN / "contributions.parquet"
    former = {now: before for before, now in RUN_COLUMNS["contributions"].items()}
    rows = pl.read_parquet(path).drop("source_used")
    rows.rename({name: former[name] for name in rows.columns if name in former}).write_parquet(path)
    document = json.loads(_call("evidence", "S-00001", "--json", "--out", str(out)))
    titles = {item["signal_id"]: item["source"] for item in document["evidence"]}
    cards = {name: signal.card for name, signal in signals().items()}
    known = {name: module.CARD.title for name, module in sources().items()}
    for signal_id, title in titles.items():
        assert title == "; ".join(known[name] for name in cards[signal_id].sources)
    _call("dossier", "S-00001", "--out", str(out))
    _call("notice", "S-00001", "--out", str(out))


def test_decisions_come_back_and_the_log_grows(out: Path) -> None:
    book = out / "filled.xlsx"
    for decision in ("look_first", "look_later"):
        _book(book, FILLED | {"supplier_id": "S-00003", "decision": decision})
        _call("decisions", "import", str(book), "--out", str(out))
    kept = pl.read_csv(out / "decisions.csv")
    assert kept.select("supplier_id", "decision").rows() == [("S-00003", "look_later")]
    assert pl.read_csv(out / "decisions_log.csv").height == 2


def test_a_bad_decision_leaves_the_kept_ones_alone(out: Path) -> None:
    book = _book(out / "filled.xlsx", FILLED | {"supplier_id": "S-00003", "reason": None})
    text = _call("decisions", "import", str(book), "--out", str(out), code=1)
    assert "row 4: the reason is missing" in text
    assert not (out / "decisions.csv").exists()


@pytest.mark.parametrize(("form", "start"), [("json", "{"), ("csv", "\ufeffid,title")])
def test_the_catalogue_is_printed(form: str, start: str) -> None:
    assert _call("signals", "--format", form).startswith(start)


def test_another_form_of_the_catalogue_is_a_usage_error() -> None:
    assert "is not one of" in _call("signals", "--format", "xml", code=2)


def test_a_run_is_exported_once_to_a_file_and_not_while_it_is_held(out: Path) -> None:
    text = _call("export", "--as", "coupa", "--out", str(out))
    written = out / "exports" / RUN / "suppliers_coupa.csv"
    assert written.is_file()
    assert f"Written: {written} (suppliers: 26)" in text
    assert "suppliers left out" in text
    target = out / "mine.csv"
    _call("export", "--as", "coupa", "--to", str(target), "--out", str(out))
    assert target.read_bytes() == written.read_bytes()
    again = _call("export", "--as", "coupa", "--to", str(target), "--out", str(out), code=2)
    assert "this file exists" in again
    assert "no warehouse.duckdb" in _call("export", "--as", "eudr-sites", "--out", str(out), code=2)
    manifest = json.loads((out / RUN / "manifest.json").read_text())
    (out / RUN / "manifest.json").write_text(json.dumps({**manifest, "result": "held"}))
    assert "this run is held" in _call("export", "--as", "coupa", "--out", str(out), code=2)


def test_an_export_takes_the_ids_of_the_other_system(out: Path, tmp_path: Path) -> None:
    ids = tmp_path / "ids.csv"
    ids.write_text("supplier_id,target_id\nS-00001,900\nS-00003,901\n", encoding="utf-8")
    verb = ("export", "--as", "ariba", "--out", str(out), "--ids", str(ids))
    text = _call(*verb)
    assert "(suppliers: 2)" in text
    assert "has no id for them: " in text
    (body,) = (
        (out / "exports" / RUN / "supplier_custom_fields_ariba.jsonl").read_text().splitlines()
    )
    assert {supplier["smVendorId"] for supplier in json.loads(body)} == {"900", "901"}
    ids.write_text("supplier_id,target_id\nS-00001,900\nX,900\n", encoding="utf-8")
    wrong = _call(*verb, code=1)
    assert "row 3: `target_id` 900 is in row 2 already" in wrong
    assert "X is no supplier of this run" in wrong
    assert "no ids of another system" in _call("export", "--as", "prov", *verb[3:], code=2)


def test_the_verb_takes_every_declared_export() -> None:
    assert get_args(export_verb._Name) == tuple(exports())


def test_packs_are_written_for_a_law_with_an_index(out: Path) -> None:
    _call("notice", "S-00001", "--out", str(out))
    text = _call("pack", "S-00001", "--law", "uflpa", "--out", str(out))
    path = out / "packs" / RUN / "S-00001.uflpa.zip"
    assert f"Pack: {path}" in text
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] == "index.html"
        assert b"S-00001" in archive.read("notices.csv")
    assert "no such supplier" in _call("pack", "X", "--law", "lksg", "--out", str(out), code=2)
    assert get_args(pack_verb._Law) == LAWS
