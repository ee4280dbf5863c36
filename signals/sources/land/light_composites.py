"""Monthly composites of night-time light in the World Bank's open bucket (Light Every Night).

Names change with the processing (`vcm-slcorr`, `ecm-slcorr`, `ecmslcfg`; folders with `_ops` and
`_rp2`), so that each month's folder is listed and its file taken from the answer.
"""

from __future__ import annotations

import calendar
import html
import re
from collections.abc import Sequence
from pathlib import Path

from configs.config_errors import UsageError
from signals.card import SourceCard
from signals.fetching.mirror import number
from signals.source import PullContext, RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError

#: Around the equinoxes it is dark everywhere and stray light is least.
MONTHS = (3, 9)
#: Whole years that are compared: three with at least three before them.
YEARS = 7
#: A year's composites may come out this many years late.
_LATE_YEARS = 2
#: Suomi NPP, and NOAA-20 where a month has none of it.
_SATELLITES = ("npp", "j01")

_KEY = re.compile(r"<Key>([^<]+)</Key>")
_LIGHT = re.compile(r"_global_\S*(?:slcorr|slcfg)\S*\.avg_rade9\.tif$")
_NAME = re.compile(r"^S?DNB_(?:npp|j01)_\d{8}-\d{8}_global_\S+\.avg_rade9\.tif$")


def is_monthly(origin: str) -> bool:
    """Whether a file is named as these composites are."""
    return _NAME.match(Path(origin).name) is not None


def pull_composites(card: SourceCard, context: PullContext) -> Sequence[RawFile]:
    """Register the composites of the months in the option `months`, of the newest whole years.

    A year counts only where each of its months is out, so that all years have the same seasons.

    Raises:
        SourceUnavailableError: the bucket cannot be asked, or holds no year whole.
        UsageError: an option is out of range.
    """
    months = _months(card.id, context)
    count = int(number(card.id, context.options, "years", float(YEARS)))
    files: list[RawFile] = []
    years = 0
    # Files of earlier years stay as they are; one processed again has another name.
    late = context.as_of.year - _LATE_YEARS
    for year in range(context.as_of.year, context.as_of.year - count - _LATE_YEARS, -1):
        if (year, months[-1]) >= (context.as_of.year, context.as_of.month):
            continue
        addresses = [_address(card.id, context, year, month) for month in months]
        found = [address for address in addresses if address is not None]
        if len(found) < len(months):
            continue
        try:
            files += [
                context.store.refer(card.id, one, key=Path(one).name, final=year < late)
                for one in found
            ]
        except NotPublishedError:
            continue
        years += 1
        if years == count:
            break
    if not files:
        raise SourceUnavailableError(
            f"{context.url}: no year with composites of the months "
            f"{', '.join(str(month) for month in months)}; run again later, or name a local "
            f"folder as sources.{card.id}.mirror."
        )
    return sorted(files, key=lambda raw: raw.key)


def _months(source_id: str, context: PullContext) -> list[int]:
    given = context.options.get("months")
    if given is None:
        return list(MONTHS)
    if not isinstance(given, list) or not given or not all(one in range(1, 13) for one in given):
        raise UsageError(f"sources.{source_id}.options.months: give a list of months, 1 to 12.")
    return sorted(set(given))


def _address(source_id: str, context: PullContext, year: int, month: int) -> str | None:
    """Address of a month's composite; None where the bucket holds none."""
    root = context.url.rstrip("/")
    last_day = calendar.monthrange(year, month)[1]
    for satellite in _SATELLITES:
        prefix = f"composites/{satellite}_{year}{month:02d}"
        listing = context.store.download(
            source_id,
            f"{root}/?list-type=2&prefix={prefix}",
            key=f"listing_{satellite}_{year}{month:02d}",
            expect="text",
            headers={},
        )
        text = Path(listing.path).read_text(encoding="utf-8")
        if "<ListBucketResult" not in text:
            raise SourceUnavailableError(
                f"{root}: its answer is no list of files; run again later, or name a local "
                f"folder as sources.{source_id}.mirror."
            )
        span = f"_{year}{month:02d}01-{year}{month:02d}{last_day}_"
        keys = [html.unescape(key) for key in _KEY.findall(text)]
        light = sorted(key for key in keys if _LIGHT.search(key) and span in key)
        if light:
            return f"{root}/{light[-1]}"
    return None
