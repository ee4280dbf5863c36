"""The pages of the documentation as a reader has them: files, and those made from the code."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

from flows.documentation.reference_pages import REFERENCE_PAGES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
#: Pages outside the site that link to it.
OUTSIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")

_FENCE = re.compile(
    r'^(?P<indent> *)```(?P<language>\w*)(?: title="(?P<file>[^"]+)")?\n'
    r"(?P<text>.*?)^(?P=indent)```",
    re.M | re.S,
)
_LINK = re.compile(r"(?<!\!)\[[^\]]*\]\((?P<target>[^)\s]+)\)|!\[[^\]]*\]\((?P<image>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?$", re.M)
_OWN_ANCHOR = re.compile(r"<a id=\"([^\"]+)\"></a>|\{ *#([\w.-]+) *\}")


@dataclass(frozen=True)
class Block:
    """A fenced block with the page and line it begins on."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def written_pages() -> dict[str, str]:
    """Path from the root of the project to text, of every page that is a file."""
    paths = [ROOT / name for name in OUTSIDE] + sorted(DOCS.rglob("*.md"))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


@cache
def all_pages() -> dict[str, str]:
    """The written pages and the generated ones."""
    return written_pages() | {f"docs/{path}": write() for path, write in REFERENCE_PAGES.items()}


def blocks(*languages: str) -> list[Block]:
    """Fenced blocks of the written pages in one of the languages.

    Blocks with a title are files that a tutorial writes; the test of that tutorial runs them.
    """
    return [
        Block(page, text[: match.start()].count("\n") + 1, match["language"], dedent(match["text"]))
        for page, text in written_pages().items()
        for match in _FENCE.finditer(text)
        if match["language"] in languages and match["file"] is None
    ]


def links(text: str) -> list[str]:
    """Targets of links and images, in the order of the page, code left out."""
    plain = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))
    return [match["target"] or match["image"] for match in _LINK.finditer(plain)]


def anchors(text: str) -> set[str]:
    """Anchors of a page: its headings as the site and GitHub name them, and its own."""
    plain = _FENCE.sub("", text)
    found: set[str] = {name for match in _OWN_ANCHOR.findall(plain) for name in match if name}
    for heading in _HEADING.findall(plain):
        slug, number = _slug(heading), 0
        while (name := f"{slug}_{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return found


def inline_code(text: str) -> list[str]:
    """Spans of code within sentences and tables."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def _slug(heading: str) -> str:
    """As the table of contents of Python-Markdown makes it."""
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]+>", r"\1", heading).replace("`", "")
    ascii_only = unicodedata.normalize("NFKD", shown).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())
