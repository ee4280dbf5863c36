"""Staging one source within its limits: in this process, or in one of its own.

Native libraries read rasters, grids and workbooks. What such a library makes of a damaged file (a
crash, a loop, all of the memory) ends a process and cannot be caught in it, so that sources whose
cards say so, and workbooks of any source, are read in a process that may end.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Download
from flows.run.sources import reader_processes
from flows.run.sources.source_boundary import (
    READING,
    SourceFailedError,
    reject_unusable,
    source_boundary,
)
from flows.run.sources.watched_context import WatchedContext, contents
from flows.run.work.code_version import code_version
from signals.card import SourceCard
from signals.conservation import Settled, stage_source
from signals.fetching.fetch import Fetcher
from signals.fetching.raw_store import ContentStore
from signals.fetching.searched_tables import verdicts_kept
from signals.registry import sources
from signals.source import RawFile
from signals.source_errors import SourceUnavailableError
from signals.source_limits import (
    Budget,
    Limits,
    limits_in_force,
    out_of_memory,
    out_of_time,
    stopped_beyond,
    within,
)
from signals.zonal.dask_cluster import measuring_on, scheduler_address
from signals.zonal.window_files import windows_kept_by
from suppliers.intake.workbook_sheets import WORKBOOK_SUFFIXES

_LOG = logging.getLogger("understory")


@dataclass(frozen=True)
class StagingOrder:
    """All that the other process needs to stage a source.

    Attributes:
        source_id: of the source.
        files: its raw files.
        fields: of its context, without the store.
        of_the_day: fields that differ between days.
        raw: folder of the raw store.
        download: settings of requests, for rasters that are read in windows.
        variables: what a request may fill in.
        hosts: that the source's settings declare, and further ones of its card.
        limits: of the source.
        scheduler: of a cluster; None without one.
        folder: that relative paths begin in.
        environment: of this process.
    """

    source_id: str
    files: tuple[RawFile, ...]
    fields: dict[str, Any]
    of_the_day: frozenset[str]
    raw: Path
    download: Download
    variables: dict[str, str]
    hosts: tuple[frozenset[str] | None, frozenset[str]]
    limits: Limits
    scheduler: str | None
    folder: str
    environment: dict[str, str]


@dataclass(frozen=True)
class StagingAnswer:
    """What came of an order: the settled source, or an error by its kind and sentence.

    Attributes:
        settled: None where there is an error.
        asked: what of the day and the list was asked for.
        error: `unavailable`, `usage`, `rejected` or `os`; empty where there is none.
        sentence: of the error.
        detail: traceback of one that nobody foresaw.
        number: of an error of the system.
        log: level and text of what was logged.
    """

    settled: Settled | None = None
    asked: frozenset[str] = frozenset()
    error: str = ""
    sentence: str = ""
    detail: str = ""
    number: int = 0
    log: tuple[tuple[int, str], ...] = ()


def stage_within(
    source_id: str,
    files: Sequence[RawFile],
    context: WatchedContext,
    fetcher: Fetcher,
    limits: Limits,
) -> Settled:
    """Stage a source within its limits, within `source_boundary`.

    Args:
        source_id: of the source.
        files: its raw files.
        context: whose store is a `ContentStore`.
        fetcher: asks for windows of rasters.
        limits: of the source.

    Raises:
        SourceUnavailableError: the source gave up, or reached a limit.
        SourceFailedError: the process that read its files ended.
    """
    card = sources()[source_id].CARD
    if is_isolated(card, files):
        return _in_a_process(source_id, files, context, fetcher, limits)
    fetcher.budget = Budget(source_id, limits)
    with within(limits), stopped_beyond(limits, source_id):
        return _staged(source_id, files, context, fetcher)


def is_isolated(card: SourceCard, files: Sequence[RawFile]) -> bool:
    """Whether files are read in a process of their own."""
    has_workbook = any(Path(raw.path).suffix.lower() in WORKBOOK_SUFFIXES for raw in files)
    return bool(files) and (card.is_isolated or has_workbook)


def _staged(
    source_id: str, files: Sequence[RawFile], context: WatchedContext, fetcher: Fetcher
) -> Settled:
    store = contents(context)["store"]
    searched = store.root / "searched" / f"{source_id}.json"
    with (
        windows_kept_by(ContentStore(store.root, fetcher).windows),
        verdicts_kept(searched, code_version()),
    ):
        settled = stage_source(sources()[source_id], files, context)
    reject_unusable(sources()[source_id].CARD, settled, limits_in_force())
    return settled


def _in_a_process(
    source_id: str,
    files: Sequence[RawFile],
    context: WatchedContext,
    fetcher: Fetcher,
    limits: Limits,
) -> Settled:
    fields = contents(context)
    store = fields.pop("store")
    order = StagingOrder(
        source_id, tuple(files), fields, context.of_the_day, store.root, fetcher.settings,
        dict(fetcher.environment), (fetcher.declared_hosts, fetcher.linked_hosts), limits,
        scheduler_address(), str(Path.cwd()), dict(os.environ),
    )  # fmt: skip
    try:
        answer: StagingAnswer = pickle.loads(
            reader_processes.answer_to(pickle.dumps(order, protocol=5), limits)
        )
    except reader_processes.TooSlowError as error:
        raise out_of_time(limits, source_id) from error
    except reader_processes.TooLargeError as error:
        raise out_of_memory(limits, source_id) from error
    except reader_processes.EndedError as error:
        raise SourceFailedError(
            f"{READING}: the process that reads them ended ({error}); a file of it is damaged: "
            "fetch it again, and report the error.",
            error.said,
        ) from error
    for level, text in answer.log:
        _LOG.log(level, "%s", text)
    context.note(answer.asked)
    if answer.settled is not None:
        return answer.settled
    raise _error_of(answer)


def _error_of(answer: StagingAnswer) -> Exception:
    if answer.error == "os":
        return OSError(answer.number, answer.sentence)
    if answer.error == "usage":
        return UsageError(answer.sentence)
    if answer.error == "rejected":
        return DataRejectedError(answer.sentence)
    if answer.detail:
        return SourceFailedError(answer.sentence, answer.detail)
    return SourceUnavailableError(answer.sentence)


class _Kept(logging.Handler):
    """Keeps what is logged, for the log of the other process."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.records: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append((record.levelno, record.getMessage()))


def answer_of(order: StagingOrder) -> StagingAnswer:
    """Stage a source in the process that may end."""
    kept = _Kept()
    _LOG.setLevel(logging.INFO)
    _LOG.addHandler(kept)
    try:
        return replace(_answer_of(order), log=tuple(kept.records))
    finally:
        _LOG.removeHandler(kept)


def _answer_of(order: StagingOrder) -> StagingAnswer:
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    declared, linked = order.hosts
    fetcher = Fetcher(
        order.download, environment=order.variables, declared_hosts=declared, linked_hosts=linked
    )
    fetcher.budget = Budget(order.source_id, order.limits)
    context = WatchedContext(
        **order.fields, store=ContentStore(order.raw, fetcher), of_the_day=order.of_the_day
    )
    card = sources()[order.source_id].CARD
    try:
        with (
            closing(fetcher),
            source_boundary(card, READING, order.variables),
            within(order.limits),
            measuring_on(order.scheduler),
        ):
            settled = _staged(order.source_id, order.files, context, fetcher)
    except SourceUnavailableError as error:
        detail = error.detail if isinstance(error, SourceFailedError) else ""
        return StagingAnswer(error="unavailable", sentence=str(error), detail=detail)
    except UsageError as error:
        return StagingAnswer(error="usage", sentence=str(error))
    except DataRejectedError as error:
        return StagingAnswer(error="rejected", sentence=str(error))
    except OSError as error:
        return StagingAnswer(error="os", sentence=error.strerror or "", number=error.errno or 0)
    return StagingAnswer(settled, context.asked)
