"""Figures of what the verbs about one supplier write: dossier, notice, evidence, explain."""

from __future__ import annotations

import contextlib
import csv
import html
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polars as pl

from benchmarks.shown_figures import RUN, full, nothing, shown, texts
from flows.cli import document_verbs, explain_verb
from reports.wording import BAND_LABELS, CONTESTED_LABEL

_DOSSIER = {
    "score": r"Score ([\d.]+) of 100",
    "score_best_case": r"([\d.]+) to [\d.]+ in the best and worst case",
    "score_worst_case": r"[\d.]+ to ([\d.]+) in the best and worst case",
    "evidence_coverage": r"evidence coverage ([\d.]+) %",
    "rank": r"Rank ([\d,]+) of [\d,]+",
    "suppliers ranked": r"Rank [\d,]+ of ([\d,]+)",
    "rank_p05": r"90 % rank interval ([\d,]+)",
    "rank_p95": r"90 % rank interval [\d,]+\u2013([\d,]+)",
    "prob_top_k": r"in the top [\d,]+ in ([\d.]+) % of simulations",
    "peer_median_score": r"relative to the peer median \(([\d.]+)\)",
}
_EXPLAIN = {
    "rank": r": rank (\d+) in run",
    "score": r", score ([\d.]+),",
    "evidence_coverage": r"evidence coverage ([\d.]+) ?%",
    "rank_p05": r"90 % rank interval (\d+)-",
    "rank_p95": r"90 % rank interval \d+-(\d+)",
    "prob_top_k": r"in the top \d+ in ([\d.]+) ?% of simulations",
}
_NOTICE = {
    "score": r"([\d.]+) (?:of|out of) 100",
    "evidence_coverage": r"([\d.]+) %",
}


def document_figures(out: Path, run_id: str, suppliers: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Figures of each supplier's documents, which are written below `out` as the verbs do."""
    for supplier in suppliers:
        explained = _printed(explain_verb.explain, supplier=supplier, run=run_id, out=out)
        yield from _matched("explain", supplier, explained, _EXPLAIN)
        _printed(document_verbs.dossier, suppliers=[supplier], run=run_id, out=out)
        yield from _band("explain", supplier, explained)
        dossier = _words(_only(out / "dossiers" / run_id, supplier, "html"))
        yield from _matched("dossier", supplier, dossier, _DOSSIER)
        yield from _band("dossier", supplier, dossier)
        notice = _printed(document_verbs.notice, supplier=supplier, run=run_id, out=out)
        path = Path(notice.splitlines()[0].removeprefix("Notice: "))
        yield from _notice(supplier, _words(path.read_text(encoding="utf-8")))
        index = _printed(document_verbs.evidence, supplier=supplier, run=run_id, out=out)
        yield from _evidence(supplier, index)


def _printed(verb: Callable[..., None], **arguments: object) -> str:
    """What a verb prints, bytes included."""
    memory = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(memory):
        verb(**arguments)
        sys.stdout.flush()
    memory.seek(0)
    return memory.read()


def _only(folder: Path, supplier: str, ending: str) -> str:
    """The newest file of a folder: the verbs name files by more than the supplier's id."""
    newest = max(folder.glob(f"*.{ending}"), key=lambda path: path.stat().st_mtime_ns)
    text = newest.read_text(encoding="utf-8")
    if html.escape(supplier) not in text:
        raise ValueError(f"{newest}: not about {supplier}")
    return text


def _words(page: str) -> str:
    body = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", body))
    return " ".join(re.sub("[\u2066-\u2069]", "", plain).split())


def _matched(
    output: str, supplier: str, text: str, patterns: dict[str, str]
) -> Iterator[pl.DataFrame]:
    for figure, pattern in patterns.items():
        found = re.search(pattern, text)
        subject = RUN if figure == "suppliers ranked" else supplier
        yield shown(output, subject, figure, None if found is None else found[1])


def _band(output: str, supplier: str, text: str) -> Iterator[pl.DataFrame]:
    """The first label of a priority band in a text."""
    found = re.search("|".join((CONTESTED_LABEL, *BAND_LABELS.values())), text)
    yield texts(output, [supplier], "priority band", [None if found is None else found[0]])


def _notice(supplier: str, text: str) -> Iterator[pl.DataFrame]:
    result = re.search(r" Result (.*?) Improvements ", text)
    if result is None:
        yield nothing()
        return
    yield from _matched("notice", supplier, result[1], _NOTICE)


def _evidence(supplier: str, printed: str) -> Iterator[pl.DataFrame]:
    for row in csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))):
        if not row["signal_id"]:
            continue
        subject = f"{supplier}/{row['signal_id']}"
        if row["value"]:
            yield full("evidence", subject, "value", float(row["value"]))
        yield texts("evidence", [subject], "sentence", [row["statement"]])
