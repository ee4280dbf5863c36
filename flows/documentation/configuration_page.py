"""The page of the configuration: every key with type, default and comment.

Types and limits come from the settings models, defaults and comments from `configs/base.yaml`, so
that a key, its rule and its explanation are written once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from configs.settings import Settings
from flows.documentation.markdown import cell, code_cell, page, table

_INTRODUCTION = """This page is generated from `configs/settings.py` and `configs/base.yaml`.
`configs/base.yaml` holds every key with its default. Later layers replace earlier ones, leaf by
leaf: `configs/base.yaml`, then the profile (`--profile`), then `configs/local.yaml` in the folder
of the command, then `--set key.path=value`. Lists and `normalise` blocks replace as a whole. An
unknown key or a value outside its limits stops the run before any work, and the message names the
key."""
_BY_NAME = ("sources", "signals")
#: Blocks are opened down to this many names; `sources.<id>.options.<name>` has four.
_DEEPEST = {"sources": 4, "signals": 2}
_DEEPEST_ELSEWHERE = 3
_COMMENT = re.compile(r"^\s*#\s?(.*)$")
_LONGEST_DEFAULT = 100


@dataclass(frozen=True)
class Key:
    """One key of `configs/base.yaml`.

    Attributes:
        path: names from the top to the key.
        default: the value, or None for a block of keys.
        comment: what the file says about it, on one line; empty where it says nothing.
    """

    path: tuple[str, ...]
    default: object
    comment: str

    @property
    def name(self) -> str:
        """The path as `--set` takes it."""
        return ".".join(self.path)


def configuration_page() -> str:
    """Every section of the configuration in the order of `configs/base.yaml`."""
    text = (files("configs") / "base.yaml").read_text(encoding="utf-8")
    keys = list(keys_of(text))
    schema = Settings.model_json_schema()
    tops = list(dict.fromkeys(key.path[0] for key in keys))
    single = [key for key in keys if len(key.path) == 1 and not isinstance(key.default, _Block)]
    parts = ["## Keys at the top", _key_table(single, schema)]
    for top in tops:
        inside = [key for key in keys if key.path[0] == top]
        if not isinstance(inside[0].default, _Block):
            continue
        parts.append(f"## {top}")
        parts.extend(_section(top, inside, schema))
    return page("Configuration", _INTRODUCTION, *parts)


def keys_of(text: str) -> Iterator[Key]:
    """The keys of a commented YAML file, blocks included, in its order."""
    lines = text.splitlines()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise TypeError("the configuration is not a mapping of keys")
    yield from _keys_below((), root, yaml.safe_load(text), lines)


class _Block:
    """Stands for the value of a key that only holds other keys."""


def _keys_below(
    above: tuple[str, ...],
    node: yaml.MappingNode,
    values: Mapping[str, object],
    lines: Sequence[str],
) -> Iterator[Key]:
    for (name, value), loaded in zip(node.value, values.values(), strict=True):
        path = (*above, str(name.value))
        opens_block = (
            isinstance(value, yaml.MappingNode)
            and not value.flow_style
            and len(path) < _DEEPEST.get(path[0], _DEEPEST_ELSEWHERE)
        )
        comment = _comment_of(name, value, lines)
        if opens_block and isinstance(loaded, Mapping):
            yield Key(path, _Block(), comment)
            yield from _keys_below(path, value, loaded, lines)
        else:
            yield Key(path, loaded, comment)


def _comment_of(name: yaml.Node, value: yaml.Node, lines: Sequence[str]) -> str:
    """The comment lines right above a key, then that on its line with the lines it goes on in."""
    first = name.start_mark.line
    above: list[str] = []
    for line in reversed(lines[:first]):
        match = _COMMENT.match(line)
        if match is None or _column(line) != name.start_mark.column:
            break
        above.insert(0, match[1])
    on_one_line = value.end_mark.line == first and not isinstance(value, yaml.CollectionNode)
    ends = value.end_mark.column if on_one_line or _flows_on(value, first) else None
    rest = lines[first][ends if ends is not None else name.end_mark.column + 1 :]
    beside = rest[rest.index("#") + 1 :].strip() if "#" in rest else ""
    if beside:
        column = lines[first].rindex("#" + rest[rest.index("#") + 1 :])
        for line in lines[first + 1 :]:
            match = _COMMENT.match(line)
            if match is None or _column(line) < column:
                break
            beside += " " + match[1].strip()
    return " ".join(part for part in (*above, beside) if part)


def _flows_on(value: yaml.Node, line: int) -> bool:
    return isinstance(value, yaml.CollectionNode) and value.end_mark.line == line


def _column(line: str) -> int:
    return len(line) - len(line.lstrip())


def _section(top: str, inside: Sequence[Key], schema: Mapping[str, Any]) -> list[str]:
    head = [inside[0].comment] if inside[0].comment else []
    if top in _BY_NAME:
        return [*head, _keys_of_each(top, schema), *_entries(top, inside[1:])]
    rows = [key for key in inside[1:] if not isinstance(key.default, _Block)]
    blocks = [key for key in inside[1:] if isinstance(key.default, _Block) and key.comment]
    notes = [f"`{key.name}`: {cell(key.comment)}" for key in blocks]
    return [*head, *notes, _key_table(rows, schema)]


def _key_table(keys: Sequence[Key], schema: Mapping[str, Any]) -> str:
    return table(
        ("key", "type", "default", "meaning"),
        (
            (
                code_cell(key.name),
                cell(type_text(_schema_at(key.path, schema), schema)),
                _default(key.default),
                cell(key.comment),
            )
            for key in keys
        ),
    )


def _keys_of_each(top: str, schema: Mapping[str, Any]) -> str:
    """The keys that every entry of `sources` or `signals` has."""
    one = _resolved(schema["properties"][top]["additionalProperties"], schema)
    rows = (
        (code_cell(f"{top}.<id>.{name}"), cell(type_text(inner, schema)))
        for name, inner in one["properties"].items()
    )
    described = " ".join(str(one.get("description", "")).split())
    return f"{described}\n\n{table(('key', 'type'), rows)}"


def _entries(top: str, keys: Sequence[Key]) -> list[str]:
    """What each source or signal sets: one table of signals, one table per source."""
    if top == "signals":
        return [_signal_table(keys)]
    parts = []
    for source in (key for key in keys if len(key.path) == 2):
        below = [
            key
            for key in keys
            if key.path[:2] == source.path and len(key.path) > 2 and _says_something(key)
        ]
        parts.append(f"### {source.name}")
        parts.append(f"[{source.comment or source.path[1]}](sources.md#{source.path[1]})")
        parts.append(
            table(
                ("key", "default", "meaning"),
                ((code_cell(k.name), _default(k.default), cell(k.comment)) for k in below),
            )
        )
    return parts


def _signal_table(keys: Sequence[Key]) -> str:
    """Weight and shrinkage of each signal; its goalposts are on the page of signals."""
    rows = []
    for key in keys:
        values = key.default if isinstance(key.default, dict) else {}
        name = key.path[-1]
        rows.append(
            (
                f"[`{name}`](signals.md#{name})",
                code_cell(_short(values.get("weight"))),
                code_cell(_short(values.get("shrink"))),
                cell(key.comment),
            )
        )
    return table(("signal", "weight", "shrink", "meaning"), rows)


def _says_something(key: Key) -> bool:
    """Not a block without a comment, nor the mirror that every source has."""
    if isinstance(key.default, _Block):
        return False
    return bool(key.comment) or (key.path[2] != "mirror" and key.default != {})


def _default(value: object) -> str:
    return code_cell(_short(value)) if value not in ("",) else '`""`'


def _short(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).strip()
    text = text.removesuffix("\n...").strip()
    return text if len(text) <= _LONGEST_DEFAULT else f"{text[:_LONGEST_DEFAULT]} …"


def _schema_at(path: Sequence[str], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    at: Mapping[str, Any] = schema
    for name in path:
        at = _resolved(at, schema)
        properties = at.get("properties", {})
        at = properties[name] if name in properties else at["additionalProperties"]
    return at


def _resolved(at: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in at:
        at = schema["$defs"][str(at["$ref"]).rsplit("/", 1)[-1]]
    return at


def type_text(at: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A piece of JSON Schema in words, such as `number, 0 to 1`."""
    at = _resolved(at, schema)
    for several in ("anyOf", "oneOf"):
        if several in at:
            return " or ".join(dict.fromkeys(type_text(part, schema) for part in at[several]))
    if "enum" in at:
        return "one of " + ", ".join(map(str, at["enum"]))
    if "const" in at:
        return str(at["const"])
    kind = str(at.get("type", "any"))
    if kind == "array":
        return _list_text(at, schema)
    if kind == "object":
        return _mapping_text(at, schema)
    words = {"string": "text", "boolean": "true or false", "integer": "whole number"}
    return words.get(kind, kind) + _limits(at)


def _list_text(at: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "prefixItems" in at:
        return "list of " + ", ".join(type_text(part, schema) for part in at["prefixItems"])
    return "list of " + type_text(at.get("items", {}), schema)


def _mapping_text(at: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "properties" in at:
        return "mapping with " + ", ".join(at["properties"])
    return "mapping to " + type_text(at.get("additionalProperties", {}), schema)


def _limits(at: Mapping[str, Any]) -> str:
    low, high = at.get("minimum"), at.get("maximum")
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    if low is not None:
        return f", {low:g} or more"
    if high is not None:
        return f", {high:g} or less"
    above, below = at.get("exclusiveMinimum"), at.get("exclusiveMaximum")
    if above is not None and below is not None:
        return f", above {above:g} and below {below:g}"
    if above is not None:
        return f", above {above:g}"
    return f", below {below:g}" if below is not None else ""
