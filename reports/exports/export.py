"""What the declaration of an export says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.exports.published_run import PublishedRun

#: In place of a value that is not known; never a number, and never the lowest one.
UNKNOWN = "Unknown"


@dataclass(frozen=True)
class ExportFile:
    """A file in the form of another system.

    Attributes:
        content: of the file.
        written: how many entries it has.
        notes: plain sentences, without their full stop, on what was left out or cut.
    """

    content: bytes
    written: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Export:
    """One form in which a published run can be handed over.

    Attributes:
        name: as `--as` takes it.
        file: name of the file.
        entries: what it has one entry of, in the plural.
        content: what it is for.
        confirmed: what the documentation of the form says, with its address.
        assumed: what could not be confirmed there, and is assumed.
        limits: what the form does not take, and what is done about it.
        make: the file, from a published run.
        needs_sites: it holds locations, which a run's folder does not have.
        takes_ids: its suppliers may have the ids of the other system (`--ids`).
    """

    name: str
    file: str
    entries: str
    content: str
    confirmed: str
    assumed: str
    limits: tuple[str, ...]
    make: Callable[[PublishedRun], ExportFile]
    needs_sites: bool = False
    takes_ids: bool = False


def note(count: int, text: str) -> tuple[str, ...]:
    """The note that something holds for `count` entries; none for no entry."""
    return (f"{text}: {count:,}",) if count else ()


def cut(text: str, longest: int) -> str:
    """The text, shortened at a word with an ellipsis where it has more characters than allowed."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    at_word = kept.rsplit(" ", 1)[0]
    return f"{at_word if len(at_word) > longest // 2 else kept}…"
