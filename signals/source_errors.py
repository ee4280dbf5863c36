"""What can go wrong between a publisher and a source, each one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signals.source import RawFile

#: What reading an answer raises where its parts are not of the documented form: a list in place of
#: a text, a field that is gone, a number that no computer holds.
ODD_FORM = (
    AttributeError, KeyError, IndexError, TypeError, ValueError, OverflowError, RecursionError
)  # fmt: skip


class SourceUnavailableError(Exception):
    """A source could not be reached or sent no data; its signals become `not_covered`."""


class KeyMissingError(SourceUnavailableError):
    """An address needs a key that the environment does not hold; nothing was asked."""


class StoppedEarlyError(SourceUnavailableError):
    """A publisher stopped answering in the middle: what came before is used, the next run goes on.

    Attributes:
        files: that were fetched, at least one.
    """

    def __init__(self, reason: str, files: Sequence[RawFile]) -> None:
        super().__init__(reason)
        self.files = tuple(files)


class NotPublishedError(Exception):
    """The publisher answers that there is no such file (404 or 410): an answer, not an outage."""
