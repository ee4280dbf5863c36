"""Sentences in other languages: each pattern reads its own sentence, and no sentence is mixed."""

import re

import polars as pl
import pytest

from flows.documentation.messages import template
from reports.languages.catalogue import Translator, translator
from reports.languages.sentence_patterns import PATTERNS, PHRASES
from reports.languages.sentences import Sentences
from scoring.explanation.sentences import sentences_of
from signals.card import SignalCard, Status
from signals.registry import signals, sources

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
CARDS = {signal_id: signal.card for signal_id, signal in signals().items()}
SOURCE_CARDS = {source_id: source.CARD for source_id, source in sources().items()}
_TITLE = CARDS["leverage"].title
#: A part of each kind: as English sentences have it, and as the marked language has it.
_PARTS = {
    "title": (_TITLE, f"«{_TITLE}»"),
    "count": ("1,204", "1.204"),
    "start": ("2021-03", "2021-03"),
    "end": ("2022-02-28", "28. Februar 2022"),
    "source": ("Company accounts", "Company accounts"),
    "sources": ("Night-time lights", "Night-time lights"),
    "holder": ("an agency", "an agency"),
    "list": ("Entity list of 1", "Entity list of 1"),
    "name": ("Alpha Works Ltd", "Alpha Works Ltd"),
    "place": ("Northern Province", "Northern Province"),
    "company": ("Alpha (Pvt.) Ltd", "Alpha (Pvt.) Ltd"),
    "other": ("Beta Holding Ltd", "Beta Holding Ltd"),
    "origin": ("A register (2022)", "A register (2022)"),
    "detail": ("51 %", "51 %"),
    "step": ("Alpha (Pvt.) Ltd belongs to Beta Ltd", "«Alpha (Pvt.) Ltd belongs to Beta Ltd»"),
    "own": ("up 2.5", "«up 2,5 ranks»"),
    "known": ("down 3", "«down 3 ranks»"),
    "others": ("no change", "«no change»"),
    "method": ("up 12", "«up 12 ranks»"),
}
_OTHER = ("too old", "«too old»")


def _marked() -> Translator:
    """German figures and days, with every message of the catalogues between « and »."""
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in template():
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            shown = tuple(f"«{form}»" for form in forms)
            messages[forms[0]] = shown[0] if len(shown) == 1 else shown
    return Translator("de", messages, {})


MARKED = _marked()


@pytest.fixture
def words() -> Sentences:
    return Sentences(MARKED, CARDS)


def _filled(pattern: str, column: int) -> str:
    return _PLACEHOLDER.sub(lambda mark: _PARTS.get(mark[1], _OTHER)[column], pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_reads_its_sentence_back_to_the_same_parts(
    words: Sentences, pattern: str
) -> None:
    assert words.text(_filled(pattern, 0)) == f"«{_filled(pattern, 1)}»"
    assert words.english == set()


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_a_message(words: Sentences, phrase: str) -> None:
    assert words.text(phrase) == f"«{phrase}»"


_ROWS = pl.DataFrame(
    {
        "value": [-0.31, 0.0, 0.62, 1.0, None, None, None, None],
        "peer_value": [0.2, None, -0.4, 0.0, None, None, None, None],
        "period": ["2021-03 to 2022-02", "3 fiscal years to 2020-12-31", None, "2021"] + [None] * 4,
        "observed_to": ["2022-02-28", "2020-12-31", None, "2021-12-31"] + [None] * 4,
        "source_used": [None] * 8,
        "origin": ["raw/accounts.csv"] + [None] * 7,
        "status": [Status.OBSERVED] * 4
        + [Status.NOT_APPLICABLE, Status.NOT_COVERED, Status.TOO_OLD, Status.CONTESTED],
        "status_reason": [None] * 5 + ["the source has no data about it"] + [None] * 2,
    },
    schema_overrides={"value": pl.Float64, "peer_value": pl.Float64, "source_used": pl.String},
)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_every_sentence_of_a_signal_is_read_whole(words: Sentences, card: SignalCard) -> None:
    # A category has no phrase for a value below its first one.
    written = (
        sentences_of(_ROWS, card, SOURCE_CARDS, "2022-03-01").collect()["sentence"].drop_nulls()
    )
    assert len(written) >= _ROWS.height - 1
    for english, shown in zip(written, words.column(written), strict=True):
        assert shown.startswith("«"), english
        assert shown.endswith("»"), english
    assert words.english == set()


@pytest.mark.parametrize(
    ("english", "shown"),
    [
        ("1.02 million USD", "«1,02 million» USD"),
        ("-4,310.5", "-4.310,5"),
        ("12.4 %", "12,4 %"),
        ("almost 0", "«almost 0»"),
        ("0.3 of assets", "0,3 «of assets»"),
        ("2022-02-28", "28. Februar 2022"),
        ("2022-01", "2022-01"),
        (f"{_TITLE}; {_TITLE}", None),
        ("3 widgets", None),
        ("A sentence of a later version.", None),
        ("", ""),
    ],
)
def test_figures_days_and_what_is_not_known(
    words: Sentences, english: str, shown: str | None
) -> None:
    assert words.text(english) == (english if shown is None else shown)
    assert words.is_english(english) == (shown is None)


@pytest.mark.parametrize(
    ("english", "shown"),
    [
        (
            "Alpha (Pvt.) Ltd is in the register as Alpha Ltd (A register (2022), since 2019-01-02)"
            "; Alpha Ltd is consolidated by Beta AG (A register (2022), since 2019-03-04)",
            "Alpha (Pvt.) Ltd steht im Register als Alpha Ltd (A register (2022), seit 2. Januar "
            "2019); Alpha Ltd wird von Beta AG konsolidiert (A register (2022), seit 4. März 2019)",
        ),
        (
            "A GmbH received goods from B Ltd (your supplier list, since 2021-02-01, 2 shipments, "
            "the last on 2021-03-01: cotton yarn)",
            "A GmbH erhielt Waren von B Ltd (Ihre Lieferantenliste, seit 1. Februar 2021, 2 "
            "Sendungen, die letzte am 1. März 2021: cotton yarn)",
        ),
        ("A is owned by B (51 %) (BODS)", "A ist im Eigentum von B (51 %) (BODS)"),
        ("Step 2: parent in a register", "Schritt 2: Muttergesellschaft laut Register"),
    ],
)
def test_paths_of_relations_are_translated_step_by_step(english: str, shown: str) -> None:
    for text, expected in (
        (english, shown),
        (
            f"The supplier is related to a company on a list (C Ltd): {english}.",
            f"Der Lieferant ist mit einem Unternehmen auf a list verbunden (C Ltd): {shown}.",
        ),
    ):
        words = Sentences(translator("de"), CARDS)
        assert words.entries(text) == expected
        assert words.english == set()


@pytest.mark.parametrize(
    "english",
    [
        f"{_TITLE}: no value: a reason of a later version.",
        "Down 3 ranks: its own data up 2.5, what is known of it moved oddly, other suppliers up 1.",
        "Source EDGAR is unavailable: the server answered 503.",
        "The supplier may be on a list as Alpha (the names sound alike); check before use.",
    ],
)
def test_a_sentence_with_a_part_that_is_not_known_stays_english_as_a_whole(
    words: Sentences, english: str
) -> None:
    assert words.text(english) == english
    assert words.is_english(english)


def test_a_template_without_a_translation_leaves_its_sentence_english() -> None:
    messages = {
        text: shown for text, shown in MARKED.messages.items() if text != "{count} suppliers"
    }
    words = Sentences(Translator("de", messages, {}), CARDS)
    assert words.text("12 suppliers") == "12 suppliers"
    assert words.is_english("12 suppliers")


def test_a_title_without_a_translation_leaves_its_sentence_english() -> None:
    card = CARDS["leverage"].model_copy(update={"title": "A signal of our own"})
    words = Sentences(MARKED, {"own": card})
    assert words.text("A signal of our own: does not apply to this supplier.").startswith(
        "A signal"
    )


def test_lists_in_a_sentence_are_read_entry_by_entry(words: Sentences) -> None:
    english = (
        "To fall below rank 20, all of these would have to change: "
        f"{_TITLE} 51.3 % -> 40 %; {_TITLE[0].lower()}{_TITLE[1:]} lower (its figures may not be "
        "redistributed)."
    )
    shown = words.text(english)
    assert shown.startswith("«To fall below rank 20, all of these")
    assert f"««{_TITLE}» 51,3 % -> 40 %»; ««{_TITLE}» lower" in shown


def test_english_outputs_are_left_as_they_are() -> None:
    words = Sentences(Translator("en", {}, {}), CARDS)
    text = f"{_TITLE}: no value: too old."
    assert words.text(text) == text
    assert words.figure("1,204.5") == "1,204.5"
    column = pl.Series([text, None])
    assert words.column(column).to_list() == [text, None]
    assert words.english == set()


def test_names_of_countries_are_those_of_the_language() -> None:
    words = Sentences(MARKED, CARDS, {"Turkey": "Türkei"})
    assert words.column(pl.Series(["Turkey", None])).to_list() == ["Türkei", None]
