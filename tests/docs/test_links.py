import posixpath
import re
from typing import Any

import pytest
import yaml

from tests.docs.pages import DOCS, ROOT, all_pages, anchors, links, written_pages

_CODE_PACKAGES = ("flows", "reports", "scoring", "signals", "suppliers", "sql", "configs")
_CITED_PAGE = re.compile(r"\bdocs/[\w/-]+\.md\b")


def _targets(page: str) -> list[tuple[str, str]]:
    """Path from the root and anchor of every relative link of a page."""
    found = []
    for target in links(all_pages()[page]):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        found.append((joined if path else page, anchor))
    return found


@pytest.mark.parametrize("page", sorted(written_pages()))
def test_links_of_written_pages_lead_somewhere(page: str) -> None:
    assert _broken(page) == []


def test_links_of_generated_pages_lead_somewhere() -> None:
    generated = all_pages().keys() - written_pages().keys()
    broken = {page: _broken(page) for page in generated}
    assert {page: targets for page, targets in broken.items() if targets} == {}


def _broken(page: str) -> list[str]:
    pages = all_pages()
    broken = []
    for path, anchor in _targets(page):
        is_there = path in pages or (ROOT / path).exists()
        if not is_there or (anchor and anchor not in anchors(pages.get(path, ""))):
            broken.append(f"{path}#{anchor}" if anchor else path)
    return broken


def test_pages_of_the_site_link_to_nothing_outside_it() -> None:
    outside = {
        page: [path for path, _ in _targets(page) if not path.startswith("docs/")]
        for page in all_pages()
        if page.startswith("docs/")
    }
    assert {page: paths for page, paths in outside.items() if paths} == {}


def test_the_index_links_every_page() -> None:
    linked = {path for path, _ in _targets("docs/index.md")}
    pages = {page for page in all_pages() if page.startswith("docs/")} - {"docs/index.md"}
    assert pages - linked == set()


def test_the_navigation_has_every_page_once() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    named = list(_leaves(settings["nav"]))
    assert sorted(named) == sorted(
        page.removeprefix("docs/") for page in all_pages() if page.startswith("docs/")
    )


def _leaves(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node
    return [leaf for child in children for leaf in _leaves(child)]


def test_pages_that_the_code_cites_exist() -> None:
    files = [
        path
        for package in (*_CODE_PACKAGES, "benchmarks")
        for ending in ("py", "sql", "yaml", "j2")
        for path in (ROOT / package).rglob(f"*.{ending}")
    ]
    cited = {
        name: path.relative_to(ROOT)
        for path in files
        for name in _CITED_PAGE.findall(path.read_text(encoding="utf-8"))
    }
    assert cited, "the code cites no page any more: take this test out"
    pages = all_pages()
    assert {name: str(path) for name, path in cited.items() if name not in pages} == {}


def test_every_picture_is_used() -> None:
    shown = {path for page in all_pages() for path, _ in _targets(page)}
    pictures = {str(path.relative_to(ROOT)) for path in (DOCS / "images").iterdir()}
    assert pictures - shown == set()
