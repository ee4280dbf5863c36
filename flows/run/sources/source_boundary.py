"""The boundary around a source: whatever it raises is an outage of that source, not of the run."""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Settings
from signals.access import AccessKind
from signals.account import Unit
from signals.card import Collection, SourceCard
from signals.conservation import Settled
from signals.registry import sources
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.source_limits import LimitReachedError, Limits

log = logging.getLogger("understory")

#: The whole machine's, and no source's.
_OF_THE_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
FETCHING, READING = "fetching its files failed", "reading its files failed"
_ROOT = Path(__file__).resolve().parents[3]


class SourceFailedError(SourceUnavailableError):
    """Reading a source failed in a way that nobody foresaw.

    Attributes:
        detail: the traceback, for maintainers; keys stand as `{NAME}`.
    """

    def __init__(self, sentence: str, detail: str) -> None:
        super().__init__(sentence)
        self.detail = detail


def reject_limits_of_none(settings: Settings) -> None:
    """Check that limits are set for sources that there are.

    Raises:
        UsageError: they are not.
    """
    unknown = sorted(set(settings.source_limits) - set(sources()))
    if unknown:
        raise UsageError(
            f"source_limits.{unknown[0]}: there is no such source; `understory sources` lists them"
        )


def limits_of(settings: Settings, source_id: str) -> Limits:
    """Limits of a source: those of its card unless the settings replace them."""
    own = {str(name): value for name, value in settings.source_limits.get(source_id, {}).items()}
    return sources()[source_id].CARD.limits.with_settings(own)


@contextmanager
def source_boundary(card: SourceCard, doing: str, keys: Mapping[str, str]) -> Iterator[None]:
    """Turn whatever the block raises into an outage of the source.

    A wrong configuration, a full disk and a file of the user's own that is rejected stay what they
    are: the user corrects them, and no other source would do better.

    Args:
        card: of the source.
        doing: for the sentence, `FETCHING` or `READING`.
        keys: values that no text may hold, by name.

    Raises:
        SourceUnavailableError: whatever was raised otherwise, as `SourceFailedError` where nobody
            foresaw it.
        UsageError: the configuration is wrong, or the machine cannot go on.
        DataRejectedError: a file of the user's own is rejected.
    """
    try:
        yield
    except (SourceUnavailableError, UsageError):
        raise
    except NotPublishedError as error:
        # The one file of a source is gone: an outage like any other.
        raise SourceUnavailableError(str(error)) from error
    except DataRejectedError as error:
        if is_of_the_user(card):
            raise
        raise SourceUnavailableError(str(error)) from error
    except BaseException as error:
        if not isinstance(error, Exception) and not _is_panic(error):
            raise
        if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
            raise
        detail = _without(traceback.format_exc(), keys)
        log.debug("source %s failed\n%s", card.id, detail)
        where = _place(error.__traceback__)
        raise SourceFailedError(
            f"{doing} ({type(error).__name__}{where}); its publisher may have changed the form: "
            f"check it with `understory sources check --live`, and report the error.",
            detail,
        ) from error


def reject_unusable(card: SourceCard, settled: Settled, limits: Limits) -> None:
    """Check what a source staged as a whole: rejected altogether is no answer.

    Raises:
        LimitReachedError: it has more rows than its limit.
        SourceUnavailableError: it had files, and every one of them was rejected.
    """
    rows = sum(one.rows.height for one in settled.tables)
    if rows > limits.rows:
        raise LimitReachedError(
            f"it has {rows} rows, more than {limits.rows}; if that is right, raise "
            f"source_limits.{card.id}.rows."
        )
    files = settled.balances.get(Unit.FILE)
    if files is None or not files.read or sum(files.rejected.values()) < files.read:
        return
    reasons = [text for one in settled.tables for text in one.rejected["reason"].drop_nulls()]
    first = f"; the first reason: {reasons[0]}" if reasons else ""
    raise SourceUnavailableError(
        f"none of its {files.read} files could be used ({', '.join(sorted(files.rejected))}){first}"
    )


def is_of_the_user(card: SourceCard) -> bool:
    """Whether its files are the user's own, who can correct them."""
    return card.collection is Collection.BUYER_OWN or card.access.kind is AccessKind.OWN_DATA


def _is_panic(error: BaseException) -> bool:
    """Native libraries in Rust panic with a class of their own that is no `Exception`."""
    return type(error).__name__ == "PanicException"


def _place(trace: TracebackType | None) -> str:
    """File and line of the last step in our own code, for the maintainer."""
    own = [
        f"{path.relative_to(_ROOT)}:{frame.lineno}"
        for frame in traceback.extract_tb(trace)
        if (path := Path(frame.filename)).is_relative_to(_ROOT) and ".venv" not in path.parts
    ]
    return f" at {own[-1]}" if own else ""


def _without(text: str, keys: Mapping[str, str]) -> str:
    for name, value in keys.items():
        if value:
            text = text.replace(value, f"{{{name}}}")
    return text
