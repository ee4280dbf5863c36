"""Code and configuration cite sections of the methodology that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import configs

ROOT = Path(__file__).parents[2]
PACKAGES = ("configs", "flows", "reports", "scoring", "signals", "sql", "suppliers", "benchmarks")
SUFFIXES = (".py", ".sql", ".yaml")
PAGES = ("docs/methodology.md", "docs/methodology-formulas.md")

#: Such as "Methodology 6.2" or "Methodology 2.6, A.3", also across lines of a comment.
CITED = re.compile(r"Methodology[\s#:-]+((?:A\.)?\d[\d.]*(?:,\s*(?:A\.)?\d[\d.]*)*)")
HEADING = re.compile(r"^#+ .*</a>((?:A\.)?\d[\d.]*) ", re.MULTILINE)


def citations() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in SUFFIXES:
                for found in CITED.finditer(path.read_text(encoding="utf-8")):
                    for section in found[1].split(","):
                        yield str(path.relative_to(ROOT)), section.strip().rstrip(".")


def test_cited_sections_exist() -> None:
    sections = {
        section
        for page in PAGES
        for section in HEADING.findall((ROOT / page).read_text(encoding="utf-8"))
    }
    cited = list(citations())
    assert cited
    assert [one for one in cited if one[1] not in sections] == []


def test_named_modules_exist() -> None:
    named = {
        path
        for page in PAGES
        for path in re.findall(
            r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|yaml))`", (ROOT / page).read_text(encoding="utf-8")
        )
    }
    assert named
    assert sorted(path for path in named if not (ROOT / path).is_file()) == []


def test_every_goalpost_names_its_source() -> None:
    lines = configs.load(local=None).signals
    sources = {
        name: line.normalise.anchor_source
        for name, line in lines.items()
        if hasattr(line.normalise, "anchor_source")
    }
    assert sources
    assert [name for name, source in sources.items() if not source.strip()] == []
