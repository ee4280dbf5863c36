"""Inserts an entry in `configs/base.yaml` as text, so that every comment stays."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import yaml

from configs.config_errors import UsageError

_INDENT = "  "


def with_entry(text: str, section: str, entry: str, group: str, groups: Mapping[str, str]) -> str:
    """The configuration with a new entry behind those of its group.

    Where entries of a group stand apart, the new one goes behind the longest row of them; where
    there is none, at the end of the section.

    Args:
        text: of `configs/base.yaml`.
        section: key of the top level, `signals` or `sources`.
        entry: the lines of the new entry, indented by two spaces.
        group: pillar or group of sources that the new entry belongs to.
        groups: group of each entry that is there already.

    Raises:
        UsageError: the text is not valid YAML, or the section is missing or empty.
    """
    try:
        present = list((yaml.safe_load(text) or {}).get(section) or ())
    except yaml.YAMLError as error:
        raise UsageError(
            "configs/base.yaml: this is not valid YAML; `understory check` names the line to "
            "correct"
        ) from error
    if not present:
        raise UsageError(f"configs/base.yaml: the section {section} is missing; restore it")
    rows = [(of, list(names)) for of, names in groupby(present, key=groups.get)]
    of_group = [names for of, names in rows if of == group]
    neighbour = max(of_group, key=len)[-1] if of_group else present[-1]
    lines = text.splitlines(keepends=True)
    start = lines.index(f"{section}:\n")
    at = next(
        number
        for number in range(start + 1, len(lines))
        if lines[number].startswith(f"{_INDENT}{neighbour}:")
    )
    end = at + 1
    while end < len(lines) and lines[end].startswith(2 * _INDENT):
        end += 1
    return "".join([*lines[:end], entry, *lines[end:]])
