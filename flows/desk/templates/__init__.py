"""The templates of the pages; every value is escaped, and an unknown one is an error."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

#: Sentences that a page shows after a form was taken, by the name in its address.
NOTES = {
    "saved": "Saved.",
    "deleted": "The list was deleted.",
    "started": "The run has started.",
    "stopping": "The run is stopping. What it has read so far is kept.",
    "key-saved": "The key is stored. It is not shown again.",
    "key-removed": "The key was removed.",
    "running": "A run of this list is under way; wait for it or stop it.",
    "changed": "The list has changed in the meantime. Please answer again.",
    "decided": "The decision stands. It is in force in the results now and in every later month.",
    "answered": "The answers are kept. The month is run again with them; later months know them.",
    "no-answer": "No question was answered.",
    "accepted": "The run is published.",
    "withdrawn": "The run is withdrawn.",
    "weights-saved": "The weights are saved with the list. The next run uses them.",
    "weights-default": "The list uses the default weights again, from the next run on.",
    "outcomes": "The known cases are stored. Try the weights to see how well they rank them.",
    "completed": "The completed workbook was added.",
    "matches": "The matches are kept. They hold whenever the same words are asked again.",
    "promises": "The promises are kept. Every short form states them from now on.",
    "no-match": "No match was changed.",
    "matching": "The questions are being read; wait a few seconds and send the form again.",
}


def render(template: str, **data: Any) -> str:
    """A template as text."""
    return _environment().get_template(template).render(**data)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["notes"] = NOTES
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment


def _text(name: str) -> str | None:
    file = files(__package__) / name
    return file.read_text(encoding="utf-8") if file.is_file() else None
