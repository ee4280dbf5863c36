"""The language of everything people read: denied terms, documented columns, linked pages."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from reports.data_dictionary import output_columns
from reports.language import denied_in, mistranslated_in
from reports.write import write_outputs
from tests.docs.pages import all_pages, links, written_pages
from tests.language import texts
from tests.reports.sample import sample_bundle

ID = "language"
GOAL = "no denied term in user text; every output column documented; every page linked"
KIND = "validate"

#: What is not running text: code, tables, headings and marks of lists.
_NOT_SENTENCES = re.compile(r"^ *```.*?^ *```|^ *(?:\||#|!\[|---).*?$", re.MULTILINE | re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z*`\[])|\n\s*\n|\n\s*(?:[-*]|\d+\.)\s")
_INDEX = "docs/index.md"


def run() -> str:
    """Count denied terms by kind of text, then columns, pages and the length of sentences.

    Returns:
        The figures of all.
    """
    terms = _denied_terms()
    documented, written = _documented_columns()
    linked, pages = _linked_pages()
    words = _mean_sentence_length()
    print(f"output columns documented: {documented} of {written}")
    print(f"pages linked from the index: {linked} of {pages}")
    print(f"mean sentence length of the documentation: {words:.1f} words")
    return (
        f"{terms} denied terms in user text; {documented / written:.0%} of {written} output "
        f"columns documented; {linked} of {pages} pages linked from the index; {words:.1f} words "
        "a sentence"
    )


def _denied_terms() -> int:
    """Print and sum the denied terms in what users read, notices in all languages included."""
    read: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for text in texts.all_texts():
        if text.user_text:
            kind = _kind(text.path)
            read[kind] += 1
            found[kind] += len(denied_in(text.text))
    for text in texts.notices():
        read["notices"] += 1
        found["notices"] += len(mistranslated_in(text.text, text.path))
    print(f"{'texts':<20}{'read':>8}{'denied terms':>14}")
    for kind, count in sorted(read.items()):
        print(f"{kind:<20}{count:>8}{found[kind]:>14}")
    return found.total()


def _kind(path: str) -> str:
    """The room of a file, or what kind of text it is."""
    for beginning in ("help", "card", "column"):
        if path.startswith(f"{beginning} of"):
            return f"{beginning}s" if beginning != "help" else beginning
    return path.split("/")[0] if "/" in path else "docs"


def _documented_columns() -> tuple[int, int]:
    """Columns of a synthetic run that the data dictionary has, and all of them."""
    dictionary = output_columns()
    documented = written = 0
    with TemporaryDirectory() as folder:
        for path in write_outputs(sample_bundle(), Path(folder)):
            if path.suffix == ".parquet":
                columns = list(pl.read_parquet_schema(path))
            elif path.suffix == ".csv":
                columns = pl.read_csv(path, n_rows=0).columns
            else:
                continue
            written += len(columns)
            documented += len(set(columns) & set(dictionary.get(path.name, {})))
    return documented, written


def _linked_pages() -> tuple[int, int]:
    """Pages of the documentation that its index links, and all of them."""
    pages = {page for page in all_pages() if page.startswith("docs/")} - {_INDEX}
    targets = {
        str((Path(_INDEX).parent / target.split("#")[0]).as_posix())
        for target in links(all_pages()[_INDEX])
    }
    return len(pages & targets), len(pages)


def _mean_sentence_length() -> float:
    """Words a sentence in the running text of the written pages, without code and tables."""
    lengths = [
        len(sentence.split())
        for page, text in written_pages().items()
        if page.startswith("docs/") or page == "README.md"
        for sentence in _SENTENCE_END.split(_NOT_SENTENCES.sub("\n\n", text))
        if len(sentence.split()) > 1
    ]
    return sum(lengths) / len(lengths)
