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

from signals.archive_form import first_file_fault
from signals.fetching.responses import BodyKind, body_fault, parsed_json
from signals.fetching.web_page import page_links, page_tables

_TIME = re.compile(r"<(year|month|month_name|day|quarter)>")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_STATED = re.compile(r"[^\x20-\x7e]+")
_LONGEST_STATED = 120
#: An answer is read up to here; a page, whose table may stand far down, further.
_MOST_BYTES, _MOST_PAGE_BYTES = 200_000, 2_000_000
#: Media types that contradict a kind of body; publishers name the right ones in many ways.
_CONTRADICTIONS: Mapping[BodyKind, str] = {
    "json": r"text/html|/xml$|pdf|zip|image/|text/csv",
    "csv": r"text/html|/xml$|pdf|image/|application/json|application/zip",
    "text": r"text/html|/xml$|pdf|image/|application/json|application/zip",
    "tiff": r"text/|json|/xml$|pdf|image/(?!tiff)",
    "zip": r"text/|json|/xml$|pdf|image/",
    "geopackage": r"text/|json|/xml$|pdf|image/|application/zip",
    "html": r"json|/xml$|pdf|zip|image/|text/csv",
}


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
        first_file: pattern of the name of the first file of a zip.
        file_columns: number of columns of that file, set apart by tabs; 0 if any.
        only_at: beginning of the addresses that have this form; files at another have none.
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
    first_file: str = ""
    file_columns: int = 0
    only_at: str = ""

    @property
    def most_bytes(self) -> int:
        """An answer is read no further."""
        return _MOST_PAGE_BYTES if self.kind == "html" else _MOST_BYTES

    def addresses(self, root: str, today: dt.date, *, has_key: bool) -> list[str]:
        """The addresses to ask in turn."""
        first = self.path if has_key or not self.without_key else self.without_key
        day = today - dt.timedelta(days=self.days_before)
        return [_address(root, _dated(path, day)) for path in (first, *self.otherwise)]


def form_fault(
    form: ExpectedForm,
    body: bytes,
    *,
    is_archive: bool = False,
    is_whole: bool = True,
    media_type: str = "",
) -> str | None:
    """What differs from the expected form, in a few words; None where nothing does.

    Args:
        form: what is expected.
        body: the answer, or its beginning.
        is_archive: the file asked for is the one for those without a key, whose columns differ.
        is_whole: the answer was read to its end.
        media_type: as declared by the publisher; empty where it declares none.
    """
    if form.kind == "json" and not is_whole:
        return _json_beginning_fault(form, body)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "body"
        path.write_bytes(body)
        fault = body_fault(path, form.kind)
    if fault is not None:
        message = "" if "HTML" in fault else stated(body)
        return f'{fault}; it says "{message}"' if message else fault
    declared = media_type.split(";")[0].strip().lower()
    if re.search(_CONTRADICTIONS[form.kind], declared):
        return f"it is declared as {declared} instead of {form.kind}"
    if form.kind == "zip":
        return first_file_fault(body, form.first_file, form.file_columns)
    if form.kind == "json":
        return _json_fault(form, parsed_json(body))
    if form.kind in ("csv", "text"):
        columns = () if is_archive else form.holds
        return _table_fault(form, columns, body, is_whole=is_whole and not form.is_part)
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


def _json_beginning_fault(form: ExpectedForm, body: bytes) -> str | None:
    """The same of an answer that was not read to its end: the fields stand in its beginning."""
    text = body.decode(errors="replace")
    if not text.lstrip().startswith(("{", "[")):
        return "it is not JSON"
    missing = [
        path
        for path in form.holds
        if not re.search(rf'"{re.escape(path.rsplit(".", 1)[-1])}"\s*:', text)
    ]
    return f"it does not hold {', '.join(missing)}" if missing else None


def stated(body: bytes) -> str:
    """The sentence of a short answer about an error; empty where it is a page or has none."""
    text = body[:2000].decode(errors="replace").strip()
    if text.startswith(("{", "[")):
        try:
            return _message(parsed_json(text.encode()))
        except ValueError:
            return ""
    is_sentence = text.isprintable() and " " in text and not text.startswith("<")
    return _STATED.sub(" ", text)[:_LONGEST_STATED] if is_sentence else ""


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
    return _STATED.sub(" ", found if isinstance(found, str) else json.dumps(found))[
        :_LONGEST_STATED
    ]


def _table_fault(
    form: ExpectedForm, columns: tuple[str, ...], body: bytes, *, is_whole: bool
) -> str | None:
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
    if is_whole and len(whole[-1]) != len(header):
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
