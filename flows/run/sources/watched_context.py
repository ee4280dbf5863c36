"""Notices what a source asks of the day and the list: what it does not cannot change its rows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from signals.source import PullContext

#: Fields of a context that hold the list.
OF_THE_LIST = frozenset({"suppliers", "sites"})


@dataclass(frozen=True)
class WatchedContext(PullContext):
    """A context that notices whether it was asked for the list, or for what differs between days.

    Attributes:
        of_the_day: the fields that differ between days.
    """

    of_the_day: frozenset[str] = frozenset({"as_of"})

    @property
    def is_dated(self) -> bool:
        """Whether a field that differs between days was asked for."""
        return bool(self.asked & self.of_the_day)

    @property
    def asked(self) -> frozenset[str]:
        """Those of these fields that were asked for."""
        return frozenset(self.__dict__.get("asked_", ()))

    def note(self, asked: frozenset[str]) -> None:
        """Notice what was asked for in another process."""
        self.__dict__.setdefault("asked_", set()).update(asked)

    def __getattribute__(self, name: str) -> Any:
        held = object.__getattribute__(self, "__dict__")
        if name in OF_THE_LIST or name in held.get("of_the_day", ()):
            held.setdefault("asked_", set()).add(name)
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
