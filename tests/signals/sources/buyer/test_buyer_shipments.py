"""Shipments of the buyer: companies alone, headers of several languages, days, no quantities."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from signals.account import Unit
from signals.conservation import stage_source
from signals.source import Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.buyer import buyer_shipments
from tests.signals.builders import context, staged

LISTED = pl.DataFrame({"supplier_id": ["a"], "name": ["Dhaka Zephyr"]})


def read(tmp_path: Path, body: str) -> Staged:
    mirror = tmp_path / "m"
    mirror.mkdir(exist_ok=True)
    (mirror / "shipments.csv").write_text(body, encoding="utf-8")
    return staged(buyer_shipments, context(tmp_path, mirror=mirror, supplier_rows=LISTED))


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("date,consignee,shipper,shipper country,good", "2024-02-03"),
        ("Arrival Date,Consignee Name,Exporter,Country of Origin,Product", "2024-02-03"),
        ("Datum,Empfänger,Absender,Absenderland,Ware", "03.02.2024"),
        ("Fecha,Consignatario,Exportador,Origin,Mercancía", "2024-02-03"),
        ("Fecha de embarque,Consignatario,Exportador,País de origen,Mercancía", "2024/02/03"),
        ("Data do embarque,Importador,Exportador,País do exportador,Mercadoria", "2024-02-03"),
        ("Date d'expédition,Destinataire,Expéditeur,Pays d'origine,Marchandise", "03.02.2024"),
        ("Tarih,Alıcı,Gönderici,Gönderici ülke,Mal", "03.02.2024"),
        ("日期,收货人,发货人,发货国,品名", "2024年2月3日"),
        ("Ngày,Người nhận,Người gửi,Nước xuất khẩu,Tên hàng", "2024/2/3"),
        ("Дата,Получатель,Отправитель,Страна отправления,Товар", "03.02.2024"),
        ("Arrival Date,Consignee,Shipper,Shipper Country/Region,Goods Shipped", "2024-02-03"),
    ],
)
def test_headers_of_several_languages(tmp_path: Path, header: str, day: str) -> None:
    found = read(
        tmp_path, f"{header},Quantity,Unit\n{day},Dhaka Zephyr,Tarim Gin Co Ltd,China,Garn,4,t\n"
    )
    (row,) = found.rows.to_dicts()
    assert (row["shipped_on"], row["published_on"]) == (dt.date(2024, 2, 3), dt.date(2024, 2, 3))
    assert (row["consignee"], row["shipper"], row["shipper_country"], row["good"]) == (
        "Dhaka Zephyr",
        "Tarim Gin Co Ltd",
        "CN",
        "Garn",
    )


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("2024-02-03,Dhaka Zephyr,,a,", "both_ends_are_named"),
        ("2999-02-03,Dhaka Zephyr,Gin Ltd,a,", "date_is_a_day"),
        ("soon,Dhaka Zephyr,Gin Ltd,a,", "date_is_a_day"),
        ("2024-02-03,Dhaka Zephyr,Jane Roe,a,", "unknown_kind"),
        ("2024-02-03,Jane Roe,Gin Ltd,,", "unknown_kind"),
        # On the list by its id, or named by a trade.
        ("2024-02-03,Any Name,Gin Ltd,a,", None),
        ("2024-02-03,Dhaka Zephyr,Hotan Spinning,a,", None),
    ],
)
def test_a_row_that_says_too_little_or_may_name_a_person_is_rejected(
    tmp_path: Path, row: str, rule: str | None
) -> None:
    found = read(tmp_path, f"date,consignee,shipper,consignee id,good\n{row}\n")
    assert found.rejected["rule"].to_list() == ([] if rule is None else [rule])
    assert found.rows.height == (rule is None)
    assert "Roe" not in str(found.rejected.to_dicts())


def test_slashed_days_go_by_the_file(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "date,consignee,shipper\n2/13/2024,Dhaka Zephyr,Gin Ltd\n2/3/2024,Dhaka Zephyr,Gin Ltd\n",
    )
    assert found.rows["shipped_on"].to_list() == [dt.date(2024, 2, 13), dt.date(2024, 2, 3)]


def test_a_table_without_a_shipper_is_rejected_with_the_header_to_add(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "s.csv").write_text("date,consignee\n2024-01-01,Dhaka Zephyr\n")
    using = context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    outcome = stage_source(buyer_shipments, buyer_shipments.pull(using), using)
    (reason,) = outcome.tables[0].rejected["reason"].to_list()
    assert "no column is shipper or shipper name or exporter" in reason
    assert outcome.balances[Unit.FILE].rejected


def test_no_folder_is_no_shipment_and_an_empty_one_an_outage(tmp_path: Path) -> None:
    assert buyer_shipments.pull(context(tmp_path, supplier_rows=LISTED)) == []
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceUnavailableError, match="no file like"):
        buyer_shipments.pull(context(tmp_path, mirror=tmp_path / "empty", supplier_rows=LISTED))
