"""The messages of the report and of the desk: extracts them, and brings them into the catalogues.

`python -m flows.documentation.messages` writes `messages.pot` and adds to every catalogue what it
lacks, untranslated, and takes out what is no longer used. A test fails on any difference.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from reports.languages.catalogue import (
    AWAITING,
    LANGUAGES,
    OF_DESK,
    REVIEW,
    REVIEW_NOTE,
    TERMS,
    review_state,
)
from reports.languages.sentence_patterns import MOVES, PATTERNS, PEER, PHRASES, SOURCE
from reports.questionnaires import decision_words
from reports.tables.code_titles import code_titles
from reports.tables.list_hits import KINDS
from reports.tables.next_step import STEP_LABELS
from reports.tables.purchasing_practices import ACTIONS
from reports.wording import (
    ABOVE_INTERVAL,
    BAND_LABELS,
    BELOW_INTERVAL,
    CONTESTED_LABEL,
    DECISION_LABELS,
    DESKTOP_NOTICE,
    ILO_LABELS,
    ILO_NOTICE,
    PILLAR_LABELS,
    STATUS_LABELS,
    SYNTHETIC_NOTICE,
    UNCERTAINTY_SOURCES,
    uncertainty_sentence,
)
from scoring.aggregation.land_use_agreement import WHY
from scoring.explanation.sentences import STATUS_TEXT, unit_text
from signals.card import Collection
from signals.registry import signals, sources
from suppliers.intake.fields import FIELDS
from suppliers.intake.person_words import PERSON_TERMS

_ROOT = Path(__file__).resolve().parents[2]
ASSETS = _ROOT / "reports" / "assets"
CATALOGUES = ASSETS / "catalogues"
DESK = _ROOT / "flows" / "desk"

#: Where sentences and their templates are declared in Python; the page gets them filled in.
SENTENCES = "sentences"
#: What marks a message, and which arguments are its text.
_KEYWORDS = {"tr": None, "trn": (1, 2)}
#: The same in the Python code of the desk: methods of a translator, and texts shown elsewhere.
_CODE_KEYWORDS = {"text": None, "count": (1, 2), "message": None}
#: The same in Python, and the modules that mark their texts so.
_PYTHON_KEYWORDS = {"message": None, "Column": None}
_PYTHON = (
    "workbook/*.py", "page/fairness_section.py", "page/picture*.py", "tables/list_hits.py",
    "documents/*.py",
)  # fmt: skip
#: Templates and scripts with messages, by how they are read.
_METHODS = {".j2": "jinja2.ext:babel_extract", ".js": "javascript", ".py": "python"}
#: Words that the data give as codes, as the page shows them.
_CODES = (
    "priority", "random", "cooling off", "not selected", "polygon", "exact", "city", "admin area",
    "country", "none", "hardly", "weakly", "moderately", "strongly", "very strongly",
)  # fmt: skip


def template() -> Catalog:
    """Every message of the templates and scripts, and every term of the Python code."""
    found = Catalog(project="understory", charset="utf-8", header_comment="")
    for term in _terms():
        found.add(term, locations=[(TERMS, 0)])
    for sentence in _sentences():
        found.add(sentence, locations=[(SENTENCES, 0)])
    for path in sorted(ASSETS.iterdir()):
        for text in _extracted(path):
            found.add(text, locations=[(path.name, 0)])
    for term in _desk_terms():
        found.add(term, locations=[(f"{OF_DESK}{TERMS}", 0)])
    for path in sorted(DESK.rglob("*")):
        for text in _extracted(path):
            found.add(text, locations=[(f"{OF_DESK}{path.name}", 0)])
    for path in sorted(each for form in _PYTHON for each in ASSETS.parent.glob(form)):
        with path.open("rb") as file:
            for _, text, _, _ in extract("python", file, _PYTHON_KEYWORDS):
                found.add(text, locations=[(SENTENCES, 0)])
    return found


def _extracted(path: Path) -> Iterator[str | tuple[str, ...]]:
    """Messages of a template, a script or a module; none of any other file."""
    method = _METHODS.get(path.suffix)
    if method is None or path.name.endswith(".min.js"):
        return
    keywords = _CODE_KEYWORDS if method == "python" else _KEYWORDS
    with path.open("rb") as file:
        for _, text, _, _ in extract(method, file, keywords):
            yield text


def merged(language: str) -> Catalog:
    """The catalogue of a language with exactly the messages of the template."""
    path = CATALOGUES / f"{language}.po"
    wanted = template()
    if path.exists():
        with path.open("rb") as file:
            present = read_po(file, locale=language)
    else:
        present = Catalog(locale=language)
    made = Catalog(locale=language, project="understory", charset="utf-8", header_comment="")
    for message in wanted:
        if message.id:
            before = present.get(message.id)
            text = before.string if before is not None and not before.fuzzy else None
            made.add(message.id, text, locations=message.locations)
    return made


def written(catalogue: Catalog, review: str = AWAITING) -> str:
    """The file of a catalogue: no dates and no line numbers, so that equal messages are equal.

    Args:
        catalogue: with a locale, or the template.
        review: who has reviewed it, for the header; the template has none.
    """
    target = io.BytesIO()
    write_po(target, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    header = [
        "Project-Id-Version: understory",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    if catalogue.locale is not None:
        header += [
            f"Language: {catalogue.locale}",
            f"Plural-Forms: {catalogue.plural_forms}",
            f"{REVIEW}: {review}",
        ]
    lines = "".join(f'"{line}\\n"\n' for line in header)
    return f'msgid ""\nmsgstr ""\n{lines}\n{target.getvalue().decode("utf-8").lstrip()}'


def write_all() -> list[Path]:
    """Write the template and every catalogue."""
    CATALOGUES.mkdir(exist_ok=True)
    texts = {CATALOGUES / "messages.pot": written(template())}
    for code in LANGUAGES[1:]:
        path = CATALOGUES / f"{code}.po"
        review = review_state(code) if path.exists() else AWAITING
        texts[path] = written(merged(code), review)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _terms() -> Iterator[str]:
    yield from (DESKTOP_NOTICE, ILO_NOTICE, SYNTHETIC_NOTICE, REVIEW_NOTE, CONTESTED_LABEL)
    yield from (ABOVE_INTERVAL, BELOW_INTERVAL)
    for labels in (BAND_LABELS, PILLAR_LABELS, STATUS_LABELS, STEP_LABELS, ILO_LABELS):
        yield from labels.values()
    yield from _CODES


def _desk_terms() -> Iterator[str]:
    """Words of the engine that pages of the desk show."""
    yield from (*DECISION_LABELS.values(), *(kind.replace("_", " ") for kind in PERSON_TERMS))
    yield from decision_words.DECISION_LABELS.values()
    for field in FIELDS:
        yield from (field.name.replace("_", " "), field.description)


def _sentences() -> Iterator[str | tuple[str, str]]:
    """Templates of sentences, and the parts that they are filled with."""
    for signal in signals().values():
        card = signal.card
        wording = card.wording
        yield from (card.title, card.sentence, *card.limits)
        yield from filter(
            None,
            (
                unit_text(card.unit), wording.negative, wording.zero, wording.positive,
                *(phrase for _, phrase in wording.steps),
            ),
        )  # fmt: skip
    yield from MOVES.values()
    for source in sources().values():
        yield source.CARD.held_by
    yield from (kind.value.replace("_", " ") for kind in Collection)
    yield from (PEER, SOURCE, *PATTERNS, *PHRASES, WHY, *KINDS.values(), *ACTIONS.values())
    yield from STATUS_TEXT.values()
    yield from DECISION_LABELS.values()
    yield from code_titles()
    yield from (str(uncertainty_sentence(source)) for source in UNCERTAINTY_SOURCES)


if __name__ == "__main__":
    for written_path in write_all():
        print(written_path)
