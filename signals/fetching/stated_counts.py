"""Whether an answer holds as many entries as its publisher states there.

Publishers state a total with each page of a listing: `total`, `numberMatched`, `count`,
`page.totalElements`, `meta.pagination.total` and others. An answer that is cut off between two
entries, and still parses, has fewer than its page is due; a listing that is read page by page has
fewer than its total where pages are missing. Both are said with both figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from signals.fetching.responses import open_body, read_json
from signals.source import RawFile
from suppliers.input_errors import DataRejectedError

_TOTALS = (
    "numberMatched", "totalElements", "total_results", "totalResults", "total_count", "totalCount",
    "total", "matched", "found", "nbHits", "count",
)  # fmt: skip
_PAGES = ("page", "currentPage", "current_page", "page_number", "pageNumber")
_SIZES = (
    "per_page", "perPage", "page_size", "pageSize", "limit", "size", "items_per_page",
)  # fmt: skip
_STARTS = ("start_index", "startIndex", "offset")
#: The page's number from 0, as Spring's servers state it.
_FROM_ZERO = "number"
#: Where the statements stand, beside the entries.
_PLACES = ("meta", "pagination", "page", "context", "paging")
_LISTS = ("data", "results", "items", "features", "records", "releases", "articles", "value")
_EMBEDDED = "_embedded"
_PAGED = frozenset({"page", "page[number]", "pageNumber", "offset", "start_index", "p", "cursor"})
#: The statements stand at an end of the answer: only these bytes are searched before it is parsed.
_END_BYTES = 4096
_SIEVE = re.compile(rb'"(?:' + "|".join(_TOTALS).encode() + rb')"\s*:\s*"?\d')


@dataclass(frozen=True)
class Stated:
    """What an answer states and holds.

    Attributes:
        total: entries of the whole listing.
        due: entries that this page must hold; None where its size is not stated.
        given: entries that it holds.
    """

    total: int
    due: int | None
    given: int


def fewer_than_stated(files: Sequence[RawFile], *, is_whole: bool = True) -> str | None:
    """The sentence where answers hold fewer entries than stated; None where all hold them.

    Args:
        files: raw files of one source; those that are no listing in JSON are passed over.
        is_whole: whether they are all that the publisher sent: a folder of the user's own may hold
            some pages of a listing.
    """
    found = [(raw, stated) for raw in files if (stated := stated_in(raw)) is not None]
    short = [(raw, one) for raw, one in found if one.due is not None and one.given < one.due]
    if short:
        given, due = (sum(getattr(one, of) or 0 for _, one in short) for of in ("given", "due"))
        return (
            f"{len(short)} of its {len(found)} listings {_hold(len(short))} {given:,} of the "
            f"{due:,} entries that the publisher states there, the first {_name(short[0][0])}; "
            "they may be cut off: fetch them again before the result is used"
        )
    if not is_whole:
        return None
    missing = [(name, given, total) for name, given, total in _listings(found) if 0 < given < total]
    if not missing:
        return None
    name, given, total = missing[0]
    more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
    return (
        f"the pages of {name} hold {given:,} of the {total:,} entries that the publisher states"
        f"{more}; pages are missing: fetch them again before the result is used"
    )


def stated_in(raw: RawFile) -> Stated | None:
    """What the answer in a file states and holds; None where it is no listing with a total."""
    path = Path(raw.path)
    if not _may_state(path):
        return None
    try:
        content = read_json(path)
    except DataRejectedError:
        # What cannot be read is said where it is staged.
        return None
    return stated(content, raw.origin)


def stated(content: object, address: str = "") -> Stated | None:
    """What a parsed answer states and holds.

    Args:
        content: the answer.
        address: it was fetched from, which often has the page's number and size.
    """
    entries = entries_of(content)
    places = list(_places(content))
    total = _first(places, _TOTALS)
    if entries is None or total is None:
        return None
    asked = dict(parse_qsl(urlsplit(address).query))
    given = len(entries)
    places.append({**asked, "page": asked.get("page[number]", asked.get("page"))})
    size = _first(places, (*_SIZES, "page[size]"))
    if size is None or size == 0:
        return Stated(total, None, given)
    start = _first(places, _STARTS)
    if start is None:
        from_zero = _first(places, (_FROM_ZERO,))
        page = _first(places, _PAGES)
        number = from_zero if from_zero is not None else (page or 1) - 1
        start = number * size
    return Stated(total, max(0, min(size, total - start)), given)


def entries_of(content: object) -> list[object] | None:
    """The entries of a parsed answer that is a page of a listing; None where it is none."""
    if isinstance(content, list):
        # The World Bank's: statements, then entries.
        return content[1] if len(content) == 2 and isinstance(content[1], list) else None
    if not isinstance(content, dict):
        return None
    embedded = content.get(_EMBEDDED)
    if isinstance(embedded, dict):
        return next((one for one in embedded.values() if isinstance(one, list)), None)
    return next((content[name] for name in _LISTS if isinstance(content.get(name), list)), None)


def _listings(found: Sequence[tuple[RawFile, Stated]]) -> Iterator[tuple[str, int, int]]:
    """Listings of several pages, with entries held and stated."""
    pages: dict[str, list[tuple[RawFile, Stated]]] = {}
    for raw, one in found:
        pages.setdefault(_without_page(raw.origin), []).append((raw, one))
    for of_listing in pages.values():
        if len(of_listing) > 1:
            # A listing may grow while it is read: its smallest total is held against it.
            yield (
                _name(of_listing[0][0]),
                sum(one.given for _, one in of_listing),
                min(one.total for _, one in of_listing),
            )


def _without_page(address: str) -> str:
    """An address without the number of its page; fragments distinguish questions."""
    parts = urlsplit(address)
    kept = [f"{name}={value}" for name, value in parse_qsl(parts.query) if name not in _PAGED]
    return f"{parts.netloc}{parts.path}?{'&'.join(sorted(kept))}#{parts.fragment}"


def _may_state(path: Path) -> bool:
    """Whether the beginning or the end of a file in JSON has the name of a total."""
    try:
        with open_body(path) as stream:
            head = stream.read(_END_BYTES)
            if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
                return False
            if _SIEVE.search(head):
                return True
            stream.seek(max(0, path.stat().st_size - _END_BYTES))
            return _SIEVE.search(stream.read(_END_BYTES)) is not None
    except (OSError, EOFError):
        return False


def _places(content: object) -> Iterator[Mapping[str, object]]:
    top = content[0] if isinstance(content, list) and content else content
    if not isinstance(top, dict):
        return
    yield top
    for name in _PLACES:
        inner = top.get(name)
        if isinstance(inner, dict):
            yield inner
            if isinstance(inner.get("pagination"), dict):
                yield inner["pagination"]


def _first(places: Sequence[Mapping[str, object]], names: Sequence[str]) -> int | None:
    """The first whole number of those names, in the sequence of the names."""
    for name in names:
        for place in places:
            value = place.get(name)
            if isinstance(value, bool):
                continue
            if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
                return int(value)
    return None


def _hold(count: int) -> str:
    return "holds" if count == 1 else "hold"


def _name(raw: RawFile) -> str:
    return repr(raw.key or Path(raw.origin).name)
