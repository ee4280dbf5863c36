"""What a law asks, which parts of a pack answer it, and what a desk cannot show."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

LAWS = ("csddd", "eu-2024-3015", "lksg", "uflpa")


class Question(BaseModel):
    """One thing that a law asks.

    Attributes:
        asks: the question, with its provision.
        parts: files of the pack that help to answer it; none where a desk has no answer.
        cannot_show: what remains open.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: str
    parts: tuple[str, ...]
    cannot_show: str


class Law(BaseModel):
    """A law with its questions.

    Attributes:
        title: of the law in English.
        citation: where it is published.
        read: which texts the questions were drawn up from.
        asks: the questions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    citation: str
    read: str
    asks: tuple[Question, ...]


@cache
def law(name: str) -> Law:
    """The law of a name in `LAWS`."""
    text = files("reports").joinpath("assets", "laws", f"{name}.yaml").read_text("utf-8")
    return Law.model_validate(yaml.safe_load(text))
