"""Time to start the desk and to answer pages of a list of 50,000 suppliers, and its memory."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.desk_service import desk_service, wait_for_check

ID = "desk"
GOAL = (
    "start <= 3 s, first page <= 1 s after it; pages of a list of 50,000 suppliers <= 300 ms; "
    "memory <= 600 MiB"
)

_SUPPLIERS = 50_000
_REPEATS = 5
_SIGNALS = 10
_RUNS = ("20260101-00000001", "20260201-00000002")
_PAGES = (
    "", "/places", "/places?show=town&page=40", "/run", "/results", "/suppliers?page=400",
    "/suppliers?q=company+4999", f"/supplier?supplier=49999&run={_RUNS[1]}", "/months",
)  # fmt: skip


def run() -> str:
    """Start a desk, send a list, print a table and return the figures."""
    with tempfile.TemporaryDirectory() as folder, desk_service(Path(folder)) as desk:
        started = time.monotonic()
        client = desk.browser()
        first = time.monotonic() - started
        content = "supplier_id,name,country,town,sector\n" + "".join(
            f"{i},Company {i},Bangladesh,{('Gazipur', 'Dhaka', 'Narayanganj')[i % 3]},14\n"
            for i in range(_SUPPLIERS)
        )
        answer = client.post("/lists", files={"files": ("list.csv", content.encode())})
        page = str(answer.url.path)
        checked = wait_for_check(client, page)
        _write_results(Path(folder) / "workspaces" / page.rsplit("/", 1)[1])
        milliseconds = {}
        for path in _PAGES:
            # What the pages of results need is imported at the first one.
            client.get(f"{page}{path}").raise_for_status()
            times = []
            for _ in range(_REPEATS):
                begun = time.monotonic()
                client.get(f"{page}{path}").raise_for_status()
                times.append(1000 * (time.monotonic() - begun))
            milliseconds[path or "/"] = statistics.median(times)
        memory = desk.peak_megabytes()
    print(f"start {desk.start_seconds:.1f} s; first page {first:.2f} s; check {checked:.0f} s")
    for path, taken in milliseconds.items():
        print(f"{path:28} {taken:6.0f} ms")
    return (
        f"start {desk.start_seconds:.1f} s, first page {first:.2f} s, slowest page "
        f"{max(milliseconds.values()):.0f} ms with {_SUPPLIERS:,} suppliers, {memory:.0f} MiB"
    )


def _write_results(workspace: Path) -> None:
    """Two published runs of the whole list, of which pages read ranks and contributions."""
    numbers = pl.int_range(_SUPPLIERS, eager=True)
    listed = pl.DataFrame({"number": numbers}).select(
        pl.col("number").cast(pl.String).alias("supplier_id"),
        pl.format("Company {}", "number").alias("name"),
        pl.lit("Bangladesh").alias("country"),
        (pl.col("number") + 1).alias("rank"),
        (100.0 - pl.col("number") / 1000).alias("score"),
        pl.lit("second_priority").alias("priority_band"),
        pl.lit(False).alias("priority_band_is_frozen"),
        pl.col("number").alias("rank_p05"),
        (pl.col("number") + 9).alias("rank_p95"),
        pl.lit(0.1).alias("prob_top_k"),
        pl.lit(0.5).alias("evidence_coverage"),
        pl.lit(None, pl.String).alias("override"),
        pl.lit(None, pl.String).alias("insufficient_reason"),
    )
    signals = pl.DataFrame({"signal_id": [f"signal_{i}" for i in range(_SIGNALS)]})
    for shift, run_id in enumerate(_RUNS):
        folder = workspace / run_id
        folder.mkdir()
        moved = (pl.col("rank") * 7 * (1 + shift)) % _SUPPLIERS + 1
        listed.with_columns(rank=moved).write_parquet(folder / "ranked.parquet")
        listed.select("supplier_id", "rank").join(signals, how="cross").select(
            "supplier_id", "signal_id",
            pl.lit("financial").alias("pillar"), pl.lit("observed").alias("status"),
            ((pl.col("rank") % 13) * (1.0 + shift)).alias("points"),
            pl.lit("A sentence of some length that says why.").alias("sentence"),
        ).write_parquet(folder / "contributions.parquet")  # fmt: skip
        manifest = {"run_id": run_id, "as_of": f"2026-0{1 + shift}-01", "result": "published",
                    "finished_at": f"2026-0{1 + shift}-02T00:00:00", "sources": [], "warnings": [],
                    "config": {"scoring": {"top_k": 20}}}  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (workspace / "latest").symlink_to(_RUNS[1])
