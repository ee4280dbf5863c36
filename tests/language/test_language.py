"""No text of the project uses a denied term; the terms themselves are checked by examples."""

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from reports.documents.notice import LANGUAGES
from reports.language import denied_in, mistranslated_in, translated_languages
from tests.language import texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Noisy values are drawn in to their peers.", ["drawn in"]),
        ("A sample is drawn in each simulation.", []),
        (
            "Its place is 4; two places up, tied places.",
            ["Its place is", "places up", "tied places"],
        ),
        ("In the first place, the calculation takes its place before the run.", []),
        ("Every doubt but the benefit of the doubt", ["doubt"]),
        ("Provision for doubtful accounts", []),
        ("What it cannot tell; a card tells it, once told", ["tells", "told"]),
        ("Mend the row, look at it first", ["Mend", "look at it first"]),
        ("two lawful orders, or purchase orders", ["lawful orders"]),
        ("A buyer orders its suppliers", ["orders its suppliers"]),
        ("The chance is 3 %; they agree by chance", ["chance"]),
        ("Tested on a made world and on made-up names", ["a made world", "made-up"]),
        ("the run made files and the list was made last month", []),
        ("A firm of `firms`, of NASA FIRMS", ["firm"]),
        ("confirm, affirmed, firmware", []),
        ("The prior of the country, prior to the prior year", ["prior"]),
        ("governance_prior and stg_prior_tables", []),
        ("The gate refuses a learner", ["gate", "refuses", "learner"]),
        ("at the factory gate the server refused connections", []),
        ("readings of the signal, meter readings, reading the report", ["readings"]),
        ("workforce is no number", ["is no number"]),
        ("income in the South; the South China Sea", ["the South"]),
        ("```\nthe house\n```\nsee `the house` and [page](the-house.md)", []),
        ("spread over\ntwo\nlines: learned\nweights", ["learned\nweights"]),
    ],
)
def test_denied_terms_are_found_as_whole_words(text: str, words: list[str]) -> None:
    assert [finding.words for finding in denied_in(text)] == [w.replace("\n", " ") for w in words]


def test_comments_may_use_what_only_user_text_may_not() -> None:
    text = "the joint draws of a typical peer"
    assert len(denied_in(text)) == 2
    assert denied_in(text, user_text=False) == []


def test_a_finding_names_the_standard_term_and_where_it_is() -> None:
    (finding,) = denied_in("see `code` for the datum")
    assert (finding.words, finding.use, finding.start) == ("datum", "data item", 19)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Uno de sus compradores ordena a sus proveedores"),
        ("pt", "Um de seus compradores ordena os seus fornecedores"),
        ("id", "Pembeli memerintahkan pemasoknya"),
        ("vi", "Người mua đặt hàng"),
    ],
)
def test_mistranslations_are_found(language: str, text: str) -> None:
    assert len(mistranslated_in(text, language)) == 1


def test_every_translated_notice_has_a_list_of_mistranslations() -> None:
    assert set(translated_languages()) == set(LANGUAGES) - {"en"}


def test_no_text_uses_a_denied_term() -> None:
    findings = [
        f"{text.path}, {text.where}: {finding.words!r}, write {finding.use}"
        for text in texts.all_texts()
        for finding in denied_in(text.text, text.user_text)
    ]
    assert findings == []


def test_no_notice_mistranslates() -> None:
    findings = [
        f"{text.path}, {text.where}: {words!r}"
        for text in texts.notices()
        for words in mistranslated_in(text.text, text.path)
    ]
    assert findings == []


@pytest.mark.parametrize("name", [name for name, _ in texts.command_groups()])
def test_summaries_of_commands_are_not_cut_off_at_80_columns(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split()[1:], "--help"], env={"COLUMNS": "80"})
    _, commands = shown.output.split("Commands:")
    assert [line for line in commands.splitlines() if line.endswith("...")] == []
