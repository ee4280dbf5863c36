"""Tables and links of a web page, for publishers that give their lists in no other form."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.tables: list[list[list[str]]] = []
        self._open: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]
        elif tag == "table":
            self._open.append([])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._cell = []
        elif self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self.tables.append([row for row in self._open.pop() if row])

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if not self._open[-1]:
            self._open[-1].append([])
        self._open[-1][-1].append(" ".join("".join(self._cell).split()))
        self._cell = None


def page_tables(html: str) -> Sequence[Sequence[Sequence[str]]]:
    """The tables of a page, each as rows of cells, as text with single blanks."""
    return _read(html).tables


def page_links(html: str) -> Sequence[str]:
    """The addresses that a page links to, as written."""
    return _read(html).links


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page
