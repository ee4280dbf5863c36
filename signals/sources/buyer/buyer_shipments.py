"""The buyer's own shipments: who shipped which good to whom, and when.

A table of purchase records or bills of lading, from the buyer's systems or a provider. It shows
who stands behind a supplier; it is part of no score. Quantities and units are not read. A shipper
or consignee is read only where it is on the supplier list, or where its name shows a company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind, Reach
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import mirror_files, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from suppliers.identity.name_tokens import DIVIDING, GENERIC, KINDS, TRADES
from suppliers.identity.names import comparable
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import day_of, day_order
from suppliers.intake.fields import FieldKind
from suppliers.places.countries import resolve_country

CARD = SourceCard(
    id="buyer_shipments",
    title="The buyer's shipments",
    publisher="The buyer",
    url="https://www.wcoomd.org/",
    licence=Licence(
        id="provided by the user",
        url="https://www.wcoomd.org/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="The buyer, from its own records or bills of lading",
    collection=Collection.BUYER_OWN,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage="Shipments that the buyer has records of; companies alone",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="The buyer's own shipment records.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="relations to the companies that ship to your suppliers, never part of a score",
    ),
    reach=Reach(by="name"),
)

TABLE = "stg_buyer_shipments__shipments"
SCHEMA: dict[str, pl.DataType] = {
    "shipment_id": pl.String(),
    "shipped_on": pl.Date(),
    "consignee": pl.String(),
    "consignee_id": pl.String(),
    "consignee_country": pl.String(),
    "shipper": pl.String(),
    "shipper_id": pl.String(),
    "shipper_country": pl.String(),
    "good": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

#: Our column: its headers in exports, in eleven languages.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "shipped_on": (
        "date", "shipped on", "shipment date", "arrival date", "bill of lading date", "b/l date",
        "ship date", "datum", "versanddatum", "date d'expédition", "date d'embarquement", "fecha",
        "fecha de embarque", "fecha de envío", "data", "data do embarque", "data de embarque",
        "data di spedizione", "tarih", "sevk tarihi", "日期", "发货日期", "提单日期", "ngày",
        "ngày giao hàng", "tanggal", "tanggal pengiriman", "дата", "дата отгрузки",
    ),
    "consignee": (
        "consignee", "consignee name", "importer", "importer name", "buyer", "empfänger",
        "importeur", "destinataire", "importateur", "consignatario", "importador", "destinatario",
        "destinatário", "alıcı", "收货人", "进口商", "người nhận", "người nhận hàng",
        "penerima", "importir", "получатель", "грузополучатель",
    ),
    "consignee_id": ("consignee id", "consignee supplier id"),
    "consignee_country": (
        "consignee country", "consignee country/region", "country of consignee",
        "destination country", "country of destination", "empfängerland", "bestimmungsland",
        "pays de destination", "país de destino", "país do importador", "alıcı ülke", "收货国",
        "nước nhập khẩu", "negara tujuan", "страна назначения",
    ),
    "shipper": (
        "shipper", "shipper name", "exporter", "exporter name", "absender", "exporteur",
        "expéditeur", "exportateur", "embarcador", "exportador", "remitente", "mittente",
        "esportatore", "gönderici", "ihracatçı", "发货人", "出口商", "người gửi",
        "người gửi hàng", "pengirim", "eksportir", "отправитель", "грузоотправитель",
    ),
    "shipper_id": ("shipper id", "shipper supplier id"),
    "shipper_country": (
        "shipper country", "shipper country/region", "country of shipper", "country of origin",
        "origin", "absenderland", "ursprungsland", "pays d'expédition", "pays d'origine",
        "país de origen", "país de origem", "país do exportador", "gönderici ülke", "发货国",
        "原产国", "nước xuất khẩu", "negara asal", "страна отправления",
    ),
    "good": (
        "good", "goods", "goods shipped", "product", "product description", "commodity",
        "description of goods", "ware", "warenbezeichnung", "marchandise", "mercancía",
        "mercadoria", "merce", "mal", "品名", "货物", "tên hàng", "hàng hóa", "barang",
        "товар", "наименование товара",
    ),
}  # fmt: skip
_KINDS: dict[str, FieldKind] = {
    "shipped_on": "category",
    "consignee_id": "identifier",
    "shipper_id": "identifier",
    "consignee_country": "category",
    "shipper_country": "category",
}
_WANTED: dict[str, FieldKind] = {
    header: _KINDS.get(column, "text") for column, headers in HEADERS.items() for header in headers
}
_COMPANY_WORDS = DIVIDING | GENERIC | KINDS | TRADES


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror; none where no mirror is named.

    Raises:
        SourceUnavailableError: the mirror holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return []
    patterns = ["*.csv", "*.csv.gz", "*.tsv", "*.xlsx", "*.parquet"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per shipment between two companies.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    listed = frozenset(name.casefold() for name in context.suppliers["name"].to_list())
    ids = frozenset(context.suppliers["supplier_id"].to_list())
    rows, rejected = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        try:
            table, unread = read_source_table(
                Path(raw.path),
                _WANTED,
                required=(),
                drop=string_list(CARD.id, context.options, "drop"),
                where=name,
                sheet=text(CARD.id, context.options, "sheet", "") or None,
            )
            named = _named(table, name)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        read, bad = _shipments(named, raw, name, listed, ids)
        rows.append(read)
        rejected += [unread, bad]
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(table, unread),
            used=read.height,
            rejected=rows_by_rule(pl.concat([unread, bad])),
        )
    return [Staged(TABLE, pl.concat(rows), pl.concat(rejected), account)]


def _named(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """The columns under our names; null where the file has none.

    Raises:
        DataRejectedError: a column without which a shipment says nothing is missing.
    """
    found = {
        column: next((header for header in headers if header in table.columns), None)
        for column, headers in HEADERS.items()
    }
    missing = [name for name in ("shipped_on", "consignee", "shipper") if found[name] is None]
    if missing:
        raise DataRejectedError(
            f"{file}: no column is "
            + ", and none is ".join(" or ".join(HEADERS[name][:3]) for name in missing)
            + "; add what is missing, or rename it."
        )
    return table.select(
        "source_row",
        *(
            (pl.lit(None, pl.String) if header is None else pl.col(header)).alias(column)
            for column, header in found.items()
        ),
    )


def _shipments(
    table: pl.DataFrame, raw: RawFile, file: str, listed: frozenset[str], ids: frozenset[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    names = pl.concat([table["consignee"], table["shipper"]]).drop_nulls().unique()
    companies = {name for name in names if name.casefold() in listed or _shows_company(name)}
    countries = pl.concat([table["consignee_country"], table["shipper_country"]])
    codes = {value: _code(value) for value in countries.drop_nulls().unique()}
    seen_on: dt.date = raw.fetched_at.date()
    typed = table.with_columns(
        pl.col("consignee_country", "shipper_country").replace_strict(
            codes, default=None, return_dtype=pl.String
        ),
        shipped_on=day_of("shipped_on", order=day_order(table["shipped_on"])),
        shipment_id=pl.concat_str(pl.lit(f"{file}:"), pl.col("source_row").cast(pl.String)),
    )
    rules = {
        "date_is_a_day": (
            pl.col("shipped_on").is_null() | (pl.col("shipped_on") > seen_on),
            "the date is not a past day; write it as YYYY-MM-DD",
        ),
        "both_ends_are_named": (
            pl.col("consignee").is_null() | pl.col("shipper").is_null(),
            "consignee or shipper is empty",
        ),
        "unknown_kind": (
            ~(
                pl.col("consignee").is_in(companies)
                | pl.col("consignee_id").is_in(ids).fill_null(value=False)
            )
            | ~(
                pl.col("shipper").is_in(companies)
                | pl.col("shipper_id").is_in(ids).fill_null(value=False)
            ),
            "consignee or shipper is neither on the supplier list nor named as a company, so it "
            "may be a person and the row is not read",
        ),
    }
    rejected = [no_rejections()]
    for rule, (broken, reason) in rules.items():
        is_bad = broken.fill_null(value=True)
        rejected.append(rejected_rows(typed.filter(is_bad), file, rule, reason))
        typed = typed.filter(~is_bad)
    # The buyer knew a shipment on its day; the file came later.
    return (
        typed.with_columns(
            observed_to="shipped_on", published_on="shipped_on", origin=pl.lit(raw.origin)
        ).select(list(SCHEMA)),
        pl.concat(rejected),
    )


def _shows_company(name: str) -> bool:
    """Whether a name has a legal form, or a word for a kind of company or a trade."""
    known = comparable(name)
    return known.form is not None or any(word in _COMPANY_WORDS for word in known.words)


def _code(value: str) -> str | None:
    match = resolve_country(value)
    return None if match is None or match.guessed else match.country.iso2
