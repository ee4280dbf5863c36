"""Rasters at an address: named by a pattern, one a period, and what an unreadable one means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from configs.config_errors import UsageError
from signals.card import SourceCard
from signals.fetching.mirror import text
from signals.source import PullContext, RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError
from suppliers.input_errors import DataRejectedError


def refer_dated(
    card: SourceCard, context: PullContext, days: Sequence[dt.date], what: str
) -> list[RawFile]:
    """Register the rasters of an address; they are read in windows and never copied whole.

    Args:
        card: of the source.
        context: of the run; the option `file` names the address's files, with any of {year},
            {month}, {day} and {day_of_year}, such as `no2_{year}-{month:02d}.tif`.
        days: first day of each period to ask for; those without a file are left out.
        what: is read, in words of the message.

    Raises:
        SourceUnavailableError: no address or pattern, or none of the files is there.
        UsageError: a pattern that cannot be filled in.
    """
    pattern = text(card.id, context.options, "file", "")
    if not context.url or not pattern:
        raise SourceUnavailableError(
            f"{card.id}: its {what} are read from a local folder, sources.{card.id}.mirror, or "
            f"from an address with sources.{card.id}.options.file; name one of them."
        )
    files = []
    for name in dict.fromkeys(_name(card.id, pattern, day) for day in days):
        try:
            url = f"{context.url.rstrip('/')}/{name}"
            files.append(context.store.refer(card.id, url, key=name))
        except NotPublishedError:
            continue
    if not files:
        raise SourceUnavailableError(f"{context.url}: no file like {pattern} of the dates asked.")
    return files


def raise_if_remote(raw: RawFile, error: DataRejectedError) -> None:
    """Distinguish an outage from a bad file: a raster read over the network may be whole later.

    Raises:
        SourceUnavailableError: the raster lies at an address.
    """
    if raw.path.startswith(("/vsi", "s3://")):
        raise SourceUnavailableError(
            f"{raw.origin}: its pixels could not be read; run again later, or name a local copy "
            f"as sources.{raw.source_id}.mirror."
        ) from error


def _name(source_id: str, pattern: str, day: dt.date) -> str:
    try:
        return pattern.format(
            year=day.year, month=day.month, day=day.day, day_of_year=day.timetuple().tm_yday
        )
    except (KeyError, IndexError, ValueError) as error:
        raise UsageError(
            f"sources.{source_id}.options.file: {pattern!r} cannot be filled in; use {{year}}, "
            "{month:02d}, {day:02d} and {day_of_year:03d}."
        ) from error
