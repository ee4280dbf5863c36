"""Questions in running text: paragraphs of a document, or lines of a PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scoring.questionnaires.reading.documents import Paragraph
from scoring.questionnaires.reading.question_parts import (
    Item,
    condition_of,
    is_answer,
    numbered,
)
from scoring.questionnaires.reading.table_questions import TableQuestions, parents_of

_ANSWER = re.compile(
    r"^(?:your |supplier.?s? )?(?:answer|response|reply|antwort|réponse|reponse|respuesta|resposta)"
    r"\s*:\s*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = re.compile(
    r"^(?:please|describe|explain|list|state|provide|attach|upload|give|name|indicate|confirm|"
    r"bitte|nennen|beschreiben|geben|legen|veuillez|décrivez|indiquez|listez|joignez|merci|"
    r"indique|describa|adjunte|enumere|señale|facilite|descreva|informe|anexe|liste)\b",
    re.IGNORECASE,
)
_OPTIONS_ALONE = re.compile(
    r"^[\s☐□○☒☑✓✔✗✘\[\]()xX/|,_.\-–]*(?:\w+[\s☐□○☒☑✓✔✗✘\[\]()xX/|,_.\-–]+){0,5}\w*[\s_.…☐□]*$"
)
_MARKS = re.compile(r"[☐□○☒☑✓✔✗✘]|\[\s?[xX ]?\s?\]|_{3,}|\b(?:yes|ja|oui|sí|sim)\s*[/|]")
_ENDS = re.compile(r"[?.:;!)]\s*$")
_HEADING_WORDS = 9
_LONGEST_FIELD = 120
_HEADING = re.compile(
    r"^(?:section|part|chapter|abschnitt|teil|kapitel|partie|chapitre|sección|parte|seção)\b",
    re.IGNORECASE,
)


def line_questions(paragraphs: Sequence[Paragraph], *, are_wrapped: bool) -> TableQuestions:
    """The questions of a text.

    A paragraph is a question if it has a question mark or a number, is an item of a list, or begins
    by asking for something. What else there is (introductions, notes) is left out.

    Args:
        paragraphs: in their order.
        are_wrapped: whether a question may go on in the next line, as in a PDF.
    """
    joined = _unwrapped(paragraphs) if are_wrapped else list(paragraphs)
    parts = [numbered(one.text) for one in joined]
    parents = parents_of([number for number, _ in parts if number])
    found = TableQuestions()
    section: str | None = None
    for one, (number, text) in zip(joined, parts, strict=True):
        if not text:
            continue
        answered = _ANSWER.match(one.text)
        is_field = len(one.text) < _LONGEST_FIELD and _MARKS.search(one.text)
        if answered or (is_field and _OPTIONS_ALONE.match(one.text)):
            if is_answer(answered[1] if answered else one.text):
                found.answers.setdefault("Answer", []).append(one.row)
            elif found.items and not found.items[-1].hint:
                found.items[-1] = _with_hint(found.items[-1], one.text)
            continue
        short = len(text.split()) <= _HEADING_WORDS and "?" not in text
        is_title = one.is_heading or number in parents or _HEADING.match(text) or text.isupper()
        if short and is_title:
            section = text
        elif "?" in text or (
            not one.is_heading and (number or one.is_listed or _ASKING.match(text))
        ):
            found.items.append(Item(one.row, text, number, section, condition_of(text)))
    return found


def _with_hint(item: Item, hint: str) -> Item:
    return Item(item.row, item.text, item.number, item.section, item.condition, hint, item.place)


def _unwrapped(lines: Sequence[Paragraph]) -> list[Paragraph]:
    found: list[Paragraph] = []
    for line in lines:
        begins = numbered(line.text)[0] is not None or _ANSWER.match(line.text)
        is_marked = bool(_MARKS.search(line.text))
        before = found[-1].text if found else ""
        goes_on = (
            before
            and not begins
            and not is_marked
            and not _ENDS.search(before)
            and not _MARKS.search(before)
            and not before.isupper()
            and not _HEADING.match(before)
            and (line.text[0].islower() or numbered(before)[0] is not None)
            and (line.text[0].islower() or len(before) > 50)
        )
        if goes_on:
            found[-1] = Paragraph(found[-1].row, f"{before} {line.text}")
        else:
            found.append(line)
    return found
