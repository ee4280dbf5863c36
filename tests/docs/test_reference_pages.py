import pytest

from configs.settings import Settings
from flows.documentation.cli_page import cli_page, verbs
from flows.documentation.configuration_page import configuration_page, keys_of, type_text
from flows.documentation.markdown import cell, code_cell, table
from flows.documentation.outputs_page import outputs_page
from reports.data_dictionary import output_columns
from signals import registry
from tests.docs.pages import all_pages
from tests.docs.project_names import is_ours

COMMENTED = """\
# heading of the file

title: Demo                         # heading of the report
empty: ""                           # it's "quoted" # twice
list:
  # what stands above
  a: 1                              # goes on
                                    # for a line
  b: [x, y]                         # in brackets
sources:
  one:                              # a source
    options:
      far: null                     # deep
"""


def test_comments_are_those_above_beside_and_below_on_the_same_column() -> None:
    found = {key.name: key.comment for key in keys_of(COMMENTED)}
    assert found == {
        "title": "heading of the report",
        "empty": 'it\'s "quoted" # twice',
        "list": "",
        "list.a": "what stands above goes on for a line",
        "list.b": "in brackets",
        "sources": "",
        "sources.one": "a source",
        "sources.one.options": "",
        "sources.one.options.far": "deep",
    }


def test_defaults_are_the_values_of_the_file() -> None:
    found = {key.name: key.default for key in keys_of(COMMENTED)}
    assert (found["title"], found["list.b"], found["list.a"]) == ("Demo", ["x", "y"], 1)


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ({"type": "number", "minimum": 0, "maximum": 1}, "number, 0 to 1"),
        ({"type": "integer", "minimum": 1}, "whole number, 1 or more"),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100},
         "number, above 0 and below 100"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text or null"),
        ({"enum": ["frozen", "own"], "type": "string"}, "one of frozen, own"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}},
         "mapping to true or false"),
    ],
)  # fmt: skip
def test_types_are_said_in_words(piece: dict[str, object], words: str) -> None:
    assert type_text(piece, {}) == words


def test_every_key_of_the_settings_is_on_the_page() -> None:
    text = configuration_page()
    assert [name for name in Settings.model_fields if f"`{name}" not in text] == []
    for name in ("scoring.missing.minimum_coverage", "sources.firms.options.radius_km"):
        assert f"| `{name}` |" in text


def test_every_verb_and_option_is_on_the_page() -> None:
    text = cli_page()
    for name, verb in verbs().items():
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        missing = [
            o for p in verb.params for o in p.opts if o.startswith("--") and o not in section
        ]
        assert missing in ([], ["--help"]), name


def test_every_signal_and_source_has_a_section() -> None:
    pages = all_pages()
    signals, sources = pages["docs/reference/signals.md"], pages["docs/reference/sources.md"]
    assert [name for name in registry.signals() if f"\n### {name}\n" not in signals] == []
    assert [name for name in registry.sources() if f"\n## {name}\n" not in sources] == []


def test_every_source_and_variable_is_on_the_page_of_keys() -> None:
    text = all_pages()["docs/reference/keys.md"]
    cards = [module.CARD for module in registry.sources().values()]
    assert [card.id for card in cards if f"[`{card.id}`]" not in text] == []
    variables = [name for card in cards for name in card.access.variables]
    assert [name for name in variables if f"`{name}`" not in text] == []


def test_every_column_of_every_output_has_a_line() -> None:
    text = outputs_page()
    for file, columns in output_columns().items():
        section = text.split(f"\n### {file}\n")[1].split("\n### ")[0]
        assert [name for name in columns if f"| `{name}` |" not in section] == []


def test_cells_stay_on_their_line_and_in_their_column() -> None:
    assert cell("a | b\n<c>") == "a \\| b &lt;c>"
    assert code_cell("json|csv") == "`json\\|csv`"
    assert cell(None) == "–"


def test_a_row_of_another_width_is_an_error() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells under 2 headings"):
        table(("a", "b"), [("only",)])


def test_the_api_page_names_what_exists() -> None:
    names = [
        line.removeprefix("::: ")
        for line in all_pages()["docs/reference/api.md"].splitlines()
        if line.startswith("::: ")
    ]
    assert len(names) > 15
    assert [name for name in names if not is_ours(name)] == []
