"""Notices what a source asks of the day, so that several days can share what it does not."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from signals.source import PullContext


@dataclass(frozen=True)
class WatchedContext(PullContext):
    """A context that notices whether it was asked for what is not alike on all days.

    Attributes:
        of_the_day: the fields that differ between days.
    """

    of_the_day: frozenset[str] = frozenset({"as_of"})

    @property
    def is_dated(self) -> bool:
        """Whether one of them was asked for."""
        return "asked_" in self.__dict__

    def __getattribute__(self, name: str) -> Any:
        held = object.__getattribute__(self, "__dict__")
        if name in held.get("of_the_day", ()):
            held["asked_"] = True
        return object.__getattribute__(self, name)


def watched(context: PullContext, of_the_day: frozenset[str]) -> WatchedContext:
    """The same context, watched from now on.

    Args:
        context: of one day.
        of_the_day: its fields that differ between days.
    """
    return WatchedContext(**contents(context), of_the_day=of_the_day)


def contents(context: PullContext) -> dict[str, Any]:
    """What a context holds, by name; a watched one does not notice."""
    return {
        field.name: object.__getattribute__(context, field.name) for field in fields(PullContext)
    }
