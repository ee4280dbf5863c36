"""Questions in a table: which column has them, which rows are headings, and whether answers are in.

A questionnaire has a header more often than not; without one, the column with the most letters has
the questions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scoring.questionnaires.reading.question_parts import (
    Item,
    condition_of,
    is_answer,
    number_alone,
    numbered,
)
from scoring.questionnaires.text_features import plain

_HEADER_ROWS = 25
_MOST_HEADER_WORDS = 6


class Role(StrEnum):
    """What a column of a questionnaire holds."""

    TYPE = "type"
    OPTIONS = "options"
    CONDITION = "condition"
    NUMBER = "number"
    SECTION = "section"
    GUIDANCE = "guidance"
    ANSWER = "answer"
    QUESTION = "question"


_HEADERS: Mapping[Role, re.Pattern[str]] = {
    role: re.compile(pattern)
    for role, pattern in (
        (Role.TYPE, r"\btype\b|\bformat\b|antworttyp|antwortart|antwortformat|\btipo\b"),
        (Role.OPTIONS, r"options|choices|allowed values|possible answers|auswahl|opciones|opcoes"),
        (Role.CONDITION, r"condition|applies|only if|bedingung|condicion|condicao|depends on"),
        (Role.NUMBER, r"^(?:no|nr|n|num|number|nummer|numero|id|ref|reference|code|q|lfd nr|item no"
                      r"|question (?:no|nr|id|number)|frage nr)$|^$"),
        (Role.SECTION, r"^(?:section|category|topic|theme|chapter|area|bereich|abschnitt|thema|"
                       r"kategorie|rubrique|seccion|secao|tema|categoria|block|module|chapitre|"
                       r"sub ?section|subcategory|pillar)\b"),
        (Role.GUIDANCE, r"guidance|help|explanation|hinweis|erlauterung|\bnotes?\b|instruction|"
                        r"rationale|legal basis|weight|score|points|aide|ayuda|mandatory|required|"
                        r"language|sprache"),
        (Role.ANSWER, r"answer|response|reply|antwort|reponse|respuesta|resposta|comment|kommentar|"
                      r"bemerkung|observacion|observac|evidence|nachweis|remarks|supplier input"),
        (Role.QUESTION, r"question|frage|pregunta|pergunta|requirement|anforderung|criteri|"
                        r"statement|indicator|exigence|requisito|aussage|\btext\b|\bitem\b"),
    )
}  # fmt: skip


@dataclass
class TableQuestions:
    """What a table holds.

    Attributes:
        items: questions in the order of the rows.
        answers: rows with an answer, by the header of the column.
        other_languages: headers of further columns of questions, which are not read.
    """

    items: list[Item] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    other_languages: list[str] = field(default_factory=list)


def role_of(header: str) -> Role | None:
    """What a column with this header holds; None: not a header of a questionnaire."""
    words = plain(header)
    if not header.strip() or len(words.split()) > _MOST_HEADER_WORDS or "?" in header:
        return None
    return next((role for role, pattern in _HEADERS.items() if pattern.search(words)), None)


def table_questions(rows: Sequence[tuple[int, Sequence[str]]], place: str = "") -> TableQuestions:
    """The questions of a table.

    Args:
        rows: number of the row, from 1, and its cells; all cells of a merged area but the first
            are empty.
        place: name of the sheet or table, where a file has several.

    Returns:
        No items if the table has no questions, such as a cover sheet.
    """
    filled = [(at, [cell.strip() for cell in cells]) for at, cells in rows]
    filled = [(at, cells) for at, cells in filled if any(cells)]
    if not filled:
        return TableQuestions()
    header = _header(filled)
    if header is None:
        roles, names, below = _by_content(filled)
    else:
        roles, names = header[1], filled[header[0]][1]
        below = [(at, cells) for at, cells in filled[header[0] + 1 :] if cells != names]
    if Role.QUESTION not in roles.values():
        return TableQuestions()
    return _items(below, roles, names, place)


def _header(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[int, Role]] | None:
    best: tuple[int, dict[int, Role]] | None = None
    for position, (_, cells) in enumerate(rows[:_HEADER_ROWS]):
        roles = {at: role for at, cell in enumerate(cells) if (role := role_of(cell)) is not None}
        is_header = Role.QUESTION in roles.values() and (
            len(roles) >= 2 or sum(map(bool, cells)) == 1
        )
        if is_header and (best is None or len(roles) > len(best[1])):
            best = position, roles
    return best


def _by_content(
    rows: Sequence[tuple[int, list[str]]],
) -> tuple[dict[int, Role], list[str], Sequence[tuple[int, list[str]]]]:
    """Roles of the columns of a table without header: none if it does not look like questions."""
    width = max(len(cells) for _, cells in rows)
    columns = [[cells[at] for _, cells in rows if at < len(cells)] for at in range(width)]
    letters = [
        sum(len(cell) for cell in column if number_alone(cell) is None) for column in columns
    ]
    question = letters.index(max(letters))
    roles: dict[int, Role] = {}
    marked = sum("?" in cell or numbered(cell)[0] is not None for cell in columns[question])
    for at, column in enumerate(columns):
        cells = [cell for cell in column if cell]
        if at < question and cells:
            numbers = sum(number_alone(cell) is not None for cell in cells)
            if numbers * 2 >= len(cells):
                roles[at] = Role.NUMBER
                marked += numbers
        elif at > question and cells:
            answered = sum(map(is_answer, cells))
            short = sum(len(cell.split()) <= 3 for cell in cells)
            is_answers = answered and short * 2 >= len(cells)
            roles[at] = Role.ANSWER if is_answers else Role.TYPE
    if marked < min(3, len(rows)):
        return {}, [], []
    roles[question] = Role.QUESTION
    return roles, [f"column {at + 1}" for at in range(width)], rows


def _items(
    rows: Sequence[tuple[int, list[str]]],
    roles: Mapping[int, Role],
    names: Sequence[str],
    place: str,
) -> TableQuestions:
    found = TableQuestions()
    by_role = {role: [at for at, one in sorted(roles.items()) if one == role] for role in Role}
    question, *others = by_role[Role.QUESTION]
    found.other_languages = [names[at] for at in others]
    numbers = [_cell(cells, by_role[Role.NUMBER]) for _, cells in rows]
    written = [_cell(cells, [question]) for _, cells in rows]
    parts = [(n or None, t) if n else numbered(t) for n, t in zip(numbers, written, strict=True)]
    parents = parents_of([number for number, _ in parts if number])
    has_numbers = sum(number is not None for number, _ in parts) * 2 > sum(map(bool, written))
    headings: list[str] = []
    section_column = ""
    for (at, cells), (number, text) in zip(rows, parts, strict=True):
        alone = sum(map(bool, cells)) == 1
        own = _cell(cells, by_role[Role.SECTION])
        section_column = own or section_column
        if not text:
            if alone and not own:
                headings = [next(cell for cell in cells if cell)]
            continue
        rest = [cell for position, cell in enumerate(cells) if position != question and cell]
        is_heading = "?" not in text and (
            (number in parents and len(text.split()) <= _HEADING_WORDS)
            or (alone and number is None and has_numbers)
            or (alone and _looks_like_heading(text))
            or (not rest and text.isupper())
        )
        if is_heading:
            headings = [text]
            continue
        for position in by_role[Role.ANSWER]:
            if position < len(cells) and is_answer(cells[position]):
                found.answers.setdefault(names[position], []).append(at)
        stated = _cell(cells, by_role[Role.CONDITION])
        hint = _cell(cells, [*by_role[Role.TYPE], *by_role[Role.OPTIONS]])
        hint = hint or next((cells[p] for p in by_role[Role.ANSWER] if p < len(cells)), "")
        sections = [
            *headings,
            *([section_column] if by_role[Role.SECTION] and section_column else []),
        ]
        found.items.append(
            Item(
                at, text, number, " > ".join(dict.fromkeys(sections)) or None,
                stated or condition_of(text), hint, place,
            )
        )  # fmt: skip
    return found


_HEADING_WORDS = 10
_HEADING = re.compile(
    r"^(?:section|part|chapter|abschnitt|teil|kapitel|partie|chapitre|sección|parte|seção)\b|:$",
    re.IGNORECASE,
)


def _looks_like_heading(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS and bool(_HEADING.search(text))


def _cell(cells: Sequence[str], positions: Sequence[int]) -> str:
    return " ".join(cells[at] for at in positions if at < len(cells) and cells[at])


def parents_of(numbers: Sequence[str]) -> set[str]:
    """Numbers that others are below: 3 where there is 3.1, A where there is A1."""
    known = Counter(number.rstrip(".)") for number in numbers)
    found: set[str] = set()
    for number in known:
        parts = re.split(r"[.\-]", number)
        found |= {".".join(parts[:at]) for at in range(1, len(parts))} & set(known)
        letter = re.match(r"[A-Z]+(?=\d)", number)
        if letter and letter[0] in known:
            found.add(letter[0])
    return found
