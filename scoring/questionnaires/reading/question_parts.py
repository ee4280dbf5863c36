"""Parts of a question: its number, its condition, the answer it asks for, its languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.questionnaires.matching_model import languages, matching_model
from scoring.questionnaires.questions import AskedFor
from scoring.questionnaires.text_features import plain


@dataclass(frozen=True)
class Item:
    """One question as a file has it.

    Attributes:
        row: of the sheet, line or paragraph, from 1.
        text: of the question, maybe in two languages.
        number: as written; None: not numbered.
        section: headings above it; None: none.
        condition: when it is to be answered; None: always.
        hint: what the file says of the answer: a type, or options; "": nothing.
        place: the sheet or table, where a file has several; "": one alone.
    """

    row: int
    text: str
    number: str | None = None
    section: str | None = None
    condition: str | None = None
    hint: str = ""
    place: str = ""


_NUMBER = (
    r"(?:[QFP]\s?)?(?:[A-Z]{1,3}[.\-]?)?\d+(?:[.\-]\d+)*[a-z]?|[a-z](?=\))|[ivx]{1,5}(?=\))|"
    r"[A-Z](?=[.)])"
)
_NUMBERED = re.compile(rf"^\s*\(?({_NUMBER})[.):]*\s+(?=\S)")
_NUMBER_ALONE = re.compile(
    r"^\(?([A-Z]{0,4}\s?[.\-]?\d+(?:[.\-]\d+)*[a-z]?|[A-Za-z]|[ivx]{1,5})[.):]*$"
)
_CONDITION = re.compile(
    r"^\s*\(?((?:if|where|in case|when|only if|falls|wenn|sofern|si|en caso|dans l.affirmative|"
    r"dans ce cas|le cas échéant|se|em caso)\b[^,:?.;)–—]{0,80})[,:)–—]\s*\S",
    re.IGNORECASE,
)
#: What an empty field for an answer holds.
_PLACEHOLDER = re.compile(
    r"^(?:[_.…\-–— \[\](){}<>:/|*☐□○◯⬜\d%]*|n/?a|tbd|"
    r"(?:please |bitte |veuillez |por favor,? )?(?:select|choose|enter|fill in|complete|answer|"
    r"(?:aus)?wählen|eintragen|ausfüllen|angeben|choisir|sélectionner|compléter|seleccion\w*|elija|"
    r"indique|selecione|escolha|preencha|pick|click|type|attach|upload|joindre|adjunte|anexe)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TICKED = re.compile(r"[☒☑✓✔✗✘]|\[\s?[xX]\s?\]|\(\s?[xX]\s?\)")
_YES, _NO = r"(?:yes|ja|oui|s[ií]|sim|y)", r"(?:no|nein|non|não|nao|n)"
_YES_NO = re.compile(rf"\b{_YES}\b.{{0,12}}\b{_NO}\b", re.IGNORECASE)
_OPTIONS = re.compile(r"\S\s*(?:[/|;☐□○]|\bor\b|\boder\b|\bou\b)\s*\S")
_HINTS: tuple[tuple[AskedFor, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (AskedFor.YES_NO, r"yes no|ja nein|oui non|si no|sim nao|boolean|confirm"),
        (AskedFor.FILE, r"file|upload|attach|document|datei|anlage|beilage|fichier|piece|archivo"
                        r"|adjunt|anexo|evidence|nachweis"),
        (AskedFor.TABLE, r"table|tabelle|tableau|tabla|tabela|matrix|list\b|liste|lista"),
        (AskedFor.DATE, r"date|datum|fecha|\bdata\b|year|jahr"),
        (AskedFor.NUMBER, r"number|numeric|integer|percent|prozent|zahl|anzahl|nombre|pourcent"
                          r"|numero|porcent|amount|currency|%"),
        (AskedFor.CHOICE, r"choice|select|drop ?down|auswahl|choix|opcion|opcao|single|multiple|"
                          r"checkbox|scale"),
        (AskedFor.TEXT, r"text|free|open|freitext|texte|texto|narrative|string|comment"),
    )
)  # fmt: skip
_BY_WORDS: tuple[tuple[AskedFor, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (AskedFor.FILE, r"\b(?:attach|upload|enclose|provide a copy|beifugen|beilegen|hochladen|"
                        r"legen sie .* bei|joindre|joignez|adjunte|anexe)\b"),
        (AskedFor.NUMBER, r"\b(?:how many|how much|number of|percentage|what share|share of|"
                          r"wie viele|wie hoch|anzahl|anteil|combien|pourcentage|cuant[oa]s?|"
                          r"porcentaje|quant[oa]s?|percentagem|porcentagem|headcount)\b"),
        (AskedFor.DATE, r"^(?:when|since when|in which year|wann|seit wann|quand|cuando|quando)\b"),
        (AskedFor.TABLE, r"^(?:please )?(?:list|name all|nennen sie|listez|enumere|liste)\b"),
        (AskedFor.YES_NO, r"^(?:do|does|did|is|are|was|were|has|have|can|may|must|will|"
                          r"haben|hat|ist|sind|gibt|werden|wird|durfen|konnen|mussen|besteht|"
                          r"avez vous|est ce|y a t il|existe|hay|tiene|pueden?|tem|ha|podem?)"
                          r"\b"),
        (AskedFor.TEXT, r"^(?:please )?(?:describe|explain|how|what|which|who|where|why|wie|was|"
                        r"welche\w*|wer|wo|beschreiben|comment|quel\w*|decrivez|como|que|cual\w*|"
                        r"describa|qual|quais|descreva|state|give)\b"),
    )
)  # fmt: skip


def numbered(text: str) -> tuple[str | None, str]:
    """The number in front of a text, None if it has none, and the rest."""
    found = _NUMBERED.match(text)
    return (found[1], text[found.end() :].strip()) if found else (None, text.strip())


def number_alone(text: str) -> str | None:
    """A cell that is a number of a question and nothing else."""
    found = _NUMBER_ALONE.match(text.strip())
    return found[1] if found else None


def condition_of(text: str) -> str | None:
    """The words in front of a question that say when it is to be answered."""
    found = _CONDITION.match(text)
    return found[1].strip() if found else None


def is_answer(text: str) -> bool:
    """Whether a field for an answer is filled: neither blank nor a hint how to fill it."""
    text = text.strip()
    if _TICKED.search(text):
        return True
    if _PLACEHOLDER.match(text):
        return bool(re.fullmatch(r"[\d.,% ]+", text))
    words = plain(text)
    is_hint = len(words.split()) <= 3 and any(
        re.fullmatch(rf"(?:{p.pattern})s?", words) for _, p in _HINTS
    )
    return not (is_hint or _YES_NO.search(text) or (_OPTIONS.search(text) and len(text) < 80))


def asked_for(text: str, hint: str) -> AskedFor:
    """The form of the answer: by what the file says of it, else by the words of the question."""
    if hint:
        if _YES_NO.search(hint):
            return AskedFor.YES_NO
        words = plain(hint)
        for kind, pattern in _HINTS:
            if pattern.search(words):
                return kind
        if _OPTIONS.search(hint):
            return AskedFor.CHOICE
    words = plain(numbered(text)[1])
    for kind, pattern in _BY_WORDS:
        if pattern.search(words):
            return kind
    return AskedFor.UNKNOWN


def in_one_language(texts: Sequence[str]) -> tuple[list[str], list[str | None], int]:
    """Texts in one language each: where cells hold two languages, the part in the first one.

    Args:
        texts: as the file has them.

    Returns:
        The texts, the language of each (None: not known), and how many had two languages. Where
        fewer than a fifth have two, the parts are taken for one text.
    """
    parts = [_halves(text) for text in texts]
    model = matching_model()
    first = languages(
        [one[0] if one else text for one, text in zip(parts, texts, strict=True)], model
    )
    second = languages([one[1] if one else "" for one in parts], model)
    two = [
        bool(one) and a is not None and b is not None and a != b
        for one, a, b in zip(parts, first, second, strict=True)
    ]
    if sum(two) * 5 < len(texts):
        return [_one_line(text) for text in texts], languages(texts, model), 0
    read = [
        one[0] if is_two and one else text
        for one, is_two, text in zip(parts, two, texts, strict=True)
    ]
    return [_one_line(text) for text in read], languages(read, model), sum(two)


def _halves(text: str) -> tuple[str, str] | None:
    for mark in ("\n", " / ", " | ", " // ", " – ", " — "):
        pieces = [piece.strip() for piece in text.split(mark) if piece.strip()]
        if len(pieces) == 2 and all(len(piece.split()) >= 2 for piece in pieces):
            return pieces[0], pieces[1]
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
