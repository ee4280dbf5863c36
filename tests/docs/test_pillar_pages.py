"""The tables of the pillar pages state the weights and goalposts of the default configuration."""

import re

import pytest

import configs
from configs.settings import Settings
from tests.docs.pages import written_pages

#: Pages, with the column of goalposts where there is one.
_PAGES = {
    "docs/concepts/environment.md": None,
    "docs/concepts/financial.md": 2,
    "docs/concepts/sentiment.md": None,
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return configs.load(local=None)


def _rows(page: str) -> list[tuple[list[str], list[str]]]:
    """Signals and cells of each row of the page's table of signals."""
    table = re.search(r"^\| signal \|.*\| weight \|\n(?:\|.*\n)+", written_pages()[page], re.M)
    assert table is not None, f"{page} has no table of signals"
    rows = [line.strip("|").split("|") for line in table[0].splitlines()[2:]]
    return [(re.findall(r"`(\w+)`", cells[0]), cells) for cells in rows]


@pytest.mark.parametrize("page", sorted(_PAGES))
def test_weights_are_those_of_the_configuration(page: str, settings: Settings) -> None:
    stated = {
        name: float(_NUMBER.findall(cells[-1])[0]) for names, cells in _rows(page) for name in names
    }
    assert stated == {name: settings.signals[name].weight for name in stated}
    assert len(stated) >= 4


@pytest.mark.parametrize(("page", "column"), [(p, c) for p, c in _PAGES.items() if c is not None])
def test_goalposts_are_those_of_the_configuration(
    page: str, column: int, settings: Settings
) -> None:
    stated = {
        name: tuple(float(number) for number in _NUMBER.findall(cells[column]))
        for names, cells in _rows(page)
        for name in names
        if cells[column].strip()
    }
    expected = {}
    for name in stated:
        rule = settings.signals[name].normalise
        assert rule.method == "anchors"
        expected[name] = (rule.floor, rule.ceiling)
    assert stated == expected
    assert stated
