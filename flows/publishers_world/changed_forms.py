"""Bodies in another form: names that changed, columns that are gone, lists without content.

Whatever a body is (JSON, a table, a page, XML, a zip of them), it is changed in the same way.
Rasters have no names, and stay as they are.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from flows.publishers_world.publisher import Answer

Kind = Literal["renamed", "fewer", "no numbers", "no content"]

_ZIP = b"PK\x03\x04"
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_DELIMITERS = (";", "\t", ",")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
#: What a page or an XML document repeats for each entry, what names its parts, and its values.
_ENTRY = re.compile(r"<tr><td>.*?</tr>|<Contents>.*?</Contents>|<a href=.*?</a>", re.DOTALL)
_NAMED = re.compile(r"(</?Key|</th|name=\"\w+:\w+)(?=[\">])")
_LAST_CELL = re.compile(r"<th>[^<]*</th></tr>|<td>[^<]*</td></tr>")
_CELL = re.compile(r"(>)-?\d[\d.,]*\s*(</ix)")


def in_another_form(usual: Answer, kind: Kind) -> Answer:
    """An answer whose body is changed; the same one where it has nothing of the kind."""
    if usual.status != 200 or (usual.large is not None and usual.body is usual.large.head):
        return usual
    body = _changed(usual.body, kind)
    return usual if body == usual.body else replace(usual, body=body, large=None)


def _changed(body: bytes, kind: Kind) -> bytes:
    if body.startswith(_TIFF) or not body:
        return body
    if body.startswith(_ZIP):
        return _changed_archive(body, kind)
    try:
        content = json.loads(body)
    except ValueError:
        pass
    else:
        return json.dumps(_changed_json(content, kind)).encode()
    text = body.decode("latin-1")  # the same bytes come back
    changed = _changed_page(text, kind) if text.lstrip().startswith("<") else _table(text, kind)
    return changed.encode("latin-1")


def _changed_archive(body: bytes, kind: Kind) -> bytes:
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as archive,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        members = [(name, archive.read(name)) for name in archive.namelist()]
        texts = [(name, one) for name, one in members if b"\0" not in one]
        for name, one in texts:
            changed.writestr(name, _changed(one, kind))
        for name, one in members:
            if b"\0" in one:
                changed.writestr(name, one)
    return held.getvalue() if texts and kind != "no content" else _only_names(texts, body)


def _only_names(texts: Sequence[tuple[str, bytes]], body: bytes) -> bytes:
    """An archive of files without a byte in them."""
    if not texts:
        return body
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as changed:
        for name, _ in texts:
            changed.writestr(name, b"")
    return held.getvalue()


def _changed_json(content: Any, kind: Kind) -> Any:
    if isinstance(content, list):
        if kind == "no content" and any(isinstance(one, dict) for one in content):
            # The first of the World Bank's two parts is about the page.
            return [content[0], []] if _is_paged(content) else []
        return [_changed_json(one, kind) for one in content]
    if isinstance(content, dict):
        return _changed_object(content, kind)
    is_figure = isinstance(content, int | float) and not isinstance(content, bool)
    return "n/a" if kind == "no numbers" and is_figure else content


def _is_paged(content: Sequence[Any]) -> bool:
    return len(content) == 2 and isinstance(content[1], list)


def _changed_object(content: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    if kind == "no content" and all(isinstance(one, dict) for one in content.values()):
        return {}
    is_record = any(not isinstance(one, dict | list) for one in content.values())
    items = list(content.items())
    if kind == "fewer" and is_record:
        items = items[: len(items) // 2]
    return {
        f"{name}_v2" if kind == "renamed" and is_record else name: _changed_json(one, kind)
        for name, one in items
    }


def _changed_page(text: str, kind: Kind) -> str:
    if kind == "no content":
        return _ENTRY.sub("", text)
    if kind == "renamed":
        return _NAMED.sub(_renamed, text)
    if kind == "fewer":
        return _LAST_CELL.sub("</tr>", text)
    return _CELL.sub(r"\1n/a\2", text)


def _renamed(match: re.Match[str]) -> str:
    return f"_v2{match[1]}" if match[1].startswith("</th") else f"{match[1]}_v2"


def _table(text: str, kind: Kind) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    delimiter = max(_DELIMITERS, key=lambda one: max(line.count(one) for line in lines[:5]))
    widest = max(line.count(delimiter) for line in lines[:5])
    header = next(at for at, line in enumerate(lines) if line.count(delimiter) == widest)
    if kind == "no content":
        return "".join(lines[: header + 1])

    def row(at: int, line: str) -> str:
        if at < header:
            return line
        cells = line.rstrip("\r\n").split(delimiter)
        if kind == "renamed" and at == header:
            cells = [f"{cell}_v2" for cell in cells]
        if kind == "fewer":
            cells = cells[: max(1, len(cells) // 2)]
        if kind == "no numbers" and at > header:
            cells = ["n/a" if _NUMBER.fullmatch(cell) else cell for cell in cells]
        return delimiter.join(cells) + "\n"

    return "".join(row(at, line) for at, line in enumerate(lines))


#: Makes an answer in another form, for a table of faults.
def changing(kind: Kind) -> Callable[[Any, Answer], Answer]:
    """The change of a kind, as the server of publishers takes it."""
    return lambda _, usual: in_another_form(usual, kind)
