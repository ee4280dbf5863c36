"""The templates of the pages; every value is escaped, and an unknown one is an error."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from flows.desk.languages.choice import NAMES
from flows.desk.languages.page_texts import page_texts
from reports.languages.catalogue import message, translator

#: Sentences that a page shows after a form was taken, by the name in its address.
NOTES = {
    "saved": message("Saved."),
    "deleted": message("The list was deleted."),
    "started": message("The run has started."),
    "stopping": message("The run is stopping. What it has read so far is kept."),
    "key-saved": message("The key is stored. It is not shown again."),
    "key-removed": message("The key was removed."),
    "running": message("A run of this list is under way; wait for it or stop it."),
    "changed": message("The list has changed in the meantime. Please answer again."),
    "decided": message(
        "The decision stands. It is in force in the results now and in every later month."
    ),
    "answered": message(
        "The answers are kept. The month is run again with them; later months know them."
    ),
    "no-answer": message("No question was answered."),
    "accepted": message("The run is published."),
    "withdrawn": message("The run is withdrawn."),
    "weights-saved": message("The weights are saved with the list. The next run uses them."),
    "weights-default": message("The list uses the default weights again, from the next run on."),
    "profile-saved": message("The profile is saved. It can be compared with others below."),
    "outcomes": message(
        "The known cases are stored. Try the weights to see how well they rank them."
    ),
    "completed": message("The completed workbook was added."),
    "matches": message("The matches are kept. They hold whenever the same words are asked again."),
    "promises": message("The promises are kept. Every short form states them from now on."),
    "no-match": message("No match was changed."),
    "matching": message(
        "The questions are being read; wait a few seconds and send the form again."
    ),
}


def render(template: str, language: str, **data: Any) -> str:
    """A template as text in a language of `reports.languages.catalogue.LANGUAGES`."""
    return _environment(language).get_template(template).render(**data)


@cache
def _environment(language: str) -> Environment:
    """One a language, as templates that others import know no data of the page."""
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = page_texts(translator(language))
    environment.globals |= {"notes": NOTES, "language_names": NAMES, **texts}
    environment.filters |= {name: texts[name] for name in ("number", "decimal", "day", "time")}
    return environment


def _text(name: str) -> str | None:
    file = files(__package__) / name
    return file.read_text(encoding="utf-8") if file.is_file() else None
