"""Goods and vulnerability as priors, and the gate of their licences."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from reports.redistribution import withhold_contributions
from signals.card import Pillar
from signals.context import listed_goods_prior, vulnerability_prior
from signals.context.goods_of_sectors import divisions_of
from signals.registry import signals, sources
from signals.source_errors import SourceUnavailableError
from signals.sources.context import global_slavery_index
from signals.sources.lists import listed_goods
from tests.signals.builders import context, staged
from tests.signals.web import Answer, serve, store

OFFICIAL = (
    "Country/Area,Good,Child Labor,Forced Labor\n"
    "Viet Nam,Garments,X,X\nGhana,Cocoa,X,\nNowhereland,Gold,X,\nPeru,Gold,,X\n"
)


def suppliers(*rows: tuple[str, str, str | None]) -> pl.LazyFrame:
    return pl.LazyFrame(list(rows), schema=["supplier_id", "country_iso3", "sector"], orient="row")


def listed(tmp_path: Path, text: str, name: str = "list_of_goods.csv") -> pl.DataFrame:
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / name).write_text(text)
    return staged(listed_goods, context(tmp_path, mirror=folder)).rows


def test_child_and_forced_labour_are_kept_apart(tmp_path: Path) -> None:
    rows = listed(tmp_path, OFFICIAL)
    assert set(rows.select("country_iso3", "good", "child_labour", "forced_labour").rows()) == {
        ("VNM", "Garments", True, True),
        ("GHA", "Cocoa", True, False),
        ("PER", "Gold", False, True),
    }
    values = listed_goods_prior.compute({
        listed_goods.TABLE: rows.lazy(),
        "suppliers": suppliers(("a", "VNM", "14.13"), ("b", "GHA", "01.27"), ("c", "GHA", "14"),
                               ("d", "PER", None), ("e", "PER", "07.29")),
    }).collect()  # fmt: skip
    assert dict(values.select("supplier_id", "value").rows()) == {"a": 1.0, "b": 0.5, "e": 1.0}


def test_a_list_that_does_not_say_which_counts_half(tmp_path: Path) -> None:
    rows = listed(tmp_path, "iso,good\nVNM,Garments\n")
    assert rows.select("child_labour", "forced_labour").row(0) == (None, None)
    inputs = {listed_goods.TABLE: rows.lazy(), "suppliers": suppliers(("a", "VNM", "14"))}
    assert listed_goods_prior.compute(inputs).collect()["value"].to_list() == [0.5]


def test_records_of_the_interface(tmp_path: Path) -> None:
    records = [{"country": "Peru", "good": "Gold", "child_labor": "No", "forced_labor": "Yes"}]
    rows = listed(tmp_path, json.dumps({"data": records}), "goods.json")
    assert rows.row(0)[:4] == ("PER", "Gold", False, True)


@pytest.mark.parametrize("text", ['{"message": "over quota"}', '{"data": ['])
def test_what_is_no_list_is_rejected(tmp_path: Path, text: str) -> None:
    assert listed(tmp_path, text, "goods.json").is_empty()


@pytest.mark.parametrize(
    ("good", "divisions"),
    [("Gold", ("07",)), ("Rubber gloves", ("22",)), ("Tin", ("07",)), ("Setting stones", ("08",)),
     ("Palm oil", ("01", "10")), ("Pornography", ())],
)  # fmt: skip
def test_goods_meet_industries_by_their_words(good: str, divisions: tuple[str, ...]) -> None:
    assert divisions_of(good) == divisions


def test_the_publishers_interface_is_asked_page_by_page_with_a_key(tmp_path: Path) -> None:
    record = {"country": "Ghana", "child_labor": "Yes", "forced_labor": "No"}
    first = [{**record, "good": f"Good {number}"} for number in range(1000)]
    last = [{"country": "Peru", "good": "Gold", "child_labor": "No", "forced_labor": "Yes"}]
    with serve() as web:
        web.answers["/goods/json?limit=1000&offset=0&X-API-KEY=secret"] = [
            Answer(429, headers={"Retry-After": "2"}),
            Answer(body=json.dumps({"data": first}).encode()),
        ]
        web.answers["/goods/json?limit=1000&offset=1000&X-API-KEY=secret"] = [
            Answer(body=json.dumps({"data": last}).encode())
        ]
        kept = store(tmp_path / "store", DOL_API_KEY="secret")
        rows = staged(
            listed_goods, context(tmp_path, url=web.url("/goods/json"), raw_store=kept)
        ).rows
        assert all(path.endswith("&X-API-KEY=secret") for _, path, _ in web.asked)
        web.answers["/none/json?limit=1000&offset=0&X-API-KEY=secret"] = [
            Answer(body=b'{"message": "none"}')
        ]
        with pytest.raises(SourceUnavailableError, match="ImportWatch_Core_Data"):
            listed_goods.pull(context(tmp_path, url=web.url("/none/json"), raw_store=kept))
        without = context(tmp_path, url=web.url("/goods/json"), raw_store=store(tmp_path / "o"))
        with pytest.raises(SourceUnavailableError, match="DOL_API_KEY"):
            listed_goods.pull(without)
    assert rows.height == 1001
    gold = rows.filter(pl.col("good") == "Gold").row(0, named=True)
    assert (gold["child_labour"], gold["forced_labour"]) == (False, True)


def write_index(folder: Path) -> Path:
    folder.mkdir()
    with xlsxwriter.Workbook(folder / "2023-Global-Slavery-Index-Data.xlsx") as book:
        book.add_worksheet("CONTENTS").write(0, 0, "made for a test")
        sheet = book.add_worksheet("GSI 2023 summary data")
        sheet.write(0, 0, "Source: made for a test")
        sheet.write_row(1, 0, ["Country", "Estimated prevalence", "Total Vulnerability score (%)"])
        sheet.write_row(2, 0, ["Ghana", 9.0, 55.5])
        sheet.write_row(3, 0, ["Nowhereland", 9.0, 40.0])
        sheet.write_row(4, 0, ["Peru", 9.0, 140.0])
        sheet.write_row(5, 0, ["Chad", 9.0])
    return folder


def test_vulnerability_is_read_from_the_users_workbook_and_prevalence_is_not(
    tmp_path: Path,
) -> None:
    mirror = write_index(tmp_path / "m")
    outcome = staged(global_slavery_index, context(tmp_path, mirror=mirror))
    assert outcome.rows.select("country_iso3", "vulnerability_percent").rows() == [("GHA", 55.5)]
    assert outcome.rejected["source_row"].to_list() == [4, 5]
    assert not any("140" in reason or "40.0" in reason for reason in outcome.rejected["reason"])
    inputs = {
        global_slavery_index.TABLE: outcome.rows.lazy(),
        "suppliers": suppliers(("a", "GHA", None), ("b", "PER", None)),
    }
    (row,) = vulnerability_prior.compute(inputs).collect().to_dicts()
    assert (row["supplier_id"], row["value"]) == ("a", 0.555)


def test_values_that_may_not_be_passed_on_stay_out_of_exports() -> None:
    cards = {name: signal.card for name, signal in signals().items()}
    frame = pl.DataFrame(
        {
            "supplier_id": ["a", "a"],
            "signal_id": ["vulnerability_prior", "listed_goods_prior"],
            "value": [0.555, 1.0],
            "sentence": ["Vulnerability stands at 0.555", "listed"],
            "source_used": ["global_slavery_index", "listed_goods"],
        }
    )
    kept = withhold_contributions(
        frame.lazy(), cards, {name: module.CARD for name, module in sources().items()}
    ).collect()
    assert kept["value"].to_list() == [None, 1.0]
    assert "0.555" not in kept["sentence"][0]
    assert "licence" in kept["sentence"][0]


def test_priors_are_context_and_their_sources_state_their_terms() -> None:
    for module in (listed_goods_prior, vulnerability_prior):
        assert module.CARD.pillar is Pillar.CONTEXT
    licence = global_slavery_index.CARD.licence
    assert (licence.redistributable, licence.commercial_use) == (False, False)


@pytest.mark.shared
def test_the_real_tables_are_read(shared_data: Path, tmp_path: Path) -> None:
    outcomes = shared_data / "outcomes"
    index = staged(global_slavery_index, context(tmp_path, mirror=outcomes / "country_priors"))
    assert index.rows.height == 160 - index.rejected.height
    assert index.rejected.height <= 2
    goods = staged(listed_goods, context(tmp_path, mirror=outcomes / "import_bans"))
    assert goods.rows.height + goods.rejected.height >= 190
    assert goods.rows["forced_labour"].null_count() == goods.rows.height
    assert goods.rows["published_on"].unique().to_list() == [dt.date(2024, 9, 5)]
