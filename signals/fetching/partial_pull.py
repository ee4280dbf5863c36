"""Many small requests to one publisher: what came before it stopped answering is kept and used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from signals.source import RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError

_LOG = logging.getLogger("understory")

Wanted = TypeVar("Wanted")


def fetch_each(
    source_id: str, wanted: Sequence[Wanted], fetch: Callable[[Wanted], Iterator[RawFile]]
) -> list[RawFile]:
    """The files of all that is wanted, as far as the publisher gives them.

    What the publisher does not have is left out. Where it stops answering after the first file, a
    warning says how far it came, and the files before are kept.

    Args:
        source_id: for the warning.
        wanted: what to ask for, in a fixed sequence.
        fetch: the requests of one of them.

    Raises:
        SourceUnavailableError: it gave nothing at all.
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
            _LOG.warning(
                "source %s: %d of %d requests were answered and are used; the rest is missing (%s)",
                source_id,
                position,
                len(wanted),
                error,
            )
            break
    return files
