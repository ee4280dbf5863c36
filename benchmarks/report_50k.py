"""The files of 50,000 suppliers: how large the report is, and how soon all can be used."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from configs.config_errors import DataRejectedError
from reports.bundle import ReportBundle
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_table
from reports.workbook.workbook import workbook_bytes
from tests.reports.browser import CHROMIUM, chromium
from tests.reports.months import with_earlier_runs
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle

ID = "report_50k"
GOAL = "50,000 suppliers: report.html at most 3.5 MB, ready in 3 s, each step 2 s; workbook 60 s"

SUPPLIERS = 50_000
WITHOUT_SCORE = 5_000
_ACTIONS = {
    "sort by name": (
        "document.querySelector('#ranked-table th.c-who button').click()",
        "document.querySelector('#ranked-table th.c-who').ariaSort === 'ascending'",
    ),
    "search": (
        "(() => { const s = document.getElementById('search'); s.value = 'cedar 77';"
        "s.dispatchEvent(new Event('input')); })()",
        "location.hash.includes('cedar')",
    ),
    "filter country": (
        "(() => { document.getElementById('clear').click(); const c ="
        " document.getElementById('filter-country'); c.value = 'Brazil';"
        "c.dispatchEvent(new Event('change')); })()",
        "location.hash.includes('Brazil')",
    ),
    "map": ("location.hash = '#view=map'", "document.getElementById('map-note').textContent"),
    "what-if": (
        "location.hash = '#view=whatif&weights=financial:2'",
        "document.querySelectorAll('#whatif-table .who-name').length > 5",
    ),
}


def run() -> str:
    """Write the report, open it in Chromium, and time what a reader does first.

    Raises:
        DataRejectedError: Chromium is not installed.
    """
    if CHROMIUM is None:
        raise DataRejectedError(
            "Chromium is not installed, so the page cannot be timed; install it"
        )
    bundle = _bundle()
    started = time.perf_counter()
    page_text = render_html(bundle, ranked_table(bundle))
    written = time.perf_counter() - started
    print(f"{'written in':<18}{written:8.2f} s")
    megabytes = len(page_text.encode("utf-8")) / 1e6
    print(f"{'size':<18}{megabytes:8.2f} MB")
    started = time.perf_counter()
    workbook = workbook_bytes(bundle, ranked_table(bundle))
    workbook_seconds = time.perf_counter() - started
    print(f"{'workbook in':<18}{workbook_seconds:8.2f} s, {len(workbook) / 1e6:.2f} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(page_text, encoding="utf-8")
        times = _times(path, Path(folder) / "profile")
    for name, seconds in times.items():
        print(f"{name:<18}{seconds:8.2f} s")
    slowest = max((name for name in times if name != "ready"), key=lambda name: times[name])
    return (
        f"{megabytes:.2f} MB (goal 3.5), ready in {times['ready']:.2f} s (goal 3), slowest step "
        f"{slowest} {times[slowest]:.2f} s (goal 2); workbook in {workbook_seconds:.0f} s (goal 60)"
    )


def _times(path: Path, profile: Path) -> dict[str, float]:
    times = {}
    with chromium(profile) as page:
        page.open(path)
        times["ready"] = float(page.value("document.documentElement.dataset.ready")) / 1000
        for name, (act, is_done) in _ACTIONS.items():
            started = time.perf_counter()
            page.value(act)
            page.wait(f"Boolean({is_done})")
            times[name] = time.perf_counter() - started
        if page.complaints or page.requests:
            raise RuntimeError(f"the page complains or asks: {page.complaints} {page.requests}")
    return times


def _bundle() -> ReportBundle:
    """A synthetic list with as many figures as a real one: every value, point and place differs."""
    small = sample_bundle(2, 1, hostile=False)
    probability = np.random.default_rng(7)
    scored = SUPPLIERS - WITHOUT_SCORE
    ids = [f"S-{number:06d}" for number in range(1, SUPPLIERS + 1)]
    base = sample_bundle(SUPPLIERS, WITHOUT_SCORE, hostile=False)
    places = pl.DataFrame(
        {
            "supplier_id": ids,
            "latitude": probability.uniform(-30, 45, SUPPLIERS).round(5),
            "longitude": probability.uniform(-80, 120, SUPPLIERS).round(5),
        }
    )
    renamed = dict(zip(base.suppliers["supplier_id"], ids, strict=True))
    low = np.maximum(1, np.arange(1, scored + 1) - probability.integers(0, 900, scored))
    high = np.minimum(scored, np.arange(1, scored + 1) + probability.integers(0, 900, scored))

    def with_ids(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("supplier_id").replace_strict(renamed))

    scores = with_ids(base.scores).with_columns(
        pl.Series("rank_p05", [*low.tolist(), *[None] * WITHOUT_SCORE]),
        pl.Series("rank_p95", [*high.tolist(), *[None] * WITHOUT_SCORE]),
    )
    sites = (
        with_ids(base.sites)
        .drop("latitude", "longitude")
        .join(places, on="supplier_id")
        .with_columns(pl.format("{}-a", "supplier_id").alias("site_id"))
    )
    bundle = ReportBundle(
        title=small.title,
        is_synthetic=True,
        run_id=small.run_id,
        as_of=dt.date(2024, 3, 1),
        scores=scores,
        contributions=with_ids(base.contributions.collect()).lazy(),
        suppliers=with_ids(base.suppliers),
        sites=sites,
        rejected=small.rejected,
        site_signal_values=small.site_signal_values.clear(),
        signal_cards=SIGNALS,
        source_cards=SOURCES,
        manifest=small.manifest,
        top_k=200,
    )
    return with_earlier_runs(bundle)
