"""The workbook in other languages: tabs, headers, notes, cells in words, choices of decisions.

Sheets are written in English first. Here each of their texts is translated as on the page: whole,
or it stays English. Names, ids, addresses and texts of people stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import polars as pl

from reports.languages.catalogue import LANGUAGES, Translator, message, translator
from reports.languages.sentences import Sentences
from reports.wording import DECISION_LABELS
from reports.workbook.workbook_shapes import Sheet

#: Columns of names, ids, addresses and texts that people wrote.
DATA = frozenset(
    {
        "supplier_id", "name", "list", "listed_name", "link", "url", "licence", "licence_url",
        "citation", "publisher", "references", "override_reason", "currency",
        "override_evidence_link", "candidate_sources", "grade", "flags", "limits",
    }
)  # fmt: skip
#: Headers of the sheet of decisions in other languages; in English they are the columns' names.
DECISION_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "supplier_id": message("Supplier id"),
        "name": message("Supplier"),
        "rank": message("Rank"),
        "decision": message("Decision"),
        "author_role": message("Role of the person who decides"),
        "reason": message("Reason"),
        "evidence_link": message("Link to the evidence"),
        "decided_on": message("Decided on"),
        "expires_on": message("Expires on"),
        "outcome": message("Outcome"),
    }
)

_UP, _DOWN = message("up {number}"), message("down {number}")
_LONGEST_TAB = 31


def in_language(part: Sheet, sentences: Sentences) -> Sheet:
    """A sheet in the language of the run; English sheets are left as they are."""
    if sentences.language == "en":
        return part
    titles = DECISION_TITLES if "decision" in part.choices else {}
    columns = {
        name: replace(shape, title=sentences.text(titles.get(name, shape.title)))
        for name, shape in part.columns.items()
    }
    words = [
        name
        for name, kind in part.rows.schema.items()
        if kind == pl.String and name in part.columns and name not in DATA
    ]
    rows = part.rows.with_columns(
        _units(part.rows[name], sentences) if name == "unit" else sentences.cells(part.rows[name])
        for name in words
    )
    return replace(
        part,
        tab=sentences.text(part.name)[:_LONGEST_TAB],
        note="\n".join(sentences.text(line) for line in part.note.splitlines()),
        columns=columns,
        rows=rows,
        choices={
            name: tuple(sentences.text(DECISION_LABELS.get(each, each)) for each in options)
            for name, options in part.choices.items()
        },
    )


def move_format(words: Translator, decimals: str) -> str:
    """Number format of a move in the list: positive is up.

    Args:
        words: of the language.
        decimals: format of the number, such as `0.0`.
    """
    up, down = (_quoted(words.text(text), decimals) for text in (_UP, _DOWN))
    return f"{up};{down};{decimals}"


def _quoted(text: str, decimals: str) -> str:
    before, after = (f'"{each}"' if each else "" for each in text.split("{number}"))
    return f"{before}{decimals}{after}"


def _units(units: pl.Series, sentences: Sentences) -> pl.Series:
    found = {unit: sentences.text(unit.replace("_", " ")) for unit in units.drop_nulls().unique()}
    return units.replace_strict(found, default=None, return_dtype=pl.String)


@cache
def read_back(kind: str) -> Mapping[str, str]:
    """What a filled sheet of decisions may hold in any language, with what it stands for.

    Args:
        kind: `tab`, `header` or `decision`.
    """
    english = {
        "tab": {"Decisions": "Decisions"},
        "header": {title: name for name, title in DECISION_TITLES.items()},
        "decision": {label: code for code, label in DECISION_LABELS.items()},
    }[kind]
    found = {code: code for code in english.values()}
    for language in LANGUAGES:
        words = translator(language)
        found |= {words.text(text): code for text, code in english.items()}
    return MappingProxyType(found)
