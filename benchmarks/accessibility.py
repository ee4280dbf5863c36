"""Every view of the report, the notice and the dossier, read by axe-core in Chromium."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from configs.config_errors import DataRejectedError
from reports.bundle import ReportBundle
from reports.documents.dossier import render_dossier
from reports.documents.notice import SupplierRecord, render_notice
from reports.languages.catalogue import LANGUAGES
from reports.page.html_report import render_html
from reports.tables.purchasing_practices import SCHEMA
from reports.tables.ranked_list import ranked_parquet_table, ranked_table
from tests.reports.browser import CHROMIUM, Page, chromium
from tests.reports.groups import with_fairness
from tests.reports.months import with_earlier_runs
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle

ID = "accessibility"
GOAL = "axe-core: nothing serious or critical in any view, notice or dossier, in every language"
KIND = "validate"

#: Where the lock of the packages from npm lies.
_FRONT_END = Path(__file__).parents[1] / "tests" / "reports" / "front_end"
_GRAVE = ("serious", "critical")
_SETTLE_SECONDS = 0.3
_INSTALL_SECONDS = 120
_VIEWS = (
    "", "#supplier=S-00001", "#view=pictures", "#view=own", "#view=map",
    "#view=insufficient", "#view=find",
    "#view=insufficient&supplier=S-00025",
    "#view=whatif&weights=financial:2", "#view=fairness", "#view=evidence", "#view=rejected",
    "#view=method",
)  # fmt: skip
#: Of the report in each other language: where most of its texts are.
_VIEWS_OF_TRANSLATIONS = ("", "#supplier=S-00001", "#view=fairness", "#view=evidence")
#: Width of the window, and the colour scheme that the reader's system asks for.
_LOOKS = ((1280, "light"), (390, "light"), (1280, "dark"))
_RUN = (
    "axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify("
    "found.violations.map((v) => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 90)])))"
)


@dataclass(frozen=True)
class Finding:
    """One rule that one page breaks."""

    page: str
    impact: str
    rule: str
    places: int
    example: str


def run() -> str:
    """Read every page with axe-core, which npm brings.

    Raises:
        DataRejectedError: Chromium or npm is not installed, or npm cannot reach its registry.
    """
    if CHROMIUM is None:
        raise DataRejectedError("Chromium is not installed, so no page can be read; install it")
    with TemporaryDirectory() as folder:
        axe = _axe()
        with chromium(Path(folder) / "profile") as page:
            read = list(_read(page, Path(folder), axe))
    findings = [finding for _, found in read for finding in found]
    for name, found in read:
        grave = sum(finding.impact in _GRAVE for finding in found)
        print(f"{name:<52}{len(found):>4} findings, {grave} grave")
    for finding in findings:
        print(f"{finding.impact}: {finding.rule} in {finding.page}: {finding.example}")
    grave = sum(finding.impact in _GRAVE for finding in findings)
    return (
        f"{grave} serious or critical, {len(findings) - grave} lesser findings in {len(read)} pages"
    )


def _axe() -> str:
    """The source of axe-core, at the version of the lock beside the front-end checks."""
    source = _FRONT_END / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise DataRejectedError(
                "npm is not installed, so axe-core cannot be had; install Node.js"
            )
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            subprocess.run(
                command, cwd=_FRONT_END, check=True, capture_output=True, timeout=_INSTALL_SECONDS
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise DataRejectedError(
                "npm could not install axe-core, so no page was read; check the network or npm's "
                "registry"
            ) from error
    return source.read_text(encoding="utf-8")


def _read(page: Page, folder: Path, axe: str) -> Iterator[tuple[str, list[Finding]]]:
    bundle = _bundle()
    ranked = ranked_table(bundle)
    report = folder / "report.html"
    report.write_text(render_html(bundle, ranked), encoding="utf-8")
    for width, scheme in _LOOKS:
        _prefer(page, scheme)
        for view in _VIEWS:
            page.open(report, view, (width, 900))
            yield _findings(page, axe, f"report {view or '#'} at {width}, {scheme}")
    _prefer(page, "light")
    row = ranked_parquet_table(ranked).row(0, named=True)
    record = SupplierRecord(bundle.run_id, bundle.as_of, True, row, bundle.contributions.collect())
    for language in LANGUAGES[1:]:
        translated = dataclasses.replace(bundle, language=language)
        report.write_text(render_html(translated, ranked_table(translated)), encoding="utf-8")
        for view in _VIEWS_OF_TRANSLATIONS:
            page.open(report, view, (390, 900))
            yield _findings(page, axe, f"report ({language}) {view or '#'} at 390, light")
    others = {
        "notice (en)": render_notice(record, SIGNALS, SOURCES, "en", "the buyer"),
        "notice (ar)": render_notice(record, SIGNALS, SOURCES, "ar", "the buyer"),
    } | {
        f"dossier ({language})": render_dossier(
            record, SIGNALS, bundle.title, bundle.top_k, None, None, language
        )
        for language in LANGUAGES
    }
    for name, text in others.items():
        path = folder / "page.html"
        path.write_text(text, encoding="utf-8")
        page.call("Page.navigate", url=path.as_uri())
        page.wait("document.readyState === 'complete'")
        yield _findings(page, axe, name)


def _prefer(page: Page, scheme: str) -> None:
    """Let the browser ask for a colour scheme."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.call("Emulation.setEmulatedMedia", features=features)


def _bundle() -> ReportBundle:
    """A synthetic run with earlier months, purchasing practices and data to find first."""
    bundle = sample_bundle(hostile=False)
    unscored = bundle.scores.filter(pl.col("score").is_null()).select("supplier_id")
    find = unscored.with_row_index("priority", offset=1).with_columns(
        pl.lit("Company accounts").alias("title"),
        pl.lit("From the register of companies.").alias("how"),
        pl.lit(0.4).alias("prob_top_k"),
        pl.lit(0.1).alias("uncertainty_reduction"),
        pl.lit(True).alias("would_enable_score"),
    )
    pressed = dict.fromkeys(SCHEMA) | {
        "practice": "late_payment", "practice_name": "Late payment", "value": 40.0,
        "unit": "days late", "pressure_score": 0.8, "normalised_risk": 0.8, "amount": 1e6,
        "currency": "EUR", "period": "2023-03 to 2024-02", "action": "Pay what is overdue now.",
    }  # fmt: skip
    rows = [
        pressed | {"scope": "all suppliers"},
        pressed | {"scope": "supplier", "supplier_id": bundle.scores["supplier_id"][0]},
    ]
    practices = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    whole = dataclasses.replace(with_earlier_runs(bundle), purchasing_practices=practices)
    return with_fairness(whole).with_tables(find_data_first=find)


def _findings(page: Page, axe: str, name: str) -> tuple[str, list[Finding]]:
    time.sleep(_SETTLE_SECONDS)  # transitions of colour end first
    page.call("Runtime.evaluate", expression=axe)
    answer: dict[str, Any] = page.call(
        "Runtime.evaluate", expression=_RUN, awaitPromise=True, returnByValue=True
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(f"axe-core failed on {name}: {answer['exceptionDetails']}")
    rows = json.loads(answer["result"]["value"])
    return name, [Finding(name, *row) for row in rows]
