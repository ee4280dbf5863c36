"""No English text of a page escapes the catalogue: templates write words by `tr` or as data."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import flows.desk.templates as package
from flows.desk.languages.page_texts import page_texts
from reports.languages.catalogue import Translator, translator

TEMPLATES = sorted(Path(package.__path__[0]).glob("*.j2"))
_LETTERS = re.compile(r"[A-Za-z]{2}")
#: Names and units, the same in every language.
_NO_WORDS = {"Understory", "kB ·", "· Understory"}
_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
_SHOWN = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_no_text_of_its_own(path: Path) -> None:
    source = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    without_code = re.sub(r"{{.*?}}|{%.*?%}", "\x00", source, flags=re.DOTALL)
    # English beside its translation says so.
    shown = re.sub(r'<span lang="en">.*?</span>', "", without_code, flags=re.DOTALL)
    texts = [*_ATTRIBUTES.findall(shown), *re.split(r"\x00|\n", _SHOWN.sub("\n", shown))]
    found = [text.strip() for text in texts if _LETTERS.search(text)]
    assert [text for text in found if text not in _NO_WORDS] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_an_expression_shows_no_text_that_is_not_translated(path: Path) -> None:
    tree = Environment().parse(path.read_text("utf-8"))
    found = [
        constant.value
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
        if not isinstance(node, nodes.TemplateData)
        for constant in _shown_texts(node)
    ]
    assert [text for text in found if re.search(r"[A-Z][a-z]|[a-z] [a-z]", str(text))] == []


def test_values_are_escaped_and_a_link_of_a_text_is_not() -> None:
    texts = page_texts(Translator("en", {}, {}))
    assert texts["tr"]("A <b> of {name}", name="<x>") == "A &lt;b&gt; of &lt;x&gt;"
    assert texts["tr"]("Run {command}", command=texts["code"]("a<b")) == "Run <code>a&lt;b</code>"
    assert texts["trn"]("{count} row", "{count} rows", 1200) == "1,200 rows"
    assert texts["said"]("<script>") == "&lt;script&gt;"


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "1 Mar 2022", "1 Mar 2022, 12:30"),
        ("de", "01.03.2022", "01.03.2022, 12:30"),
        ("fr", "1 mars 2022", "1 mars 2022, 12:30"),
    ],
)
def test_days_and_times_are_those_of_the_language(language: str, day: str, moment: str) -> None:
    texts = page_texts(Translator(language, {}, {}))
    assert texts["day"]("2022-03-01") == day
    assert texts["time"]("2022-03-01T14:30:00+02:00").replace(" à ", ", ") == moment


def test_choices_keep_their_codes() -> None:
    texts = page_texts(Translator("de", {"apparel": "Bekleidung"}, {}))
    assert texts["country"]("Germany (DE)") == "Deutschland (DE)"
    assert texts["sector"]("14 apparel") == "14 Bekleidung"


def test_countries_and_groups_have_the_names_of_the_language() -> None:
    english, german = (page_texts(Translator(one, {}, {})) for one in ("en", "de"))
    row = {"country": "Germany", "country_iso3": "DEU"}
    assert english["country_name"](row) == "Germany"
    assert german["country_name"](row) == "Deutschland"
    assert german["country_name"]({"country": "Elsewhere", "country_iso3": None}) == "Elsewhere"
    spoken = {"dimension": "language", "group": "hi"}
    assert english["fairness_group"](spoken) == "Language of the country: Hindi"
    region = page_texts(translator("de"))["fairness_group"](
        {"dimension": "region", "group": "Southern Asia"}
    )
    assert region == "Region: Südasien"


def _shown_texts(node: nodes.Node) -> list[nodes.Const]:
    """Constants of an expression that reach the page: those of no call, test, key or filter."""
    if isinstance(node, nodes.Const):
        return [node]
    if isinstance(node, nodes.Call | nodes.Compare | nodes.Getitem | nodes.Filter | nodes.Dict):
        return []
    children = (
        (node.expr1, node.expr2) if isinstance(node, nodes.CondExpr) else node.iter_child_nodes()
    )
    return [found for child in children if child is not None for found in _shown_texts(child)]
