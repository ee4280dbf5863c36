"""Rows of GDELT's Global Knowledge Graph, cut down to what may be stored of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from signals.fetching.archives import read_members
from signals.fetching.responses import read_body
from signals.sources.news.news_rows import (
    article_key,
    known_themes,
    outlet_country,
    site_domain,
    title_marks,
)
from suppliers.identity.mentions import FirmFinder
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.intake.numbers import stated_number

#: The columns that are read, by position; persons (11, 12), quotations (22) and all names (23)
#: are not among them.
_WHEN, _KIND, _DOMAIN, _ADDRESS = 1, 2, 3, 4
_THEMES, _PLACES, _FIRMS, _FIRMS_AT, _TONE, _TRANSLATION, _EXTRAS = 7, 9, 13, 14, 15, 25, 26
COLUMNS = 27

_FILE_BYTES = 400_000_000
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_LANGUAGE = re.compile(r"srclc:(\w+)")
_TONE_PARTS = 7
#: A file with more unreadable rows than this is not from the graph.
_BROKEN_SHARE = 0.5


def rows_of(path: Path, *, is_zip: bool) -> Iterator[list[str]]:
    """The cells of every row of a file.

    Raises:
        DataRejectedError: it cannot be unpacked.
    """
    if is_zip:
        wanted = read_members(path, lambda name: "gkg" in name.lower(), limit_bytes=_FILE_BYTES)
        texts = [content.decode("utf-8", errors="replace") for _, content in wanted]
    else:
        texts = [read_body(path).decode("utf-8", errors="replace")]
    for text in texts:
        for line in text.split("\n"):
            if line:
                yield line.rstrip("\r").split("\t")


def kept_of(rows: Iterator[list[str]], finder: FirmFinder, name: str) -> bytes:
    """What may be stored: articles in which an organisation seems to be a supplier, and counts.

    Raises:
        DataRejectedError: it holds no rows of the graph.
    """
    articles: list[dict[str, object]] = []
    read = broken = others = 0
    for number_, row in enumerate(rows, start=1):
        read += 1
        try:
            found = _articles(row, finder, number_)
        except (IndexError, ValueError):
            broken += 1
            continue
        articles += found
        others += not found
    if read == 0 or broken > _BROKEN_SHARE * read:
        raise DataRejectedError(
            f"{name}: {broken} of {read} rows are no rows of the knowledge graph ({COLUMNS} "
            "columns between tabs); fetch the file again."
        )
    kept = {"read": read, "broken": broken, "others": others, "articles": articles}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()


def _articles(row: Sequence[str], finder: FirmFinder, number_: int) -> list[dict[str, object]]:
    """The article once per supplier it seems to name.

    Raises:
        IndexError: columns are missing.
        ValueError: the date is none, or the tone is no list of numbers.
    """
    if len(row) != COLUMNS:
        raise IndexError("columns")
    seen = stated_day(row[_WHEN])
    firms = _companies(row)
    if not firms or row[_KIND] not in {"1", ""}:
        return []
    places = {place.split("#")[1].rsplit(",", 1)[-1].strip() for place in row[_PLACES].split(";")
              if place.count("#") > 1}  # fmt: skip
    located = {code for code in map(outlet_country, places) if code is not None}
    sightings = finder.in_organisations(firms, located, None)
    if not sightings:
        return []
    parts = [stated_number(part) for part in row[_TONE].split(",")] if row[_TONE] else []
    if parts and len(parts) != _TONE_PARTS:
        raise ValueError("tone")
    title = _TITLE.search(row[_EXTRAS])
    language = _LANGUAGE.search(row[_TRANSLATION])
    return [
        {
            "article": article_key(row[_ADDRESS]),
            "row": number_,
            "day": seen.isoformat(),
            "domain": site_domain(row[_DOMAIN] or row[_ADDRESS]),
            "language": language[1] if language else "english",
            "supplier_id": one.supplier_id,
            "mention": one.mention,
            "band": one.verdict.band,
            "score": one.verdict.score,
            "reason": one.verdict.reason,
            "tone": parts[0] if parts else None,
            "themes": known_themes(row[_THEMES].split(";")),
            "title_marks": title_marks(title[1], one.mention) if title else [],
        }
        for one in sightings
    ]


def _companies(row: Sequence[str]) -> list[str]:
    """Organisations as written, or in lower case where only those are given."""
    written = [part.rsplit(",", 1)[0].strip() for part in row[_FIRMS_AT].split(";")]
    known = {name.lower() for name in written}
    plain = [part.strip() for part in row[_FIRMS].split(";") if part.strip().lower() not in known]
    return [name for name in (*written, *plain) if name]
