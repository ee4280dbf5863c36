"""Every figure that stands in several outputs of a run, read back from all of them and compared.

The runs: the demo, the list of the real-input profile where its data folder is there, and 20 small
runs of the demo's world that differ in their list, day, audit budget, sources and decisions. The
demo and some of the small runs are written in German and Vietnamese too, and each number of their
page, workbook and opened suppliers is compared with the English one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import typer

from benchmarks.figures_of_changes import named_without_points
from benchmarks.figures_of_documents import document_figures
from benchmarks.figures_of_languages import compared_pairs, language_differences, panel_pairs
from benchmarks.figures_of_page import browser_figures, page_figures, panel_texts
from benchmarks.figures_of_tables import table_figures, text_figures, workbook_figures
from benchmarks.shown_figures import compared, differences, shown_though_withheld
from flows.cli import run_verbs
from flows.demo_world import DEMO_AS_OF, DemoWorld, write_demo_world
from flows.run.results.report_language import write_in_language
from scoring.prioritisation.overrides import COLUMNS
from tests.reports.browser import CHROMIUM, chromium

ID = "one_number"
GOAL = "0 differences among figures in several outputs and two languages: demo, real, 20 small"
KIND = "validate"

_SMALL_RUNS = 20
_LANGUAGES = ("de", "vi")
#: Of the small runs, each so many is written in other languages.
_IN_LANGUAGES = 5
_OPENED = 12
_REAL_INPUT = Path(__file__).resolve().parents[2] / "shared" / "data"
_REAL_AS_OF = dt.date(2022, 3, 1)
_SHOWN_DIFFERENCES = 10


@dataclass(frozen=True)
class Checked:
    """One run, and what was found in it."""

    name: str
    figures: int
    found: pl.DataFrame


def run() -> str:
    """Run all lists, compare their outputs, and print what differs.

    Returns:
        The sums for the last line.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = write_demo_world(folder / "world")
        checked = [_printed(_demo(world, folder / "demo"))]
        if _REAL_INPUT.is_dir():
            checked.append(_printed(_real(folder / "real")))
        else:
            print("real input: not run, ../shared is not there")
        draw = random.Random(20)
        for number in range(_SMALL_RUNS):
            checked.append(_printed(_small(world, folder, number, draw)))
    figures = sum(one.figures for one in checked)
    differing = sum(one.found.height for one in checked)
    return f"{differing} differences (goal 0) in {figures:,} figures of {len(checked)} runs"


def _printed(one: Checked) -> Checked:
    """The same, with its line of the table printed at once: a run takes a minute."""
    print(f"{one.name:<44}{one.figures:>10,} figures{one.found.height:>6} differences", flush=True)
    for row in one.found.head(_SHOWN_DIFFERENCES).iter_rows(named=True):
        print(f"  {row['figure']} of {row['subject']}: {row['why']}: {row['seen']}")
    return one


def check_run(
    name: str, out: Path, run_id: str, printed: str = "", suppliers: Sequence[str] = ()
) -> Checked:
    """Compare all outputs of one published run.

    Args:
        name: of the run in the table.
        out: folder of runs.
        run_id: the run's folder in it.
        printed: what the terminal showed at the end of the run.
        suppliers: ids of those whose documents are written and whose panels are opened.
    """
    folder = out / run_id
    figures = [
        *table_figures(folder),
        *workbook_figures(folder / "workbook.xlsx"),
        *text_figures(folder, printed),
        *page_figures(folder / "report.html"),
        *document_figures(out, run_id, suppliers),
    ]
    found = pl.concat([differences(figures), named_without_points(folder)])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest.get("uncertainty", {}).get("reason") is not None:
        found = found.vstack(shown_though_withheld(figures))
    return Checked(name, compared(figures), found)


def _demo(world: DemoWorld, out: Path) -> Checked:
    printed = _run(world.profile_path, out, DEMO_AS_OF)
    return _in_languages(_checked("demo", out, printed), out, printed)


def _real(out: Path) -> Checked:
    root = Path(__file__).resolve().parents[1]
    with contextlib.chdir(root):
        printed = _run("real_input", out, _REAL_AS_OF)
    return _checked("real input", out, printed)


def _small(world: DemoWorld, folder: Path, number: int, draw: random.Random) -> Checked:
    """A run of 30 to 90 suppliers of the demo, each time other settings; every third has a past."""
    listed = pl.read_csv(folder / "world" / "suppliers.csv", infer_schema=False, separator=";")
    ids = sorted(set(listed[listed.columns[0]].drop_nulls()))
    chosen = draw.sample(ids, draw.randint(30, 90))
    path = folder / f"list_{number}.csv"
    listed.filter(pl.col(listed.columns[0]).is_in(chosen)).write_csv(path, separator=";")
    changes = [
        f"scoring.top_k={draw.randint(3, 15)}",
        f"scoring.exponent={draw.choice((1.0, 2.0, 3.0))}",
        f"scoring.missing.minimum_coverage={draw.choice((0.2, 0.4, 0.6))}",
        "uncertainty.draws=200",
    ]
    for source in ("hansen_gfc", "news_csv", "buyer_ledger", "firms"):
        if draw.random() < 0.4:
            changes.append(f"sources.{source}.enabled=false")
    if number % 2:
        changes.append(f"overrides={_decisions(folder, number, chosen)}")
    out = folder / f"small_{number}"
    if number % 3 == 0:
        earlier = DEMO_AS_OF.replace(month=2)
        _run(world.profile_path, out, earlier, path, changes)
    printed = _run(world.profile_path, out, DEMO_AS_OF, path, changes)
    checked = _checked(f"small {number}: {len(chosen)} suppliers", out, printed)
    return checked if number % _IN_LANGUAGES else _in_languages(checked, out, printed)


def _decisions(folder: Path, number: int, suppliers: Sequence[str]) -> Path:
    """A file with a decision of each kind on the first suppliers of a list."""
    path = folder / f"decisions_{number}.csv"
    rows = {
        "supplier_id": suppliers[:3],
        "decision": ["look_first", "look_later", "contested"],
        "author_role": "analyst",
        "reason": "constructed for this check",
        "evidence_link": "https://example.org/minutes",
        "decided_on": "2022-01-10",
        "expires_on": "2022-12-31",
    }
    pl.DataFrame(rows).select(COLUMNS).write_csv(path)
    return path


def _run(
    profile: Path | str,
    out: Path,
    as_of: dt.date,
    suppliers: Path | None = None,
    changes: Sequence[str] = (),
) -> str:
    """What the verb `run` prints; a run that the guard holds is read as any other."""
    memory = io.StringIO()
    with contextlib.redirect_stdout(memory), contextlib.suppress(typer.Exit):
        run_verbs.run(
            suppliers=None if suppliers is None else [suppliers],
            as_of=as_of.isoformat(),
            profile=str(profile),
            overrides=list(changes),
            out=out,
            prefect=False,
        )
    return memory.getvalue()


def _in_languages(checked: Checked, out: Path, printed: str) -> Checked:
    """The same with the outputs of the run in other languages compared with the English ones."""
    run_id, chosen = _run_of(out, printed)
    english = Path(shutil.copytree(out / run_id, out.with_name(f"{out.name}_english")))
    opened = _opened(english, chosen)
    figures, found = checked.figures, checked.found
    for language in _LANGUAGES:
        write_in_language(out, run_id, language)
        count, differing = language_differences(english, out / run_id, language)
        panels = panel_pairs(opened, _opened(out / run_id, chosen))
        of_panels, more = compared_pairs(panels, language)
        figures, found = figures + count + of_panels, pl.concat([found, differing, more])
    return Checked(f"{checked.name}, {' and '.join(_LANGUAGES)}", figures, found)


def _opened(folder: Path, suppliers: Sequence[str]) -> dict[str, str]:
    """What a browser shows of suppliers; nothing without one."""
    if CHROMIUM is None:
        return {}
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as page:
        page.open(folder / "report.html")
        return panel_texts(page, suppliers)


def _run_of(out: Path, printed: str) -> tuple[str, list[str]]:
    """Id of the run that a verb named, and suppliers of its ends and some in between."""
    run_id = next(line for line in printed.splitlines() if line.startswith("Run ")).split()[1]
    ids = pl.read_parquet(out / run_id / "ranked.parquet")["supplier_id"].to_list()
    chosen = sorted({*ids[:4], *ids[:: max(1, len(ids) // 6)], *ids[-2:]}, key=ids.index)[:_OPENED]
    return run_id, chosen


def _checked(name: str, out: Path, printed: str) -> Checked:
    """The run that the verb named, with documents and panels of its ends and some in between."""
    run_id, chosen = _run_of(out, printed)
    checked = check_run(name, out, run_id, printed, chosen)
    if CHROMIUM is None:
        return checked
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as page:
        page.open(out / run_id / "report.html")
        figures = [
            *browser_figures(page, chosen),
            *table_figures(out / run_id),
            *text_figures(out / run_id, printed),
        ]
    return Checked(
        name, checked.figures + compared(figures), checked.found.vstack(differences(figures))
    )
