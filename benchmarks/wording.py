"""The words of every output, in every language: banned ones absent, required ones present."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from reports.documents.dossier import render_dossier
from reports.documents.notice import LANGUAGES, SupplierRecord, render_notice, words
from reports.documents.signal_catalogue import catalogue, catalogue_table
from reports.language import banned_in
from reports.languages.catalogue import LANGUAGES as REPORT_LANGUAGES
from reports.languages.catalogue import REVIEW_NOTE, translator
from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_parquet_table, ranked_table
from reports.wording import ILO_NOTICE, banned_phrases, notices, row_notice
from reports.workbook.workbook import workbook_bytes
from reports.write import write_outputs
from signals.registry import signals, sources
from tests.reports.groups import with_fairness
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle

ID = "wording"
GOAL = "no banned phrase and every required one, in all outputs and languages"
KIND = "validate"

_LISTS = ("ranked.csv", "insufficient_information.csv")
_TEXT_FILES = (".html", ".csv", ".txt")


@dataclass(frozen=True)
class Output:
    """One text that people read, and what it must hold."""

    name: str
    language: str
    text: str
    required: tuple[str, ...]


def run() -> str:
    """Write every output of a synthetic run and check its words."""
    banned = missing = 0
    read = list(_outputs())
    print(f"{'output':<34}{'banned':>8}{'missing':>9}")
    for output in read:
        wrong = _banned(output)
        absent = [phrase for phrase in output.required if phrase not in output.text]
        banned += len(wrong)
        missing += len(absent)
        print(f"{output.name:<34}{len(wrong):>8}{len(absent):>9}  {'; '.join(wrong + absent)[:60]}")
    languages = len({output.language for output in read})
    return (
        f"{banned} banned and {missing} missing phrases in {len(read)} outputs, "
        f"{languages} languages"
    )


def _banned(output: Output) -> list[str]:
    return banned_phrases(output.text) + banned_in(output.text, output.language)


def _outputs() -> Iterator[Output]:
    bundle = with_fairness(sample_bundle(hostile=False))
    always = notices(is_synthetic=True)
    with TemporaryDirectory() as folder:
        for path in sorted(write_outputs(bundle, Path(folder))):
            if path.suffix in _TEXT_FILES:
                text = _readable(path.read_text(encoding="utf-8"))
                yield Output(path.name, "en", text, _required(path.name, always))
            elif path.suffix == ".xlsx":
                yield Output(path.name, "en", _workbook_text(path.read_bytes()), always)
    table = ranked_parquet_table(ranked_table(bundle))
    row = table.row(0, named=True)
    record = SupplierRecord(bundle.run_id, bundle.as_of, True, row, bundle.contributions.collect())
    dossier = render_dossier(record, SIGNALS, bundle.title, bundle.top_k, None)
    yield Output("dossier", "en", _readable(dossier), always)
    for language in LANGUAGES:
        notice = render_notice(record, SIGNALS, SOURCES, language, "the buyer")
        required = tuple(str(words(language)[key]) for key in ("blind", "purpose", "retention"))
        yield Output(f"notice ({language})", language, _readable(notice), required)
    for language in REPORT_LANGUAGES[1:]:
        translated = dataclasses.replace(bundle, language=language)
        page = _readable(render_html(translated, ranked_table(translated)))
        texts = translator(language)
        required = tuple(texts.text(notice) for notice in (*always, REVIEW_NOTE))
        yield Output(f"report ({language})", language, page, required)
        said = required[: len(always)]
        book = _workbook_text(workbook_bytes(translated, ranked_table(translated)))
        yield Output(f"workbook ({language})", language, book, said)
        dossier = render_dossier(record, SIGNALS, bundle.title, bundle.top_k, None, None, language)
        yield Output(f"dossier ({language})", language, _readable(dossier), required)
    cards = {name: signal.card for name, signal in signals().items()}
    document = catalogue(cards, {n: module.CARD for n, module in sources().items()}, {})
    # Titles of publications are quoted as they are.
    menu = catalogue_table(document).drop("references", "sources")
    yield Output("catalogue of signals", "en", menu.write_csv(), ())
    spoken = "\n".join(card.sentence for card in cards.values())
    yield Output("sentences of signals", "en", spoken, ())
    unscored = dataclasses.replace(record, supplier=table.row(-1, named=True))
    text = render_dossier(unscored, SIGNALS, bundle.title, bundle.top_k, None)
    yield Output("dossier without a score", "en", _readable(text), (ILO_NOTICE,))


def _required(file: str, always: tuple[str, ...]) -> tuple[str, ...]:
    """Lists of suppliers say it in short on each row; single tables leave it to the page."""
    if file in _LISTS:
        return (row_notice(is_synthetic=True),)
    return () if file.endswith(".csv") else always


def _readable(page: str) -> str:
    """What a reader sees of a page: no style, and the marks of HTML written out."""
    shown = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return shown.replace("&#39;", "'").replace("&amp;", "&")


def _workbook_text(content: bytes) -> str:
    sheets = pl.read_excel(
        io.BytesIO(content), sheet_id=0, has_header=False, read_options={"dtypes": "string"}
    )
    return "\n".join(frame.write_csv() for frame in sheets.values())
