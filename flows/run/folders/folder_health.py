"""Whether all is well in a folder of results, for a monitor that asks every few seconds.

Only small files are read: the warehouse may be needed by a run.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.run.folders import publication

#: Figures of the last run, in the text form of Prometheus.
METRICS = "metrics.prom"
#: From this day of a month on, its run is overdue.
OVERDUE_DAY = 3

_STATE = re.compile(r'^understory_run_state\{state="(\w+)"\} 1$', re.MULTILINE)


@dataclass(frozen=True)
class FolderHealth:
    """What a monitor gets: no id and no name, for whoever may ask.

    Attributes:
        last_result: state of the last run that came to an end, such as `published` or `failed`;
            None before the first.
        latest_as_of: day that `latest` describes.
        is_overdue: this month has no published run though it should.
    """

    last_result: str | None
    latest_as_of: str | None
    is_overdue: bool

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look."""
        return self.last_result == "published" and not self.is_overdue

    def as_record(self) -> dict[str, object]:
        """As JSON-ready values."""
        return {"is_well": self.is_well, **asdict(self)}


def health_of(out: Path, today: dt.date | None = None) -> FolderHealth:
    """The state of a folder of results.

    Args:
        out: folder.
        today: the present day; None for today in UTC.
    """
    path = out / METRICS
    found = _STATE.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    day = publication.latest_as_of(out)
    return FolderHealth(
        last_result=found[1] if found else None,
        latest_as_of=None if day is None else day.isoformat(),
        is_overdue=is_overdue(day, today or dt.datetime.now(dt.UTC).date()),
    )


def is_overdue(latest: dt.date | None, today: dt.date) -> bool:
    """Whether this month's run should have been published by now."""
    return today.day >= OVERDUE_DAY and (latest is None or latest < today.replace(day=1))
