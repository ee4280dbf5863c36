"""Pulling and staging one source: each within the boundary that makes its faults outages."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from configs.settings import Settings
from flows.run.identity import identity_inputs
from flows.run.request import inputs, source_keys
from flows.run.sources import stored_raw_files
from flows.run.sources.bounded_staging import stage_within
from flows.run.sources.earlier_staging import (
    earlier_months,
    given_of,
    months_record,
    take_over,
)
from flows.run.sources.source_boundary import FETCHING, READING, limits_of, source_boundary
from flows.run.sources.watched_context import contents, watched
from flows.run.storage.local_copies import with_addresses
from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.stage_types import PreparedRun, PulledSource, StagedSource
from signals.account import Unit
from signals.card import SourceCard
from signals.conservation import Balance, Settled, data_through
from signals.fetching.egress import hosts_of
from signals.fetching.fetch import Fetcher
from signals.fetching.raw_store import ContentStore
from signals.fetching.stand_in import passed_on
from signals.fetching.stated_counts import fewer_than_stated
from signals.measurable_sites import measurable_sites
from signals.registry import sources
from signals.source import PullContext, RawFile
from signals.source_errors import SourceUnavailableError, StoppedEarlyError
from signals.source_limits import Budget, within
from signals.unusable_input import fewer_than_usual, known_later, unusable_input
from signals.zonal.dask_cluster import measuring_on
from sql.warehouse import was_published_earlier

log = logging.getLogger("understory")

#: What differs between the months of one list.
OF_THE_DAY = frozenset({"as_of"})


def pull(prepared: PreparedRun, source_id: str) -> PulledSource:
    """Bring the raw files of one source, or those already brought for this request.

    Raises:
        SourceUnavailableError: the publisher or mirror does not answer as it should, or whatever
            else went wrong within the source.
        UsageError, DataRejectedError: the configuration or a file of the user's own is wrong, or
            the raw store cannot be used.
    """
    workspace = prepared.workspace
    record = artefacts.pulled(source_id)
    if stored_raw_files.is_repeated(prepared, source_id):
        with closing(fetcher_of(prepared.request.settings, source_id)) as fetcher:
            taken = stored_raw_files.taken_from_store(prepared, source_id, fetcher)
        workspace.write_json(record, taken)
        workspace.delete(artefacts.outage(source_id))
        return PulledSource(source_id, inputs.raw_files(workspace.read_json(record)))
    if workspace.has(record) and not inputs.stopped_early(workspace, source_id):
        kept = inputs.raw_files(workspace.read_json(record))
        if all(inputs.is_unchanged(file) for file in kept):
            return PulledSource(source_id, kept)
    settings, card = prepared.request.settings, sources()[source_id].CARD
    keys, limits = source_keys.key_values(card), limits_of(settings, source_id)
    with closing(fetcher_of(settings, source_id)) as fetcher:
        fetcher.budget = Budget(source_id, limits)
        try:
            with (
                source_boundary(card, FETCHING, keys),
                within(limits),
                ContentStore(prepared.request.out / "raw", fetcher).pulling(source_id),
            ):
                context = watched(pull_context(prepared, source_id, fetcher), OF_THE_DAY)
                files = tuple(sources()[source_id].pull(context))
            reason = None
        except StoppedEarlyError as stopped:
            files, reason = stopped.files, str(stopped)
            log.warning("source %s stopped early and is used in part: %s", source_id, reason)
    files = with_addresses(files, prepared.request.out)
    brought = {**inputs.raw_record(files), "stopped_early": reason, "is_dated": context.is_dated}
    workspace.write_json(record, brought)
    workspace.delete(artefacts.outage(source_id))
    return PulledSource(source_id, files)


def mark_source_unavailable(prepared: PreparedRun, source_id: str, error: Exception) -> None:
    """Record that a source did not answer: its signals become `not_covered`, with a warning.

    The traceback of what nobody foresaw is kept in the record, for maintainers.
    """
    log.warning("source %s is not available: %s", source_id, error)
    record = {"reason": str(error), "detail": getattr(error, "detail", None)}
    prepared.workspace.write_json(artefacts.outage(source_id), record)


def stage(prepared: PreparedRun, source_id: str, through: dt.date | None = None) -> StagedSource:
    """Read one source's raw files into typed rows; nothing if the source gave up.

    Rasters are read over the network here: a source that goes away in the middle is out too.

    Args:
        prepared: the request.
        source_id: of the source.
        through: a later day whose rows, cut by their publication, are those of the request's day;
            the rows of that day are left for the months until then.
    """
    workspace = prepared.workspace
    record = artefacts.staged(source_id)
    if inputs.is_unavailable(workspace, source_id):
        return StagedSource(source_id, {})
    files = inputs.raw_files(workspace.read_json(artefacts.pulled(source_id)))
    fingerprint = _fingerprint(files)
    if workspace.has(record):
        kept = workspace.read_json(record)
        of_tables = [
            name(source_id, table)
            for table in kept["rows"]
            for name in (artefacts.staged_rows, artefacts.staged_rejected)
        ]
        if kept["fingerprint"] == fingerprint and all(map(workspace.has, of_tables)):
            return StagedSource(source_id, kept["rows"])
    rows: dict[str, int] = {}
    fetcher = fetcher_of(prepared.request.settings, source_id)
    limits, card = limits_of(prepared.request.settings, source_id), sources()[source_id].CARD
    try:
        with (
            closing(fetcher),
            source_boundary(card, READING, source_keys.key_values(card)),
            measuring_on(prepared.request.settings.measure.dask_scheduler),
        ):
            context = pull_context(prepared, source_id, fetcher)
            given = None if through is not None else given_of(context, limits, files)
            if given is not None and not prepared.request.force:
                day = prepared.request.as_of
                taken = take_over(workspace, source_id, fingerprint, given, day)
                if taken is not None:
                    return StagedSource(source_id, taken["rows"])
                context = replace(context, earlier=earlier_months(workspace, card, given))
            context = watched(replace(context, as_of=through or context.as_of), OF_THE_DAY)
            settled = stage_within(source_id, files, context, fetcher, limits)
    except SourceUnavailableError as error:
        mark_source_unavailable(prepared, source_id, error)
        # Done again, the run asks again.
        workspace.delete(artefacts.pulled(source_id))
        return StagedSource(source_id, {})
    tables = settled.tables
    if through is not None:
        for staged in tables:
            workspace.write_frame(artefacts.span_rows(source_id, staged.table), staged.rows)
        day = prepared.request.as_of
        tables = tuple(replace(t, rows=was_published_earlier(t.rows, day)) for t in tables)
    for staged in tables:
        workspace.write_frame(artefacts.staged_rows(source_id, staged.table), staged.rows)
        workspace.write_frame(artefacts.staged_rejected(source_id, staged.table), staged.rejected)
        rows[staged.table] = staged.rows.height
    _log_rejected(source_id, settled.balances)
    newest = data_through((one.rows for one in tables), prepared.request.as_of)
    content = {
        "is_dated": context.is_dated,
        "through": None if through is None else through.isoformat(),
        "rows": rows,
        "fingerprint": fingerprint,
        "given": None if given is None else given.record(context.asked),
        "by_month": None
        if given is None or not card.rows_by_month
        else months_record(settled, prepared.request.as_of),
        "conservation": {unit: one.record() for unit, one in settled.balances.items()},
        "data_through": None if newest is None else newest.isoformat(),
        "not_used": _not_as_usual(card, context, settled, files),
    }
    workspace.write_json(record, content)
    return StagedSource(source_id, rows)


def _not_as_usual(
    card: SourceCard, context: PullContext, settled: Settled, files: Sequence[RawFile]
) -> str | None:
    """Sentences on what is not there or could not be used; None where all is as usual."""
    # A folder of the user's own may hold a part of what is published.
    is_whole = contents(context)["mirror"] is None
    found = (
        unusable_input(settled),
        fewer_than_stated(files, is_whole=is_whole),
        fewer_than_usual(card, settled) if is_whole else None,
        known_later(card, settled, context.as_of),
    )
    return "; ".join(filter(None, found)) or None


def _log_rejected(source_id: str, balances: Mapping[Unit, Balance]) -> None:
    """One line per source that rejected something: how much of each unit, and by which rules."""
    parts = [
        f"{sum(one.rejected.values())} of {one.read} {unit}s ({', '.join(sorted(one.rejected))})"
        for unit, one in balances.items()
        if one.rejected
    ]
    if parts:
        log.warning("source %s rejected %s", source_id, "; ".join(parts))


def pull_context(prepared: PreparedRun, source_id: str, fetcher: Fetcher) -> PullContext:
    """What a source may know when it pulls and stages for this request."""
    settings = prepared.request.settings.sources[source_id]
    # The line of a supplier in its file is of no concern to a source.
    suppliers = prepared.suppliers.drop("source_file", "source_row")
    sites = prepared.sites
    return PullContext(
        as_of=prepared.request.as_of,
        mirror=None if settings.mirror is None else Path(settings.mirror),
        url=settings.url,
        options=settings.options,
        suppliers=suppliers,
        sites=measurable_sites(sites, sources()[source_id].CARD.location_needed),
        thresholds=identity_inputs.thresholds(prepared.request.settings.identity),
        store=ContentStore(prepared.request.out / "raw", fetcher),
    )


def fetcher_of(settings: Settings, source_id: str) -> Fetcher:
    """A fetcher that knows the key of one source and no other secret of the environment."""
    card = sources()[source_id].CARD
    keys = source_keys.key_values(card) | passed_on(os.environ)
    declared = settings.sources[source_id]
    return Fetcher(
        settings.download,
        environment=keys,
        declared_hosts=hosts_of([declared.url, *declared.options.values()]),
        linked_hosts=hosts_of([card.url]) | frozenset(card.hosts),
    )


def _fingerprint(files: Sequence[RawFile]) -> str:
    """Of the code and the files: what other code staged of them is not used again."""
    lines = "\n".join([code_version(), *(f"{file.key}:{file.sha256}" for file in files)])
    return hashlib.sha256(lines.encode()).hexdigest()
