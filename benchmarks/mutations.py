"""Faults planted into a file: what transfer, storage and a publisher's change of form do to it."""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

Mutation = Callable[[bytes, random.Random], bytes]

#: Values that no reader expects where something else stood.
ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 10**400, -(10**19), 1.5e308, "", "NaN", "inf", "-", "null", "1.234,56",
    "0000-00-00", "99999-12-31", "2024-02-30", "ünï\u202ecode", "x" * 5000, "=1+1", [], {}, [[]],
    [None], {"": None}, "\u0000",
)  # fmt: skip
_ODD_TEXTS = (
    "NaN", "nan", "inf", "-inf", "Infinity", "1e999", "1e-999", "-1", "9" * 400, "1.234,56", "--",
    "0000-00-00", "99999-01-01", "2024-02-30", "31/02/2024", "\x00", '"', "'", "é\u202e",
    "x" * 3000, "true", "=1+1", "#REF!", " ",
)  # fmt: skip
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
_DEPTH = 3000


def mutations_of(body: bytes, name: str) -> dict[str, Mutation]:
    """The faults that fit the form of a file, by name."""
    if body[:2] == b"\x1f\x8b":
        inner = mutations_of(gzip.decompress(body), name)
        packed: dict[str, Mutation] = {f"gzip {what}": _in_gzip(one) for what, one in inner.items()}
        return {**_ANY, **packed}
    if body[:4] == b"PK\x03\x04":
        return {**_ANY, "member": _in_zip, "member twice": _in_zip_twice}
    if body[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00") or b"\x00" in body[:512]:
        return dict(_ANY)
    try:
        json.loads(body)
    except ValueError:
        pass
    else:
        return {**_ANY, **_TEXT, **_JSON}
    if body.lstrip()[:1] == b"<":
        return {**_ANY, **_TEXT, **_MARKUP}
    return {**_ANY, **_TEXT, **_TABLE}


def _flipped(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body))] if body else body


def _hole(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + bytes(chance.choice((1, 50, 5000))) + body[at + 50 :]


def _of_chance(body: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(min(len(body), 4000))


_ANY: dict[str, Mutation] = {
    "flipped bits": _flipped,
    "cut off": _cut,
    "a hole": _hole,
    "twice": lambda body, _: body + body,
    "empty": lambda body, _: b"",
    "other bytes": _of_chance,
    "a page": lambda body, _: b"<!doctype html><html><body>Sign in</body></html>",
}


def _encoded(encoding: str) -> Mutation:
    def mutated(body: bytes, _: random.Random) -> bytes:
        return body.decode("utf-8", errors="replace").encode(encoding, errors="replace")

    return mutated


def _huge_numbers(body: bytes, chance: random.Random) -> bytes:
    huge = chance.choice((b"1e999", b"-99999999999999999999", b"9" * 320, b"-0", b"1e-320"))
    return _NUMBER.sub(lambda found: huge if chance.random() < 0.2 else found[0], body)


_TEXT: dict[str, Mutation] = {
    "utf-16": _encoded("utf-16"),
    "cp1252": _encoded("cp1252"),
    "byte order mark": lambda body, _: b"\xef\xbb\xbf" * 2 + body,
    "line ends": lambda body, _: body.replace(b"\n", b"\r"),
    "huge numbers": _huge_numbers,
    "foreign bytes": lambda body, chance: body.replace(
        bytes([chance.choice(b"aeiou")]), b"\xe9\xff", 3
    ),
}


def _nodes(content: Any) -> list[tuple[Any, Any]]:
    """Every part of a JSON document, as its container and key."""
    found: list[tuple[Any, Any]] = []
    waiting = [content]
    while waiting:
        one = waiting.pop()
        pairs = one.items() if isinstance(one, dict) else enumerate(one)
        for key, value in pairs:
            found.append((one, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    return found


def _changed(change: Callable[[Any, Any, random.Random], None]) -> Mutation:
    def mutated(body: bytes, chance: random.Random) -> bytes:
        content = copy.deepcopy(json.loads(body))
        nodes = _nodes(content) if isinstance(content, dict | list) else []
        if nodes:
            change(*chance.choice(nodes), chance)
        return json.dumps(content).encode()

    return mutated


def _swap(container: Any, key: Any, chance: random.Random) -> None:
    container[key] = chance.choice(ODD_VALUES)


def _drop(container: Any, key: Any, chance: random.Random) -> None:
    del chance
    container.pop(key)


def _wrap(container: Any, key: Any, chance: random.Random) -> None:
    container[key] = chance.choice(({"value": container[key]}, [container[key]]))


def _in_all(body: bytes, chance: random.Random) -> bytes:
    content = json.loads(body)
    nodes = _nodes(content) if isinstance(content, dict | list) else []
    named = [key for container, key in nodes if isinstance(container, dict)]
    if not named:
        return body
    name, odd = chance.choice(named), chance.choice(ODD_VALUES)
    for container, key in nodes:
        if isinstance(container, dict) and key == name:
            container[key] = odd
    return json.dumps(content).encode()


def _deep(body: bytes, chance: random.Random) -> bytes:
    kind = chance.choice((("[", "]"), ('{"a":', "}")))
    return (kind[0] * _DEPTH + "1" + kind[1] * _DEPTH).encode()


def _deep_inside(container: Any, key: Any, chance: random.Random) -> None:
    value: Any = container[key]
    for _ in range(chance.choice((50, 400))):
        value = [value]
    container[key] = value


def _constants(body: bytes, chance: random.Random) -> bytes:
    odd = chance.choice((b"NaN", b"Infinity", b"-Infinity", b"1e999"))
    return re.sub(
        rb"(?<=[:\[,])\s*-?[0-9.]+",
        lambda found: odd if chance.random() < 0.5 else found[0],
        body,
    )


_JSON: dict[str, Mutation] = {
    "another type": _changed(_swap),
    "another type again": _changed(_swap),
    "a field gone": _changed(_drop),
    "a field wrapped": _changed(_wrap),
    "another type in all records": _in_all,
    "nested without end": _deep,
    "nested deeply inside": _changed(_deep_inside),
    "constants": _constants,
    "another document": lambda body, chance: json.dumps(chance.choice(ODD_VALUES[:-1])).encode(),
}


def _lines(body: bytes) -> tuple[list[bytes], bytes]:
    lines = body.split(b"\n")
    delimiter = max((b",", b";", b"\t", b"|"), key=lambda mark: lines[0].count(mark))
    return lines, delimiter


def _cell(body: bytes, chance: random.Random) -> bytes:
    lines, delimiter = _lines(body)
    at = chance.randrange(len(lines))
    cells = lines[at].split(delimiter)
    cells[chance.randrange(len(cells))] = chance.choice(_ODD_TEXTS).encode()
    lines[at] = delimiter.join(cells)
    return b"\n".join(lines)


def _column(body: bytes, chance: random.Random) -> bytes:
    lines, delimiter = _lines(body)
    at, odd = chance.randrange(lines[0].count(delimiter) + 1), chance.choice(_ODD_TEXTS).encode()
    for number, line in enumerate(lines[1:], start=1):
        cells = line.split(delimiter)
        if at < len(cells):
            cells[at] = odd
        lines[number] = delimiter.join(cells)
    return b"\n".join(lines)


def _columns(order: Callable[[list[bytes], random.Random], list[bytes]]) -> Mutation:
    def mutated(body: bytes, chance: random.Random) -> bytes:
        lines, delimiter = _lines(body)
        seed = chance.random()
        return b"\n".join(
            delimiter.join(order(line.split(delimiter), random.Random(seed))) for line in lines
        )

    return mutated


def _shuffled(cells: list[bytes], chance: random.Random) -> list[bytes]:
    chance.shuffle(cells)
    return cells


def _doubled(cells: list[bytes], chance: random.Random) -> list[bytes]:
    at = chance.randrange(len(cells))
    return [*cells, cells[at]]


def _less(cells: list[bytes], chance: random.Random) -> list[bytes]:
    at = chance.randrange(len(cells))
    return cells[:at] + cells[at + 1 :]


def _other_delimiter(body: bytes, chance: random.Random) -> bytes:
    return body.replace(_lines(body)[1], chance.choice((b";", b"\t", b"|", b",")))


_TABLE: dict[str, Mutation] = {
    "an odd cell": _cell,
    "another odd cell": _cell,
    "an odd column": _column,
    "columns in another sequence": _columns(_shuffled),
    "a column twice": _columns(_doubled),
    "a column gone": _columns(_less),
    "no header": lambda body, _: body.partition(b"\n")[2],
    "header alone": lambda body, _: body.partition(b"\n")[0] + b"\n",
    "another delimiter": _other_delimiter,
    "a stray quotation mark": lambda body, chance: body.replace(
        b"\n", b'\n"', chance.choice((1, 3))
    ),
}

_MARKUP: dict[str, Mutation] = {
    "elements nested without end": lambda body, _: body.replace(b">", b">" + b"<b>" * _DEPTH, 1),
    "an element gone": lambda body, chance: re.sub(
        rb"<[^>]+>", lambda found: b"" if chance.random() < 0.05 else found[0], body
    ),
    "an entity that grows": lambda body, _: (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        + body.partition(b"?>")[2]
    ),
}


def _in_gzip(one: Mutation) -> Mutation:
    return lambda body, chance: gzip.compress(one(gzip.decompress(body), chance), mtime=0)


def _in_zip(body: bytes, chance: random.Random) -> bytes:
    """An archive in which one member has a fault."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = chance.randrange(len(parts))
    name, content = parts[at]
    faults = mutations_of(content, name)
    parts[at] = (name, faults[chance.choice(sorted(faults))](content, chance))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _in_zip_twice(body: bytes, chance: random.Random) -> bytes:
    return _in_zip(_in_zip(body, chance), chance)
