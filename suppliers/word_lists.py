"""The word lists in `words/`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import yaml


def word_list(name: str) -> Mapping[str, str]:
    """The entries of one list.

    Args:
        name: of the file in `words/`, without its ending.
    """
    text = files("suppliers").joinpath("words", f"{name}.yaml").read_text("utf-8")
    entries: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return entries
