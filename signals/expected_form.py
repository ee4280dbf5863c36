"""What a publisher's answer looks like: one cheap request of a source, and how to judge its answer.

A source with an address states it as `FORM` in its own file. Nothing here asks the network.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from signals.fetching.responses import BodyKind, body_fault, parsed_json
from signals.fetching.web_page import page_links, page_tables

_TIME = re.compile(r"<(year|month|month_name|day|quarter)>")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_STATED = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True)
class ExpectedForm:
    """One cheap request, and what its answer holds.

    Attributes:
        kind: of the body.
        path: below the source's address, secrets as `{NAME}`, the day asked for as `<year>`,
            `<month>`, `<month_name>`, `<day>` and `<quarter>`.
        holds: columns of a table (csv, html), or paths in JSON such as `data.0.attributes.lei`.
        links_to: pattern that a link of a page matches.
        otherwise: paths asked in turn where the publisher has no such file, such as an older
            version.
        without_key: the path where the key is not set; empty where a key is needed.
        days_before: the day asked for lies this many days before today.
        headers: of the request, secrets as `{NAME}`.
        question: sent by POST.
        is_part: only the beginning of the file is asked for.
        delimiter: between the columns of a table.
        encoding: of a table.
        header_begins: how the line with the columns begins, where others stand before it.
    """

    kind: BodyKind
    path: str = ""
    holds: tuple[str, ...] = ()
    links_to: str = ""
    otherwise: tuple[str, ...] = ()
    without_key: str = ""
    days_before: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, object] | None = None
    is_part: bool = False
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    header_begins: str = ""

    def addresses(self, root: str, today: dt.date, *, has_key: bool) -> list[str]:
        """The addresses to ask in turn."""
        first = self.path if has_key or not self.without_key else self.without_key
        day = today - dt.timedelta(days=self.days_before)
        return [_address(root, _dated(path, day)) for path in (first, *self.otherwise)]


def form_fault(form: ExpectedForm, body: bytes, *, is_archive: bool = False) -> str | None:
    """What differs from the expected form, in a few words; None where nothing does.

    Args:
        form: what is expected.
        body: the answer, or its beginning.
        is_archive: the file asked for is the one for those without a key, whose columns differ.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "body"
        path.write_bytes(body)
        fault = body_fault(path, form.kind)
    if fault is not None:
        return fault
    if form.kind == "json":
        return _json_fault(form, parsed_json(body))
    if form.kind in ("csv", "text"):
        return _table_fault(form, () if is_archive else form.holds, body)
    if form.kind == "html":
        return _page_fault(form, body.decode(errors="replace"))
    return None


def _address(root: str, path: str) -> str:
    if not path or path.startswith("?"):
        return root + path
    return urljoin(f"{root.rstrip('/')}/", path)


def _dated(path: str, day: dt.date) -> str:
    parts = {
        "year": f"{day.year}",
        "month": f"{day.month:02d}",
        "month_name": _MONTHS[day.month - 1],
        "day": f"{day.day:02d}",
        "quarter": f"{(day.month + 2) // 3}",
    }
    return _TIME.sub(lambda found: parts[found[1]], path)


def _json_fault(form: ExpectedForm, content: object) -> str | None:
    missing = [path for path in form.holds if not _has(content, path)]
    if not missing:
        return None
    message = _message(content)
    return f"it does not hold {', '.join(missing)}" + (f'; it says "{message}"' if message else "")


def _has(content: Any, path: str) -> bool:
    for step in path.split("."):
        if isinstance(content, dict) and step in content:
            content = content[step]
        elif isinstance(content, list) and step.isdigit() and int(step) < len(content):
            content = content[int(step)]
        else:
            return False
    return True


def _message(content: object) -> str:
    """What an answer states about an error, as plain text of at most 120 characters."""
    if isinstance(content, list) and content:
        content = content[0]
    if not isinstance(content, dict):
        return ""
    found = next((content[key] for key in ("message", "error", "detail") if content.get(key)), "")
    return _STATED.sub(" ", found if isinstance(found, str) else json.dumps(found))[:120]


def _table_fault(form: ExpectedForm, columns: tuple[str, ...], body: bytes) -> str | None:
    lines = body.decode(form.encoding, errors="replace").splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith(form.header_begins)), None)
    if start is None:
        return f"no line begins with {form.header_begins}"
    rows = list(csv.reader(lines[start:], delimiter=form.delimiter))
    header = [cell.strip() for cell in rows[0]]
    missing = [column for column in columns if column not in header]
    if missing:
        return f"it has no column {', '.join(missing)}"
    whole = [row for row in rows[1:] if row]
    if not whole:
        return "it has a header and no row"
    if not form.is_part and len(whole[-1]) != len(header):
        return "its last row is cut off"
    return None


def _page_fault(form: ExpectedForm, page: str) -> str | None:
    if form.links_to and not any(
        re.search(form.links_to, link.partition("?")[0], re.IGNORECASE) for link in page_links(page)
    ):
        return f"the page has no link like {form.links_to}"
    if not form.holds:
        return None
    for table in page_tables(page):
        header = [cell.casefold() for cell in table[0]] if table else []
        if all(name in header for name in form.holds):
            return None if len(table) > 1 else "its table has no row"
    return f"the page has no table with the columns {', '.join(form.holds)}"
