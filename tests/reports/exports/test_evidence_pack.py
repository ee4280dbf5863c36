import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace

import polars as pl
import pytest

from reports.documents.notice import SupplierRecord
from reports.exports.packs.evidence_pack import HASHES, INDEX, PARTS, PackInputs, evidence_pack
from reports.exports.packs.laws import LAWS, law
from reports.exports.published_run import PublishedRun
from reports.wording import DESKTOP_NOTICE, banned_phrases
from tests.reports.exports.sample_run import CONTESTED, RESTRICTED

FLAG = {
    "flag": "Import ban", "list": "Orders", "listed_name": "Elm Foods", "listed_on": "2023-05-01",
    "matched_via": "supplier", "status": "match", "reason": "same name", "path": None,
    "link": "https://example.org/orders/1",
}  # fmt: skip


def _inputs(run: PublishedRun, supplier_id: str) -> PackInputs:
    own = run.ranked.filter(pl.col("supplier_id") == supplier_id).row(0, named=True)
    record = SupplierRecord(
        run_id=run.run_id,
        as_of=run.as_of,
        is_synthetic=True,
        supplier=own,
        contributions=run.contributions,
        flags=[FLAG],
    )
    receipts = pl.DataFrame(
        {"written_at": ["2024-03-02"] * 2, "supplier_id": [supplier_id, "S-00009"]}
    )
    matches = pl.DataFrame(
        {
            "supplier_id": [supplier_id] * 3,
            "register": ["gleif"] * 3,
            "register_id": ["A", "B", "C"],
            "decision": ["accept", "reject", "accept"],
            "decided_on": [dt.date(2024, 1, 1), dt.date(2024, 1, 1), dt.date(2024, 3, 2)],
            "expires_on": [None, dt.date(2024, 2, 1), None],
            "reason": ["same address", "another country", "after the as-of date"],
        }
    )
    return PackInputs(run, record, receipts, matches)


def _opened(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", LAWS)
def test_equal_inputs_give_equal_bytes_with_the_hash_of_every_part(
    run: PublishedRun, name: str
) -> None:
    first, again = (evidence_pack(_inputs(run, CONTESTED), law(name)) for _ in range(2))
    assert first == again
    parts = _opened(first)
    lines = [line.split("  ") for line in parts.pop(HASHES).decode().splitlines()]
    assert {path: digest for digest, path in lines} == {
        path: hashlib.sha256(content).hexdigest() for path, content in parts.items()
    }
    index = parts.pop(INDEX).decode()
    assert all(path in index for path in parts)
    assert law(name).title in index
    assert DESKTOP_NOTICE in index
    assert b"/home/someone" not in first


@pytest.mark.parametrize("name", LAWS)
def test_laws_name_parts_that_exist_and_use_words_of_priority(name: str) -> None:
    questions = law(name).asks
    assert {part for question in questions for part in question.parts} <= set(PARTS)
    assert all(question.cannot_show for question in questions)
    assert law(name).read
    text = " ".join(f"{question.asks} {question.cannot_show}" for question in questions)
    assert banned_phrases(text) == []


def test_the_index_names_the_lists_that_were_not_checked(run: PublishedRun) -> None:
    checks = [
        {"list_id": "uflpa_entity_list", "title": "UFLPA Entity List", "status": "not_checked",
         "reason": "it is switched off"},
    ]  # fmt: skip
    made = replace(run, manifest={**run.manifest, "list_checks": checks})
    pack = evidence_pack(_inputs(made, CONTESTED), law("uflpa"))
    index = _opened(pack)[INDEX].decode()
    assert "no hit on them means nothing: UFLPA Entity List (it is switched off)." in index
    pack = evidence_pack(_inputs(replace(run, manifest={**run.manifest, "list_checks": []}),
                                 CONTESTED), law("uflpa"))  # fmt: skip
    assert "did not check" not in _opened(pack)[INDEX].decode()


def test_every_item_has_its_source_licence_and_limits(run: PublishedRun) -> None:
    parts = _opened(evidence_pack(_inputs(run, CONTESTED), law("lksg")))
    items = _table(parts["evidence.csv"])
    own = run.contributions.filter(pl.col("supplier_id") == CONTESTED)
    signals = [item for item in items if item["signal_id"]]
    assert len(signals) == own.height
    assert all(item["licence"] and item["source"] and item["cannot_tell"] for item in signals)
    accounts = next(item for item in items if item["signal_id"] == "altman_z_double_prime")
    assert accounts["value"] == ""
    sources = _table(parts["sources.csv"])
    used = own.filter(pl.col("value").is_not_null())["source_used"].unique()
    assert {row["source_id"] for row in sources} == set(used)
    assert RESTRICTED not in used
    assert items[-2]["signal"] == "Import ban"


def test_decisions_are_those_in_force_and_nobody_is_named(run: PublishedRun) -> None:
    parts = _opened(evidence_pack(_inputs(run, CONTESTED), law("csddd")))
    assert [(row["about"], row["decision"]) for row in _table(parts["decisions.csv"])] == [
        ("the result", "contested"),
        ("the match with gleif A", "accept"),
    ]
    assert [row["supplier_id"] for row in _table(parts["notices.csv"])] == [CONTESTED]
    assert "Contested, under review" in parts[INDEX].decode()
    text = b"\n".join(parts.values()).decode()
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", text)
    assert set(json.loads(parts["run.json"])) >= {"identity", "config_hash", "code"}


def test_ranks_that_a_run_withholds_are_not_in_its_packs(run: PublishedRun) -> None:
    reason = {"uncertainty": {"reason": "Single ranks are not shown: too few agree."}}
    hidden = replace(run, manifest={**run.manifest, **reason})
    shown, withheld = (
        {
            row["figure"]
            for row in _table(
                _opened(evidence_pack(_inputs(each, CONTESTED), law("uflpa")))["ranking.csv"]
            )
        }
        for each in (run, hidden)
    )
    assert shown - withheld == {"rank", "rank_p05", "rank_p95", "prob_top_k"}
    assert withheld < shown
