"""Ten million order lines, with invoices, payments and changes, to all purchasing signals.

Bare is what anybody must pay: each Parquet file read and grouped once by DuckDB on its own, all
columns used that the signals use, order lines by supplier, product and month, invoices by supplier
and month, payments and changes by supplier and month of their own. Ours is the whole way from the
files on disk through the guard, every rule, both staging tables and the eleven signals. The usual
way is the same grouping in polars. Peak memory is that of a process that does nothing else.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

import configs
from benchmarks.peak_memory import peak_bytes
from signals.card import Pillar
from signals.fetching.fetch import Fetcher
from signals.fetching.raw_store import ContentStore
from signals.registry import signals
from signals.source import PullContext, RawFile
from signals.sources.buyer import buyer_ledger
from suppliers.identity.match_scoring import Thresholds

ID = "ledger_10m"
GOAL = "10,000,000 order lines to all signals in <= 6 x reading and grouping once, < 4 GiB"
KIND = "bench"

LINES = 10_000_000
SUPPLIERS = 5_000
AS_OF = dt.date(2024, 12, 31)

#: Files of the ledger, made by the database itself from the row number alone.
_MADE = {
    "order_lines": """
        select
            'PO' || (i // 4) as order_id,
            cast(i % 4 + 1 as integer) as line_id,
            's' || (hash(i // 4) % {suppliers}) as supplier_id,
            date '2022-01-01' + cast(hash(i // 4 + 1) % 1095 as integer) as ordered_on,
            ordered_on + cast(2 + hash(i // 4 + 2) % 5 as integer) as confirmed_on,
            confirmed_on + cast(20 + hash(i // 4 + 3) % 50 as integer) as requested_on,
            cast(45 as double) as agreed_lead_days,
            'SKU' || (hash(i // 4) % {suppliers} * 40 + hash(i) % 40) as sku,
            'C' || (hash(i) % 8) as category,
            cast(10 + hash(i + 1) % 990 as double) as quantity,
            5 + (hash(i + 2) % 2000) / 1000.0 as unit_price,
            case hash(i // 4) % 3 when 0 then 'EUR' when 1 then 'USD' else 'INR' end as currency,
            'FOB' as incoterm,
            case when i % 200 = 0 then quantity / 2 end as cancelled_quantity
        from range({lines}) as made(i)""",
    "order_changes": """
        select
            'PO' || (i * 3) as order_id,
            date '2022-01-01' + cast(hash(i * 3 + 1) % 1095 as integer) + 20 as changed_on,
            'buyer' as initiated_by
        from range({lines} // 12) as made(i)""",
    "invoices": """
        select
            'I' || i as invoice_id,
            's' || (hash(i) % {suppliers}) as supplier_id,
            date '2022-01-01' + cast(hash(i + 1) % 1095 as integer) + 40 as issued_on,
            issued_on + 30 as due_on,
            cast(1000 + hash(i + 3) % 9000 as double) as amount,
            'EUR' as currency
        from range({lines} // 4) as made(i)""",
    "payments": """
        select
            'I' || i as invoice_id,
            date '2022-01-01' + cast(hash(i + 1) % 1095 as integer) + 40
                + cast(hash(i + 7) % 60 as integer) as paid_on,
            cast(1000 + hash(i + 3) % 9000 as double) as amount,
            'EUR' as currency
        from range({lines} // 4) as made(i)""",
    "rates": """
        select code as currency, cast(day as date) as quoted_on, 0.5 as rate
        from (values ('USD'), ('INR')) as codes(code),
            generate_series(date '2021-12-01', date '2024-12-31', interval 7 day) as days(day)""",
    "cost_indices": """
        select 'IDN' as country_iso3, 'minimum_wage' as component, cast(day as date) as valid_from,
            100.0 as index_value
        from generate_series(
            date '2021-12-01', date '2024-12-31', interval 1 month
        ) as days(day)""",
}

_BARE = {
    "order_lines": """
        select supplier_id, sku, date_trunc('month', ordered_on) as month, count(*),
            sum(quantity * unit_price), sum(quantity), sum(cancelled_quantity), max(order_id),
            max(line_id), min(confirmed_on), min(requested_on), min(agreed_lead_days),
            min(category), min(currency), min(incoterm)
        from read_parquet('{path}') group by all""",
    "order_changes": """
        select date_trunc('month', changed_on) as month, initiated_by, count(*), max(order_id)
        from read_parquet('{path}') group by all""",
    "invoices": """
        select supplier_id, date_trunc('month', issued_on) as month, count(*), sum(amount),
            max(due_on), max(invoice_id), max(currency)
        from read_parquet('{path}') group by all""",
    "payments": """
        select date_trunc('month', paid_on) as month, currency, count(*), sum(amount),
            max(invoice_id)
        from read_parquet('{path}') group by all""",
}


def run() -> str:
    """Make the files, time both ways one after the other, and print them side by side."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder)
        # Each way has a process of its own: peak memory is of the process.
        bare, _ = _alone(_read_and_group, folder)
        frames, frames_gib = _alone(_group_in_frames, folder)
        ours, ours_gib = _alone(_all_signals, folder)
    print(f"{'':42}{'seconds':>9}{'x bare':>8}{'GiB':>7}")
    print(f"{'read and group each file once':42}{bare:9.1f}{1.0:8.1f}{'':>7}")
    print(f"{'the same grouping in polars':42}{frames:9.1f}{frames / bare:8.1f}{frames_gib:7.1f}")
    print(f"{'guard, rules, staging and signals':42}{ours:9.1f}{ours / bare:8.1f}{ours_gib:7.1f}")
    return (
        f"{LINES:,} order lines to eleven signals in {ours:.1f} s, {ours / bare:.1f} x reading and "
        f"grouping once ({bare:.1f} s), peak {ours_gib:.1f} GiB"
    )


def _make(folder: Path) -> None:
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    for table, query in _MADE.items():
        text = query.format(lines=LINES, suppliers=SUPPLIERS)
        connection.execute(f"copy ({text}) to '{folder / table}.parquet' (format parquet)")
    connection.close()


def _alone(way: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    """Seconds and peak GiB of one way, the better of two runs, in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(_measured, (way, folder))


def _measured(way: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        way(folder)
        seconds.append(time.perf_counter() - start)
    return min(seconds), peak_bytes() / 2**30


def _read_and_group(folder: Path) -> None:
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    for table, query in _BARE.items():
        text = query.format(path=folder / f"{table}.parquet")
        connection.execute(f"create or replace table grouped as {text}")
    connection.close()


def _group_in_frames(folder: Path) -> None:
    pl.scan_parquet(folder / "order_lines.parquet").group_by(
        "supplier_id", "sku", pl.col("ordered_on").dt.truncate("1mo").alias("month")
    ).agg(
        (pl.col("quantity") * pl.col("unit_price")).sum().alias("value"),
        pl.col("quantity").sum(),
        pl.col("cancelled_quantity").sum(),
        *(
            pl.col(name).max()
            for name in (
                "order_id", "line_id", "confirmed_on", "requested_on", "agreed_lead_days",
                "category", "currency", "incoterm",
            )
        ),
    ).collect(engine="streaming")  # fmt: skip


def _all_signals(folder: Path) -> None:
    names = [f"s{number}" for number in range(SUPPLIERS)]
    suppliers = pl.DataFrame({"supplier_id": names}).with_columns(country_iso3=pl.lit("IDN"))
    files = [_registered(path) for path in sorted(folder.glob("*.parquet"))]
    context = PullContext(
        as_of=AS_OF,
        mirror=folder,
        url="",
        options={"map": {"country_iso3": "cost_indices.country"}},
        suppliers=suppliers,
        sites=pl.DataFrame(),
        thresholds=Thresholds(accept=0.88, review=0.7, least_distinctive=0.92),
        store=ContentStore(folder, Fetcher(configs.load(None).download)),
    )
    staged = {part.table: part.rows.lazy() for part in buyer_ledger.stage(files, context)}
    valued = 0
    for signal in signals().values():
        if signal.card.pillar is Pillar.PURCHASING:
            valued += signal.compute(staged).collect()["value"].count()
    if valued < 6 * SUPPLIERS:
        raise RuntimeError(f"only {valued} values: the bench would measure an empty ledger")


def _registered(path: Path) -> RawFile:
    """Hashing belongs to pulling and is not timed."""
    return RawFile(
        source_id=buyer_ledger.CARD.id,
        path=str(path),
        origin=str(path),
        sha256="",
        fetched_at=dt.datetime(2024, 12, 31, tzinfo=dt.UTC),
        bytes=path.stat().st_size,
        key=path.stem,
    )
