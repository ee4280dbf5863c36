"""Public lists of which only a part may be stored: fetched and reduced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from signals.fetching.mirror import mirror_files
from signals.fetching.responses import BodyKind
from signals.source import PullContext, RawFile
from signals.source_errors import SourceUnavailableError


def pull_reduced(
    source_id: str,
    context: PullContext,
    *,
    key: str,
    expect: BodyKind,
    reduce: Callable[[Path], bytes],
) -> Sequence[RawFile]:
    """What `reduce` keeps of the list at the publisher's address, or of the tables of the mirror.

    Raises:
        SourceUnavailableError: the publisher does not answer, there is no address, the list has
            not its columns, or the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        return reduced_mirror(source_id, context, context.mirror, reduce)
    if not context.url:
        raise SourceUnavailableError(
            f"{source_id}: no address is set; name a folder with a CSV as "
            f"sources.{source_id}.mirror."
        )
    return [
        context.store.download(
            source_id, context.url, key=key, expect=expect, headers={}, reduce=reduce
        )
    ]


def reduced_mirror(
    source_id: str, context: PullContext, mirror: Path, reduce: Callable[[Path], bytes]
) -> Sequence[RawFile]:
    """What `reduce` keeps of each table of a mirror.

    Raises:
        SourceUnavailableError: the mirror holds no table, or one that has not the columns.
        UsageError: the mirror does not exist.
    """
    paths = mirror_files(source_id, mirror, ["*.csv", "*.csv.gz"], context.options)
    return [context.store.put(source_id, str(path), reduce(path), key=path.name) for path in paths]
