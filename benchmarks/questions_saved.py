"""Which share of the questions need not be asked: the demo list, and real lists where they are.

The questions are those of four labelled questionnaires on which choices may be made, matched by the
program itself. Shares are of questions to suppliers; "distinct" leaves out questions that repeat
another one, and "one form" is the mean over the questionnaires, each sent alone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import tempfile
from pathlib import Path

import polars as pl
import typer

import configs
from benchmarks.question_frames import labelled_questions
from flows.cli import run_verbs
from flows.demo_world import DEMO_AS_OF, write_demo_world
from flows.run.questions.question_evidence import decide
from reports.questionnaires.decision_summary import SummaryFigures, summary_figures
from scoring.questionnaires.matching import match_questions

ID = "questions_saved"
GOAL = "share of questions that need not be asked: demo and real lists, no goal"
KIND = "validate"

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_REAL_AS_OF = dt.date(2022, 3, 1)


def run() -> str:
    """Run the lists, decide, and print the shares.

    Returns:
        The shares of each list.
    """
    matched = match_questions(labelled_questions())
    print(f"{matched.height} questions of {matched['questionnaire'].n_unique()} questionnaires")
    print(f"{'list':16}{'suppliers':>10}{'all':>8}{'distinct':>10}{'one form':>10}  parts")
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = write_demo_world(folder / "world")
        _run(str(world.profile_path), folder / "demo", DEMO_AS_OF)
        found.append(measured("demo", folder / "demo", matched))
        if _SHARED.is_dir():
            with contextlib.chdir(Path(__file__).resolve().parents[1]):
                _run("real_input", folder / "real", _REAL_AS_OF)
            found.append(measured("real input", folder / "real", matched))
        else:
            print("real input: not run, ../shared is not there")
    return "; ".join(found)


def measured(name: str, out: Path, matched: pl.DataFrame) -> str:
    """Print the line of a list, and return it in words.

    Args:
        name: of the list.
        out: folder of results with its run.
        matched: of `match_questions`.
    """
    settings = configs.load(local=None).questions
    whole = summary_figures(decide(out, "latest", matched, settings).decided)
    alone = [
        summary_figures(decide(out, "latest", form, settings).decided).share_saved or 0.0
        for form in matched.partition_by("questionnaire", maintain_order=True)
    ]
    one_form = sum(alone) / len(alone)
    distinct = whole.share_of_distinct or 0.0
    share = whole.share_saved or 0.0
    print(
        f"{name:16}{whole.suppliers:10}{share:8.0%}{distinct:10.0%}{one_form:10.0%}  "
        f"{_parts(whole)}",
        flush=True,
    )
    return (
        f"{name}: {share:.0%} of all questions, {distinct:.0%} of distinct ones, {one_form:.0%} "
        f"where one form is sent ({whole.suppliers} suppliers)"
    )


def _parts(whole: SummaryFigures) -> str:
    """The parts of what is saved, in percent of all questions to suppliers."""
    parts = {**whole.saved, "repeats": whole.repeats}
    return ", ".join(f"{name} {part / whole.questions_sent:.0%}" for name, part in parts.items())


def _run(profile: str, out: Path, as_of: dt.date) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(typer.Exit):
        run_verbs.run(
            suppliers=None,
            as_of=as_of.isoformat(),
            profile=profile,
            overrides=[],
            out=out,
            prefect=False,
        )
