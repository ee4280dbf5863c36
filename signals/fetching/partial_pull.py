"""Many small requests to one publisher: what came before it stopped answering is kept and used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from signals.source import RawFile
from signals.source_errors import (
    NotPublishedError,
    SourceUnavailableError,
    StoppedEarlyError,
)

Wanted = TypeVar("Wanted")


def fetch_each(
    source_id: str,
    wanted: Sequence[Wanted],
    fetch: Callable[[Wanted], Iterator[RawFile]],
    *,
    absent: str = "",
) -> list[RawFile]:
    """The files of all that is wanted, as far as the publisher gives them.

    What the publisher does not have is left out, unless it has nothing of it.

    Args:
        source_id: for messages.
        wanted: what to ask for, in a fixed sequence.
        fetch: the requests of one of them.
        absent: the sentence where the publisher has none of them; empty for a general one.

    Raises:
        StoppedEarlyError: the publisher stopped answering; the error has the files before.
        SourceUnavailableError: it gave nothing at all, or has nothing of what is wanted.
    """
    files: list[RawFile] = []
    for position, one in enumerate(wanted):
        try:
            # One at a time and whole: half of what is known of a company would mislead.
            files += list(fetch(one))
        except NotPublishedError:
            continue
        except SourceUnavailableError as error:
            if not files:
                raise
            raise StoppedEarlyError(
                f"{source_id}: {position} of {len(wanted)} requests were answered; {error}", files
            ) from error
    if wanted and not files:
        raise SourceUnavailableError(
            absent
            or f"{source_id}: its publisher has none of the {len(wanted)} files or records asked "
            f"for (HTTP 404); check sources.{source_id}.url, and the identifiers of the suppliers."
        )
    return files
